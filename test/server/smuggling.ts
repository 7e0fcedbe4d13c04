// Requests and responses that two readers could take for two different things, byte by byte over raw sockets. What is not
// clear is refused; what is passed on is framed anew.

import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import t, { type Test } from 'tap'
import { configFor, type Gateway, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { chatCompletion, type Upstream, upstream } from '../fixtures/upstream.ts'

const body = '{"model":"m","messages":[]}'
const post = (head: string, rest: string): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${head}\r\n${rest}`
const sized = `content-length: ${body.length}\r\n`
const close = 'connection: close\r\n'
const chunked = (text: string, extension = ''): string =>
  `${text.length.toString(16)}${extension}\r\n${text}\r\n0\r\n\r\n`

async function both(t: Test): Promise<{ up: Upstream; gw: Gateway }> {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('hi')))
  return { up, gw: await gateway(t, configFor(up.url), { UP_KEY: 'sk-up' }) }
}

t.test('refused, and nothing of it reaches the upstream', async t => {
  const { up, gw } = await both(t)
  const cases: Record<string, string> = {
    'two lengths': post(`content-length: 2\r\n${sized}`, body),
    'a list of lengths': post(`content-length: ${body.length}, 3\r\n`, body),
    'a length of a chunked message': post(`${sized}transfer-encoding: chunked\r\n`, chunked(body)),
    'chunked not last': post('transfer-encoding: chunked, identity\r\n', chunked(body)),
    'chunked twice': post(
      'transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n',
      chunked(body),
    ),
    'an encoding that looks like chunked': post('transfer-encoding: xchunked\r\n', chunked(body)),
    'space before the colon': post(`content-length : ${body.length}\r\n`, body),
    'a folded length': post(`content-length:\r\n ${body.length}\r\n`, body),
    'a folded field': post(`x-a: b\r\n c\r\n${sized}`, body),
    'CR alone in a field': post(`x-a: b\rc: d\r\n${sized}`, body),
    'CR alone before a field': post(`x-a: b\r\rx: y\r\n${sized}`, body),
    'LF alone after a field': post(`x-a: b\nx-c: d\r\n${sized}`, body),
    'NUL in a field': post(`x-a: b\0c\r\n${sized}`, body),
    'a signed length': post(`content-length: +${body.length}\r\n`, body),
    'a signed chunk': post('transfer-encoding: chunked\r\n', `+1b\r\n${body}\r\n0\r\n\r\n`),
    'a chunk that is longer than it says': post(
      'transfer-encoding: chunked\r\n',
      `1\r\n${body}\r\n0\r\n\r\n`,
    ),
    'two hosts': `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\ncontent-type: application/json\r\n${sized}\r\n${body}`,
    'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
    'a space in the target': 'GET /healthz x HTTP/1.1\r\nhost: localhost\r\n\r\n',
  }
  for (const [what, bytes] of Object.entries(cases)) {
    t.match(await raw(t, gw.port, bytes).closed, /^HTTP\/1.1 400 /, what)
  }
  for (const target of ['http://evil.example/healthz', 'http://localhost@evil.example/healthz']) {
    const said = raw(t, gw.port, `GET ${target} HTTP/1.1\r\nhost: localhost\r\n${close}\r\n`)
    t.match(await said.closed, /^HTTP\/1.1 403 .*host_refused/s, target)
  }
  t.equal(up.requests.length, 0)
})

t.test('taken, and framed anew', async t => {
  const { up, gw } = await both(t)
  const cases: Record<string, string> = {
    'chunks with extensions and trailers': post(
      `${close}trailer: x-t\r\ntransfer-encoding: chunked\r\n`,
      chunked(body, ';a=b;c="d"').replace(/\r\n$/, 'x-t: 1\r\n\r\n'),
    ),
    'a whole URL': post(close + sized, body).replace(' /v1', ' http://localhost:1/v1'),
    'the same length, nothing else': post(close + sized, body),
    'what a proxy on the way may not see': post(
      `connection: close, x-secret\r\nx-secret: 1\r\nte: trailers\r\nupgrade: h2c\r\nkeep-alive: 5\r\nproxy-connection: x\r\nproxy-authorization: Basic x\r\nx-kept: 1\r\n${sized}`,
      body,
    ),
  }
  for (const [what, bytes] of Object.entries(cases)) {
    t.match(await raw(t, gw.port, bytes).closed, /^HTTP\/1.1 200 /, what)
    const sent = up.requests.at(-1)!
    t.equal(sent.body.toString(), body, what)
    const { host, ...headers } = sent.request.headers
    t.equal(host, up.url.slice('http://'.length), what)
    t.same(
      Object.keys(headers).toSorted(),
      [
        'authorization',
        'connection',
        'content-length',
        'content-type',
        ...(what.startsWith('what') ? ['x-kept'] : []),
      ],
      what,
    )
  }
})

t.test('two requests in one piece are answered in turn', async t => {
  const { gw } = await both(t)
  const first = postBytes('/v1/chat/completions', body)
  const client = raw(t, gw.port, `${first}GET /healthz HTTP/1.1\r\nhost: localhost\r\n${close}\r\n`)
  t.match(await client.closed, /^HTTP\/1.1 200 .*chat\.completion.*HTTP\/1.1 200 .*"ok"/s)
})

t.test('a client that asks whether to send its body', async t => {
  const { up, gw } = await both(t)
  const expect = `${close}expect: 100-continue\r\n`
  const client = raw(t, gw.port, post(expect + sized, ''))
  t.equal(await client.until('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n')
  client.socket.write(body)
  t.match(await client.closed, /HTTP\/1.1 200 /)
  t.equal(up.requests.at(-1)!.header('expect'), undefined)
  const large = raw(t, gw.port, post(`${expect}content-length: 999999999\r\n`, ''))
  t.match(await large.closed, /^HTTP\/1.1 413 /, 'it need not send what is not taken')
  const foreign = post(`${expect}origin: https://evil.example\r\n${sized}`, '')
  t.match(await raw(t, gw.port, foreign).closed, /^HTTP\/1.1 403 /)
  const other = raw(t, gw.port, post(`${close}expect: miracles\r\n${sized}`, body))
  t.match(await other.closed, /^HTTP\/1.1 417 /)
})

t.test(
  'one that asks while an answer is under way is told nothing in the middle of that',
  async t => {
    const { gw, up } = await both(t)
    const first = postBytes('/v1/chat/completions', body)
    const asking = post(`${close}expect: 100-continue\r\n${sized}`, '')
    const client = raw(t, gw.port, first + asking)
    const text = await client.until('"total_tokens"')
    t.notMatch(text, '100 Continue')
    client.socket.write(body)
    t.match(await client.closed, /^HTTP\/1.1 200 .*\}HTTP\/1.1 200 .*\}$/s)
    t.equal(up.requests.length, 2)
  },
)

t.test('of many fields none is lost', async t => {
  const { gw, up } = await both(t)
  const many = 'a:b\r\n'.repeat(1900)
  const foreign = post(`${close}${many}origin: https://evil.example\r\n${sized}`, body)
  t.match(await raw(t, gw.port, foreign).closed, /^HTTP\/1.1 403 /)
  const last = post(`${close}${many}anthropic-beta: last\r\n${sized}`, body)
  t.match(await raw(t, gw.port, last).closed, /^HTTP\/1.1 200 /)
  t.equal(up.requests.at(-1)!.header('anthropic-beta'), 'last')
})

t.test('answers that could be read in two ways never pass', async t => {
  let answer = ''
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const more = 'fallback: { attempts: 1 }'
  const gw = await gateway(t, configFor(`http://127.0.0.1:${port}`, more), { UP_KEY: 'sk-up' })
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
  const cases: Record<string, string> = {
    'two lengths': `${head}content-length: 2\r\ncontent-length: 5\r\n\r\n{}abc`,
    'a length of a chunked answer': `${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n${chunked('{"a":1}')}`,
    'less than it says': `${head}content-length: 50\r\n\r\n{}`,
    'a bad chunk': `${head}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  }
  for (const [what, bytes] of Object.entries(cases)) {
    answer = bytes
    const said = await raw(t, gw.port, postBytes('/v1/chat/completions', body, close)).closed
    const [top, rest = ''] = said.split('\r\n\r\n')
    // Either an error, or an answer that its reader sees is not whole.
    const cut =
      !/\r\n0\r\n\r\n$/.test(said) &&
      Number(/content-length: (\d+)/.exec(top!)?.[1] ?? Infinity) > rest.length
    t.ok(/^HTTP\/1.1 502 /.test(said) || cut, `${what}: ${said}`)
  }
})
