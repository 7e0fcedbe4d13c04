// What add, set, remove and rename change in files as people have them, and nothing else: each case is a file in
// test/fixtures/config/edit, and the snapshot has the bytes that went (-) and those that came (+). With TAP_SNAPSHOT=1
// the expectations are written.

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from '../../src/config/parse.ts'
import { deleteValue, renameKey, setValue } from '../../src/config/splice.ts'
import { GatewayError } from '../../src/errors.ts'

const folder = 'test/fixtures/config/edit'

for (const file of readdirSync(folder))
  t.test(file, async t => {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    const said: string[] = []
    const edit = (what: string, change: () => string): void => {
      try {
        const after = change()
        said.push(`${what}: ${difference(text, after)}`)
        if (file.startsWith('json')) t.doesNotThrow(() => JSON.parse(after), what)
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error
        said.push(`${what}: refused, ${error.message}`)
      }
    }
    edit('add', () => setValue(text, ['aliases', 'new: x'], 'openai/new'))
    edit('add a list', () =>
      setValue(text, ['aliases', 'list'], { targets: ['openai/a', 'b'], set: { a: 1 } }),
    )
    edit('add to a provider', () => setValue(text, ['providers', 'p', 'aliases', 'x'], 'm'))
    for (const name of namesIn(text)) {
      edit(`set ${name}`, () => setValue(text, ['aliases', name], 'openai/other'))
      edit(`remove ${name}`, () => deleteValue(text, ['aliases', name]))
      edit(`rename ${name}`, () => renameKey(text, ['aliases', name], 'constructor'))
    }
    t.matchSnapshot(`${said.join('\n')}\n`, file)
  })

function namesIn(text: string): string[] {
  try {
    return Object.keys(parse(text).value?.['aliases'] ?? {})
  } catch {
    return []
  }
}

function difference(before: string, after: string): string {
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < Math.min(before.length, after.length) - start &&
    before.at(-1 - end) === after.at(-1 - end)
  )
    end++
  const show = (text: string) =>
    text.length > 300 ? `${text.length} characters` : JSON.stringify(text)
  return `-${show(before.slice(start, before.length - end))} +${show(after.slice(start, after.length - end))}`
}
