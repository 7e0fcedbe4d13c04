import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { ask, configFor, gateway, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const env = { UP_KEY: 'sk-up' }

t.test('anything below a provider passes untouched, with its credential', async t => {
  const up = await upstream(t, exchange =>
    exchange.raw('answer', 207, { 'x-up': '1', 'access-control-allow-origin': '*' }),
  )
  const gw = await gateway(t, configFor(up.url), env)
  const body = Buffer.from([0, 1, 2, 255])
  const reply = await ask(
    `${gw.url}/up/v1/files/a%2Fb?x=%20`,
    'PUT',
    {
      'content-type': 'application/octet-stream',
      'content-length': '4',
      'x-api-key': 'client',
      cookie: 'a',
      'x-kept': 'y',
    },
    body,
  )
  t.same([reply.status, reply.text, reply.headers.get('x-up')], [207, 'answer', '1'])
  t.equal(reply.headers.get('x-gateway-target'), 'up')
  t.equal(reply.headers.get('access-control-allow-origin'), null)
  const [seen] = up.requests
  t.equal(seen!.url, '/v1/files/a%2Fb?x=%20')
  t.same(seen!.body, body)
  t.equal(seen!.header('authorization'), 'Bearer sk-up')
  t.equal(seen!.header('x-api-key'), undefined)
  t.equal(seen!.header('cookie'), undefined)
  t.equal(seen!.header('x-kept'), 'y')
  t.equal(seen!.header('host'), `127.0.0.1:${up.port}`)
  await ask(`${gw.url}/up/other/path`, 'GET', {})
  t.equal(up.requests[1]!.url, '/other/path')
})

t.test('bytes pass as they come, both ways', async t => {
  const up = await upstream(t, () => {}, { early: true })
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(
    t,
    gw.port,
    'POST /up/v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n',
  )
  const exchange = await up.next()
  const stream = exchange.sse()
  await stream.write('data: half')
  await client.until('half')
  client.socket.write('0\r\n\r\n')
  await exchange.received
  t.equal(exchange.body.toString(), 'first')
  await stream.end()
  await client.until('0\r\n\r\n')
})

t.test('the client leaves: the upstream sees it', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(t, gw.port, 'GET /up/v1/slow HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const exchange = await up.next()
  await exchange.stream(200).write('x')
  await client.until('x')
  client.socket.destroy()
  await exchange.closed
  await gw.idle()
  t.match(gw.server.counters, { cancelled: 1, failed: 0 })
})

t.test('the client leaves before the head: the upstream sees it', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(t, gw.port, 'GET /up/v1/slow HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const exchange = await up.next()
  client.socket.destroy()
  await exchange.closed
})

t.test('the upstream dies in the middle: the client is not left hanging', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(t, gw.port, 'GET /up/v1/x HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const stream = (await up.next()).stream(200)
  await stream.write('part')
  await client.until('part')
  stream.destroy()
  t.notMatch(await client.closed, /\r\n0\r\n\r\n$/)
  await gw.idle()
  t.match(gw.server.counters, { failed: 1, cancelled: 0 })
})

t.test('an upstream that takes too long, for each of the timeouts', async t => {
  const up = await upstream(t)
  const mute = createServer(() => {}).listen(0, '127.0.0.1')
  t.teardown(() => mute.close())
  await once(mute, 'listening')
  const { port } = mute.address() as { port: number }
  const gw = await gateway(
    t,
    `
providers:
  up: { api: openai, baseUrl: ${up.url}/v1, credential: none, timeouts: { firstByte: 50ms, idle: 60ms } }
  mute: { api: openai, baseUrl: "https://127.0.0.1:${port}/v1", credential: none, timeouts: { connect: 50ms } }
  late: { api: openai, baseUrl: ${up.url}/v1, credential: none, timeouts: { total: 80ms } }
`,
  )
  const first = await ask(`${gw.url}/up/v1/x`, 'GET', {})
  t.match(first.json.error, { code: 'upstream_timeout', message: /begin to answer within 0.05 s/ })
  await (await up.next()).closed
  const connect = await ask(`${gw.url}/mute/v1/x`, 'GET', {})
  t.match(connect.json.error, { code: 'upstream_timeout', message: /take the connection/ })
  for (const provider of ['up', 'late']) {
    const client = raw(t, gw.port, `GET /${provider}/v1/x HTTP/1.1\r\nhost: localhost\r\n\r\n`)
    const exchange = await up.next()
    await exchange.stream(200).write('part')
    t.match(await client.closed, /part/)
    await exchange.closed
  }
  await gw.idle()
  t.match(gw.server.counters, { started: 4, failed: 4 })
})

t.test('errors of the gateway', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const form = await ask(`${gw.url}/up/v1/x`, 'POST', { 'content-type': 'text/plain' }, 'x')
  t.match(form.json, { error: { code: 'content_type' } })
  const chunked = await ask(
    `${gw.url}/up/v1/x`,
    'DELETE',
    { 'transfer-encoding': 'chunked', 'content-type': 'application/json' },
    '{}',
  )
  t.match(chunked.json, { error: { code: 'bad_request' } })
  await up.close()
  const gone = await ask(`${gw.url}/up/v1/x`, 'GET', {})
  t.equal(gone.status, 502)
  t.match(gone.json, { error: { code: 'upstream_unreachable', message: /ECONNREFUSED/ } })
})
