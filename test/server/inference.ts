import { once } from 'node:events'
import t from 'tap'
import { configFor, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { chatChunk, chatCompletion, upstream } from '../fixtures/upstream.ts'

const env = { UP_KEY: 'sk-up' }
const chat = (model: string, more = {}): unknown => ({ model, messages: [], ...more })

t.test(
  "an alias: only the bytes of the model change, and the credential is the provider's",
  async t => {
    const up = await upstream(t, exchange =>
      exchange.json(chatCompletion('hi', 'real-1'), 200, { 'x-ratelimit-limit-requests': '9' }),
    )
    const gw = await gateway(t, configFor(up.url, 'aliases: { fast: up/real }'), env)
    const body =
      '{ "n": 1.0, "model" : "fast",\n "big":1e400, "messages":[] , "unknown":{"a":[]},"model":"fast"}'
    const reply = await gw.post('/v1/chat/completions?x=1', body, {
      authorization: 'Bearer client',
      'x-other': 'kept',
    })
    t.equal(reply.status, 200)
    t.same(reply.json, chatCompletion('hi', 'real-1'))
    t.equal(reply.headers.get('x-gateway-alias'), 'fast')
    t.equal(reply.headers.get('x-gateway-target'), 'up/real')
    t.equal(reply.headers.get('x-ratelimit-limit-requests'), '9')
    const [seen] = up.requests
    t.equal(seen!.url, '/v1/chat/completions?x=1')
    t.equal(seen!.body.toString(), body.replaceAll('"fast"', '"real"'))
    t.equal(seen!.header('authorization'), 'Bearer sk-up')
    t.equal(seen!.header('x-other'), 'kept')
    await gw.idle()
    t.match(gw.log(), /"alias":"fast","target":"up\/real","model":"real-1".*"in":1,"out":1/)
    t.notMatch(gw.log(), /sk-up|Bearer/)
  },
)

t.test('the other endpoints, and the paths that tools use', async t => {
  const up = await upstream(t, exchange => exchange.json({ ok: true }))
  const gw = await gateway(t, configFor(up.url, 'aliases: { fast: up/real }'), env)
  const paths = {
    '/v1/completions': '/v1/completions',
    '/v1/embeddings': '/v1/embeddings',
    '/chat/completions': '/v1/chat/completions',
    '/up': '/v1/chat/completions',
    '/up/': '/v1/chat/completions',
    '/up/v1/chat/completions': '/v1/chat/completions',
    '/up/embeddings': '/v1/embeddings',
  }
  for (const [asked, sent] of Object.entries(paths)) {
    const reply = await gw.post(asked, chat('fast'))
    t.equal(reply.status, 200, asked)
    t.equal(up.requests.at(-1)!.url, sent)
    t.equal(up.requests.at(-1)!.sent.model, 'real', asked)
  }
})

t.test('events leave as they come, whole, and usage is read on the way', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', chat('m', { stream: true })))
  const exchange = await up.next()
  const stream = exchange.sse()
  await stream.data(chatChunk('one'))
  await client.until('one')
  await stream.write('data: {"choices":[],"model":"m-1","usage":{"prompt_tokens":7,"comp')
  await stream.write('letion_tokens":5}}\n\n')
  await client.until('completion_tokens')
  await stream.data('[DONE]')
  await stream.end()
  await client.until('0\r\n\r\n')
  client.socket.destroy()
  await gw.idle()
  t.match(gw.log(), /"model":"m-1".*"in":7,"out":5/)
})

t.test('the client leaves between events: the upstream sees it', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', chat('m', { stream: true })))
  const exchange = await up.next()
  await exchange.sse().data(chatChunk('one'))
  await client.until('one')
  client.socket.destroy()
  await exchange.closed
  await gw.idle()
  t.match(gw.server.counters, { started: 1, cancelled: 1, finished: 0, failed: 0 })
})

t.test('the client leaves before the head: the upstream sees it', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', chat('m')))
  const exchange = await up.next()
  client.socket.destroy()
  await exchange.closed
  await gw.idle()
  t.equal(gw.server.counters.cancelled, 1)
})

t.test('the client leaves during its upload: nothing is sent on', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(
    t,
    gw.port,
    postBytes('/v1/chat/completions', chat('m')).replace(
      /content-length: \d+/,
      'content-length: 999',
    ),
  )
  client.socket.end()
  await client.closed
  t.equal(up.requests.length, 0)
  await gw.idle()
  t.match(gw.server.counters, { started: 1, cancelled: 1 })
})

t.test(
  'the upstream dies in the middle of an event: an error, after the last whole one, and no [DONE]',
  async t => {
    const up = await upstream(t)
    const gw = await gateway(t, configFor(up.url), env)
    const client = raw(
      t,
      gw.port,
      postBytes('/v1/chat/completions', chat('m', { stream: true }), 'connection: close\r\n'),
    )
    const stream = (await up.next()).sse()
    await stream.data(chatChunk('one'))
    await client.until('one')
    await stream.write('data: {"half')
    stream.destroy()
    const text = await client.closed
    t.notMatch(text, /half|\[DONE\]/)
    t.match(
      text,
      /data: \{"error":\{"message":"up broke off the answer: .*"code":"upstream_broken","source":"gateway"\}\}\n\n/,
    )
    await gw.idle()
    t.match(gw.server.counters, { failed: 1, finished: 0 })
  },
)

t.test(
  'the upstream dies in the middle of a JSON answer: the connection is cut, it is not whole',
  async t => {
    const up = await upstream(t)
    const gw = await gateway(t, configFor(up.url), env)
    const client = raw(t, gw.port, postBytes('/v1/chat/completions', chat('m')))
    const stream = (await up.next()).stream(200, { 'content-type': 'application/json' })
    await stream.write('{"id":')
    await client.until('"id"')
    stream.destroy()
    t.notMatch(await client.closed, /\r\n0\r\n\r\n$/)
    await gw.idle()
    t.equal(gw.server.counters.failed, 1)
  },
)

t.test('an error of the upstream passes with its status, body and headers', async t => {
  const up = await upstream(t, exchange =>
    exchange.json({ error: { message: 'slow down' } }, 429, { 'retry-after': '7' }),
  )
  const gw = await gateway(t, configFor(up.url), env)
  const reply = await gw.post('/v1/chat/completions', chat('m'))
  t.equal(reply.status, 429)
  t.equal(reply.headers.get('retry-after'), '7')
  t.same(reply.json, { error: { message: 'slow down' } })
})

t.test('redirects are passed on, not followed', async t => {
  const up = await upstream(t, exchange =>
    exchange.raw('', 302, { location: 'http://127.0.0.1:1/' }),
  )
  const gw = await gateway(t, configFor(up.url), env)
  t.equal((await gw.post('/v1/chat/completions', chat('m'))).status, 302)
  t.equal(up.requests.length, 1)
})

t.test('an idle connection that the upstream has just closed costs nobody a request', async t => {
  let served = 0
  const up = await upstream(t, exchange => {
    served++
    if (served === 2) exchange.die()
    else exchange.json(chatCompletion('hi'))
  })
  const gw = await gateway(t, configFor(up.url), env)
  t.equal((await gw.post('/v1/chat/completions', chat('m'))).status, 200)
  t.equal((await gw.post('/v1/chat/completions', chat('m'))).status, 200)
  t.equal(served, 3)
})

t.test(
  "a list: the next target where one is unreachable, busy or broken, and not for the client's own error",
  async t => {
    const down = await upstream(t)
    await down.close()
    const busy = await upstream(t, exchange => exchange.json({ error: {} }, 429))
    const good = await upstream(t, exchange =>
      exchange.json(chatCompletion('hi'), exchange.sent.model === 'bad' ? 400 : 200),
    )
    const gw = await gateway(
      t,
      `
providers:
  down: { api: openai, baseUrl: ${down.url}/v1, credential: none }
  busy: { api: openai, baseUrl: ${busy.url}/v1, credential: none }
  good: { api: openai, baseUrl: ${good.url}/v1, credential: none }
aliases:
  chat: [down/a, busy/b, good/c]
  sad: [busy/b, down/a]
  wrong: [good/bad, good/c]
`.replaceAll(/\[(.*)\]/g, '{ targets: [$1] }'),
    )
    const reply = await gw.post('/v1/chat/completions', chat('chat'))
    t.equal(reply.status, 200)
    t.equal(reply.headers.get('x-gateway-target'), 'good/c')
    t.equal(busy.requests.length, 1)
    const sad = await gw.post('/v1/chat/completions', chat('sad'))
    t.equal(sad.status, 429)
    t.equal((await gw.post('/v1/chat/completions', chat('wrong'))).status, 400)
  },
)

const errors: readonly (readonly [
  says: string,
  body: unknown,
  headers: Record<string, string>,
  status: number,
  error: object,
])[] = [
  [
    'unknown model',
    chat('fsat'),
    {},
    404,
    { code: 'model_not_found', param: 'model', message: /did you mean "fast"/ },
  ],
  ['no model', { messages: [] }, {}, 400, { code: 'model_missing' }],
  ['model is no text', { model: 7 }, {}, 400, { code: 'model_missing' }],
  ['broken JSON', '{"model":"fast",}', {}, 400, { code: 'body_invalid', message: /at byte 16/ }],
  ['bad escape', '{"model":"\\x"}', {}, 400, { code: 'body_invalid' }],
  ['too large', chat('x'.repeat(2000)), {}, 413, { code: 'body_too_large' }],
  [
    'form',
    'model=fast',
    { 'content-type': 'application/x-www-form-urlencoded' },
    415,
    { code: 'content_type' },
  ],
  ['text', chat('fast'), { 'content-type': 'text/plain' }, 415, { code: 'content_type' }],
  [
    'foreign origin',
    chat('fast'),
    { origin: 'https://evil.example' },
    403,
    { code: 'origin_refused' },
  ],
  ['rebound name', chat('fast'), { host: 'evil.example' }, 403, { code: 'host_refused' }],
  [
    'no credential',
    chat('openai/gpt-4'),
    {},
    401,
    {
      code: 'credential_missing',
      message:
        /OPENAI_API_KEY is not set \(export OPENAI_API_KEY=.*gateway credential set openai\)/,
    },
  ],
  [
    'address unknown',
    chat('azure/x'),
    {},
    501,
    { code: 'not_offered', message: /providers.azure.baseUrl/ },
  ],
]
t.test("errors, in OpenAI's shape, by the gateway", async t => {
  const up = await upstream(t)
  // Two providers, or the only one would take every name.
  const config =
    `${configFor(up.url, 'limits: { body: 1KiB }\naliases: { fast: up/real }')}`.replace(
      'providers:',
      'providers:\n  openai: {}',
    )
  const gw = await gateway(t, config, env)
  for (const [says, body, headers, status, error] of errors) {
    const reply = await gw.post('/v1/chat/completions', body, headers)
    t.equal(reply.status, status, says)
    t.match(reply.json, { error: { type: String, source: 'gateway', ...error } }, says)
    t.equal(reply.headers.get('access-control-allow-origin'), null)
  }
  t.equal(up.requests.length, 0)
})

t.test(
  'a body that grows past the limit without saying its length is refused, and not read on',
  async t => {
    const gw = await gateway(t, 'limits: { body: 1KiB }')
    const client = raw(
      t,
      gw.port,
      'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    )
    client.socket.write(`800\r\n${'x'.repeat(2048)}\r\n`)
    t.match(await client.until('body_too_large'), /^HTTP\/1.1 413 .*connection: close/is)
  },
)

for (const [what, bytes] of Object.entries({
  passed: postBytes('/v1/chat/completions', chat('m', { stream: true })),
  translated: postBytes('/v1/messages', {
    ...{ model: 'm', stream: true, max_tokens: 9 },
    messages: [{ role: 'user', content: 'Hi' }],
  }),
  'passed through': 'GET /up/v1/threads HTTP/1.1\r\nhost: localhost\r\n\r\n',
})) {
  t.test(`a client that does not read stops the reading from upstream: ${what}`, async t => {
    const up = await upstream(t)
    const gw = await gateway(t, configFor(up.url), env)
    const client = raw(t, gw.port, bytes)
    client.socket.pause()
    const exchange = await up.next()
    const { response } = exchange
    exchange.sse()
    const event = `data: ${JSON.stringify(chatChunk('x'.repeat(60_000)))}\n\n`
    // Writes until nothing is taken any more: the buffers of two sockets and no more have filled.
    let sent = 0
    while (sent < 2000) {
      sent++
      if (response.write(event)) continue
      const drained = await Promise.race([
        once(response, 'drain').then(() => true),
        new Promise(resolve => setTimeout(() => resolve(false), 300)),
      ])
      if (!drained) break
    }
    t.ok(sent < 1000, `${sent} events of 60 kB were taken for a client that reads none`)
    client.socket.resume()
    await once(response, 'drain')
    client.socket.destroy()
    await exchange.closed
  })
}

t.test(
  'a reload in the middle: the running request keeps its config, the next has the new one',
  async t => {
    const up = await upstream(t)
    const gw = await gateway(t, configFor(up.url, 'aliases: { fast: up/one }'), env)
    const first = gw.post('/v1/chat/completions', chat('fast'))
    const exchange = await up.next()
    await gw.use(configFor(up.url, 'aliases: { fast: up/two }'))
    const second = gw.post('/v1/chat/completions', chat('fast'))
    const next = await up.next()
    exchange.json(chatCompletion('1'))
    next.json(chatCompletion('2'))
    t.equal((await first).headers.get('x-gateway-target'), 'up/one')
    t.equal((await second).headers.get('x-gateway-target'), 'up/two')
  },
)

t.test(
  'draining: running answers finish, new requests are refused, what does not end is cut',
  async t => {
    const up = await upstream(t)
    const gw = await gateway(t, configFor(up.url), env)
    const kept = raw(t, gw.port, 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await kept.until('"ok"')
    const first = gw.post('/v1/chat/completions', chat('m'))
    const exchange = await up.next()
    const drained = gw.server.drain(60_000)
    exchange.json(chatCompletion('1'))
    t.equal((await first).status, 200)
    t.same(await drained, { drained: 1, cut: 0 })
    await kept.closed
  },
)

t.test('draining for no time cuts', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', chat('m')))
  const exchange = await up.next()
  t.same(await gw.server.drain(0), { drained: 0, cut: 1 })
  await client.closed
  await exchange.closed
})

t.test(
  'parameters: set, default, remove and system change what they name and nothing else',
  async t => {
    const up = await upstream(t, exchange => exchange.json(chatCompletion('hi')))
    const gw = await gateway(
      t,
      configFor(
        up.url,
        `
aliases:
  think:
    target: up/real
    set: { reasoning_effort: high, extra.a: 1 }
    default: { temperature: 0.2, max_tokens: 9 }
    remove: [top_p]
    system: Be brief.
    prompt: { append: [{ role: user, content: In French. }] }
`,
      ),
      env,
    )
    await gw.post(
      '/v1/chat/completions',
      '{"model":"think","top_p":1.0,"max_tokens": 1e2,"messages":[ {"role":"user","content":"x"}]}',
    )
    t.equal(
      up.requests[0]!.body.toString(),
      '{"model":"real","max_tokens": 1e2,"messages":[{"role":"system","content":"Be brief."}, {"role":"user","content":"x"},{"role":"user","content":"In French."}],"temperature":0.2,"reasoning_effort":"high","extra":{"a":1}}',
    )
  },
)

t.test('respondAs: the alias in the body and in every event, also for all aliases', async t => {
  const up = await upstream(t, exchange => {
    t.equal(exchange.header('accept-encoding'), undefined)
    if (!exchange.sent.stream) return exchange.json(chatCompletion('hi', 'real-1'))
    const stream = exchange.sse()
    return stream
      .data(chatChunk('a', 'real-1'))
      .then(() => stream.data('[DONE]'))
      .then(() => stream.end())
  })
  const gw = await gateway(
    t,
    configFor(
      up.url,
      'respondAs: alias\naliases: { fast: up/real, own: { target: up/real, respondAs: upstream } }',
    ),
    env,
  )
  const whole = await gw.post('/v1/chat/completions', chat('fast'), { 'accept-encoding': 'gzip' })
  t.same(whole.json, chatCompletion('hi', 'fast'))
  const events = await gw.post('/v1/chat/completions', chat('fast', { stream: true }))
  t.equal(events.text, `data: ${JSON.stringify(chatChunk('a', 'fast'))}\n\ndata: [DONE]\n\n`)
  t.equal((await gw.post('/v1/chat/completions', chat('own'))).json.model, 'real-1')
  t.equal((await gw.post('/v1/chat/completions', chat('up/x'))).json.model, 'real-1')
})

t.test('weights: one conversation stays where it is, and conversations are shared out', async t => {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('hi', exchange.sent.model)))
  const split =
    'aliases: { split: { targets: [{ model: up/a, weight: 1 }, { model: up/b, weight: 1 }] } }'
  const gw = await gateway(t, configFor(up.url, split), env)
  const seen = new Set<string>()
  for (let i = 0; i < 24; i++) {
    const first = { role: 'user', content: `conversation ${i}` }
    const turns = [
      [first],
      [first, { role: 'assistant', content: 'x' }, { role: 'user', content: `${Math.random()}` }],
    ]
    const models = []
    for (const messages of turns)
      models.push((await gw.post('/v1/chat/completions', { model: 'split', messages })).json.model)
    t.equal(models[0], models[1])
    seen.add(models[0])
  }
  t.same([...seen].sort(), ['a', 'b'])
})

t.test(
  'usage: inject asks for it where the client did not, and takes the event out again',
  async t => {
    const usage = { choices: [], usage: { prompt_tokens: 7, completion_tokens: 5 } }
    const up = await upstream(t, async exchange => {
      const stream = exchange.sse()
      await stream.data(chatChunk('one'))
      await stream.data(usage)
      await stream.data('[DONE]')
      await stream.end()
    })
    const gw = await gateway(t, configFor(up.url, 'usage: inject'), env)
    const asked = chat('m', { stream: true, stream_options: { include_usage: true } })
    const silent = await gw.post('/v1/chat/completions', chat('m', { stream: true }))
    t.match(silent.text, /one.*\[DONE\]/s)
    t.notMatch(silent.text, /prompt_tokens/)
    t.same(up.requests[0]!.sent.stream_options, { include_usage: true })
    t.match((await gw.post('/v1/chat/completions', asked)).text, /prompt_tokens/)
    await gw.idle()
    t.equal(gw.log().match(/"in":7,"out":5/g)?.length, 2)
    await gw.use(configFor(up.url))
    t.match(
      (await gw.post('/v1/chat/completions', chat('m', { stream: true }))).text,
      /prompt_tokens/,
    )
    t.equal(up.requests[2]!.sent.stream_options, undefined)
  },
)
