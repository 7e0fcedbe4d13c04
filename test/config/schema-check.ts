import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { presets } from '../../src/config/presets.ts'
import { validate } from '../../src/config/schema-check.ts'

const schema = JSON.parse(readFileSync('config/gateway.schema.json', 'utf8'))

t.test('the generated code is what the schema says now', async t => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/schema.js', '--check'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
  t.equal(status, 0, stderr)
})

/** Every part of the schema that describes a value, with its place. */
function* parts(node: unknown, path = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof node !== 'object' || node === null) return
  const part = node as Record<string, Record<string, unknown>>
  yield [path, part]
  for (const key of ['items', 'additionalProperties', 'propertyNames'])
    yield* parts(part[key], `${path}/${key}`)
  for (const key of ['properties', 'definitions'])
    for (const [name, child] of Object.entries(part[key] ?? {}))
      yield* parts(child, `${path}/${key}/${name}`)
}

t.test('every part can say what it wants, and every key what it is for', async t => {
  for (const [path, part] of parts(schema)) {
    if (!part['$ref'] && !part['enum']) t.type(part['errorMessage'], 'string', path)
    if (/\/properties\/\w+$/.test(path) && !part['$ref'])
      t.type(part['description'], 'string', path)
  }
})

t.test('its own examples and defaults pass', async t => {
  const place = (path: string): ((value: unknown) => unknown) | undefined => {
    const [, ...names] = path.split('/properties/')
    if (path.includes('/definitions/provider/')) {
      const provider = { preset: 'ollama' }
      return value => ({
        providers: {
          x: names.reduceRight<unknown>((v, name) => ({ [name]: v }), value),
          y: provider,
        },
      })
    }
    if (path.includes('/definitions/')) return undefined
    return value => names.reduceRight<unknown>((v, name) => ({ [name]: v }), value)
  }
  for (const [path, part] of parts(schema)) {
    const wrap = place(path)
    const examples = [
      ...((part['examples'] as unknown[]) ?? []),
      ...('default' in part ? [part['default']] : []),
    ]
    for (const example of wrap ? examples : [])
      t.ok(validate(wrap!(example)), `${path} ${JSON.stringify(example)}`)
  }
})

t.test('the presets it shows exist', async t => {
  for (const name of schema.definitions.provider.properties.preset.examples)
    t.ok(presets.has(name), name)
})
