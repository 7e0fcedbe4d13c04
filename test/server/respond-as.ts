// `respondAs: alias`: the name that was asked for, wherever an answer or an event of each protocol says the model's.

import { gzipSync } from 'node:zlib'
import t from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const said = 'the-real-1'
const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/** What is asked, and what comes of it. */
const cases: readonly (readonly [name: string, path: string, type: string, answer: string])[] = [
  [
    'messages',
    '/v1/messages',
    'text/event-stream',
    event('message_start', {
      type: 'message_start',
      message: { id: 'm', model: said, usage: {} },
    }) + event('message_stop', { type: 'message_stop' }),
  ],
  ['messages, whole', '/v1/messages', 'application/json', `{"model":"${said}","x":1.0}`],
  [
    'responses',
    '/v1/responses',
    'text/event-stream; charset=utf-8',
    ['created', 'in_progress', 'completed']
      .map(kind =>
        event(`response.${kind}`, { type: `response.${kind}`, response: { model: said } }),
      )
      .join(''),
  ],
  [
    'gemini',
    '/v1beta/models/google-x:streamGenerateContent?alt=sse',
    'text/event-stream',
    `data: {"modelVersion":"${said}"}\r\n\r\ndata: {"candidates":[{"finishReason":"STOP"}],"modelVersion":"${said}"}\r\n\r\n`,
  ],
  [
    'gemini, an array',
    '/v1beta/models/google-x:streamGenerateContent',
    'application/json',
    `[{"modelVersion":"${said}"}\n,\r\n{"modelVersion":"${said}"}]`,
  ],
  ['embeddings', '/v1/embeddings', 'application/json', `{"data":[],"model":"${said}"}`],
]

for (const [name, path, type, answer] of cases)
  t.test(name, async t => {
    const up = await upstream(t, exchange => {
      t.equal(exchange.header('accept-encoding'), undefined)
      exchange.response.writeHead(200, { 'content-type': type })
      exchange.response.end(answer)
    })
    const gw = await gateway(
      t,
      `
respondAs: alias
providers:
  up: { api: openai, baseUrl: ${up.url}/v1, credential: none, quirks: { responses: true } }
  claude: { api: anthropic, baseUrl: ${up.url}/v1, credential: none }
  google: { api: gemini, baseUrl: ${up.url}/v1beta, credential: none }
aliases: { x: up/real, claude-x: claude/real, google-x: google/real }
`,
    )
    const alias = path.includes('messages') ? 'claude-x' : path.includes('beta') ? 'google-x' : 'x'
    const reply = await gw.post(
      path,
      { model: alias, messages: [], contents: [], input: '' },
      { 'accept-encoding': 'gzip' },
    )
    t.equal(reply.text, answer.replaceAll(said, alias))
  })

t.test('an answer that is compressed all the same passes as it is', async t => {
  const bytes = gzipSync(`{"model":"${said}"}`)
  const up = await upstream(t, exchange => {
    exchange.response.writeHead(200, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    })
    exchange.response.end(bytes)
  })
  const gw = await gateway(
    t,
    `
respondAs: alias
providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none } }
aliases: { x: up/real }
`,
  )
  const reply = await gw.post('/v1/embeddings', { model: 'x' })
  t.equal(reply.headers.get('content-encoding'), 'gzip')
  t.equal(reply.text, bytes.toString())
})

t.test('a body that is too large to be held is passed on with the name that it has', async t => {
  const answer = `{"model":"${said}","data":"${'x'.repeat(65 * 1024 ** 2)}"}`
  const up = await upstream(t, exchange =>
    exchange.raw(answer, 200, { 'content-type': 'application/json' }),
  )
  const gw = await gateway(
    t,
    `
providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none } }
aliases: { fast: { target: up/m, respondAs: alias } }
`,
  )
  const { text } = await gw.post('/v1/embeddings', { model: 'fast', input: 'x' })
  t.ok(text === answer)
})
