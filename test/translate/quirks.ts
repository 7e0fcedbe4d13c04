import { readFileSync } from 'node:fs'
import t from 'tap'
import { parseConfig } from '../../src/config/load.ts'
import { presets } from '../../src/config/presets.ts'
import { quirksFor } from '../../src/translate/quirks.ts'

const { properties } = JSON.parse(readFileSync('config/gateway.schema.json', 'utf8')).definitions
  .provider.properties.quirks

t.test('the config can say every quirk, and no other', async t => {
  t.strictSame(Object.keys(properties), Object.keys(quirksFor(undefined)))
})

t.test('what a preset is like, the config could say too', async t => {
  for (const preset of presets.keys()) {
    const quirks = JSON.stringify(quirksFor(preset))
    const { config } = parseConfig(
      `providers: { p: { api: openai, baseUrl: "http://x/v1", quirks: ${quirks} } }`,
      'f',
    )
    t.strictSame(quirksFor('mistral', config.providers.get('p')!.quirks), quirksFor(preset), preset)
  }
})

t.test('what the config says stands before the preset', async t => {
  const { config } = parseConfig(
    'providers: { ollama: { quirks: { toolChoice: true, messagesAt: ~ } } }',
    'f',
  )
  const { quirks } = config.providers.get('ollama')!
  const { toolChoice, messagesAt, topK } = quirksFor('ollama', quirks)
  t.strictSame(
    { toolChoice, messagesAt, topK },
    { toolChoice: true, messagesAt: null, topK: false },
  )
  t.throws(() => parseConfig('providers: { ollama: { quirks: { toolChoices: true } } }', 'f'), {
    code: 'config_invalid',
    message: /unknown key "toolChoices".*toolChoice/s,
  })
})
