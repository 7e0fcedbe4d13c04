// Models in clouds, through real sockets: Bedrock signed and strict, Vertex AI by the paths and bodies that it has.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { bedrock } from '../fixtures/strict-converse.ts'
import { type Handler, upstream } from '../fixtures/upstream.ts'

const keys = { AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' }

async function start(t: Test, script: Handler, env: Record<string, string> = keys) {
  const up = await upstream(t, script)
  const gw = await gateway(
    t,
    `
providers:
  bedrock: { baseUrl: ${up.url}/openai/v1, region: eu-central-1 }
  vertex:
    baseUrl: ${up.url}/v1/projects/p/locations/eu/endpoints/openapi
    credential: env:VERTEX_ACCESS_TOKEN
respondAs: alias
aliases:
  nova: bedrock/amazon.nova-pro-v1:0
  claude: bedrock/eu.anthropic.claude-opus-4-8
  profile: bedrock/arn:aws:bedrock:eu-central-1:1:application-inference-profile/abc
  oss: bedrock/openai.gpt-oss-20b-1:0
  google-claude: vertex/claude-opus-4-8
  gemini: vertex/google/gemini-2.5-pro
  llama: vertex/meta/llama-4-maverick
`,
    env,
  )
  const openai = new OpenAI({ baseURL: `${gw.url}/v1`, apiKey: 'x', maxRetries: 0 })
  const anthropic = new Anthropic({ baseURL: gw.url, apiKey: 'x', maxRetries: 0 })
  return { up, gw, openai, anthropic }
}

const tools = [
  {
    type: 'function' as const,
    function: { name: 'weather', parameters: { type: 'object', properties: {} } },
  },
]
const messages = [{ role: 'user' as const, content: 'Hi' }]

for (const model of ['nova', 'profile']) {
  t.test(`Chat Completions to Converse, signed: ${model}`, async t => {
    const { up, openai } = await start(t, bedrock)
    const params = { model, messages, tools, seed: 1 }
    const whole = await openai.chat.completions.create(params)
    const streamed = await openai.chat.completions
      .stream({ ...params, stream_options: { include_usage: true } })
      .finalChatCompletion()
    for (const { choices, usage, model: named } of [whole, streamed]) {
      t.match(choices, [
        {
          finish_reason: 'tool_calls',
          message: {
            content: 'Hello',
            tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Ulm"}' } }],
          },
        },
      ])
      t.match(usage, {
        prompt_tokens: 20,
        completion_tokens: 9,
        prompt_tokens_details: { cached_tokens: 5 },
      })
      t.equal(named, model)
    }
    t.match(
      up.requests.map(({ url }) => url),
      [/^\/model\/[^/]+\/converse$/, /^\/model\/[^/]+\/converse-stream$/],
    )
    t.match(up.requests[0]!.headers.authorization, /eu-central-1\/bedrock\/aws4_request/)
  })
}

t.test('Messages to Claude on Bedrock: the same body, and its events as they were', async t => {
  const { up, anthropic, gw } = await start(t, bedrock)
  const params = { model: 'claude', max_tokens: 100, messages }
  const whole = await anthropic.messages.create(params)
  const streamed = await anthropic.messages.stream(params).finalMessage()
  for (const message of [whole, streamed]) {
    t.match(message, {
      model: 'claude',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 15, cache_read_input_tokens: 5, output_tokens: 9 },
    })
  }
  t.strictSame(
    up.requests.map(({ url }) => url.split('/').at(-1)),
    ['invoke', 'invoke-with-response-stream'],
  )
  const reply = await gw.post(
    '/v1/messages',
    { ...params, messages },
    { 'anthropic-beta': 'claude-code-20250219,context-1m-2025-08-07' },
  )
  t.equal(reply.headers.get('x-gateway-dropped'), 'anthropic-beta.claude-code-20250219')
  t.strictSame(up.requests[2]!.sent['anthropic_beta'], ['context-1m-2025-08-07'])
  await gw.idle()
  t.match(gw.log(), '"in":20,"out":9,"cached":5')
})

t.test('Chat Completions to Claude on Bedrock', async t => {
  const { up, openai } = await start(t, bedrock)
  const whole = await openai.chat.completions.create({ model: 'claude', messages })
  const streamed = await openai.chat.completions
    .stream({ model: 'claude', messages })
    .finalChatCompletion()
  for (const { choices } of [whole, streamed]) {
    t.match(choices, [{ finish_reason: 'stop', message: { content: 'Hello' } }])
  }
  t.match(
    up.requests.map(({ url }) => url),
    [/\/invoke$/, /\/invoke-with-response-stream$/],
  )
})

t.test("OpenAI's own models on Bedrock are asked in OpenAI's API, signed", async t => {
  const { up, gw } = await start(t, exchange => exchange.json({ id: 'x', choices: [] }))
  await gw.post('/v1/chat/completions', { model: 'oss', messages })
  t.equal(up.requests[0]!.url, '/openai/v1/chat/completions')
  t.match(up.requests[0]!.headers.authorization, /^AWS4-HMAC-SHA256/)
  t.equal(up.requests[0]!.sent['model'], 'openai.gpt-oss-20b-1:0')
})

t.test('what Bedrock refuses is told in the words of who asked', async t => {
  const { gw } = await start(t, bedrock, { ...keys, AWS_SECRET_ACCESS_KEY: 'another' })
  const chat = await gw.post('/v1/chat/completions', { model: 'nova', messages })
  t.match(chat.json, { error: { code: 'invalid_api_key', message: /does not match/ } })
  t.equal(chat.status, 401)
  for (const model of ['nova', 'claude']) {
    const said = await gw.post('/v1/messages', { model, max_tokens: 5, messages })
    t.match(said.json, { type: 'error', error: { type: 'authentication_error' } })
  }
  t.notMatch(gw.log(), /another|made-up-secret/)
})

const sse = (events: readonly Readonly<Record<string, unknown>>[]): string =>
  events.map(event => `event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`).join('')

t.test('Claude on Vertex AI: the body of Messages, the model in the path', async t => {
  const token = { VERTEX_ACCESS_TOKEN: 'made-up' }
  const usage = { input_tokens: 3, output_tokens: 2 }
  const message = { id: 'msg_vrtx_1', type: 'message', role: 'assistant', model: 'real' }
  const whole = {
    ...message,
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    usage,
  }
  const { up, anthropic, openai } = await start(
    t,
    exchange => {
      if (exchange.url.endsWith(':rawPredict')) return exchange.json(whole)
      exchange.response.writeHead(200, { 'content-type': 'text/event-stream' })
      return exchange.response.end(
        sse([
          { type: 'message_start', message: { ...message, content: [], usage } },
          {
            type: 'content_block_start',
            index: 0,
            content_block: { type: 'text', text: '' },
          },
          {
            type: 'content_block_delta',
            index: 0,
            delta: { type: 'text_delta', text: 'Hello' },
          },
          { type: 'content_block_stop', index: 0 },
          { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
          { type: 'message_stop' },
        ]),
      )
    },
    token,
  )
  const params = { model: 'google-claude', max_tokens: 100, messages }
  t.match(await anthropic.messages.create(params), { content: [{ text: 'Hello' }] })
  t.match(await anthropic.messages.stream(params).finalMessage(), { content: [{ text: 'Hello' }] })
  const chat = await openai.chat.completions
    .stream({ model: 'google-claude', messages })
    .finalChatCompletion()
  t.match(chat.choices, [{ message: { content: 'Hello' } }])
  const at = '/v1/projects/p/locations/eu/publishers/anthropic/models/claude-opus-4-8'
  t.strictSame(
    up.requests.map(({ url }) => url),
    [`${at}:rawPredict`, `${at}:streamRawPredict`, `${at}:streamRawPredict`],
  )
  for (const { sent, headers } of up.requests) {
    t.match(sent, { anthropic_version: 'vertex-2023-10-16' })
    t.notOk('model' in sent)
    t.equal(headers.authorization, 'Bearer made-up')
  }
  t.equal(up.requests[1]!.sent['stream'], true)
})

t.test("other models on Vertex AI are asked in OpenAI's API, Gemini in Google's own", async t => {
  const { up, gw } = await start(t, exchange => exchange.json({ id: 'x', choices: [] }), {
    VERTEX_ACCESS_TOKEN: 'made-up',
  })
  await gw.post('/v1/chat/completions', { model: 'llama', messages })
  await gw.post('/v1beta/models/gemini:generateContent', { contents: [] })
  await gw.post('/v1/chat/completions', { model: 'gemini', messages })
  t.strictSame(
    up.requests.map(({ url }) => url),
    [
      '/v1/projects/p/locations/eu/endpoints/openapi/chat/completions',
      '/v1/projects/p/locations/eu/publishers/google/models/gemini-2.5-pro:generateContent',
      '/v1/projects/p/locations/eu/publishers/google/models/gemini-2.5-pro:generateContent',
    ],
  )
})

const google = (code: number, status: string, message: string, details: object[] = []) => ({
  error: { code, message, status, ...(details.length > 0 ? { details } : {}) },
})
const anthropicError = (type: string, message: string) => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_1',
})
const token = { VERTEX_ACCESS_TOKEN: 'made-up' }
const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }

t.test("Vertex's errors reach a client of Messages in Anthropic's form", async t => {
  const cases: readonly (readonly [object, number, string, number])[] = [
    [google(429, 'RESOURCE_EXHAUSTED', 'Quota', [retry]), 429, 'rate_limit_error', 429],
    [google(403, 'PERMISSION_DENIED', 'No'), 403, 'permission_error', 403],
    [[google(404, 'NOT_FOUND', 'No model')], 404, 'not_found_error', 404],
    [google(503, 'UNAVAILABLE', 'Busy'), 503, 'overloaded_error', 529],
    [google(400, 'INVALID_ARGUMENT', 'Bad'), 400, 'invalid_request_error', 400],
  ]
  for (const [body, status, type, told] of cases) {
    const { gw } = await start(t, exchange => exchange.json(body, status), token)
    const ask = { model: 'google-claude', max_tokens: 5, messages, stream: true }
    const reply = await gw.post('/v1/messages', ask)
    t.equal(reply.status, told, type)
    t.match(reply.json, { type: 'error', error: { type } })
    if (status === 429) t.equal(reply.headers.get('retry-after'), '35')
  }
  // What Anthropic said passes as it is.
  const own = `{"type": "error","error":{"type":"x","message":"prompt is too long"}}`
  const { gw } = await start(t, exchange => exchange.raw(own, 400), token)
  const reply = await gw.post('/v1/messages', { model: 'google-claude', max_tokens: 5, messages })
  t.equal(reply.text, own)
  t.equal(reply.status, 400)
})

t.test("an error within a stream of Vertex's is an event of Anthropic's", async t => {
  const begun = { type: 'message_start', message: { id: 'm', model: 'real', usage: {} } }
  const delta = {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: 'Hel' },
  }
  for (const [data, type] of [
    [google(429, 'RESOURCE_EXHAUSTED', 'Quota'), 'rate_limit_error'],
    [anthropicError('overloaded_error', 'Overloaded'), 'overloaded_error'],
  ] as const) {
    const { gw } = await start(
      t,
      async exchange => {
        const stream = exchange.sse()
        await stream.data(begun)
        await stream.data(delta)
        await stream.data(data)
        await stream.end()
      },
      token,
    )
    const ask = { model: 'google-claude', max_tokens: 5, messages, stream: true }
    const { text } = await gw.post('/v1/messages', ask)
    t.match(text, /"text":"Hel"/)
    t.equal(text.split('event: error\n').length, 2, text)
    t.match(text, new RegExp(`event: error\ndata: {"type":"error","error":{"type":"${type}"`))
    t.notMatch(text, 'message_stop')
  }
})

t.test("Bedrock's errors, whatever was asked, with their status and what to wait", async t => {
  const refuse: Handler = exchange =>
    exchange.json({ message: 'Too many' }, 429, {
      'x-amzn-errortype': 'ThrottlingException:http://x',
      'retry-after': '7',
    })
  const { gw } = await start(t, refuse)
  const claude = await gw.post('/v1/messages', { model: 'claude', max_tokens: 5, messages })
  t.match(claude.json, { type: 'error', error: { type: 'rate_limit_error', message: 'Too many' } })
  const oss = await gw.post('/v1/chat/completions', { model: 'oss', messages })
  t.match(oss.json, { error: { code: 'rate_limit_exceeded', message: 'Too many' } })
  for (const reply of [claude, oss]) {
    t.equal(reply.status, 429)
    t.equal(reply.headers.get('retry-after'), '7')
  }
})

t.test('keys of AWS that have expired are read again, and the request is signed anew', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'gateway-test-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const file = join(dir, 'credentials')
  const write = (token: string): void =>
    writeFileSync(
      file,
      `[default]\naws_access_key_id=${keys.AWS_ACCESS_KEY_ID}\naws_secret_access_key=${keys.AWS_SECRET_ACCESS_KEY}\naws_session_token=${token}\n`,
    )
  write('old')
  const expired: Handler = exchange =>
    exchange.header('x-amz-security-token') === 'new'
      ? bedrock(exchange)
      : exchange.json({ message: 'The security token included in the request is expired' }, 403, {
          'x-amzn-errortype': 'ExpiredTokenException',
        })
  const { gw } = await start(t, expired, { AWS_SHARED_CREDENTIALS_FILE: file })
  write('new')
  const reply = await gw.post('/v1/chat/completions', { model: 'nova', messages })
  t.equal(reply.status, 200, reply.text)
  t.match(reply.headers.get('x-gateway-attempts'), /^2; .* 403 \d+ms, .* 200 /)
})

t.test("Google's errors at its imitation of OpenAI's API are OpenAI's", async t => {
  const { gw } = await start(
    t,
    exchange => exchange.json([google(404, 'NOT_FOUND', 'No')], 404),
    token,
  )
  const reply = await gw.post('/v1/chat/completions', { model: 'llama', messages })
  t.match(reply.json, { error: { code: 'model_not_found', message: 'No' } })
  const own = '{"error": {"message":"m","type":"t","param":null,"code":"c"}}'
  const passed = await start(t, exchange => exchange.raw(own, 400), token)
  const same = await passed.gw.post('/v1/chat/completions', { model: 'llama', messages })
  t.equal(same.text, own)
})

t.test(
  'what a request to Claude at a host points to is fetched, never from this network',
  async t => {
    for (const model of ['claude', 'google-claude']) {
      const { up, gw } = await start(t, bedrock, { ...keys, ...token })
      const image = { type: 'image', source: { type: 'url', url: `${up.url}/private.png` } }
      const result = { type: 'tool_result', tool_use_id: 't', content: [image] }
      for (const content of [[image], [result]]) {
        const ask = { model, max_tokens: 9, messages: [{ role: 'user', content }] }
        const reply = await gw.post('/v1/messages', ask)
        t.equal(reply.status, 400)
        t.match(reply.json.error, { code: 'source_unreachable', message: /private network/ })
      }
      t.equal(up.requests.length, 0)
    }
  },
)
