import t from 'tap'
import { ask, configFor, gateway, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

t.test('health, models, and what is not there', async t => {
  const gw = await gateway(
    t,
    `
aliases:
  fast: gpt-4
  secret: { target: gpt-4, hidden: true }
  off: { target: gpt-4, disabled: true }
  claude-*: anthropic/claude-*
providers:
  local: { preset: ollama, models: [qwen3:4b], aliases: { small: qwen3:4b } }
`,
  )
  t.match((await gw.get('/healthz')).json, { status: 'ok', generation: 1 })
  const { json } = await gw.get('/v1/models')
  t.equal(json.object, 'list')
  t.same(
    json.data.map((model: { id: string; owned_by: string }) => `${model.id} ${model.owned_by}`),
    ['fast local', 'local/small local', 'qwen3:4b local'],
  )
  t.match((await gw.get('/v1/models/fast')).json, { id: 'fast', object: 'model', created: Number })
  t.match((await gw.get('/v1/models/claude-x')).json, { id: 'claude-x', owned_by: 'anthropic' })
  t.match((await gw.get('/v1/models/local%2Fsmall')).json, { id: 'local/small' })
  t.match((await gw.get('/v1/models/secret')).json, { id: 'secret' })
  t.equal((await gw.get('/v1/models/off')).status, 404)
  t.match((await gw.get('/v1/models/%zz')).json, { error: { code: 'bad_request' } })
  const head = await ask(`${gw.url}/healthz`, 'HEAD', {})
  t.same([head.status, head.text], [200, ''])
  const lost = await gw.post('/v1/chat/completion', {})
  t.equal(lost.status, 404)
  t.match(lost.json, {
    error: { code: 'endpoint_not_found', message: /did you mean "\/v1\/chat\/completions"/ },
  })
  const wrong = await gw.get('/v1/chat/completions')
  t.equal(wrong.status, 405)
  t.equal(wrong.headers.get('allow'), 'POST')
})

t.test(
  'models: the limits of the model behind a name, as it is now, and nothing where they are not known',
  async t => {
    const gw = await gateway(
      t,
      'aliases: { fast: gpt-4o-mini, big: { target: anthropic/claude-opus-4-5, description: The big one }, odd: demo/nobody-knows }',
    )
    const { data } = (await gw.get('/v1/models')).json
    t.match(data[0], {
      id: 'fast',
      context_length: 128_000,
      max_model_len: 128_000,
      max_output_tokens: 16_384,
      input_modalities: ['text', 'image'],
    })
    t.match(data[1], { id: 'big', context_length: 200_000, max_output_tokens: 64_000 })
    t.strictSame(Object.keys(data[2]), ['id', 'object', 'created', 'owned_by'])
    await gw.use('aliases: { fast: gemini/gemini-2.5-pro }')
    t.match((await gw.get('/v1/models/fast')).json, {
      owned_by: 'gemini',
      context_length: 1_048_576,
      max_output_tokens: 65_536,
    })
  },
)

t.test('models: the Anthropic form, with pages', async t => {
  const gw = await gateway(
    t,
    'aliases: { a: gpt-4, b: { target: gpt-4, description: Bee }, c: gpt-4, d: gpt-4 }',
  )
  const list = async (query = '') =>
    (await gw.get(`/v1/models${query}`, { 'anthropic-version': '2023-06-01' })).json
  t.match(await list(), {
    data: [
      { type: 'model', id: 'a', display_name: 'a', created_at: /^\d{4}-.*Z$/ },
      { id: 'b', display_name: 'Bee' },
      {},
      {},
    ],
    first_id: 'a',
    last_id: 'd',
    has_more: false,
  })
  t.match(await list('?limit=2'), { first_id: 'a', last_id: 'b', has_more: true })
  t.match(await list('?limit=2&after_id=b'), { first_id: 'c', last_id: 'd', has_more: false })
  t.match(await list('?limit=1&before_id=c'), { first_id: 'b', last_id: 'b', has_more: true })
  for (const query of [
    'limit=0',
    'limit=-3',
    'limit=x',
    'limit=1001',
    'after_id=zz',
    'before_id=zz',
  ])
    t.match(
      await list(`?${query}`),
      { type: 'error', error: { type: 'invalid_request_error' } },
      query,
    )
  const one = await gw.get('/v1/models/b', { 'anthropic-version': '2023-06-01' })
  t.match(one.json, { type: 'model', id: 'b', display_name: 'Bee' })
  t.match((await gw.get('/v1/models/zz', { 'anthropic-version': '2023-06-01' })).json, {
    type: 'error',
    error: { type: 'not_found_error' },
  })
})

t.test('hosts and origins', async t => {
  const gw = await gateway(
    t,
    'hosts: [box.lan]\ncors: { origins: ["https://app.example", "app://obsidian.md"] }',
  )
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await gw.get('/healthz', headers)).status
  for (const host of [
    'localhost',
    'localhost:9',
    'LOCALHOST:1',
    '127.0.0.1:20100',
    '127.9.9.9',
    '[::1]:8080',
    'x.localhost',
    'box.lan:1',
  ]) {
    t.equal(await status({ host }), 200, host)
  }
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.168.1.2',
    'box.lan.evil',
  ]) {
    t.equal(await status({ host }), 403, host)
  }
  for (const origin of [
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://[::1]:5',
    'https://app.example',
    'app://obsidian.md',
    'https://box.lan',
  ]) {
    t.equal(await status({ origin }), 200, origin)
  }
  for (const origin of [
    'null',
    'https://evil.example',
    'https://app.example.evil',
    'http://app.example',
    'file://localhost',
  ]) {
    t.equal(await status({ origin }), 403, origin)
  }
  t.equal(await status({ 'sec-fetch-site': 'cross-site' }), 403)
  t.equal(await status({ 'sec-fetch-site': 'same-origin' }), 200)
})

t.test('CORS only for the origins that are listed', async t => {
  const gw = await gateway(t, 'cors: { origins: ["https://app.example"] }')
  const listed = await gw.get('/healthz', { origin: 'https://app.example' })
  t.equal(listed.headers.get('access-control-allow-origin'), 'https://app.example')
  const local = await gw.get('/healthz', { origin: 'http://localhost:3000' })
  t.equal(local.headers.get('access-control-allow-origin'), null)
  const asks = (origin: string) =>
    ask(`${gw.url}/v1/chat/completions`, 'OPTIONS', {
      origin,
      'access-control-request-headers': 'x-a',
    })
  const yes = await asks('https://app.example')
  t.same([yes.status, yes.headers.get('access-control-allow-headers')], [204, 'x-a'])
  t.equal((await asks('https://evil.example')).status, 403)
})

t.test('what is not HTTP gets a reason', async t => {
  const gw = await gateway(t, '')
  t.match(await raw(t, gw.port, 'hello\r\n\r\n').closed, /400 Bad Request.*not HTTP/s)
  t.match(
    await raw(t, gw.port, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`).closed,
    /the head of the request is larger than 32768 bytes/,
  )
})

t.test('a request that could be read in two ways is refused', async t => {
  const gw = await gateway(t, configFor('http://127.0.0.1:1'))
  const head =
    'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'
  for (const framing of [
    'content-length: 2\r\ncontent-length: 3\r\n',
    'content-length: 2\r\ntransfer-encoding: chunked\r\n',
    'transfer-encoding: chunked, identity\r\n',
    'content-length: +2\r\n',
    'x: a\r\n b\r\ncontent-length : 2\r\n',
  ]) {
    t.match(
      await raw(t, gw.port, `${head}${framing}\r\n{}`).closed,
      /^HTTP\/1.1 400 /,
      JSON.stringify(framing),
    )
  }
})

t.test(
  'a WebSocket upgrade below a provider passes both ways; elsewhere it is refused',
  async t => {
    const up = await upstream(t)
    up.server.on('upgrade', (req, socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-auth: ${req.headers.authorization} ${req.url}\r\n\r\n`,
      )
      socket.on('data', (bytes: Buffer) => socket.write(bytes))
    })
    const gw = await gateway(t, configFor(up.url), { UP_KEY: 'sk-up' })
    const upgrade = (path: string, more = ''): string =>
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${more}\r\n`
    const client = raw(
      t,
      gw.port,
      upgrade('/up/v1/realtime?model=m', 'authorization: Bearer client\r\n'),
    )
    await client.until('\r\n\r\n')
    t.match(client.text(), /^HTTP\/1.1 101 .*x-auth: Bearer sk-up \/v1\/realtime\?model=m\r\n/s)
    client.socket.write('frame')
    await client.until('frame')
    t.equal(gw.server.inFlight, 1)
    client.socket.destroy()
    t.match(await raw(t, gw.port, upgrade('/healthz')).closed, /^HTTP\/1.1 400 .*takes no upgrade/s)
    t.match(
      await raw(t, gw.port, upgrade('/up/x', 'origin: https://evil.example\r\n')).closed,
      /^HTTP\/1.1 403 /,
    )
    await up.close()
    t.match(
      await raw(t, gw.port, upgrade('/up/x')).closed,
      /^HTTP\/1.1 502 .*upstream_unreachable/s,
    )
  },
)
