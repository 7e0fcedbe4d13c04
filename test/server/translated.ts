// Every client to every model: the official SDKs ask aliases whose providers speak another protocol, through real sockets.

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import { type Gateway, gateway } from '../fixtures/gateway.ts'
import { type Handler, type Upstream, upstream } from '../fixtures/upstream.ts'
import * as vendors from '../fixtures/vendors.ts'

const config = (url: string): string => `
providers:
  chats: { preset: together, baseUrl: ${url}/v1, credential: none }
  claude: { preset: anthropic, baseUrl: ${url}/v1, credential: env:KEY }
  openai: { preset: openai, baseUrl: ${url}/v1, credential: env:KEY }
aliases:
  chat: chats/some-model
  messages: claude/claude-opus-4-8
  responses: openai/gpt-5.4
`

/** A gateway whose every provider is one upstream. */
async function start(t: Test, script: Handler): Promise<{ up: Upstream; gw: Gateway }> {
  const up = await upstream(t, script)
  return { up, gw: await gateway(t, config(up.url), { KEY: 'sk-up' }) }
}

/** What an answer said, whoever read it. */
interface Said {
  readonly model: string
  readonly text: string
  readonly thought: string | undefined
  readonly calls: readonly { readonly name: string; readonly args: unknown }[]
  readonly finish: string
  readonly usage: { readonly input: number; readonly cached: number; readonly output: number }
}

type Client = (url: string, model: string, stream: boolean) => Promise<Said>

const parameters = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
}

const asChat: Client = async (url, model, stream) => {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'x', maxRetries: 0 })
  const params = {
    model,
    messages: [{ role: 'user' as const, content: 'Hi' }],
    tools: [{ type: 'function' as const, function: { name: 'weather', parameters } }],
    reasoning_effort: 'high' as const,
  }
  const completion = stream
    ? await client.chat.completions
        .stream({ ...params, stream_options: { include_usage: true } })
        .finalChatCompletion()
    : await client.chat.completions.create(params)
  const { message, finish_reason } = completion.choices[0]!
  const { reasoning_content } = message as { reasoning_content?: string }
  return {
    model: completion.model,
    text: message.content ?? '',
    thought: reasoning_content,
    calls: (message.tool_calls ?? []).map(call => {
      if (call.type !== 'function') throw new Error(call.type)
      return { name: call.function.name, args: JSON.parse(call.function.arguments) }
    }),
    finish: finish_reason,
    usage: {
      input: completion.usage!.prompt_tokens,
      cached: completion.usage!.prompt_tokens_details!.cached_tokens!,
      output: completion.usage!.completion_tokens,
    },
  }
}

const asMessages: Client = async (url, model, stream) => {
  const client = new Anthropic({ baseURL: url, apiKey: 'x', maxRetries: 0 })
  const params = {
    model,
    max_tokens: 20_000,
    messages: [{ role: 'user' as const, content: 'Hi' }],
    tools: [{ name: 'weather', input_schema: parameters }],
    thinking: { type: 'enabled' as const, budget_tokens: 16_000 },
  }
  const message = stream
    ? await client.messages.stream(params).finalMessage()
    : await client.messages.create(params)
  const { usage, content } = message
  return {
    model: message.model,
    text: content.map(block => (block.type === 'text' ? block.text : '')).join(''),
    thought: content.map(block => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap(block =>
      block.type === 'tool_use' ? [{ name: block.name, args: block.input }] : [],
    ),
    finish: message.stop_reason!,
    usage: {
      input: usage.input_tokens + usage.cache_read_input_tokens!,
      cached: usage.cache_read_input_tokens!,
      output: usage.output_tokens,
    },
  }
}

const asResponses: Client = async (url, model, stream) => {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'x', maxRetries: 0 })
  const params = {
    model,
    input: 'Hi',
    tools: [{ type: 'function' as const, name: 'weather', parameters, strict: false }],
    reasoning: { effort: 'high' as const, summary: 'auto' as const },
  }
  const response = stream
    ? await client.responses.stream(params).finalResponse()
    : await client.responses.create(params)
  return {
    model: response.model,
    text: response.output_text,
    thought: response.output
      .flatMap(item => (item.type === 'reasoning' ? item.summary.map(part => part.text) : []))
      .join(''),
    calls: response.output.flatMap(item =>
      item.type === 'function_call' ? [{ name: item.name, args: JSON.parse(item.arguments) }] : [],
    ),
    finish: response.status!,
    usage: {
      input: response.usage!.input_tokens,
      cached: response.usage!.input_tokens_details.cached_tokens,
      output: response.usage!.output_tokens,
    },
  }
}

const clients = {
  chat: { ask: asChat, finish: 'tool_calls' },
  messages: { ask: asMessages, finish: 'tool_use' },
  responses: { ask: asResponses, finish: 'completed' },
}

const providers = {
  chat: { answer: vendors.chat, path: '/v1/chat/completions', model: 'real-chat' },
  messages: { answer: vendors.messages, path: '/v1/messages', model: 'real-claude' },
  responses: { answer: vendors.responses, path: '/v1/responses', model: 'real-gpt' },
}

for (const [asking, { ask, finish }] of Object.entries(clients)) {
  for (const [spoken, { answer, path, model }] of Object.entries(providers)) {
    // One protocol on both sides passes, and so does chat to OpenAI.
    if (asking === spoken || (asking === 'chat' && spoken === 'responses')) continue
    t.test(`a client of ${asking} at a provider of ${spoken}`, async t => {
      const { up, gw } = await start(t, answer)
      for (const stream of [false, true]) {
        const said = await ask(gw.url, spoken, stream)
        t.strictSame(
          said,
          {
            model,
            text: 'Hello',
            thought: 'hm',
            calls: [{ name: 'weather', args: { city: 'Ulm' } }],
            finish,
            usage: { input: 20, cached: 5, output: 9 },
          },
          stream ? 'streamed' : 'whole',
        )
        t.equal(up.requests.at(-1)!.url, path)
      }
      await gw.idle()
      t.match(gw.log(), /"in":20,"out":9,"cached":5/)
    })
  }
}

t.test(
  'what the scan leaves to be found is told with its place, in requests of any length',
  async t => {
    const { gw } = await start(t, vendors.messages)
    for (const text of ['Hi', 'Hi'.repeat(100_000)]) {
      const body = `{"model":"messages","messages":[{"role":"user","content":"${text}"},{"role":"user","content":"\\x"}]}`
      const reply = await gw.post('/v1/chat/completions', body)
      t.equal(reply.status, 400)
      const { code, message } = (reply.json as { error: { code: string; message: string } }).error
      t.equal(code, 'body_invalid')
      t.match(message, /Bad escaped character/)
      t.ok(message.includes(String(body.indexOf('\\x') + 1)), message)
    }
  },
)

t.test('what cannot be said is named, and what must not be lost is refused', async t => {
  const { up, gw } = await start(t, vendors.messages)
  const body = { model: 'messages', messages: [{ role: 'user', content: 'Hi' }], seed: 7 }
  const reply = await gw.post('/v1/chat/completions', body)
  t.equal(reply.status, 200, reply.text)
  t.equal(reply.headers.get('x-gateway-dropped'), 'seed')
  t.equal(reply.headers.get('x-gateway-target'), 'claude/claude-opus-4-8')
  t.equal(up.requests.at(-1)!.header('x-api-key'), 'sk-up')
  const many = await gw.post('/v1/chat/completions', { ...body, n: 2 })
  t.equal(many.status, 400)
  t.match(many.json, { error: { type: 'invalid_request_error', code: 'untranslatable' } })
  t.equal(up.requests.length, 1)
  const fields = Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`field_${i}`, i]))
  const named = await gw.post('/v1/chat/completions', { ...body, ...fields })
  t.match(named.headers.get('x-gateway-dropped'), /^.{900,1000} and \d{4} more$/)
  const long = await gw.post('/v1/chat/completions', { ...body, ['x'.repeat(5000)]: 1 })
  t.match(long.headers.get('x-gateway-dropped'), /^seed and 1 more$|^and 2 more$/)
})

t.test("an error comes in the client's words, with its status and what to wait", async t => {
  const { gw } = await start(t, ({ response }) => {
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '70' })
    const error = { type: 'rate_limit_error', message: 'slow down' }
    response.end(JSON.stringify({ type: 'error', error, request_id: 'r' }))
  })
  const reply = await gw.post('/v1/chat/completions', {
    model: 'messages',
    messages: [{ role: 'user', content: 'Hi' }],
  })
  t.equal(reply.status, 429)
  t.equal(reply.headers.get('retry-after'), '70')
  t.match(reply.json, { error: { code: 'rate_limit_exceeded', message: /slow down/ } })
})

t.test('O7: a context that is too long is said in the words that Claude Code acts on', async t => {
  // musistudio/claude-code-router#1799
  const message =
    "This model's maximum context length is 128000 tokens. However, you requested 130000 tokens (128000 in the messages, 2000 in the completion)."
  const { gw } = await start(t, ({ response }) => {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message, code: 'context_length_exceeded' } }))
  })
  const reply = await gw.post('/v1/messages', {
    model: 'chat',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Hi' }],
  })
  t.equal(reply.status, 400)
  t.match(reply.json.error, {
    type: 'invalid_request_error',
    message:
      /prompt is too long: \d+ tokens > 128000 maximum|exceed context limit: \d+ \+ \d+ > 128000/,
  })
})

t.test("S6: a stream that dies ends as an error of the client's protocol", async t => {
  // BerriAI/litellm#32475, diegosouzapw/OmniRoute#8210
  const { gw } = await start(t, ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const choices = [{ index: 0, delta: { content: 'Hel' }, finish_reason: null }]
    response.write(`data: ${JSON.stringify({ id: 'c', model: 'm', choices })}\n\n`)
    setImmediate(() => response.destroy())
  })
  const ask = { model: 'chat', stream: true, max_tokens: 9 }
  const turns = [{ role: 'user', content: 'Hi' }]
  const anthropic = await gw.post('/v1/messages', { ...ask, messages: turns })
  t.match(anthropic.text, /event: error\ndata: \{"type":"error"/)
  t.notMatch(anthropic.text, /message_stop/)
  const codex = await gw.post('/v1/responses', { model: 'chat', stream: true, input: 'Hi' })
  t.match(codex.text, /event: response\.failed\n/)
  t.notMatch(codex.text, /response\.completed/)
})

t.test('a stream is read as one, whatever its content type says', async t => {
  for (const type of ['application/json', 'text/plain', undefined]) {
    const { gw } = await start(t, exchange => {
      const { response } = exchange
      const writeHead = response.writeHead.bind(response)
      response.writeHead = ((status: number) =>
        writeHead(status, type === undefined ? {} : { 'content-type': type })) as never
      vendors.chat(exchange)
    })
    for (const stream of [true, false]) {
      t.match(
        await asMessages(gw.url, 'chat', stream),
        { text: 'Hello', finish: 'tool_use' },
        type ?? 'none',
      )
    }
  }
})

t.test('respondAs names the alias in every event of a translation', async t => {
  const up = await upstream(t, vendors.chat)
  const gw = await gateway(t, `respondAs: alias\n${config(up.url)}`, { KEY: 'sk-up' })
  for (const path of ['/v1/messages', '/v1/responses']) {
    const turns = { messages: [{ role: 'user', content: 'Hi' }], input: 'Hi', max_tokens: 9 }
    const { text } = await gw.post(path, { model: 'chat', stream: true, ...turns })
    t.match(text, '"model":"chat"')
    t.notMatch(text, 'real-chat')
  }
})

t.test(
  'O6: tokens are estimated where the provider does not count them, and said to be',
  async t => {
    // BerriAI/litellm#13252, badrisnarayanan/antigravity-claude-proxy#155
    const { up, gw } = await start(t, vendors.chat)
    const messages = [{ role: 'user', content: 'word '.repeat(1000) }]
    const claude = await gw.post('/v1/messages/count_tokens', { model: 'chat', messages })
    t.equal(claude.status, 200, claude.text)
    t.strictSame(Object.keys(claude.json), ['input_tokens'])
    t.ok(claude.json.input_tokens >= 1000)
    t.equal(claude.headers.get('x-gateway-estimate'), 'tokens')
    t.equal(claude.headers.get('x-gateway-alias'), 'chat')
    const contents = [{ role: 'user', parts: [{ text: 'word '.repeat(1000) }] }]
    const google = await gw.post('/v1beta/models/chat:countTokens', { contents })
    t.ok(google.json.totalTokens >= 1000, google.text)
    t.equal(up.requests.length, 0)
    await gw.post('/v1/messages/count_tokens', { model: 'messages', messages })
    t.equal(up.requests.at(-1)!.url, '/v1/messages/count_tokens')
  },
)

t.test(
  'what a request points to is fetched for those who want bytes, never from this network',
  async t => {
    const up = await upstream(t, vendors.chat)
    const gw = await gateway(
      t,
      `providers: { moon: { preset: together, quirks: { imageUrls: false }, baseUrl: "${up.url}/v1", credential: none } }`,
    )
    const source = { type: 'url', url: `${up.url}/private.png` }
    const reply = await gw.post('/v1/messages', {
      model: 'moon/m',
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'image', source }] }],
    })
    t.equal(reply.status, 400)
    t.match(reply.json.error, { code: 'source_unreachable', message: /private network/ })
    t.equal(up.requests.length, 0)
  },
)

t.test('Codex at a server that nobody has described: translated to Chat, which it has', async t => {
  const up = await upstream(t, vendors.chat)
  const own = (quirks: string): string =>
    `providers: { own: { api: openai, baseUrl: "${up.url}/v1"${quirks} } }`
  const gw = await gateway(t, own(''))
  t.match(await asResponses(gw.url, 'own/m', true), { text: 'Hello', finish: 'completed' })
  t.equal(up.requests.at(-1)!.url, '/v1/chat/completions')
  await gw.use(own(', quirks: { responses: true }'))
  await gw.post('/v1/responses', { model: 'own/m', input: 'Hi' })
  t.equal(up.requests.at(-1)!.url, '/v1/responses')
})

t.test('what the config says of a model is heeded', async t => {
  const up = await upstream(t, vendors.messages)
  const models = 'models: { "claude-opus-*": { maxOutput: 77, sampling: free } }\n'
  const gw = await gateway(t, models + config(up.url), { KEY: 'sk-up' })
  const messages = [{ role: 'user', content: 'Hi' }]
  const reply = await gw.post('/v1/chat/completions', { model: 'messages', messages, top_p: 0.5 })
  t.equal(reply.headers.get('x-gateway-dropped'), null)
  t.match(up.requests.at(-1)!.sent, { max_tokens: 77, top_p: 0.5 })
})

t.test(
  'a silent stream is kept open in the form of its protocol, and lines of JSON are left alone',
  async t => {
    // A comment of server-sent events between Ollama's lines, or in Gemini's array, is no JSON.
    const up = await upstream(t)
    const gw = await gateway(t, `keepAlive: 50ms\n${config(up.url)}`, { KEY: 'sk-up' })
    const turns = [{ role: 'user', content: 'Hi' }]
    const asks = {
      events: gw.post('/v1/messages', {
        model: 'chat',
        stream: true,
        max_tokens: 9,
        messages: turns,
      }),
      lines: gw.post('/api/chat', { model: 'chat', messages: turns }),
    }
    const far = [await up.next(), await up.next()].map(exchange => exchange.sse())
    const delta = (delta: object, finish_reason: string | null = null) => ({
      ...{ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] },
    })
    for (const stream of far) await stream.data(delta({ content: 'Hel' }))
    // Long enough for several pulses; fewer than one on the slowest machine would fail the first assertion alone.
    await new Promise(resolve => setTimeout(resolve, 500))
    for (const stream of far) {
      await stream.data(delta({ content: 'lo' }, 'stop'))
      await stream.data('[DONE]')
      await stream.end()
    }
    t.ok((await asks.events).text.split('event: ping').length > 2)
    const lines = (await asks.lines).text.trim().split('\n')
    t.equal(lines.map(line => JSON.parse(line).message.content).join(''), 'Hello')
  },
)
