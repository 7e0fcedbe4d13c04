import t from 'tap'
import { parseReference } from '../../src/config/credential.ts'
import { presetProvider, presets } from '../../src/config/presets.ts'

t.test('the presets that the design names', async t => {
  t.same(
    [...presets.keys()],
    'openai anthropic gemini vertex bedrock azure ollama lmstudio llamacpp vllm groq mistral deepseek xai openrouter together fireworks cerebras perplexity cohere huggingface github moonshot zai demo'.split(
      ' ',
    ),
  )
})

t.test('each can be reached, or says what to write, or is played by the gateway', async t => {
  for (const [name, preset] of presets) {
    const provider = presetProvider(name)!
    t.ok(parseReference(provider.credential), `${name} has a credential reference`)
    const ways = [preset.baseUrl, preset.unavailable, preset.builtIn].filter(Boolean)
    t.equal(ways.length, 1, name)
    if (preset.unavailable) t.match(preset.unavailable, `write providers.${name}.`)
    if (preset.baseUrl) {
      const url = new URL(preset.baseUrl)
      const local = url.hostname === '127.0.0.1'
      t.equal(url.protocol, local ? 'http:' : 'https:', name)
      t.equal(provider.credential === 'none', local, `${name} needs a key unless it is local`)
      t.notOk(preset.baseUrl.endsWith('/'))
    }
  }
})

t.test('no two vendors claim the same pattern', async t => {
  const claims = [...presets.values()].flatMap(preset => preset.claims)
  t.equal(new Set(claims).size, claims.length)
  t.notOk(claims.includes('*'))
})

t.test('a name that is no preset is none', async t => {
  t.equal(presetProvider('opnai'), undefined)
  t.equal(presetProvider('constructor'), undefined)
})
