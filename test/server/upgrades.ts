import t from 'tap'
import { configFor, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

t.test('any other upgrade is not heard of: the request is served as it is', async t => {
  const up = await upstream(t, exchange => exchange.json({ ok: true }))
  const gw = await gateway(t, configFor(up.url), { UP_KEY: 'sk-up' })
  // As Java's client begins every connection.
  const asks = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAA\r\n'
  for (const path of ['/v1/chat/completions', '/up/v1/anything']) {
    const client = raw(t, gw.port, postBytes(path, { model: 'm' }, asks))
    t.match(await client.closed, /^HTTP\/1.1 200 .*connection: close.*\{"ok":true\}\n?$/is, path)
  }
  t.equal(up.requests.length, 2)
  for (const request of up.requests) {
    t.equal(request.header('upgrade'), undefined)
    t.equal(request.header('http2-settings'), undefined)
  }
  await gw.idle()
  t.match(gw.server.counters, { started: 2, finished: 2 })
})

t.test('what comes behind an upgrade that is not heard of is no request', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), { UP_KEY: 'sk-up' })
  const asks = 'connection: Upgrade\r\nupgrade: h2c\r\n'
  const evil = 'GET /up/v1/evil HTTP/1.1\r\nhost: localhost\r\n\r\n'
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${evil.length}\r\n\r\n`
  // Of what comes in one piece with it the parser sees nothing, and takes the body for the next request.
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', { model: 'm' }, asks) + head)
  const exchange = await up.next()
  client.socket.write(evil)
  client.socket.write(evil)
  await gw.get('/healthz')
  exchange.json({ ok: true })
  t.match(await client.closed, /^HTTP\/1.1 200 .*\{"ok":true\}\n?$/s)
  t.equal(up.requests.length, 1)
})

t.test('a refused upgrade ends with its client, whatever that sends', async t => {
  const gw = await gateway(t, '')
  for (let n = 1; n <= 2; n++) {
    const client = raw(t, gw.port, upgrade.replace('/v1/models', '/nope'))
    await client.until('endpoint_not_found')
    client.socket.end('some more')
    await client.closed
    await gw.idle()
    t.match(gw.server.counters, { started: n, failed: n })
  }
})

const upgrade =
  'GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'

t.test('an upgrade behind a request that is not answered yet', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), { UP_KEY: 'sk-up' })
  const request = postBytes('/v1/chat/completions', { model: 'm', stream: true })
  const client = raw(t, gw.port, request + upgrade)
  const stream = (await up.next()).sse()
  const event = (content: string): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
  await stream.write(event('x'))
  await client.until('content')
  // More than the sockets hold, so that some has to wait until the client reads on.
  client.socket.pause()
  const written = Array.from({ length: 12 }, () => stream.write(event('y'.repeat(1_000_000))))
  await new Promise(setImmediate)
  client.socket.resume()
  await Promise.all(written)
  await stream.write('data: [DONE]\n\n')
  await stream.end()
  const text = await client.closed
  t.match(text.slice(0, 20), /^HTTP\/1.1 200 /)
  t.match(text.slice(-40), /\[DONE\]\n\n\r\n0\r\n\r\n$/, 'it is answered, and closed')
  t.ok(text.length > 12_000_000)
  await gw.idle()
  t.match(gw.server.counters, { started: 1, finished: 1 })

  const leaving = raw(t, gw.port, request + upgrade)
  const exchange = await up.next()
  leaving.socket.destroy()
  await exchange.closed
  await gw.idle()
  t.match(gw.server.counters, { started: 2, cancelled: 1 })
})
