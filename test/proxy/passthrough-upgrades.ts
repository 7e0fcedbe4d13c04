// WebSocket upgrades below a provider: each way that they can end before, at and after their answer.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { configFor, type Gateway, gateway, type Raw, raw } from '../fixtures/gateway.ts'
import { type Upstream, upstream } from '../fixtures/upstream.ts'

const env = { UP_KEY: 'sk-up' }
const upgrade =
  'GET /up/v1//ws?x=1 HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n'
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nx-gateway-target: lie\r\naccess-control-allow-origin: *\r\nx-up: 1\r\n\r\n'

interface Far {
  readonly req: IncomingMessage
  readonly socket: Socket
  /** Resolves when that much has come. */
  until(length: number): Promise<string>
}

/** The next upgrade that comes to the upstream. */
async function upgraded(up: Upstream): Promise<Far> {
  const [req, socket, head] = (await once(up.server, 'upgrade')) as [
    IncomingMessage,
    Socket,
    Buffer,
  ]
  socket.on('end', () => socket.end())
  let text = head.toString()
  socket.on('data', chunk => {
    text += chunk
  })
  return {
    req,
    socket,
    async until(length) {
      while (text.length < length) await once(socket, 'data')
      return text
    },
  }
}

/** A client whose upgrade waits for its answer. */
async function asked(
  t: Test,
  { up, gw }: { up: Upstream; gw: Gateway },
  early = '',
): Promise<{ client: Raw; far: Far }> {
  const coming = upgraded(up)
  const client = raw(t, gw.port, upgrade + early)
  return { client, far: await coming }
}

async function start(t: Test, more = ''): Promise<{ up: Upstream; gw: Gateway }> {
  const up = await upstream(t)
  const config = configFor(up.url).replace('quirks:', `${more} quirks:`)
  return { up, gw: await gateway(t, config, env) }
}

/** What is counted when all has ended. */
async function ended({ gw }: { gw: Gateway }): Promise<unknown> {
  await gw.idle()
  const { started, ...counters } = gw.server.counters
  return Object.fromEntries(Object.entries(counters).filter(([, count]) => count > 0))
}

t.test('a client that leaves before its upgrade is answered: the upstream sees it', async t => {
  const ways: Record<string, (socket: Socket) => unknown> = {
    end: socket => socket.end(),
    reset: socket => socket.resetAndDestroy(),
    'end after some bytes': socket => socket.end('bytes'),
  }
  for (const [name, leave] of Object.entries(ways)) {
    const both = await start(t)
    const { client, far } = await asked(t, both)
    const closed = once(far.socket, 'close')
    leave(client.socket)
    far.socket.resume()
    await closed
    t.same(await ended(both), { cancelled: 1 }, name)
  }
})

t.test(
  'what a client sends before the answer arrives, in order, and no more is held than fits',
  async t => {
    const both = await start(t)
    const { client, far } = await asked(t, both, 'early ')
    t.equal(far.req.url, '/v1//ws?x=1')
    client.socket.write('later ')
    const many = 'x'.repeat(300_000)
    client.socket.write(many)
    await new Promise(setImmediate)
    far.socket.write(`${switching}hello`)
    const text = await client.until('hello')
    t.match(text, /^HTTP\/1.1 101 .*\r\nx-up: 1\r\n/s)
    t.match(text, /\r\nx-gateway-target: up\r\n/)
    t.match(text, /\r\nconnection: upgrade\r\n.*\r\n\r\nhello$/is)
    t.notMatch(text, /access-control|lie/)
    client.socket.write(' last')
    const all = `early later ${many} last`
    t.ok((await far.until(all.length)) === all)
    client.socket.end()
    await once(far.socket, 'close')
    t.same(await ended(both), { finished: 1 })
  },
)

t.test('what the upstream has sent at its end reaches a client that reads late', async t => {
  const both = await start(t)
  const { client, far } = await asked(t, both)
  client.socket.pause()
  far.socket.end(switching + 'x'.repeat(5_000_000))
  await new Promise(setImmediate)
  client.socket.resume()
  const text = await client.closed
  t.equal(text.length - text.indexOf('\r\n\r\n') - 4, 5_000_000)
  t.same(await ended(both), { finished: 1 })
})

t.test('a refusal is an answer like any other', async t => {
  const body = '{"error":true}'
  const refusals: Record<string, string> = {
    'of a length': `content-length: ${body.length}\r\n\r\n${body}`,
    chunked: `transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    'up to its end': `connection: close\r\n\r\n${body}`,
  }
  for (const [name, refusal] of Object.entries(refusals)) {
    const both = await start(t)
    const { client, far } = await asked(t, both, 'frames that nobody reads')
    far.socket.end(
      `HTTP/1.1 401 Nobody\r\nset-cookie: a=1\r\nset-cookie: b=2\r\naccess-control-allow-origin: *\r\nx-gateway-target: lie\r\nkeep-alive: timeout=5\r\n${refusal}`,
    )
    const text = await client.closed
    t.match(text, /^HTTP\/1.1 401 Nobody\r\n.*a=1\r\nset-cookie: b=2\r\n.*\{"error":true\}/is, name)
    t.match(text, /\r\nx-gateway-target: up\r\n/)
    t.match(text, /\r\nconnection: close\r\n/i)
    t.notMatch(text, /access-control|lie|timeout=5/)
    t.same(await ended(both), { finished: 1 })
    t.match(both.gw.log(), /"status":401/)
  }
})

t.test('a refusal that is larger than what the sockets hold', async t => {
  const both = await start(t)
  const { client, far } = await asked(t, both)
  client.socket.pause()
  far.socket.end(`HTTP/1.1 403 Forbidden\r\n\r\n${'x'.repeat(12_000_000)}`)
  await new Promise(setImmediate)
  client.socket.resume()
  const text = await client.closed
  t.ok(text.length > 12_000_000 && text.endsWith('\r\n0\r\n\r\n'))
  t.same(await ended(both), { finished: 1 })
})

const begun = 'HTTP/1.1 403 Forbidden\r\ncontent-length: 100\r\n\r\nbegun'

t.test('a refusal whose upstream dies: the client is not left hanging', async t => {
  for (const die of ['destroy', 'resetAndDestroy'] as const) {
    const both = await start(t)
    const { client, far } = await asked(t, both)
    far.socket.write(begun)
    await client.until('begun')
    far.socket[die]()
    t.match(await client.closed, /begun$/)
    t.same(await ended(both), { failed: 1 })
    t.match(both.gw.log(), /"error":/)
  }
})

t.test('a refusal that stalls is cut, without a second head in its body', async t => {
  const both = await start(t, 'timeouts: { idle: 50ms },')
  const { client, far } = await asked(t, both)
  const closed = once(far.socket, 'close')
  far.socket.write(begun)
  t.match(await client.closed, /begun$/)
  await closed
  t.same(await ended(both), { failed: 1 })
  t.match(both.gw.log(), /ran out of time: idle/)
})

t.test('a client that leaves in the middle of a refusal: the upstream sees it', async t => {
  const both = await start(t)
  const { client, far } = await asked(t, both)
  const closed = once(far.socket, 'close')
  far.socket.write(begun)
  await client.until('begun')
  client.socket.end()
  await closed
  t.same(await ended(both), { cancelled: 1 })
})

t.test('an upstream that resets an open WebSocket: nothing is written into its frames', async t => {
  const both = await start(t)
  const { client, far } = await asked(t, both)
  far.socket.write(`${switching}frame`)
  await client.until('frame')
  far.socket.resetAndDestroy()
  t.match(await client.closed, /\r\n\r\nframe$/)
  t.same(await ended(both), { failed: 1 })
  t.match(both.gw.log(), /ECONNRESET/)
})

t.test('an upstream that fails before any answer: the gateway says so', async t => {
  const both = await start(t, 'timeouts: { firstByte: 50ms },')
  const { client } = await asked(t, both, 'early')
  t.match(await client.closed, /^HTTP\/1.1 504 .*upstream_timeout/s)
  t.same(await ended(both), { failed: 1 })
  const { client: other, far } = await asked(t, both)
  far.socket.destroy()
  t.match(await other.closed, /^HTTP\/1.1 502 .*upstream_unreachable/s)
  t.same(await ended(both), { failed: 2 })
})
