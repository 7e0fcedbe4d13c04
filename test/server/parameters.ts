// What an alias sets lands as the field that whoever is asked has for it, in whatever words the alias says it and the client
// speaks: through real sockets, each client to each provider.

import t, { type Test } from 'tap'
import { type Gateway, gateway } from '../fixtures/gateway.ts'
import { refusalOf } from '../fixtures/strict-anthropic.ts'
import { type Upstream, upstream } from '../fixtures/upstream.ts'

const targets = {
  chat: 'plain/some-model',
  mistral: 'mistral/mistral-large',
  openai: 'openai/gpt-4o',
  thinker: 'openai/gpt-5.4',
  messages: 'claude/claude-sonnet-4-5',
  adaptive: 'claude/claude-opus-4-6',
  gemini: 'google/gemini-2.5-flash',
  nova: 'bedrock/amazon.nova-pro-v1:0',
}
type Name = keyof typeof targets

async function start(t: Test, params: string): Promise<{ up: Upstream; gw: Gateway }> {
  const up = await upstream(t, exchange => exchange.json({ error: { message: 'seen' } }, 400))
  const aliases = Object.entries(targets).map(
    ([name, target]) => `  ${name}: { target: "${target}", ${params} }\n`,
  )
  const gw = await gateway(
    t,
    `
providers:
  plain: { api: openai, baseUrl: ${up.url}/v1 }
  mistral: { baseUrl: ${up.url}/v1, credential: none }
  openai: { baseUrl: ${up.url}/v1, credential: none }
  claude: { preset: anthropic, baseUrl: ${up.url}/v1, credential: none }
  google: { preset: gemini, baseUrl: ${up.url}/v1beta, credential: none }
  bedrock: { baseUrl: ${up.url}, region: eu-central-1, credential: none }
aliases:
${aliases.join('')}`,
  )
  return { up, gw }
}

const messages = [{ role: 'user', content: 'Hi' }]
const clients: Readonly<
  Record<string, (gw: Gateway, model: string, more?: object) => Promise<unknown>>
> = {
  chat: (gw, model, more) => gw.post('/v1/chat/completions', { model, messages, ...more }),
  responses: (gw, model, more) => gw.post('/v1/responses', { model, input: 'Hi', ...more }),
  messages: (gw, model, more) =>
    gw.post('/v1/messages', {
      model,
      max_tokens: 30_000,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      ...more,
    }),
  gemini: (gw, model, more) =>
    gw.post(`/v1beta/models/${model}:generateContent`, {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      ...more,
    }),
  ollama: (gw, model, more) => gw.post('/api/chat', { model, messages, stream: false, ...more }),
}

const at = (value: unknown, path: string): unknown =>
  // biome-ignore lint/suspicious/noExplicitAny: what was sent, looked at field by field
  path.split('.').reduce((inner: any, name) => inner?.[name], value)

/** What each provider is to be sent, whoever asks: the path, and its value. Of OpenAI's two APIs either will do. */
type Wanted = Readonly<Partial<Record<Name, Readonly<Record<string, unknown>>>>>

const tokens: Wanted = {
  chat: { max_tokens: 77 },
  mistral: { max_tokens: 77 },
  openai: { 'max_completion_tokens|max_output_tokens': 77 },
  thinker: { 'max_completion_tokens|max_output_tokens': 77 },
  messages: { max_tokens: 77 },
  gemini: { 'generationConfig.maxOutputTokens': 77 },
  nova: { 'inferenceConfig.maxTokens': 77 },
}
const cold: Wanted = {
  chat: { temperature: 0 },
  openai: { temperature: 0 },
  messages: { temperature: 0 },
  gemini: { 'generationConfig.temperature': 0 },
  nova: { 'inferenceConfig.temperature': 0 },
}
const thinking: Wanted = {
  thinker: { 'reasoning_effort|reasoning.effort': 'high' },
  adaptive: { 'output_config.effort': 'high' },
  gemini: { 'generationConfig.thinkingConfig.thinkingBudget': 24_576 },
}
const stops: Wanted = {
  chat: { 'stop|stop.0': ['END', 'END'] },
  messages: { 'stop_sequences.0': 'END' },
  gemini: { 'generationConfig.stopSequences.0': 'END' },
  nova: { 'inferenceConfig.stopSequences.0': 'END' },
}
const cases: readonly (readonly [params: string, wanted: Wanted])[] = [
  ['set: { max_tokens: 77 }', tokens],
  ['set: { max_completion_tokens: 77 }', tokens],
  ['set: { max_output_tokens: 77 }', tokens],
  ['set: { generationConfig.maxOutputTokens: 77 }', tokens],
  ['set: { num_predict: 77 }', tokens],
  ['set: { temperature: 0 }', cold],
  ['set: { generationConfig: { temperature: 0 } }', cold],
  ['set: { reasoning_effort: high }', thinking],
  ['set: { reasoning.effort: high }', thinking],
  ['set: { output_config.effort: high }', thinking],
  ['set: { stop: END }', stops],
  ['set: { stop_sequences: [END] }', stops],
  ['set: { stopSequences: [END] }', stops],
]

for (const [params, wanted] of cases) {
  t.test(params, async t => {
    const { up, gw } = await start(t, params)
    for (const [client, ask] of Object.entries(clients)) {
      for (const [name, fields] of Object.entries(wanted)) {
        await ask(gw, name)
        const { sent } = up.requests.at(-1)!
        for (const [paths, value] of Object.entries(fields)) {
          const found = paths.split('|').map(path => at(sent, path))
          const values = Array.isArray(value) ? value : [value]
          t.ok(
            found.some(one => values.includes(one as never)),
            `${client} to ${name}: ${JSON.stringify(sent)}`,
          )
        }
        // One protocol's words beside another's would be refused.
        const limits = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'num_predict']
        t.ok(limits.filter(limit => limit in sent).length <= 1, `${client} to ${name}: one limit`)
        if (name === 'messages' || name === 'adaptive') t.equal(refusalOf(sent), undefined)
      }
    }
  })
}

t.test('thinking that is set is more than what the client says, within its limit', async t => {
  const { up, gw } = await start(t, 'set: { reasoning_effort: high }')
  await clients['messages']!(gw, 'messages', { metadata: { user_id: 'u' } })
  const { sent } = up.requests.at(-1)!
  t.match(sent, { thinking: { type: 'enabled' }, max_tokens: 30_000, metadata: { user_id: 'u' } })
  t.ok(sent.thinking.budget_tokens < 30_000)
  t.equal(refusalOf(sent), undefined)
})

t.test('a default yields to what the client says in its own words', async t => {
  const { up, gw } = await start(t, 'default: { max_tokens: 77, temperature: 0.5 }')
  await clients['responses']!(gw, 'thinker', { max_output_tokens: 99 })
  t.match(up.requests.at(-1)!.sent, { max_output_tokens: 99 })
  const config = { maxOutputTokens: 99, temperature: 0.1 }
  await clients['gemini']!(gw, 'gemini', { generationConfig: config })
  t.strictSame(up.requests.at(-1)!.sent.generationConfig, config)
  await clients['gemini']!(gw, 'chat', { generationConfig: { temperature: 0.1 } })
  t.match(up.requests.at(-1)!.sent, { max_tokens: 77, temperature: 0.1 })
})

t.test('what is removed is removed by any of its names', async t => {
  const { up, gw } = await start(t, 'remove: [max_tokens, top_p]')
  const config = { maxOutputTokens: 99, topP: 0.1, topK: 3 }
  await clients['gemini']!(gw, 'gemini', { generationConfig: config })
  t.strictSame(up.requests.at(-1)!.sent.generationConfig, { topK: 3 })
  await clients['gemini']!(gw, 'chat', { generationConfig: config })
  t.notOk('max_tokens' in up.requests.at(-1)!.sent || 'top_p' in up.requests.at(-1)!.sent)
})

t.test('what no protocol has goes to the provider as it is written, at any depth', async t => {
  const { up, gw } = await start(
    t,
    'set: { chat_template_kwargs.enable_thinking: false, my_field: [1, "x"] }, default: { other: 2 }',
  )
  for (const [client, ask] of Object.entries(clients)) {
    for (const name of Object.keys(targets)) {
      await ask(gw, name)
      t.match(
        up.requests.at(-1)!.sent,
        { chat_template_kwargs: { enable_thinking: false }, my_field: [1, 'x'], other: 2 },
        `${client} to ${name}`,
      )
    }
  }
})

t.test('what could not be carried is named', async t => {
  const { up, gw } = await start(t, 'set: { seed: 7, logit_bias: { "1": 2 } }')
  for (const client of ['chat', 'messages', 'gemini', 'responses', 'ollama']) {
    const reply = (await clients[client]!(gw, 'adaptive')) as { headers: Headers }
    const dropped = (reply.headers.get('x-gateway-dropped') ?? '').split(', ')
    t.strictSame(dropped.toSorted(), ['logit_bias', 'seed'], client)
    if (client !== 'messages') t.equal(refusalOf(up.requests.at(-1)!.sent), undefined)
  }
})

t.test('a count is asked without what is not counted', async t => {
  const { up, gw } = await start(t, 'set: { max_tokens: 77, temperature: 0 }, system: Be kind.')
  await gw.post('/v1/messages/count_tokens', { model: 'messages', messages })
  t.strictSame(Object.keys(up.requests.at(-1)!.sent).sort(), ['messages', 'model', 'system'])
})

t.test('what a client says and cannot be carried has the name that the client knows', async t => {
  const { gw } = await start(t, 'hidden: true')
  const dropped = async (client: string, name: Name, more: object) =>
    ((await clients[client]!(gw, name, more)) as { headers: Headers }).headers.get(
      'x-gateway-dropped',
    )
  t.equal(await dropped('messages', 'thinker', { stop_sequences: ['END'] }), 'stop_sequences')
  t.equal(
    await dropped('gemini', 'adaptive', { generationConfig: { seed: 7 } }),
    'generationConfig.seed',
  )
  t.equal(await dropped('chat', 'adaptive', { seed: 7 }), 'seed')
  t.equal(await dropped('ollama', 'adaptive', { options: { seed: 7 } }), 'seed')
  const hosted = { type: 'web_search_20250305', name: 'web_search' }
  for (const name of ['chat', 'gemini', 'nova', 'mistral'] as const) {
    t.equal(await dropped('messages', name, { tools: [hosted] }), 'tools.web_search', name)
  }
  const thinks = { reasoning: { effort: 'high' }, tools: [hosted] }
  t.equal(await dropped('responses', 'openai', { ...thinks, tools: undefined }), 'reasoning')
  t.equal(
    await dropped('messages', 'thinker', { tools: [hosted], thinking: { type: 'adaptive' } }),
    'tools.web_search',
  )
})
