import t from 'tap'
import { factsFor } from '../../src/translate/facts.ts'

/** Names as they are at their vendor and at other hosts, and a few facts that must hold. */
const cases: readonly (readonly [string, Record<string, unknown>])[] = [
  [
    'claude-opus-5-5',
    { maxOutput: 128_000, sampling: 'fixed', thinking: 'adaptive', prefill: false },
  ],
  ['claude-opus-6', { sampling: 'fixed', thinking: 'adaptive', systemAnywhere: true }],
  ['claude-haiku-5-5', { sampling: 'fixed', thinking: 'adaptive' }],
  ['claude-opus-4-8', { sampling: 'fixed', systemAnywhere: true, tokenFactor: 1.45 }],
  ['anthropic/claude-opus-4.7', { sampling: 'fixed', systemAnywhere: false }],
  [
    'us.anthropic.claude-opus-4-6-v1:0',
    { sampling: 'one', efforts: ['low', 'medium', 'high', 'max'] },
  ],
  [
    'claude-sonnet-4-5@20250929',
    { thinking: 'budget', maxOutput: 64_000, prefill: true, schema: true },
  ],
  ['claude-opus-4-5-20251101', { thinking: 'budget', efforts: ['low', 'medium', 'high'] }],
  ['claude-opus-4-1-20250805', { maxOutput: 32_000, sampling: 'one' }],
  ['claude-opus-4-20250514', { maxOutput: 32_000, sampling: 'free', schema: false }],
  ['claude-sonnet-4-20250514', { maxOutput: 64_000, sampling: 'free', schema: false }],
  ['anthropic/claude-sonnet-4', { maxOutput: 64_000, schema: false }],
  ['claude-3-7-sonnet-latest', { thinking: 'budget', maxOutput: 64_000 }],
  ['anthropic.claude-3-5-sonnet-20241022-v2:0', { thinking: 'none', maxOutput: 8192 }],
  ['claude-3-haiku-20240307', { thinking: 'none', maxOutput: 4096 }],
  ['claude-2.1', { thinking: 'none', maxOutput: 4096 }],
  ['gpt-5', { sampling: 'fixed', thinkingOff: false, toolsNeedResponses: false, stop: false }],
  ['gpt-5-mini-2025-08-07', { efforts: ['minimal', 'low', 'medium', 'high'] }],
  ['openai/gpt-5.2', { toolsNeedResponses: false, thinkingOff: true }],
  ['gpt-5.4', { toolsNeedResponses: true }],
  ['gpt-5.6-terra', { toolsNeedResponses: true }],
  ['gpt-5.10', { toolsNeedResponses: true }],
  ['gpt-6', { toolsNeedResponses: true, thinking: 'effort' }],
  ['gpt-5-chat-latest', { sampling: 'free', thinking: 'none' }],
  ['o3-mini', { sampling: 'fixed', thinking: 'effort', maxOutput: 100_000 }],
  ['gpt-4o-mini', { sampling: 'free', maxOutput: 16_384, thinking: 'none' }],
  ['gpt-oss:20b', { thinking: 'effort', sampling: 'free' }],
  ['gemini-2.5-pro', { budget: [128, 32_768], thinkingOff: false }],
  ['gemini-2.5-flash', { budget: [1, 24_576], thinkingOff: true }],
  ['gemini-3-pro-preview', { thinking: 'level', signedCalls: true, efforts: ['low', 'high'] }],
  ['gemini-3.7-flash', { efforts: ['low', 'medium', 'high'] }],
  ['models/gemini-flash-latest', { thinking: 'level', signedCalls: true }],
  ['gemini-2.0-flash', { thinking: 'none', maxOutput: 8192 }],
  ['deepseek-reasoner', { thinking: 'effort' }],
  ['qwen3:4b', { thinking: 'effort', sampling: 'free' }],
  ['llama3.3', { thinking: 'none', maxOutput: undefined, sampling: 'free', prefill: true }],
  ['', { thinking: 'none' }],
]

t.test('what models accept', async t => {
  for (const [model, facts] of cases) t.match(factsFor(model), facts, model)
})

t.test(
  'the config overrides single facts, and the first pattern that states one counts',
  async t => {
    const overrides = new Map([
      ['my-*', { maxOutput: 1000 }],
      ['*-large*', { maxOutput: 2000, prefill: false }],
      ['Exact', { stop: false }],
      ['a*a', { schema: false }],
    ])
    const facts = (model: string) => factsFor(model, overrides)
    t.match(facts('my-large-model'), { maxOutput: 1000, prefill: false, stop: true })
    t.match(facts('a/x-large'), { maxOutput: 2000 })
    t.match(facts('my-claude-3-haiku'), { maxOutput: 1000, thinking: 'none', schema: false })
    t.equal(facts('Exact').stop, false)
    t.equal(facts('exact').stop, true)
    t.equal(facts('aba').schema, false)
    t.equal(facts('a').schema, true, 'one letter is not two')
  },
)
