import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import * as program from '../src/cli/program.ts'
import { version } from '../src/version.ts'

t.test('man/gateway.1 is what the program says of itself; if not: npm run man', async t => {
  const { renderMan } = await import(new URL('../scripts/man.js', import.meta.url).href)
  const committed = readFileSync(new URL('../man/gateway.1', import.meta.url), 'utf8')
  t.equal(committed, await renderMan(program, version))
})

t.test(
  'the tables of docs/protocols.md are what decides for requests; if not: npm run protocols',
  async t => {
    const { modules, renderProtocols } = await import(
      new URL('../scripts/protocols.js', import.meta.url).href
    )
    const program = await Promise.all(
      modules.map((name: string) => import(new URL(`../src/${name}.ts`, import.meta.url).href)),
    )
    const committed = readFileSync(new URL('../docs/protocols.md', import.meta.url), 'utf8')
    t.equal(committed, renderProtocols(Object.assign({}, ...program)))
  },
)

const root = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

t.test('every path that ARCHITECTURE.md names is there', async t => {
  const text = read('ARCHITECTURE.md')
  const named = [
    ...text.matchAll(
      /\b(?:[\w.-]+\/)+[\w.-]*\w\.(?:ts|js|json|md|yaml)\b|`(?:src|test|bin|config|docs|bench)\/[^`\s]*`/g,
    ),
  ]
  t.ok(named.length > 40)
  for (const [match] of named) {
    const path = match.replaceAll('`', '')
    const there = [path, join('src', path)].some(
      file => !path.includes('*') && existsSync(join(root, file)),
    )
    if (!path.includes('*')) t.ok(there, path)
  }
})

t.test('every folder of src stands in the code map', async t => {
  const text = read('ARCHITECTURE.md')
  for (const { name } of readdirSync(join(root, 'src'), { withFileTypes: true }).filter(entry =>
    entry.isDirectory(),
  )) {
    t.match(text, `| \`src/${name}/\` |`)
  }
})

t.test('links between the documents lead somewhere', async t => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    ...readdirSync(join(root, 'docs')).map(file => `docs/${file}`),
  ]
  for (const page of pages) {
    for (const [, link] of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      t.ok(existsSync(join(root, dirname(page), link!)), `${page}: ${link}`)
    }
  }
})
