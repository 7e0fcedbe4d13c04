import { readFileSync } from 'node:fs'
import t from 'tap'
import { parseConfig } from '../src/config/load.ts'
import { presets } from '../src/config/presets.ts'

const page = readFileSync('man/gateway.yaml.5', 'utf8')
const schema = JSON.parse(readFileSync('config/gateway.schema.json', 'utf8'))
const plain = page.replaceAll('\\-', '-')

t.test('the page has every key of the schema, and no other', async t => {
  const { properties, definitions } = schema
  const described = (section: string) =>
    [
      ...page
        .split(`.SH ${section}\n`)[1]!
        .split('.SH')[0]!
        .matchAll(/^\.TP\n\.B (\S+)$/gm),
    ].map(([, key]) => key!.split('.')[0]!)
  t.same(described('KEYS').toSorted(), Object.keys(properties).toSorted())
  t.same(described('PROVIDERS').toSorted(), Object.keys(definitions.provider.properties).toSorted())
  t.same(described('ALIASES').toSorted(), Object.keys(definitions.alias.properties).toSorted())
})

t.test('the page has every preset', async t => {
  const list = plain.split('.\\" presets:')[1]!.split('.\\" end of presets')[0]!
  t.same(
    [...list.matchAll(/^\.BR (\w+) [,.]$/gm)].map(([, name]) => name),
    [...presets.keys()],
  )
})

t.test('its example is valid', async t => {
  const example = plain.split('.SH EXAMPLE\n.nf\n')[1]!.split('.fi')[0]!
  t.same(parseConfig(example, 'example').warnings, [])
})
