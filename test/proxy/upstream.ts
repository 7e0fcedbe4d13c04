import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import {
  type Call,
  send,
  type UpstreamFault,
  type UpstreamRequest,
  Upstreams,
} from '../../src/proxy/upstream.ts'
import { upstream } from '../fixtures/upstream.ts'

interface Told {
  readonly call: Call
  readonly head: Promise<{ status: number; headers: readonly string[] }>
  /** `undefined` where it ended well. */
  readonly end: Promise<UpstreamFault | undefined>
  bytes(): string
  /** How often anything was told. */
  count: number
}

const request: UpstreamRequest = {
  method: 'POST',
  path: '/v1/x',
  headers: ['content-type', 'application/json', 'X-Case', 'Kept'],
  body: Buffer.from('{}'),
  timeouts: { firstByte: 0, idle: 0, total: 0 },
  gate: undefined,
}

function sendTo(t: Test, url: string, more: Partial<UpstreamRequest> = {}, connect = 1000): Told {
  const upstreams = new Upstreams()
  t.teardown(() => upstreams.close())
  const chunks: Buffer[] = []
  let told: Told | undefined
  let head!: (value: { status: number; headers: readonly string[] }) => void
  let end!: (fault?: UpstreamFault) => void
  const heads = new Promise<{ status: number; headers: readonly string[] }>(resolve => {
    head = resolve
  })
  const ends = new Promise<UpstreamFault | undefined>(resolve => {
    end = resolve
  })
  const count = (): void => {
    if (told) told.count++
  }
  const call = send(
    upstreams.pool(url, connect),
    { ...request, ...more },
    {
      head(status, headers) {
        count()
        head({ status, headers })
      },
      data(chunk) {
        chunks.push(chunk)
        return true
      },
      ended() {
        count()
        end()
      },
      failed(fault) {
        count()
        end(fault)
      },
    },
  )
  told = { call, head: heads, end: ends, bytes: () => Buffer.concat(chunks).toString(), count: 0 }
  return told
}

t.test('passes head and bytes as they come', async t => {
  const up = await upstream(t)
  const told = sendTo(t, up.url)
  const exchange = await up.next()
  t.equal(exchange.body.toString(), '{}')
  t.ok(exchange.rawHeaders.includes('X-Case'))
  exchange.raw('hello', 201, { 'X-Up': 'Kept' })
  const { status, headers } = await told.head
  t.equal(status, 201)
  t.equal(headers[headers.indexOf('X-Up') + 1], 'Kept')
  t.equal(await told.end, undefined)
  t.equal(told.bytes(), 'hello')
})

t.test('cancelled before the head: the upstream sees it, and nothing more is told', async t => {
  const up = await upstream(t)
  const told = sendTo(t, up.url)
  const exchange = await up.next()
  told.call.cancel()
  await exchange.closed
  told.call.cancel()
  t.equal(told.count, 0)
})

t.test('cancelled between events: the upstream sees it', async t => {
  const up = await upstream(t)
  const told = sendTo(t, up.url)
  const exchange = await up.next()
  const stream = exchange.sse()
  await stream.data('one')
  await told.head
  told.call.cancel()
  await exchange.closed
  t.equal(told.count, 1)
})

t.test('cancelled while the connection is being made: no request is ever seen', async t => {
  const up = await upstream(t)
  const told = sendTo(t, up.url)
  told.call.cancel()
  const other = sendTo(t, up.url)
  const exchange = await up.next()
  exchange.raw('x')
  await other.end
  t.equal(up.requests.length, 1)
  t.equal(told.count, 0)
})

t.test('an upstream that dies in the middle is broken, and not stale', async t => {
  const up = await upstream(t)
  const told = sendTo(t, up.url)
  const stream = (await up.next()).sse()
  await stream.data('one')
  await told.head
  stream.destroy()
  t.match(await told.end, { kind: 'broken', stale: false })
})

t.test(
  'an upstream that closes instead of answering is stale only where it has served',
  async t => {
    const up = await upstream(t, exchange => exchange.die())
    t.match(await sendTo(t, up.url).end, { kind: 'broken', stale: false })
    const used = await upstream(t, [exchange => exchange.raw('x'), exchange => exchange.die()])
    const upstreams = new Upstreams()
    t.teardown(() => upstreams.close())
    const once = (): Promise<UpstreamFault | undefined> =>
      new Promise(resolve => {
        send(upstreams.pool(used.url, 1000), request, {
          head() {},
          data: () => true,
          ended: () => resolve(undefined),
          failed: resolve,
        })
      })
    t.equal(await once(), undefined)
    await new Promise(resolve => setImmediate(resolve))
    t.match(await once(), { kind: 'broken', stale: true })
    t.equal(used.connections, 1)
  },
)

t.test('a time for all of it: it may come in pieces, but not for ever', async t => {
  const up = await upstream(t)
  const told = sendTo(t, up.url, { timeouts: { firstByte: 0, idle: 0, total: 60 } })
  const exchange = await up.next()
  await exchange.sse().data('one')
  t.match(await told.end, { kind: 'timeout', timeout: 'total' })
  await exchange.closed
})

t.test('garbage is broken', async t => {
  const up = await upstream(t, exchange => exchange.garbage())
  t.match(await sendTo(t, up.url).end, { kind: 'broken' })
})

t.test('nobody listens: unreachable', async t => {
  const up = await upstream(t)
  await up.close()
  t.match(await sendTo(t, up.url).end, { kind: 'unreachable', reason: /ECONNREFUSED/ })
})

t.test('timeouts say which', async t => {
  const up = await upstream(t)
  const first = sendTo(t, up.url, { timeouts: { firstByte: 20, idle: 0, total: 0 } })
  t.match(await first.end, { kind: 'timeout', timeout: 'firstByte' })
  const idle = sendTo(t, up.url, { timeouts: { firstByte: 0, idle: 20, total: 0 } })
  const exchange = (await up.next()) && (await up.next())
  await exchange.sse().data('one')
  t.match(await idle.end, { kind: 'timeout', timeout: 'idle' })
  // A server that accepts and never takes part in TLS.
  const mute = createServer(() => {}).listen(0, '127.0.0.1')
  t.teardown(() => mute.close())
  await once(mute, 'listening')
  const { port } = mute.address() as { port: number }
  const connect = sendTo(t, `https://127.0.0.1:${port}`, {}, 20)
  t.match(await connect.end, { kind: 'timeout', timeout: 'connect' })
})

t.test('connections are kept between requests, and let go with their origin', async t => {
  const up = await upstream(t, exchange => exchange.raw('x'))
  const upstreams = new Upstreams()
  t.teardown(() => upstreams.close())
  const once = (): Promise<void> =>
    new Promise(resolve => {
      send(upstreams.pool(up.url, 1000), request, {
        head() {},
        data: () => true,
        ended: () => resolve(),
        failed: fault => t.fail(fault.reason),
      })
    })
  await once()
  // The connection is free again only after the callback that said the answer had ended.
  await new Promise(resolve => setImmediate(resolve))
  await once()
  t.equal(up.connections, 1)
  const pool = upstreams.pool(up.url, 1000)
  upstreams.keepOnly([{ origin: up.url, connectTimeout: 1000 }])
  t.equal(upstreams.pool(up.url, 1000), pool)
  upstreams.keepOnly([])
  t.not(upstreams.pool(up.url, 1000), pool)
  await once()
  t.equal(up.connections, 2)
})

t.test('an answer that ends while nobody reads it is given to its end', async t => {
  // undici 7 fails an assertion there, which ended the process: https://github.com/nodejs/undici/issues/5360
  for (const rest of ['def', '', 'x'.repeat(30_000)]) {
    let far: Socket | undefined
    const server = createServer(socket => {
      far = socket
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => server.close())
    const upstreams = new Upstreams()
    t.teardown(() => upstreams.close())
    const { port } = server.address() as AddressInfo
    let text = ''
    let fault: UpstreamFault | 'none' | undefined
    const pool = upstreams.pool(`http://127.0.0.1:${port}`, 1000)
    const call = await new Promise<Call>(resolve => {
      const call = send(pool, request, {
        head() {},
        data(chunk) {
          text += chunk
          resolve(call)
          return false
        },
        ended() {
          fault = 'none'
        },
        failed(said) {
          fault = said
        },
      })
    })
    const finished = once(far!, 'finish')
    far!.end(rest)
    await finished
    while (fault === undefined) {
      for (let n = 0; n < 20; n++) await new Promise(resolve => setImmediate(resolve))
      call.resume()
    }
    t.equal(fault, 'none')
    t.equal(text, `abc${rest}`)
  }
})
