// One resolver behind every door: wherever a client says which model it wants, an alias works.

import t, { type Test } from 'tap'
import { ask, type Gateway, gateway, raw } from '../fixtures/gateway.ts'
import { type Upstream, upstream } from '../fixtures/upstream.ts'

const config = (url: string): string => `
providers:
  up: { api: openai, baseUrl: ${url}/v1, credential: env:UP_KEY, quirks: { responses: true } }
  claude: { preset: anthropic, baseUrl: ${url}/v1, credential: env:UP_KEY }
  google: { preset: gemini, baseUrl: ${url}/v1beta/openai, credential: env:UP_KEY }
  ms: { preset: azure, baseUrl: ${url}/openai/v1, credential: env:UP_KEY }
aliases:
  fast: up/real
  sonnet: claude/claude-sonnet-4-5
  flash: google/gemini-2.5-flash
  gpt-4-deployment: ms/gpt-4
  two: { targets: [up/one, up/two] }
`

async function start(t: Test): Promise<{ up: Upstream; gw: Gateway }> {
  const up = await upstream(t, exchange => exchange.json({ ok: true }))
  return { up, gw: await gateway(t, config(up.url), { UP_KEY: 'sk-up' }) }
}

t.test('JSON bodies: model, path, and where the key goes', async t => {
  const { up, gw } = await start(t)
  const cases: readonly (readonly [
    asked: string,
    model: string,
    path: string,
    sent: string,
    header?: string,
  ])[] = [
    ['/v1/responses', 'fast', '/v1/responses', 'real'],
    ['/v1/images/generations', 'fast', '/v1/images/generations', 'real'],
    ['/v1/audio/speech', 'fast', '/v1/audio/speech', 'real'],
    ['/v1/moderations', 'fast', '/v1/moderations', 'real'],
    ['/v1/rerank', 'fast', '/v1/rerank', 'real'],
    ['/up/v1/responses', 'fast', '/v1/responses', 'real'],
    ['/v1/messages', 'sonnet', '/v1/messages', 'claude-sonnet-4-5', 'x-api-key'],
    [
      '/v1/messages?beta=true',
      'sonnet',
      '/v1/messages?beta=true',
      'claude-sonnet-4-5',
      'x-api-key',
    ],
    [
      '/v1/messages/count_tokens',
      'sonnet',
      '/v1/messages/count_tokens',
      'claude-sonnet-4-5',
      'x-api-key',
    ],
    ['/claude/v1/messages', 'sonnet', '/v1/messages', 'claude-sonnet-4-5', 'x-api-key'],
    ['/v1/completions', 'flash', '/v1beta/openai/completions', 'gemini-2.5-flash'],
    ['/v1/chat/completions', 'gpt-4-deployment', '/openai/v1/chat/completions', 'gpt-4', 'api-key'],
  ]
  for (const [asked, model, path, sent, header = 'authorization'] of cases) {
    const reply = await gw.post(
      asked,
      { model, 'x-api-key': 'no' },
      { 'x-api-key': 'client', authorization: 'Bearer client' },
    )
    t.equal(reply.status, 200, `${asked} ${reply.text}`)
    const seen = up.requests.at(-1)!
    t.equal(seen.url, path)
    t.equal(seen.sent.model, sent, asked)
    for (const name of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']) {
      const value = name === 'authorization' ? 'Bearer sk-up' : 'sk-up'
      t.equal(seen.header(name), name === header ? value : undefined, `${asked} ${name}`)
    }
    if (header === 'x-api-key') t.equal(seen.header('anthropic-version'), '2023-06-01')
  }
})

t.test('Gemini: the model stands in the path, and a key in the query stays here', async t => {
  const { up, gw } = await start(t)
  const reply = await gw.post(
    '/v1beta/models/flash:streamGenerateContent?alt=sse&key=client',
    '{"contents":[] , "n":1.0}',
    { 'x-goog-api-key': 'client' },
  )
  t.equal(reply.status, 200, reply.text)
  const seen = up.requests.at(-1)!
  t.equal(seen.url, '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse')
  t.equal(seen.body.toString(), '{"contents":[] , "n":1.0}')
  t.equal(seen.header('x-goog-api-key'), 'sk-up')
  await gw.post('/v1/models/flash:embedContent', { model: 'models/flash', content: {} })
  t.equal(up.requests.at(-1)!.url, '/v1beta/models/gemini-2.5-flash:embedContent')
  t.equal(up.requests.at(-1)!.sent.model, 'models/gemini-2.5-flash')
  t.match((await gw.post('/v1beta/models/flash', {})).json, {
    error: { code: 400, status: 'INVALID_ARGUMENT', message: /no method/ },
  })
  t.match((await gw.post('/v1beta/models/fsat:generateContent', {})).json, {
    error: { code: 404, status: 'NOT_FOUND', message: /did you mean "fast"/ },
  })
  await ask(`${gw.url}/google/v1beta/files?key=client&x=1`, 'GET', {})
  t.equal(up.requests.at(-1)!.url, '/v1beta/files?x=1')
})

t.test('Azure: the model stands in the path, whether or not the body has one', async t => {
  const { up, gw } = await start(t)
  for (const body of ['{"messages":[]}', '{"model":"ignored","messages":[]}', '{}']) {
    const reply = await gw.post(
      '/openai/deployments/fast/chat/completions?api-version=2024-10-21',
      body,
      { 'api-key': 'client' },
    )
    t.equal(reply.status, 200, reply.text)
    t.equal(up.requests.at(-1)!.url, '/v1/chat/completions')
    t.equal(up.requests.at(-1)!.sent.model, 'real')
    t.equal(up.requests.at(-1)!.header('api-key'), undefined)
  }
  t.equal(up.requests[0]!.body.toString(), '{"model":"real","messages":[]}')
  await gw.post('/openai/deployments/up%2Fx%3A1/embeddings', { input: 'x' })
  t.equal(up.requests.at(-1)!.sent.model, 'x:1')
})

t.test(
  "an API that the provider does not speak is a clear 501, in the client's dialect",
  async t => {
    const { up, gw } = await start(t)
    const embeddings = await gw.post('/v1/embeddings', { model: 'sonnet', input: 'x' })
    t.equal(embeddings.status, 501)
    t.match(embeddings.json, {
      error: { code: 'not_offered', message: /claude .*speaks Anthropic's API.*no such thing/ },
    })
    t.match((await gw.post('/v1beta/models/sonnet:embedContent', {})).json, {
      error: { status: 'UNIMPLEMENTED' },
    })
    t.equal(up.requests.length, 0)
  },
)

const form = (parts: readonly string[]): string =>
  `${parts.map(part => `--B\r\ncontent-disposition: form-data; ${part}\r\n`).join('')}--B--\r\n`
const file = `name="file"; filename="a.mp3"\r\ncontent-type: audio/mpeg\r\n\r\n${'\u0000\u00ff'.repeat(1000)}`
const multipart = { 'content-type': 'multipart/form-data; boundary=B' }

t.test('forms: only the value of the model changes, wherever it stands', async t => {
  const { up, gw } = await start(t)
  const model = 'name="model"\r\n\r\nfast'
  for (const path of [
    '/v1/audio/transcriptions',
    '/v1/audio/translations',
    '/v1/images/edits',
    '/v1/images/variations',
    '/up/v1/audio/transcriptions',
  ]) {
    for (const parts of [
      [model, file],
      [file, model],
      [file, model, file],
    ]) {
      const body = form(parts)
      const reply = await ask(
        gw.url + path,
        'POST',
        { ...multipart, 'content-length': String(Buffer.byteLength(body)) },
        body,
      )
      t.equal(reply.status, 200, reply.text)
      const seen = up.requests.at(-1)!
      t.equal(seen.body.toString(), body.replace('\r\n\r\nfast', '\r\n\r\nreal'))
      t.equal(seen.header('content-length'), String(seen.body.length))
      t.equal(seen.header('content-type'), multipart['content-type'])
      t.equal(reply.headers.get('x-gateway-alias'), 'fast')
    }
  }
})

t.test("forms: chunked, to several targets, by Azure's path", async t => {
  const { up, gw } = await start(t)
  const chunked = await ask(
    `${gw.url}/v1/audio/transcriptions`,
    'POST',
    { ...multipart, 'transfer-encoding': 'chunked' },
    form([file, 'name="model"\r\n\r\nfast']),
  )
  t.equal(chunked.status, 200)
  t.equal(up.requests.at(-1)!.header('content-length'), undefined)
  const two = await upstream(t, [exchange => exchange.json({}, 500), exchange => exchange.json({})])
  await gw.use(config(two.url))
  const fallback = await ask(
    `${gw.url}/v1/audio/transcriptions`,
    'POST',
    multipart,
    form(['name="model"\r\n\r\ntwo', file]),
  )
  t.equal(fallback.headers.get('x-gateway-target'), 'up/two')
  t.equal(two.requests[1]!.body.toString(), form(['name="model"\r\n\r\ntwo', file]))
  const azure = await ask(
    `${gw.url}/openai/deployments/fast/audio/transcriptions`,
    'POST',
    multipart,
    form([file]),
  )
  t.equal(azure.status, 200)
  t.equal(two.requests.at(-1)!.body.toString(), form([file, 'name="model"\r\n\r\nreal']))
  // OpenAI's SDK writes the model into the path and leaves it in the form: the provider may read either.
  const both = await ask(
    `${gw.url}/openai/deployments/fast/audio/transcriptions`,
    'POST',
    multipart,
    form(['name="model"\r\n\r\nfast', file]),
  )
  t.equal(both.status, 200)
  t.equal(two.requests.at(-1)!.body.toString(), form(['name="model"\r\n\r\nreal', file]))
})

t.test(
  'forms: the parameters of an alias change fields, with one target and with several',
  async t => {
    const { up, gw } = await start(t)
    const params =
      'set: { language: de, "tags[]": [a, 1], extra.deep: x }, default: { prompt: p, temperature: 0.5 }, remove: [user]'
    await gw.use(`${config(up.url)}
  tuned: { target: up/real, ${params} }
  both: { targets: [up/real, up/two], ${params} }
`)
    for (const name of ['tuned', 'both']) {
      const reply = await ask(
        `${gw.url}/v1/audio/transcriptions`,
        'POST',
        multipart,
        form([
          'name="user"\r\n\r\nme',
          'name="language"\r\n\r\nen',
          file,
          `name="model"\r\n\r\n${name}`,
          'name="prompt"\r\n\r\nmine',
        ]),
      )
      t.equal(reply.status, 200, reply.text)
      t.equal(
        up.requests.at(-1)!.body.toString(),
        form([
          'name="language"\r\n\r\nde',
          file,
          'name="model"\r\n\r\nreal',
          'name="prompt"\r\n\r\nmine',
          'name="tags[]"\r\n\r\na',
          'name="tags[]"\r\n\r\n1',
          'name="temperature"\r\n\r\n0.5',
        ]),
      )
    }
  },
)

const jsonType = { 'content-type': 'application/json' }

t.test('a slash too many, at either end of a path that is known, is none', async t => {
  const { up, gw } = await start(t)
  for (const path of [
    '/v1/chat/completions/',
    '//v1/chat/completions',
    '/v1//chat/completions',
    '/up//v1/chat/completions/',
    '/chat/completions/',
  ]) {
    const reply = await ask(gw.url + path, 'POST', jsonType, '{"model":"fast"}')
    t.equal(reply.status, 200, `${path} ${reply.text}`)
    t.equal(up.requests.at(-1)!.body.toString(), '{"model":"real"}', path)
  }
  t.equal((await ask(`${gw.url}/v1/models/`, 'GET', {})).json.object, 'list')
})

t.test('forms: a file goes on while it comes', async t => {
  const up = await upstream(t, () => {}, { early: true })
  const gw = await gateway(t, config(up.url), { UP_KEY: 'sk-up' })
  const client = raw(
    t,
    gw.port,
    `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=B\r\ncontent-length: 1000000\r\n\r\n${form(['name="model"\r\n\r\nfast', file]).slice(0, -20)}`,
  )
  const exchange = await up.next()
  while (!exchange.body.includes('\r\n\r\nreal\r\n'))
    await new Promise(resolve => setImmediate(resolve))
  client.socket.destroy()
  await exchange.closed
})

t.test('forms: a name that comes in pieces is replaced in them', async t => {
  const { up, gw } = await start(t)
  const short = 'name="file"; filename="a.mp3"\r\n\r\n--B --\r\n--A'
  const said = (model: string): string =>
    form([short, 'name="user"\r\n\r\nme', `name="model"\r\n\r\n${model}`, 'name="n"\r\n\r\n1'])
  for (const size of [1, 2, 3, 5, 7, 100]) {
    const chunks = said('fast').match(new RegExp(`[^]{1,${size}}`, 'g'))!
    const body = chunks.map(text => `${text.length.toString(16)}\r\n${text}\r\n`).join('')
    const client = raw(
      t,
      gw.port,
      `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=B\r\ntransfer-encoding: chunked\r\n\r\n${body}0\r\n\r\n`,
    )
    t.match(await client.closed, /^HTTP\/1.1 200 /)
    t.equal(up.requests.at(-1)!.body.toString(), said('real'), `pieces of ${size}`)
  }
})

t.test('forms: what grows past the limit as it comes is broken off', async t => {
  const up = await upstream(t, () => {}, { early: true })
  const gw = await gateway(t, `${config(up.url)}limits: { body: 8KiB }`, { UP_KEY: 'sk-up' })
  const head = `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=B\r\ntransfer-encoding: chunked\r\n\r\n`
  const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
  const begin = (name: string): string => form([`name="model"\r\n\r\n${name}`, file]).slice(0, -20)
  for (const [name, sent] of [
    ['fast', 1],
    ['two', 0],
  ] as const) {
    const before = up.requests.length
    const client = raw(t, gw.port, head + chunk(begin(name)))
    if (sent > 0) while (up.requests.length === before) await new Promise(setImmediate)
    for (let n = 0; n < 3; n++) client.socket.write(chunk('x'.repeat(4096)))
    t.match(await client.closed, /^HTTP\/1.1 413 .*body_too_large/s, name)
    t.equal(up.requests.length, before + sent, name)
    // Its connection ends before the form does.
    if (sent > 0) await up.requests.at(-1)!.closed
  }
  t.same(gw.upstreams.health.targets, [], 'no target is to blame')
})

t.test('forms: errors', async t => {
  const { up, gw } = await start(t)
  const post = (body: string, headers: Record<string, string> = multipart) =>
    ask(`${gw.url}/v1/audio/transcriptions`, 'POST', headers, body)
  t.match((await post(form([file]))).json, { error: { code: 'model_missing' } })
  t.match((await post(form(['name="model"\r\n\r\nfsat']))).json, {
    error: { code: 'model_not_found' },
  })
  t.match((await post('{}', { 'content-type': 'application/json' })).json, {
    error: { code: 'content_type' },
  })
  t.match((await post('x', { 'content-type': 'multipart/form-data; x=y' })).json, {
    error: { code: 'bad_request', message: /boundary/ },
  })
  await gw.use(`${config(up.url)}limits: { body: 1KiB }`)
  t.equal((await post(form(['name="model"\r\n\r\nfast', file]))).status, 413)
  t.equal((await post(form([file]), { ...multipart, 'transfer-encoding': 'chunked' })).status, 413)
})

t.test(
  'realtime: the model stands in the query, and a key among the subprotocols stays here',
  async t => {
    const { up, gw } = await start(t)
    up.server.on('upgrade', (req, socket) => {
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-url: ${req.url}\r\nx-protocol: ${req.headers['sec-websocket-protocol']}\r\n\r\n`,
      )
    })
    const upgrade = (path: string): string =>
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-protocol: realtime, openai-insecure-api-key.sk-client\r\n\r\n`
    const client = raw(t, gw.port, upgrade('/v1/realtime?x=1&model=fast'))
    t.match(
      await client.until('\r\n\r\n'),
      /^HTTP\/1.1 101 .*x-url: \/v1\/realtime\?x=1&model=real\r\nx-protocol: realtime\r\n/s,
    )
    const azure = upgrade('/openai/realtime?api-version=2025-04-01-preview&deployment=fast&x=1')
    t.match(
      await raw(t, gw.port, azure).until('\r\n\r\n'),
      /x-url: \/v1\/realtime\?x=1&model=real\r\n/,
    )
    t.match(
      await raw(t, gw.port, upgrade('/v1/realtime?model=fsat')).closed,
      /404.*model_not_found/s,
    )
    t.match(await raw(t, gw.port, upgrade('/v1/realtime')).closed, /400.*model_missing/s)
    t.match((await gw.get('/v1/realtime?model=fast')).json, {
      error: { code: 'bad_request', message: /WebSocket/ },
    })
  },
)

t.test('names with slashes, colons, stars, unicode, quotes, and 64 KiB of them', async t => {
  const { up, gw } = await start(t)
  const names = [
    'a/b',
    'qwen3:4b',
    'x*y',
    'ünï 😀',
    'say "hi"',
    "it's",
    'back\\slash',
    '../..',
    '%2F',
    'x'.repeat(65_536),
  ]
  for (const name of names) {
    const model = `up/${name}`
    t.equal((await gw.post('/v1/chat/completions', { model })).status, 200, name.slice(0, 20))
    t.equal(up.requests.at(-1)!.sent.model, name)
    if (name.length > 1000) continue
    const path = encodeURIComponent(`google/${name}`)
    t.equal((await gw.post(`/v1beta/models/${path}:generateContent`, {})).status, 200, name)
    t.equal(up.requests.at(-1)!.url, `/v1beta/models/${encodeURIComponent(name)}:generateContent`)
  }
  t.ok(gw.log().length < 20_000, 'the log does not keep all of it')
})

t.test('what lies at one provider: at the default one, or named by the path', async t => {
  const { up, gw } = await start(t)
  t.match((await gw.get('/v1/files')).json, {
    error: { code: 'provider_unnamed', message: /\/openai\/v1\/files/ },
  })
  t.match((await gw.get('/v1/responses/resp_1')).json, { error: { code: 'provider_unnamed' } })
  await gw.use(`${config(up.url)}defaultProvider: up\n`)
  for (const path of [
    '/v1/files',
    '/v1/batches/b1?x=1',
    '/v1/responses/resp_1',
    '/v1/chat/completions/c1',
  ]) {
    t.equal((await gw.get(path)).status, 200, path)
    t.equal(up.requests.at(-1)!.url, path)
  }
  t.equal((await gw.get('/v1/chat/completion')).status, 404)
})

t.test(
  'a name that only its provider could know, and does not: the nearest alias is in a header',
  async t => {
    const up = await upstream(t, exchange =>
      exchange.json({ error: { message: 'no such model' } }, 404),
    )
    const gw = await gateway(t, `${config(up.url)}defaultProvider: up\n`, { UP_KEY: 'sk-up' })
    const reply = await gw.post('/v1/chat/completions', { model: 'fsat' })
    t.same(reply.json, { error: { message: 'no such model' } })
    t.equal(reply.headers.get('x-gateway-hint'), 'did you mean "fast"?')
    t.equal(
      (await gw.post('/v1/chat/completions', { model: 'fast' })).headers.get('x-gateway-hint'),
      null,
    )
  },
)
