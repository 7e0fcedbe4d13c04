import { once } from 'node:events'
import t from 'tap'
import { configFor, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const env = { UP_KEY: 'sk-up' }
const chat = { model: 'm', messages: [] }
const close = 'connection: close\r\n'

t.test('requests in all: one waits for its turn, the next is refused in its dialect', async t => {
  const up = await upstream(t)
  const more = 'limits: { concurrent: 1, queue: 1, wait: 1m }'
  const gw = await gateway(t, configFor(up.url, more), env)
  const first = gw.post('/v1/chat/completions', chat)
  const running = await up.next()
  const second = raw(t, gw.port, postBytes('/v1/chat/completions', chat, close))
  while (gw.server.inFlight < 2) await new Promise(setImmediate)
  const third = await gw.post('/v1/messages', chat)
  t.equal(third.status, 429)
  t.equal(third.headers.get('retry-after'), '60')
  t.match(third.json, { type: 'error', error: { type: 'rate_limit_error', source: 'gateway' } })
  t.equal((await gw.get('/healthz')).status, 200, 'whether it lives can always be asked')
  t.equal(up.requests.length, 1)
  running.json(chatCompletion('1'))
  t.equal((await first).status, 200)
  const next = await up.next()
  next.json(chatCompletion('2'))
  t.match(await second.closed, /^HTTP\/1.1 200/)
})

t.test('who leaves while it waits for its turn is never sent on', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url, 'limits: { concurrent: 1 }'), env)
  const first = gw.post('/v1/chat/completions', chat)
  const running = await up.next()
  const leaving = raw(t, gw.port, postBytes('/v1/chat/completions', chat))
  while (gw.server.inFlight < 2) await new Promise(setImmediate)
  leaving.socket.destroy()
  while (gw.server.inFlight > 1) await new Promise(setImmediate)
  running.json(chatCompletion('1'))
  await first
  await gw.idle()
  t.equal(up.requests.length, 1)
  t.equal(gw.server.counters.cancelled, 1)
})

t.test('requests to a provider: no more than it takes; the next target, or 429', async t => {
  const up = await upstream(t)
  const spare = await upstream(t, exchange => exchange.json(chatCompletion('spare')))
  const gw = await gateway(
    t,
    `
providers:
  up: { api: openai, baseUrl: ${up.url}/v1, credential: none, limits: { concurrent: 1, queue: 0, wait: 3s } }
  spare: { api: openai, baseUrl: ${spare.url}/v1, credential: none }
aliases: { both: { targets: [up/m, spare/m] } }
`,
  )
  const first = gw.post('/v1/chat/completions', { ...chat, model: 'up/m' })
  const running = await up.next()
  const refused = await gw.post('/v1/chat/completions', { ...chat, model: 'up/m' })
  t.equal(refused.status, 429)
  t.equal(refused.headers.get('retry-after'), '3')
  t.match(refused.json, { error: { code: 'provider_busy', message: /providers\.up\.limits/ } })
  t.equal((await gw.get('/up/v1/files')).status, 429, 'what passes through counts as well')
  const other = await gw.post('/v1/chat/completions', { ...chat, model: 'both' })
  t.equal(other.headers.get('x-gateway-target'), 'spare/m')
  running.json(chatCompletion('1'))
  await first
  const again = gw.post('/v1/chat/completions', { ...chat, model: 'both' })
  const next = await up.next()
  next.json(chatCompletion('2'))
  t.equal((await again).headers.get('x-gateway-target'), 'up/m', 'it was not held against it')
})

t.test(
  'a request waits for its turn at a provider, and a client that leaves makes room',
  async t => {
    const up = await upstream(t)
    const config = configFor(up.url).replace('env:UP_KEY', 'none, limits: { concurrent: 1 }')
    const gw = await gateway(t, config)
    const leaving = raw(t, gw.port, postBytes('/v1/chat/completions', chat))
    const dropped = await up.next()
    const second = gw.post('/v1/chat/completions', chat)
    while (gw.server.inFlight < 2) await new Promise(setImmediate)
    leaving.socket.destroy()
    await dropped.closed
    const next = await up.next()
    next.json(chatCompletion('2'))
    t.equal((await second).status, 200)
  },
)

t.test('connections: one too many gets a reason', async t => {
  const gw = await gateway(t, 'limits: { connections: 1 }')
  const first = raw(t, gw.port, 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await first.until('"ok"')
  const second = raw(t, gw.port, '')
  const said = await second.until('too_many_connections')
  t.match(said, /^HTTP\/1.1 503 .*connection: close.*retry-after: 1/is)
  second.socket.end()
  await second.closed
  first.socket.destroy()
  await once(first.socket, 'close')
  await gw.use('limits: { connections: 2 }')
  const third = raw(t, gw.port, 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await third.until('"ok"')
})

t.test('the head: 431 past its limit, also after a reload', async t => {
  const gw = await gateway(t, 'limits: { header: 1KiB }')
  const head = (size: number): string =>
    `GET /healthz HTTP/1.1\r\nhost: localhost\r\n${close}x-long: ${'x'.repeat(size)}\r\n\r\n`
  t.match(await raw(t, gw.port, head(2000)).closed, /^HTTP\/1.1 431 .*limits\.header/s)
  t.match(await raw(t, gw.port, head(500)).closed, /^HTTP\/1.1 200/)
  await gw.use('limits: { header: 32KiB }')
  t.match(await raw(t, gw.port, head(30_000)).closed, /^HTTP\/1.1 200/)
})

t.test('slow clients: a head or a body that does not come is not waited for', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url, 'limits: { headerTime: 1ms, bodyTime: 2ms }'), env)
  const head = raw(t, gw.port, 'POST /v1/chat/completions HTTP/1.1\r\nhost: loc')
  t.match(await head.until('request_too_slow'), /^HTTP\/1.1 408 .*limits\.headerTime/s)
  const begun =
    'POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{'
  const body = raw(t, gw.port, begun)
  const said = await body.until('request_too_slow')
  t.match(said, /^HTTP\/1.1 408 .*connection: close.*"type":"timeout_error"/is, 'in its dialect')
  await gw.idle()
  t.equal(up.requests.length, 0)
})

t.test('a body may have less time than a head', async t => {
  const gw = await gateway(t, 'limits: { headerTime: 1h, bodyTime: 2ms }')
  const begun = 'POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n'
  const client = raw(t, gw.port, `${begun}content-type: application/json\r\n\r\n{`)
  t.match(await client.until('request_too_slow'), /^HTTP\/1.1 408 /)
})

t.test('an upload that waits for its upstream is not slow', async t => {
  const up = await upstream(t, () => {}, { early: true })
  const gw = await gateway(t, configFor(up.url, 'limits: { headerTime: 1ms, bodyTime: 2ms }'), env)
  const size = 30_000_000
  const form = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n--b\r\n\r\n'
  const cases: Readonly<Record<string, string>> = {
    '/up/v1/files': '',
    '/v1/audio/transcriptions': form,
  }
  for (const [path, begin] of Object.entries(cases)) {
    const type = 'content-type: multipart/form-data; boundary=b\r\n'
    const length = `content-length: ${size + begin.length}\r\n`
    const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${type}${length}\r\n${begin}`
    const client = raw(t, gw.port, head)
    client.socket.write(Buffer.alloc(size, 'x'))
    const exchange = await up.next()
    exchange.request.pause()
    // Whoever begins later and gets this has been looked at together with the upload.
    const slow = raw(t, gw.port, 'POST /v1/messages HTTP/1.1\r\nhost: loc')
    await slow.until('request_too_slow')
    exchange.request.resume()
    await exchange.received
    exchange.json({ ok: true })
    t.match(await client.until('{"ok":true}'), /^HTTP\/1.1 200 /, path)
  }
})

t.test('a compressed body is refused with a reason', async t => {
  const gw = await gateway(t, '')
  const reply = await gw.post('/v1/chat/completions', chat, { 'content-encoding': 'gzip' })
  t.equal(reply.status, 415)
  t.match(reply.json, { error: { code: 'content_encoding' } })
})
