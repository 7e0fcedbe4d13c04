import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { Health } from '../../src/proxy/health.ts'
import { frame } from '../fixtures/event-frames.ts'
import { type Gateway, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import {
  chatChunk,
  chatCompletion,
  type Handler,
  type Upstream,
  upstream,
} from '../fixtures/upstream.ts'

const chat = (model = 'chat', more = {}): unknown => ({ model, messages: [], ...more })
const answers =
  (status: number, headers = {}): Handler =>
  exchange =>
    exchange.json({ error: { message: `no ${status}` } }, status, headers)
const good: Handler = exchange => exchange.json(chatCompletion('hi'))
const failing: Handler = exchange => exchange.die()
const empty: Handler = exchange => exchange.raw('', 200, { 'content-type': 'application/json' })
const events =
  (...list: unknown[]): Handler =>
  async exchange => {
    const stream = exchange.sse()
    for (const event of list) await stream.data(event)
    await stream.end()
  }
const role = { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }
const story = (reply: { headers: Headers }): string =>
  reply.headers.get('x-gateway-attempts')!.replace(/ \d+ms/g, '')

/** Two upstreams `a` and `b`, an alias `chat` for both in this order, and `one` for the first alone. */
async function two(
  t: Test,
  first: Handler | readonly Handler[],
  second: Handler | readonly Handler[] = good,
  more = '',
  health?: Health,
): Promise<{ gw: Gateway; a: Upstream; b: Upstream; yaml: (more: string) => string }> {
  const a = await upstream(t, first)
  const b = await upstream(t, second)
  const yaml = (more: string): string => `
providers:
  a: { api: openai, baseUrl: ${a.url}/v1, credential: none }
  b: { api: openai, baseUrl: ${b.url}/v1, credential: none }
aliases:
  chat: { targets: [a/x, b/y] }
  one: a/x
${more}
`
  return { gw: await gateway(t, yaml(more), {}, health), a, b, yaml }
}

const post = (gw: Gateway, model = 'chat', more = {}) =>
  gw.post('/v1/chat/completions', chat(model, more))

for (const [says, first] of [
  ['408', answers(408)],
  ['409', answers(409)],
  ['429', answers(429, { 'retry-after': '60' })],
  ['500', answers(500)],
  ['529', answers(529)],
  ['upstream_broken', failing],
  ['upstream_empty', empty],
] as const) {
  t.test(`${says}: the next target at once, and the header says it`, async t => {
    const { gw, a } = await two(t, first)
    const reply = await post(gw)
    t.equal(reply.status, 200)
    t.same(reply.json, chatCompletion('hi'))
    t.equal(story(reply), `2; a/x ${says}, b/y 200`)
    t.equal(reply.headers.get('x-gateway-target'), 'b/y')
    t.equal(a.requests.length, 1)
    await gw.idle()
    t.match(gw.server.counters, { started: 1, finished: 1 })
  })
}

t.test('the beginning of a stream: an error before content is one more failure', async t => {
  const starts: readonly (readonly [string, Handler, string])[] = [
    ['an error', events(role, { error: { message: 'x', code: 503 } }), '503'],
    ['no event', events(), 'upstream_empty'],
    ['only a role', events(role, '[DONE]'), 'upstream_empty'],
    [
      'a death before content',
      async exchange => {
        const stream = exchange.sse()
        await stream.data(role)
        stream.destroy()
      },
      'upstream_broken',
    ],
  ]
  for (const [says, first, reason] of starts) {
    const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
    const { gw } = await two(t, first, events(role, chatChunk('hi'), end, '[DONE]'))
    const reply = await post(gw, 'chat', { stream: true })
    t.equal(reply.status, 200, says)
    t.equal(story(reply), `2; a/x ${reason}, b/y 200`, says)
    t.equal(
      reply.text,
      `${[role, chatChunk('hi'), end].map(e => `data: ${JSON.stringify(e)}\n\n`).join('')}data: [DONE]\n\n`,
      'nothing of the first, all of the second',
    )
  }
})

t.test('an error in a stream that would be the same anywhere passes as it came', async t => {
  const { gw, b } = await two(t, events({ error: { message: 'too long', code: 400 } }))
  const reply = await post(gw, 'chat', { stream: true })
  t.equal(reply.text, 'data: {"error":{"message":"too long","code":400}}\n\n')
  t.equal(b.requests.length, 0)
  await gw.idle()
  t.match(gw.server.counters, { failed: 1 })
})

t.test('what the client must mend is not tried again, whoever says it', async t => {
  for (const status of [400, 401, 403, 404, 413, 422]) {
    const { gw, a, b } = await two(t, answers(status))
    const reply = await post(gw)
    t.equal(reply.status, status)
    t.equal(reply.text, `{"error":{"message":"no ${status}"}}`)
    t.equal(story(reply), '1')
    t.equal(a.requests.length + b.requests.length, 1)
    t.same(gw.upstreams.health.targets, [], 'and is nobody else’s fault')
  }
})

t.test('after a byte of content nothing is tried again', async t => {
  const { gw, a, b } = await two(t, () => {})
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', chat('chat', { stream: true })))
  const stream = (await a.next()).sse()
  await stream.data(chatChunk('one'))
  await client.until('one')
  stream.destroy()
  t.match(await client.until('upstream_broken'), /^HTTP\/1.1 200 /)
  await gw.idle()
  t.equal(b.requests.length, 0)
  t.match(gw.upstreams.health.targets, [{ target: 'a/x', failures: 1 }])
})

const cut: Handler = exchange => {
  exchange.response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
  exchange.response.write('{"id":"x","choices":[', () => exchange.die())
}
const said =
  (error: object): Handler =>
  exchange =>
    exchange.json({ error })
const page: Handler = exchange =>
  exchange.raw('<html>', 200, { 'content-type': 'text/html; charset=utf-8' })
const moved: Handler = exchange =>
  exchange.raw('', 308, { location: 'https://else.where/v1/chat/completions?key=secret' })
const messages = (gw: Gateway, model = 'chat', more = {}) =>
  gw.post('/v1/messages', {
    ...{ model, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
    ...more,
  })

t.test(
  'an answer that is sent when it is whole: until then another target can give it',
  async t => {
    for (const [says, first] of [
      ['upstream_broken', cut],
      ['500', said({ message: 'boom', code: 500 })],
      ['429', said({ message: 'slowly', code: 429 })],
      ['upstream_broken', page],
      ['upstream_redirect', moved],
      ['upstream_empty', exchange => exchange.raw('', 204)],
    ] as const satisfies readonly (readonly [string, Handler])[]) {
      for (const stream of [false, true]) {
        const { gw, a } = await two(t, first)
        const reply = await messages(gw, 'chat', { stream })
        t.match(reply, { status: 200, text: '"text":"hi"' }, says)
        t.equal(reply.text.startsWith('event: message_start'), stream)
        t.equal(story(reply), `2; a/x ${says}, b/y 200`)
        t.equal(a.requests.length, 1)
        await gw.idle()
        t.match(gw.log(), '"target":"b/y"')
      }
    }
  },
)

t.test('an answer that others would read is read', async t => {
  const answer = JSON.stringify(chatCompletion('hi'))
  const stream = `id: 1\ndata: ${JSON.stringify(chatChunk('hi'))}\n\ndata: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`
  for (const [type, text] of [
    ['application/json', `\ufeff${answer}`],
    ['application/json', `\r\n  \r\n${answer}`],
    ['Text/Event-Stream', stream],
    ['application/octet-stream', stream],
    ['text/plain', `\ufeff\n${stream}`],
  ] as const) {
    const { gw } = await two(t, exchange => exchange.raw(text, 200, { 'content-type': type }))
    const reply = await messages(gw, 'one')
    t.match(reply, { status: 200, json: { content: [{ text: 'hi' }] } }, `${type} ${text}`)
  }
})

t.test('what says that it is not packed is read', async t => {
  for (const encoding of ['none', 'Identity']) {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
    const { gw } = await two(t, exchange =>
      exchange.raw(JSON.stringify(chatCompletion('hi')), 200, headers),
    )
    t.match(await messages(gw, 'one'), { status: 200, json: { content: [{ text: 'hi' }] } })
  }
})

t.test('where none follows, the client is told in its own words', async t => {
  const refusal = said({ message: 'too long', code: 400, type: 'invalid_request_error' })
  const cases: readonly (readonly [Handler, number, RegExp, number])[] = [
    [cut, 502, /broke off/, 2],
    [said({ message: 'boom', code: 500 }), 500, /boom/, 2],
    [refusal, 400, /too long/, 1],
    [page, 502, /not a JSON object/, 1],
    [
      moved,
      502,
      /308, a redirect to https:..else.where.v1.chat.completions \(set providers.a.baseUrl/,
      1,
    ],
    [exchange => exchange.raw('', 304), 502, /304 with nothing/, 1],
  ]
  for (const [first, status, message, asked] of cases) {
    for (const stream of [false, true]) {
      const { gw, a } = await two(t, first)
      const reply = await messages(gw, 'one', { stream })
      t.match(reply, { status, json: { type: 'error', error: { message } } })
      t.notMatch(reply.text, 'secret')
      t.equal(a.requests.length, asked)
      const tries = reply.headers.get('x-gateway-attempts')!
      t.equal(Number.parseInt(tries, 10), asked)
      t.equal(tries.split('a/x').length - 1, asked > 1 ? asked : 0)
      t.equal(reply.json.error.attempts?.length, asked > 1 ? asked : undefined)
      t.equal(reply.headers.get('x-should-retry'), asked > 1 ? 'false' : null)
      await gw.idle()
      t.equal(gw.server.inFlight, 0)
    }
  }
})

t.test('a stream in frames whose first is an error', async t => {
  const slowly = frame(
    {
      ':message-type': 'exception',
      ':exception-type': 'throttlingException',
      ':content-type': 'application/json',
    },
    '{"message":"Slow down"}',
  )
  const a = await upstream(t, exchange =>
    exchange.raw(slowly, 200, { 'content-type': 'application/vnd.amazon.eventstream' }),
  )
  const b = await upstream(t, good)
  const gw = await gateway(
    t,
    `
providers:
  a: { preset: bedrock, baseUrl: "${a.url}/openai/v1", region: us-east-1, credential: env:KEY }
  b: { api: openai, baseUrl: ${b.url}/v1, credential: none }
aliases: { claude: { targets: ["a/eu.anthropic.claude-opus-4-8", b/y] }, nova: { targets: ["a/amazon.nova-pro-v1:0", b/y] } }
`,
    { KEY: 'key' },
  )
  for (const model of ['claude', 'nova']) {
    const reply = await messages(gw, model, { stream: true })
    t.match(reply, { status: 200, text: '"text":"hi"' })
    t.match(story(reply), /^2; a\/.* 429, b\/y 200$/)
  }
})

t.test('a stream that waits for its first words is begun all the same, and kept open', async t => {
  const { gw, a, b } = await two(t, () => {}, good, 'keepAlive: 15ms')
  const body = { model: 'chat', max_tokens: 9, stream: true, messages: [] }
  const client = raw(t, gw.port, postBytes('/v1/messages', body))
  const stream = (await a.next()).stream(200, { 'content-type': 'application/json' })
  await stream.write(' ')
  await client.until(/200 OK.*event: ping/s)
  await stream.write(JSON.stringify(chatCompletion('hi')))
  await stream.end()
  await client.until(/"text":"hi".*message_stop/s)
  t.equal(b.requests.length, 0)
})

t.test('a held stream that broke says nothing more, while another target is asked', async t => {
  const { gw, b } = await two(
    t,
    said({ message: 'boom', code: 500 }),
    () => {},
    'fallback: { attempts: 1 }\nkeepAlive: 15ms',
  )
  const body = { max_tokens: 9, stream: true, messages: [] }
  const client = raw(t, gw.port, postBytes('/v1/messages', { model: 'chat', ...body }))
  const held = await b.next()
  // So long that it would have begun.
  const clock = raw(t, gw.port, postBytes('/v1/messages', { model: 'b/y', ...body }))
  await (await b.next()).sse().data(role)
  await clock.until(/(event: ping.*){4}/s)
  t.equal(client.text(), '')
  held.json(chatCompletion('hi'))
  const text = await client.until('message_stop')
  t.match(text, /x-gateway-target: b\/y.*"text":"hi"/s)
  const { length } = clock.text()
  await clock.until(new RegExp(`^.{${length}}.*(event: ping.*){4}`, 's'))
  clock.socket.destroy()
  await gw.idle()
  t.match(gw.server.counters, { finished: 1, cancelled: 1 })
  const [, first = '', total = ''] = /"first":([\d.]+),"total":([\d.]+)/.exec(gw.log()) ?? []
  t.ok(
    Number(first) > Number(total) / 2,
    `${first} of ${total}: the first byte that the client got`,
  )
})

t.test("an error of the client's making within a 200 is not held against its target", async t => {
  for (const path of ['/v1/chat/completions', '/v1/messages']) {
    for (const [code, state] of [
      [400, []],
      [503, [{ target: 'a/x', state: 'cooling' }]],
    ] as const) {
      for (const many of [true, false]) {
        const health = new Health()
        const { gw } = await two(
          t,
          events({ error: { message: 'no', code } }),
          good,
          many ? 'fallback: { on: [broken] }' : 'fallback: { attempts: 1 }',
          health,
        )
        const body = { model: many ? 'chat' : 'one', max_tokens: 9, stream: true, messages: [] }
        for (let n = 0; n < 3; n++) await gw.post(path, body)
        await gw.idle()
        t.match(health.targets, state, `${path} ${code} ${many}`)
        t.equal(health.targets.length, state.length)
      }
    }
  }
})

t.test('of a broken answer and a refusal the client gets what tells it more', async t => {
  const busy = answers(429, { 'retry-after': '7' })
  for (const [first, second] of [
    [busy, cut],
    [cut, busy],
  ] as const) {
    const { gw } = await two(t, first, second, 'fallback: { attempts: 1 }')
    const reply = await messages(gw)
    t.match(reply, { status: 429, json: { error: { message: 'no 429' } } })
    t.equal(reply.headers.get('retry-after'), '7')
    t.match(story(reply), /^2; a\/x (429|upstream_broken), b\/y (429|upstream_broken)$/)
  }
})

t.test('the last target is tried twice, after a wait', async t => {
  const { gw, a } = await two(t, [answers(500), good])
  const reply = await post(gw, 'one')
  t.equal(reply.status, 200)
  t.equal(story(reply), '2; a/x 500, a/x 200')
  t.equal(a.requests.length, 2)
  t.same(gw.upstreams.health.targets, [])
})

t.test('attempts, on and budget, for all and for one alias', async t => {
  const { gw, a, b, yaml } = await two(t, answers(500), answers(500), 'fallback: { attempts: 1 }')
  await post(gw, 'one')
  t.equal(a.requests.length, 1)
  await gw.use(yaml('fallback: { on: [429] }'))
  await post(gw)
  t.equal(b.requests.length, 0)
  await gw.use(
    yaml('fallback: { attempts: 1 }').replace('targets:', 'fallback: { attempts: 3 }, targets:'),
  )
  await post(gw)
  t.equal(b.requests.length, 3)
  await gw.use(yaml('fallback: { budget: 1ms }'))
  const slow: Handler = exchange => setTimeout(() => answers(500)(exchange), 20)
  const late = await two(t, slow, good, 'fallback: { budget: 10ms }')
  t.equal((await post(late.gw)).status, 500)
  t.equal(late.b.requests.length, 0)
})

t.test('retry-after is honoured, and where it is long the client is told', async t => {
  const { gw, a } = await two(t, [answers(429, { 'retry-after-ms': '1' }), good])
  t.equal((await post(gw, 'one')).status, 200)
  t.equal(a.requests.length, 2)
  const long = await two(t, answers(429, { 'retry-after': '6' }))
  const reply = await post(long.gw, 'one')
  t.equal(reply.text, '{"error":{"message":"no 429"}}', 'one attempt: as it came')
  t.equal(reply.headers.get('retry-after'), '6')
  t.equal(long.a.requests.length, 1)
  const never = await two(t, answers(500, { 'x-should-retry': 'false' }))
  await post(never.gw, 'one')
  t.equal(never.a.requests.length, 1)
})

t.test('when all fail the client gets the one that says most, and what each did', async t => {
  const { gw } = await two(t, answers(429, { 'retry-after': '60' }), failing)
  const reply = await post(gw)
  t.equal(reply.status, 429)
  t.equal(reply.headers.get('retry-after'), '60')
  t.equal(reply.headers.get('x-gateway-target'), 'a/x')
  t.match(reply.json, {
    error: {
      message: 'no 429',
      attempts: [
        { target: 'a/x', status: 429 },
        { target: 'b/y', error: 'upstream_broken' },
        { target: 'b/y', error: 'upstream_broken' },
      ],
    },
  })
  t.match(reply.text, /^\{"error":\{"message":"no 429","attempts":\[.*\]\}\}$/)
  t.equal(Number(reply.headers.get('content-length')), reply.text.length)
  await gw.idle()
  t.match(gw.server.counters, { started: 1, finished: 1, failed: 0 })
})

t.test("an error in no form of the API is put into the client's", async t => {
  const page: Handler = exchange =>
    exchange.raw('<html><h1>Bad Gateway</h1></html>', 502, { 'content-type': 'text/html' })
  const { gw } = await two(t, failing, page)
  const reply = await post(gw)
  t.equal(reply.status, 502)
  t.equal(reply.headers.get('content-type'), 'application/json')
  t.match(reply.json.error, {
    message: 'the provider answered 502',
    type: 'server_error',
    attempts: [{ target: 'a/x' }, { target: 'b/y', status: 502 }, { target: 'b/y', status: 502 }],
  })
  t.equal(reply.headers.get('x-should-retry'), 'false')
})

t.test('a compressed error is unpacked for it', async t => {
  const packed: Handler = exchange =>
    exchange.raw(gzipSync('{"error":{"message":"packed"}}'), 503, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    })
  const { gw } = await two(t, failing, packed)
  const reply = await gw.post('/v1/chat/completions', chat(), { 'accept-encoding': 'gzip' })
  t.match(reply.json.error, { message: 'packed', attempts: Array })
  t.equal(reply.headers.get('content-encoding'), null)
})

t.test("no target answers: the gateway's own error, with what each did", async t => {
  const { gw, a, b } = await two(t, good)
  await Promise.all([a.close(), b.close()])
  const reply = await post(gw)
  t.equal(reply.status, 502)
  t.match(reply.json.error, {
    code: 'upstream_unreachable',
    source: 'gateway',
    attempts: [{ target: 'a/x', error: 'upstream_unreachable' }, {}, {}],
  })
  t.equal(story(reply).split(';')[0], '3')
  t.equal(reply.headers.get('x-should-retry'), 'false')
})

t.test('a body of any size is sent again', async t => {
  const { gw, b } = await two(t, answers(500))
  const content = 'x'.repeat(9_000_000)
  const reply = await gw.post('/v1/chat/completions', {
    model: 'chat',
    messages: [{ role: 'user', content }],
  })
  t.equal(reply.status, 200)
  t.equal(b.requests[0]!.sent.messages[0].content.length, content.length)
})

t.test('a target that fails is left out until it is due, by one probe', async t => {
  let now = 0
  const health = new Health(() => now)
  const { gw, a, b } = await two(
    t,
    exchange => (now < 5000 ? answers(500)(exchange) : good(exchange)),
    good,
    '',
    health,
  )
  for (let i = 0; i < 5; i++) t.equal((await post(gw)).status, 200)
  t.equal(a.requests.length, 3)
  t.match(health.targets, [{ target: 'a/x', state: 'cooling', reason: '500' }])
  now = 5000
  t.equal(story(await post(gw)), '1')
  t.equal(a.requests.length, 4)
  t.equal(b.requests.length, 5)
  t.same(health.targets, [])
})

t.test(
  'a target that is busy is left out for as long as it says; a client that leaves is not its fault',
  async t => {
    const health = new Health(() => 0)
    const { gw, a, yaml } = await two(
      t,
      [answers(429, { 'retry-after': '7' }), () => {}],
      good,
      '',
      health,
    )
    await post(gw)
    await post(gw)
    t.equal(a.requests.length, 1)
    t.match(health.targets, [{ until: 7000 }])
    await gw.use(yaml('respondAs: alias'))
    await post(gw)
    t.equal(a.requests.length, 1, 'also after a reload')
    const client = raw(t, gw.port, postBytes('/v1/chat/completions', chat('one')))
    await a.next()
    const exchange = await a.next()
    client.socket.destroy()
    await exchange.closed
    await gw.idle()
    t.match(health.targets, [{ failures: 1 }])
  },
)

t.test(
  '401: the credential is read again once, and the request sent again with the new one',
  async t => {
    const gw = await gateway(t, '')
    const key = join(t.testdirName, 'key')
    const takes = (text: string): Handler => {
      return exchange =>
        (exchange.header('authorization') === `Bearer ${text}` ? good : answers(401))(exchange)
    }
    const config = (up: Upstream): string =>
      `providers: { a: { api: openai, baseUrl: ${up.url}/v1, credential: "file:${key}" } }`
    const up = await upstream(t, takes('new'))
    writeFileSync(key, 'old')
    await gw.use(config(up))
    t.equal((await post(gw, 'm')).status, 401)
    t.equal(up.requests.length, 1, 'it is the same: nothing is sent again')
    writeFileSync(key, 'new')
    t.equal((await post(gw, 'm')).status, 401, 'and it is not read at every request')
    await gw.use(config(up))
    t.equal((await post(gw, 'm')).status, 200)
    await gw.use(config(await upstream(t, takes('newest'))))
    writeFileSync(key, 'newest')
    const replies = await Promise.all([post(gw, 'm'), post(gw, 'm')])
    t.same(
      replies.map(reply => reply.status),
      [200, 200],
    )
    t.equal(story(replies[0]!), '2; a/m 401, a/m 200')
    t.same(gw.upstreams.health.targets, [])
  },
)

t.test('clouds say in other ways that a key is none any more', async t => {
  const amz = (name: string): Record<string, string> => ({
    'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/`,
  })
  const expired = { message: 'The security token included in the request is expired' }
  const google = { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'API key expired.' } }
  const cases: readonly [number, unknown, Record<string, string>, number][] = [
    [403, {}, amz('ExpiredTokenException'), 200],
    [403, {}, amz('UnrecognizedClientException'), 200],
    [403, expired, {}, 200],
    [403, { Message: 'Bearer Token has expired' }, {}, 200],
    [400, google, {}, 200],
    [403, { error: { message: 'no such model for you' } }, amz('AccessDeniedException'), 403],
    [400, { error: { message: 'no messages' } }, {}, 400],
    [404, expired, {}, 404],
  ]
  const gw = await gateway(t, '')
  const key = join(t.testdirName, 'key')
  for (const [status, body, headers, wanted] of cases) {
    const up = await upstream(t, exchange => {
      if (exchange.header('authorization') === 'Bearer new') good(exchange)
      else exchange.json(body, status, headers)
    })
    writeFileSync(key, 'old')
    await gw.use(
      `providers: { a: { api: openai, baseUrl: ${up.url}/v1, credential: "file:${key}" } }`,
    )
    writeFileSync(key, 'new')
    const reply = await post(gw, 'm')
    t.equal(reply.status, wanted, JSON.stringify([status, body]))
    if (wanted === 200) t.equal(story(reply), `2; a/m ${status}, a/m 200`)
    else t.equal(reply.text, JSON.stringify(body), 'as it came')
  }
})

t.test('what cannot be sent again leaves the next request a new key', async t => {
  const gw = await gateway(t, '')
  const key = join(t.testdirName, 'key')
  const form = '--x\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n--x--\r\n'
  const type = { 'content-type': 'multipart/form-data; boundary=x' }
  const asks = {
    form: () => gw.post('/v1/audio/transcriptions', form, type),
    passed: () => gw.get('/a/v1/files'),
  }
  for (const [what, ask] of Object.entries(asks)) {
    const up = await upstream(t, exchange => {
      if (exchange.header('authorization') === 'Bearer new') good(exchange)
      else answers(401)(exchange)
    })
    writeFileSync(key, 'old')
    await gw.use(
      `providers: { a: { api: openai, baseUrl: ${up.url}/v1, credential: "file:${key}" } }`,
    )
    writeFileSync(key, 'new')
    t.equal((await ask()).status, 401, what)
    t.equal(up.requests.length, 1)
    // It is read beside the request.
    for (;;) if ((await ask()).status === 200) break
  }
})

t.test('the client leaves during the wait for another attempt', async t => {
  const { gw, a } = await two(t, answers(429, { 'retry-after': '4' }))
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', chat('one')))
  const exchange = await a.next()
  await exchange.ended
  await new Promise(resolve => setImmediate(resolve))
  client.socket.destroy()
  await gw.idle()
  t.match(gw.server.counters, { started: 1, cancelled: 1 })
  t.equal(a.requests.length, 1)
})

t.test('a target without a credential is passed over', async t => {
  const up = await upstream(t, good)
  const gw = await gateway(
    t,
    `
providers: { a: { api: openai, baseUrl: ${up.url}/v1, credential: none }, openai: {} }
aliases: { chat: { targets: [openai/gpt-4, a/x] }, none: { targets: [openai/x, openai/y] } }
`,
  )
  const reply = await post(gw)
  t.equal(story(reply), '2; openai/gpt-4 credential_missing, a/x 200')
  t.match((await post(gw, 'none')).json.error, {
    code: 'credential_missing',
    attempts: [{ target: 'openai/x' }, { target: 'openai/y' }],
  })
})

t.test('the timeouts of an alias go before those of its provider', async t => {
  const { gw, yaml } = await two(t, () => {})
  const timeouts = 'timeouts: { firstByte: 50ms, total: 20s }, targets:'
  await gw.use(yaml('').replace('targets:', timeouts))
  t.equal(story(await post(gw)), '2; a/x upstream_timeout, b/y 200')
})

t.test('a form that goes on as it comes is sent once, whatever becomes of it', async t => {
  for (const status of [401, 500]) {
    const up = await upstream(t, answers(status))
    const gw = await gateway(
      t,
      `providers: { a: { api: openai, baseUrl: ${up.url}/v1, credential: env:KEY } }`,
      { KEY: 'k' },
    )
    const form =
      '--x\r\ncontent-disposition: form-data; name="model"\r\n\r\na/x\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nbytes\r\n--x--\r\n'
    const reply = await gw.post('/v1/audio/transcriptions', form, {
      'content-type': 'multipart/form-data; boundary=x',
    })
    t.equal(reply.status, status)
    t.equal(up.requests.length, 1)
  }
})
