// What a client says that took the name of an alias for another model, as it passes to the one behind it.

import t from 'tap'
import { factsFor } from '../../src/translate/facts.ts'
import { fitTo } from '../../src/translate/misfit.ts'
import { quirksFor } from '../../src/translate/quirks.ts'
import { traces } from '../../src/translate/traces.ts'
import { applySplices, scanBody } from '../../src/wire/json.ts'
import type { Patch } from '../../src/wire/patch.ts'
import type { Protocol } from '../../src/wire/protocol.ts'
import { atOnce } from '../../src/wire/steps.ts'

const memory = { remember: () => {}, recall: () => undefined }
const noPatch: Patch = { set: {}, default: {}, remove: [] }
function fitted(protocol: Protocol, preset: string, model: string, body: string, params = noPatch) {
  const bytes = Buffer.from(body)
  const far = { model, facts: factsFor(model), quirks: quirksFor(preset), memory }
  const scan = scanBody(bytes, traces[protocol])
  const { splices, dropped } = atOnce(fitTo({ bytes, scan }, protocol, far, params))
  return [applySplices(bytes, splices).toString(), ...dropped]
}

const user = '{"role":"user","content":"hi"}'
const messages = (fields: string, turns = user): string =>
  `{"model":"m", "messages":[${turns}],"max_tokens":32000${fields}}`
const chat = (fields: string): string => `{"model":"m","messages":[${user}]${fields}, "n": 1.0}`

interface Case {
  readonly protocol?: Protocol
  readonly preset?: string
  readonly model: string
  readonly says: string
  readonly sent: string
  readonly dropped?: readonly string[]
}
const adaptive = ',"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}'
const cases: Readonly<Record<string, Case>> = {
  'a model that is told a budget, by an agent that knows only newer ones': {
    model: 'claude-sonnet-4-5',
    says: messages(adaptive),
    sent: messages(',"thinking":{"type":"enabled","budget_tokens":24576},"output_config":{}'),
  },
  'one that has a budget and an effort': {
    model: 'claude-opus-4-5',
    says: messages(',"thinking":{"type":"adaptive"},"output_config":{"effort":"max","format":{}}'),
    sent: messages(
      ',"thinking":{"type":"enabled","budget_tokens":31999},"output_config":{"effort":"high","format":{}}',
    ),
  },
  'one that does not think': {
    model: 'claude-3-5-haiku-latest',
    says: messages(adaptive),
    sent: messages(',"output_config":{}').replace('32000', '8192'),
    dropped: ['thinking', 'output_config.effort'],
  },
  'a call that is demanded, which a budget does not go with': {
    model: 'claude-haiku-4-5',
    says: messages(',"thinking":{"type":"adaptive"},"tool_choice":{"type":"any"}'),
    sent: messages(',"tool_choice":{"type":"any"}'),
    dropped: ['thinking'],
  },
  'a model that refuses budgets, by a tool that has only them': {
    model: 'claude-opus-4-8',
    says: messages(',"thinking":{"type":"enabled","budget_tokens":10000},"temperature":1.0'),
    sent: messages(
      ',"thinking":{"type":"adaptive","display":"summarized"},"temperature":1.0,"output_config":{"effort":"medium"}',
    ),
  },
  'one that still takes a budget': {
    model: 'claude-opus-4-6',
    says: messages(',"thinking":{"type":"enabled","budget_tokens":10000}'),
    sent: messages(',"thinking":{"type":"enabled","budget_tokens":10000}'),
  },
  'sampling that a newer model refuses': {
    model: 'claude-opus-4-7',
    says: messages(',"temperature":0.2,"top_p":0.99,"top_k":5'),
    sent: messages(',"top_p":0.99'),
    dropped: ['temperature', 'top_k'],
  },
  'two ways of sampling at once': {
    model: 'claude-sonnet-4-5',
    says: messages(',"top_p":0.9,"temperature":0.20'),
    sent: messages(',"temperature":0.20'),
    dropped: ['top_p'],
  },
  'words of the system between the others': {
    model: 'claude-sonnet-4-6',
    says: messages(
      ',"system":"S"',
      `${user},{"role": "system","content":"be \\"kind\\""},{"role":"system","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]}`,
    ).replace('"role": "system"', '"role":"system"'),
    sent: messages(
      ',"system":"S"',
      `${user},{"role":"user","content":[{"type":"text","text":"<system>\\nbe \\"kind\\"\\n</system>"}]},{"role":"user","content":[{"type":"text","cache_control":{"type":"ephemeral"},"text":"<system>\\nx\\n</system>"}]}`,
    ),
  },
  'the same to a model that hears them': {
    model: 'claude-opus-4-8',
    says: messages('', `${user},{"role":"system","content":"s"}`),
    sent: messages('', `${user},{"role":"system","content":"s"}`),
  },
  'another vendor that speaks Messages': {
    preset: 'deepseek',
    model: 'deepseek-chat',
    says: messages(adaptive),
    sent: messages(adaptive),
  },
  'a model of OpenAI that thinks, by a tool written for one that does not': {
    protocol: 'chat',
    preset: 'openai',
    model: 'gpt-5',
    says: chat(',"max_tokens":500,"temperature":0.7,"top_p":1,"stop":["x"],"presence_penalty":0'),
    sent: chat(',"top_p":1,"presence_penalty":0').replace(
      '1.0}',
      '1.0,"max_completion_tokens":500}',
    ),
    dropped: ['temperature', 'stop'],
  },
  'a longer answer than a model gives': {
    protocol: 'chat',
    preset: 'openai',
    model: 'gpt-4o',
    says: chat(',"max_tokens":32000'),
    sent: chat('').replace('1.0}', '1.0,"max_completion_tokens":16384}'),
  },
  'an effort that a model does not have': {
    protocol: 'chat',
    preset: 'openai',
    model: 'o3',
    says: chat(',"reasoning_effort":"xhigh"'),
    sent: chat(',"reasoning_effort":"high"'),
  },
  'an effort to one that has none': {
    protocol: 'chat',
    preset: 'openai',
    model: 'gpt-4o',
    says: chat(',"reasoning_effort":"low","max_tokens":5,"temperature":0'),
    sent: chat(',"max_tokens":5,"temperature":0'),
    dropped: ['reasoning_effort'],
  },
  'a host of OpenAI’s models that leaves out itself what they refuse': {
    protocol: 'chat',
    preset: 'openrouter',
    model: 'openai/gpt-5',
    says: chat(',"max_tokens":500,"temperature":0.7'),
    sent: chat(',"max_tokens":500,"temperature":0.7'),
  },
  'a model that nobody has heard of': {
    protocol: 'chat',
    preset: 'openai',
    model: 'brand-new',
    says: chat(',"max_tokens":500,"temperature":0.7,"reasoning_effort":"max"'),
    sent: chat(',"max_tokens":500,"temperature":0.7,"reasoning_effort":"max"'),
  },
  Responses: {
    protocol: 'responses',
    preset: 'openai',
    model: 'gpt-5',
    says: '{"model":"m","input":"x","temperature":0.3,"reasoning":{"effort":"xhigh","summary":"auto"}}',
    sent: '{"model":"m","input":"x","reasoning":{"effort":"high","summary":"auto"}}',
    dropped: ['temperature'],
  },
  'Responses, to a model that does not think': {
    protocol: 'responses',
    preset: 'openai',
    model: 'gpt-4o',
    says: '{"input":"x","include":["reasoning.encrypted_content","x"],"reasoning":{"effort":"high","summary":"auto"}}',
    sent: '{"input":"x","include":["x"]}',
    dropped: ['reasoning'],
  },
}
for (const [name, one] of Object.entries(cases)) {
  const { protocol = 'messages', preset = 'anthropic', model, says, sent, dropped = [] } = one
  t.test(name, async t => t.same(fitted(protocol, preset, model, says), [sent, ...dropped]))
}

t.test('what cannot be read goes to whoever refuses it', async t => {
  for (const body of [
    chat(',"temperature":0.5,"stop":"\\q"'),
    chat(',"temperature":0.5,"max_tokens":"many"'),
  ]) {
    t.same(fitted('chat', 'openai', 'gpt-5', body), [body])
  }
  const system = messages('', `${user},{"role":"system","content":"\\q"}`)
  t.same(fitted('messages', 'anthropic', 'claude-sonnet-4-5', system), [system])
})

t.test('what the alias sets is sent as it is set', async t => {
  const params = { ...noPatch, set: { temperature: 0.5 }, default: { reasoning_effort: 'max' } }
  const body = chat(',"temperature":0.5,"reasoning_effort":"max"')
  t.same(fitted('chat', 'openai', 'gpt-5', body, params), [body])
})
