// How many tokens a request has, through real sockets: counted by whoever counts there, estimated where nobody does.

import Anthropic from '@anthropic-ai/sdk'
import t, { type Test } from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { type Handler, upstream } from '../fixtures/upstream.ts'

async function start(t: Test, script: Handler) {
  const up = await upstream(t, script)
  const gw = await gateway(
    t,
    `
providers:
  openai: { baseUrl: ${up.url}/v1, credential: env:KEY }
  anthropic: { baseUrl: ${up.url}/v1, credential: env:KEY }
  gemini: { baseUrl: ${up.url}/v1beta, credential: env:KEY }
  vertex: { baseUrl: ${up.url}/v1/projects/p/locations/eu, credential: env:KEY }
  bedrock: { baseUrl: ${up.url}, region: eu-central-1, credential: env:KEY }
  plain: { api: openai, baseUrl: ${up.url}/v1 }
  local: { preset: llamacpp, baseUrl: ${up.url}/v1 }
aliases:
  ruled: { target: plain/m, system: ${'rule '.repeat(500)} }
  hurried: { target: openai/gpt-5.4, timeouts: { total: 50ms } }
`,
    { KEY: 'sk-up' },
  )
  return { up, gw }
}

const tools = [{ name: 'weather', input_schema: { type: 'object', properties: {} } }]
const said = { system: 'Be kind.', messages: [{ role: 'user', content: 'Hi' }], tools }

t.test('a client of Messages: each provider is asked in its own way', async t => {
  const { up, gw } = await start(t, exchange =>
    exchange.json(
      exchange.url.endsWith(':countTokens')
        ? { totalTokens: 42 }
        : { [exchange.url.endsWith('/count-tokens') ? 'inputTokens' : 'input_tokens']: 42 },
    ),
  )
  const client = new Anthropic({ baseURL: gw.url, apiKey: 'x', maxRetries: 0 })
  const cases: readonly (readonly [model: string, path: string, sent: object])[] = [
    ['anthropic/claude-opus-4-8', '/v1/messages/count_tokens', said],
    ['local/m', '/v1/messages/count_tokens', said],
    [
      'openai/gpt-5.4',
      '/v1/responses/input_tokens',
      {
        model: 'gpt-5.4',
        instructions: 'Be kind.',
        tools: [{ type: 'function', name: 'weather' }],
      },
    ],
    [
      'gemini/gemini-2.5-pro',
      '/v1beta/models/gemini-2.5-pro:countTokens',
      { generateContentRequest: { model: 'models/gemini-2.5-pro', tools: [{}] } },
    ],
    [
      'vertex/gemini-2.5-pro',
      '/v1/projects/p/locations/eu/publishers/google/models/gemini-2.5-pro:countTokens',
      { contents: [{ parts: [{ text: 'Hi' }] }], systemInstruction: {} },
    ],
    [
      'vertex/anthropic/claude-opus-4-8',
      '/v1/projects/p/locations/eu/publishers/anthropic/models/count-tokens:rawPredict',
      { model: 'claude-opus-4-8', anthropic_version: 'vertex-2023-10-16', tools },
    ],
    ['bedrock/eu.anthropic.claude-opus-4-8', '/model/anthropic.claude-opus-4-8/count-tokens', {}],
    [
      'bedrock/amazon.nova-pro-v1:0',
      '/model/amazon.nova-pro-v1%3A0/count-tokens',
      { input: { converse: { system: [{ text: 'Be kind.' }], toolConfig: {} } } },
    ],
  ]
  for (const [model, path, sent] of cases) {
    const { data, response } = await client.messages
      .countTokens({ model, ...(said as Pick<Anthropic.MessageCountTokensParams, 'messages'>) })
      .withResponse()
    t.strictSame(data, { input_tokens: 42 }, model)
    t.equal(response.headers.get('x-gateway-estimate'), null, model)
    const asked = up.requests.at(-1)!
    t.equal(asked.url, path)
    t.match(asked.sent, sent, model)
    for (const name of ['max_tokens', 'max_output_tokens', 'stream', 'store', 'inferenceConfig']) {
      t.notOk(name in asked.sent, `${model} ${name}`)
    }
  }
  const { body } = up.requests.at(-2)!.sent.input.invokeModel
  const invoked = JSON.parse(Buffer.from(body, 'base64').toString())
  t.match(invoked, { anthropic_version: 'bedrock-2023-05-31', max_tokens: Number, tools })
  t.notOk('model' in invoked)
})

t.test('clients of Gemini and of Responses', async t => {
  const { up, gw } = await start(t, exchange =>
    exchange.json(exchange.url.endsWith(':countTokens') ? { totalTokens: 7 } : { input_tokens: 7 }),
  )
  const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]
  const ask = (model: string) => gw.post(`/v1beta/models/${model}:countTokens`, { contents })
  t.strictSame((await ask('anthropic/claude-opus-4-8')).json, { totalTokens: 7 })
  t.equal(up.requests.at(-1)!.url, '/v1/messages/count_tokens')
  t.strictSame(Object.keys(up.requests.at(-1)!.sent).sort(), ['messages', 'model'])
  t.strictSame((await ask('openai/gpt-5.4')).json, { totalTokens: 7 })
  t.strictSame((await ask('vertex/gemini-2.5-pro')).json, { totalTokens: 7 })
  const codex = (model: string) => gw.post('/v1/responses/input_tokens', { model, input: 'Hi' })
  for (const [model, path] of [
    ['openai/gpt-5.4', '/v1/responses/input_tokens'],
    ['anthropic/claude-opus-4-8', '/v1/messages/count_tokens'],
    ['gemini/gemini-2.5-pro', '/v1beta/models/gemini-2.5-pro:countTokens'],
  ] as const) {
    t.match((await codex(model)).json, { input_tokens: 7 }, model)
    t.equal(up.requests.at(-1)!.url, path)
  }
  const estimated = await codex('plain/m')
  t.match(estimated.json, { object: 'response.input_tokens', input_tokens: Number })
  t.equal(estimated.headers.get('x-gateway-estimate'), 'tokens')
})

t.test('O6: a counter that fails is followed by an estimate, which says so', async t => {
  // router-for-me/CLIProxyAPI#4410: no failure of a counter counts against its target.
  let answer: Handler = () => {}
  const { up, gw } = await start(t, exchange => answer(exchange))
  const ask = (model: string) => gw.post('/v1/messages/count_tokens', { model, ...said })
  const error = { error: { message: 'no' } }
  const answers: readonly (readonly [string, Handler])[] = [
    ...([400, 404, 429, 500] as const).map(
      status => [String(status), (exchange => exchange.json(error, status)) as Handler] as const,
    ),
    ['upstream_broken', exchange => exchange.json({ object: 'list' })],
    ['upstream_unreachable|upstream_broken', exchange => exchange.die()],
  ]
  for (const [reason, handler] of answers) {
    answer = handler
    const reply = await ask('openai/gpt-5.4')
    t.equal(reply.status, 200, reply.text)
    t.ok(reply.json.input_tokens > 500)
    t.match(
      reply.headers.get('x-gateway-estimate'),
      new RegExp(`^tokens; counter=(${reason})$`),
      reason,
    )
  }
  answer = () => {}
  const reply = await ask('hurried')
  t.equal(reply.headers.get('x-gateway-estimate'), 'tokens; counter=upstream_timeout')
  t.strictSame(gw.upstreams.health.targets, [])
  await gw.idle()
  t.notMatch(gw.log(), /"outcome":"failed"/)

  // Who speaks the client's protocol is passed on, but for a counter that is not there.
  answer = exchange => exchange.json(error, 400)
  t.equal((await ask('anthropic/claude-opus-4-8')).status, 400)
  answer = exchange => exchange.json(error, 404)
  const absent = await ask('anthropic/claude-opus-4-8')
  t.equal(absent.headers.get('x-gateway-estimate'), 'tokens; counter=404')
  answer = exchange => {
    const length = { 'content-type': 'application/json', 'content-length': '99' }
    void exchange
      .stream(200, length)
      .write('{"input')
      .then(() => exchange.die())
  }
  await t.rejects(ask('anthropic/claude-opus-4-8'))
  await gw.idle()
  t.match(gw.server.counters, { failed: 1, cancelled: 0 }, 'of which some had been sent')
  answer = exchange => exchange.json(error, 404)
  const model = 'anthropic/claude-opus-4-8'
  const long = { model, messages: [{ role: 'user', content: 'word '.repeat(200_000) }] }
  t.equal((await gw.post('/v1/messages/count_tokens', long)).status, 200)
  answer = exchange => {
    const length = { 'content-type': 'application/json', 'content-length': '99' }
    exchange.stream(404, length)
    exchange.die()
  }
  t.equal((await gw.post('/v1/messages/count_tokens', long)).status, 200)
  await gw.idle()
  t.match(gw.server.counters, { failed: 1 }, 'a long one that is estimated in the end')
  t.ok(up.requests.length > 0)
})

t.test('what an alias adds is counted too, and nonsense is told', async t => {
  const { gw } = await start(t, exchange => exchange.json({}))
  const ask = (model: string) => gw.post('/v1/messages/count_tokens', { model, ...said })
  const plain = await ask('plain/m')
  const ruled = await ask('ruled')
  t.ok(ruled.json.input_tokens >= plain.json.input_tokens + 500)
  const wrong = await gw.post('/v1/messages/count_tokens', { model: 'plain/m', messages: 1 })
  t.equal(wrong.status, 400)
  t.match(wrong.json, { type: 'error', error: { code: 'bad_request' } })
})
