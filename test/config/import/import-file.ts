// Each case is a file in test/fixtures/import, what it becomes in an empty config, and what is not carried.

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { noteProblem } from '../../../src/config/fields.ts'
import { importFile } from '../../../src/config/import/import-file.ts'
import { parseConfig } from '../../../src/config/load.ts'
import { setValue } from '../../../src/config/splice.ts'
import { formatProblem } from '../../../src/errors.ts'

for (const name of readdirSync('test/fixtures/import'))
  t.test(name, async t => {
    const source = readFileSync(`test/fixtures/import/${name}`, 'utf8')
    const { format, entries, notes, keys, parsed } = importFile(source, name, {})
    t.equal(format, name.split('.')[0])
    const text = entries.reduce((now, { path, value }) => setValue(now, path, value), '')
    parseConfig(text, name)
    const report = notes.map(note => formatProblem(noteProblem(note, name, parsed)))
    t.matchSnapshot(`${text}\n${report.join('\n')}\n\nkeys: ${[...keys.keys()].join(', ')}\n`, name)
    t.notMatch(text + report.join(), /sk-ant-written|sk-master/)
  })

t.test('a provider of the name that is another one is left alone', async t => {
  const source =
    'model_list:\n  - { model_name: c, litellm_params: { model: anthropic/x, api_key: os.environ/MINE } }\n'
  const given = { providers: { anthropic: { credential: 'env:OTHER' } } }
  t.match(importFile(source, 'f', given).entries, [
    { path: ['providers', 'anthropic-2'], value: { preset: 'anthropic', credential: 'env:MINE' } },
    { path: ['aliases', 'c'], value: 'anthropic-2/x' },
  ])
  const same = { providers: { anthropic: { credential: 'env:MINE' } } }
  t.match(importFile(source, 'f', same).entries, [{ path: ['aliases', 'c'], value: 'anthropic/x' }])
})

t.test('where llama-swap listens can be said, and is guessed beside the gateway', async t => {
  const source = 'models: { a: { cmd: x } }'
  const urlOf = (config: unknown, baseUrl?: string) =>
    (importFile(source, 'f', config, { baseUrl }).entries[0]!.value as { baseUrl: string }).baseUrl
  t.equal(urlOf({}), 'http://127.0.0.1:9292/v1')
  t.equal(urlOf({ listen: 9000 }), 'http://127.0.0.1:8080/v1')
  t.equal(urlOf({}, 'http://box:1/v1'), 'http://box:1/v1')
})

t.test('what it is must be told, or be plain', async t => {
  t.throws(() => importFile('a: {}', 'f', {}), {
    code: 'usage',
    hint: 'say what it is: --from FORMAT',
  })
  t.throws(() => importFile('model_list: x', 'f', {}, { from: 'litellm' }), {
    code: 'manifest_invalid',
    message: /f:1:1: model_list: found no list/,
  })
  t.throws(() => importFile('a: [', 'f', {}), { code: 'manifest_invalid' })
})
