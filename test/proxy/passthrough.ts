import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import t from 'tap'
import { ClientResponse } from '../../src/proxy/client-response.ts'
import { passRequest } from '../../src/proxy/passthrough.ts'
import { ask, configFor, gateway, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const env = { UP_KEY: 'sk-up' }

// The first of all: only this one has to wait until http-proxy is loaded.
t.test('a client that leaves while http-proxy is loaded: nobody asks the upstream', async t => {
  const up = await upstream(t, exchange => exchange.raw('ok'))
  const passed: Promise<void>[] = []
  const server = createHttpServer({ ServerResponse: ClientResponse }, (req, res) => {
    const pass = (path: string): Promise<void> =>
      passRequest(
        req,
        res,
        {
          origin: up.url,
          path,
          headers: [],
          responseHeaders: [],
          timeouts: { connect: 0, firstByte: 0, idle: 0, total: 0 },
        },
        { answered: () => {}, failed: () => {} },
      )
    if (req.url === '/bad') passed.push(pass('/a b'))
    else passed.push(pass(req.url!))
    if (req.url === '/leaves') req.socket.destroy()
    server.emit('passed')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const client = raw(t, port, 'GET /leaves HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await client.closed
  await passed[0]
  t.equal((await ask(`http://127.0.0.1:${port}/stays`, 'GET', {})).text, 'ok')
  t.same(
    [up.connections, up.requests.map(request => request.url)],
    [1, ['/stays']],
    'it has no connection',
  )
  const bad = raw(t, port, 'GET /bad HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await once(server, 'passed')
  await t.rejects(passed[2]!, { code: 'bad_request' }, 'a path that would be two requests')
  bad.socket.destroy()
})

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
  await up.close()
  const gone = await ask(`${gw.url}/up/v1/x`, 'GET', {})
  t.equal(gone.status, 502)
  t.match(gone.json, { error: { code: 'upstream_unreachable', message: /ECONNREFUSED/ } })
})

t.test('an answer says that its connection is closed, and it is', async t => {
  const up = await upstream(t, exchange => exchange.raw('ok'))
  const gw = await gateway(t, configFor(up.url), env)
  const asks = (version: string, field = ''): string =>
    `GET /up/v1/x HTTP/${version}\r\nhost: localhost\r\n${field}\r\n`
  t.match(
    await raw(t, gw.port, asks('1.1', 'connection: close\r\n')).closed,
    /^HTTP\/1.1 200 .*\r\nconnection: close\r\n.*\r\nok$/is,
  )
  t.match(await raw(t, gw.port, asks('1.0')).closed, /^HTTP\/1.1 200 .*\r\nconnection: close\r\n/is)
  const stays = raw(t, gw.port, asks('1.1'))
  t.notMatch(await stays.until('\r\n\r\nok'), /connection: close/i)
  const retired = gw.server.retire(60_000)
  stays.socket.write(asks('1.1'))
  t.match(await stays.closed, /ok.*\r\nconnection: close\r\n.*ok$/is, 'as the gateway retires')
  await retired
})

t.test(
  'an upstream answers before the upload is through: a client that reads late sees it',
  async t => {
    const up = await upstream(t, () => {}, { early: true })
    const gw = await gateway(t, configFor(up.url), env)
    const rest = Buffer.alloc(20_000_000, 'x')
    const upload = (field: string): string =>
      `POST /up/v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: ${rest.length + 5}\r\n${field}\r\nfirst`
    for (const field of ['', 'connection: close\r\n']) {
      const client = raw(t, gw.port, upload(field))
      client.socket.pause()
      const exchange = await up.next()
      exchange.request.pause()
      t.equal(exchange.header('connection'), 'keep-alive', 'it is to close no sooner than we do')
      exchange.raw('too large', 413)
      await new Promise(sent => client.socket.write(rest, sent))
      client.socket.resume()
      await client.until(/^HTTP\/1.1 413 .*\r\n\r\ntoo large$/s)
      if (field !== '') await client.closed
      else {
        client.socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')
        await client.until(/too largeHTTP\/1.1 200 /)
      }
      // It is seen only by who reads.
      const { socket } = exchange.request
      socket.resume()
      if (!socket.destroyed) await once(socket, 'close')
    }
    await gw.idle()
    t.match(gw.server.counters, { started: 3, finished: 3 })
  },
)

t.test('a client that is answered and told to go, and goes on sending', async t => {
  const up = await upstream(t, () => {}, { early: true })
  const gw = await gateway(t, configFor(up.url), env)
  const upload =
    'POST /up/v1/files HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 10\r\n\r\nfirst'
  const client = raw(t, gw.port, upload)
  const exchange = await up.next()
  exchange.raw('too large', 413)
  await client.until('too large')
  await exchange.ended
  t.equal(gw.server.inFlight, 1)
  client.socket.write('later')
  t.match(await client.closed, /too large$/)
  await gw.idle()
  t.match(gw.server.counters, { finished: 1 })
})

t.test('a status 101 that nobody asked for is a failure of the upstream', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const reply = ask(`${gw.url}/up/v1/x`, 'GET', {})
  const { request } = await up.next()
  const closed = once(request.socket, 'close')
  request.socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
  )
  const { status, json } = await reply
  t.equal(status, 502)
  t.match(json.error, { code: 'upstream_broken', message: /status 101/ })
  await closed
})

t.test('path and query pass byte for byte', async t => {
  const up = await upstream(t, exchange => exchange.raw('ok'))
  const gw = await gateway(t, configFor(up.url), env)
  const paths = [
    '/files//a//b',
    "/it's/{a}|b^c`",
    '/x?uri=gs://bucket/a//b&y=http://z//',
    '/x?a?b?c',
    '/x?',
    '/x#y',
    '/%2e%2E/a%2fb?q="<>"',
    '/a\\b/../c;d@e:80',
    '//other.example/x',
  ]
  for (const path of paths) await ask(`${gw.url}/up${path}`, 'GET', {})
  t.same(
    up.requests.map(request => request.url),
    paths,
  )
})

t.test('a chunked body of any method passes as a body', async t => {
  const up = await upstream(t, exchange => exchange.raw('ok'))
  const gw = await gateway(t, configFor(up.url), env)
  const body = 'GET /evil HTTP/1.1\r\nhost: e\r\n\r\n'
  for (const method of ['OPTIONS', 'DELETE', 'GET', 'PATCH']) {
    const type = { 'content-type': 'application/json' }
    const chunked = { ...type, 'transfer-encoding': 'chunked' }
    t.equal((await ask(`${gw.url}/up/v1/x`, method, chunked, body)).status, 200)
    const sized = { ...type, 'content-length': String(body.length) }
    t.equal((await ask(`${gw.url}/up/v1/x`, method, sized, body)).status, 200)
    t.equal((await ask(`${gw.url}/up/v1/x`, method, type)).status, 200)
    const seen = up.requests.slice(-3)
    t.same(
      seen.map(request => [request.method, request.body.toString()]),
      [
        [method, body],
        [method, body],
        [method, ''],
      ],
    )
    t.same(seen[0]!.header('transfer-encoding'), 'chunked')
    t.same(seen[0]!.header('content-length'), undefined)
  }
  t.equal(up.requests.length, 12)
})

t.test('a field may be called as something that every object has', async t => {
  const odd = ['constructor', 'a', '__proto__', 'b', 'toString', 'c', 'x-two', '1', 'x-two', '2']
  const up = await upstream(t, ({ request, response }) => {
    const { socket } = request
    const lines = odd.map((text, i) => text + (i % 2 ? '\r\n' : ': ')).join('')
    socket.end(`HTTP/1.1 200 OK\r\n${lines}content-length: 2\r\n\r\nok`)
    response.destroy()
  })
  const gw = await gateway(t, configFor(up.url), env)
  const lines = odd.map((text, i) => text + (i % 2 ? '\r\n' : ': ')).join('')
  const client = raw(t, gw.port, `GET /up/v1/x HTTP/1.1\r\nhost: localhost\r\n${lines}\r\n`)
  const text = (await client.until('\r\n\r\nok')).toLowerCase()
  const fields = up.requests[0]!.rawHeaders.map((field, i) => field + (i % 2 ? '\r\n' : ': '))
    .join('')
    .toLowerCase()
  for (const line of lines.toLowerCase().split('\r\n')) {
    t.ok(text.includes(`${line}\r\n`), `to the client: ${line}`)
    t.ok(fields.includes(`${line}\r\n`), `to the upstream: ${line}`)
  }
})

t.test('the head of an answer does not wait for its body', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url), env)
  const client = raw(t, gw.port, 'GET /up/v1/x HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const stream = (await up.next()).stream(200, { 'x-up': '1' })
  t.match(await client.until('\r\n\r\n'), /^HTTP\/1.1 200 .*x-up: 1\r\n/s)
  await stream.end()
  await client.until('\r\n\r\n0\r\n\r\n')
})
