import { readFileSync } from 'node:fs'
import t from 'tap'
import * as program from '../src/cli/program.ts'
import { version } from '../src/version.ts'

t.test('man/gateway.1 is what the program says of itself; if not: npm run man', async t => {
  const { renderMan } = await import(new URL('../scripts/man.js', import.meta.url).href)
  const committed = readFileSync(new URL('../man/gateway.1', import.meta.url), 'utf8')
  t.equal(committed, await renderMan(program, version))
})
