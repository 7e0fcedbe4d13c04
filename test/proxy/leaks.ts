// After any end of a request nothing is left of it: no socket, no timer, no listener.

import { once } from 'node:events'
import t from 'tap'
import { Health } from '../../src/proxy/health.ts'
import { ask, gateway, postBytes, type Raw, raw } from '../fixtures/gateway.ts'
import { chatChunk, chatCompletion, type Exchange, upstream } from '../fixtures/upstream.ts'

const rounds = 12
const handles = (): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) {
    if (/Timeout|TCP|Pipe|Immediate/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

t.test('every way that a request can end', async t => {
  const warnings: string[] = []
  const warned = (warning: Error): void => void warnings.push(String(warning))
  process.on('warning', warned)
  t.teardown(() => process.off('warning', warned))

  const up = await upstream(t, () => {}, { early: true })
  const before = handles()
  // Nothing stays cool: the ways below are to be the same in every round.
  let now = 0
  const health = new Health(() => {
    now += 1e9
    return now
  })
  const { server, upstreams, port } = await gateway(
    t,
    `
providers:
  up: { api: openai, baseUrl: ${up.url}/v1, credential: none, timeouts: { total: 1h } }
aliases: { two: { targets: [up/a, up/b] } }
keepAlive: 20ms
`,
    {},
    health,
  )

  const client = (model = 'up/a'): Raw =>
    raw(t, port, postBytes('/v1/chat/completions', { model, stream: true, messages: [] }))
  const leave = async (client: Raw): Promise<void> => {
    client.socket.destroy()
    await once(client.socket, 'close')
  }
  const seen = async (exchange: Exchange): Promise<void> => {
    await exchange.ended
  }
  const ways: Readonly<Record<string, () => Promise<void>>> = {
    async 'before the head'() {
      const c = client()
      const exchange = await up.next()
      await leave(c)
      await seen(exchange)
    },
    async 'before content'() {
      const c = client()
      const exchange = await up.next()
      await exchange.sse().write(': hello\n\n')
      await leave(c)
      await seen(exchange)
    },
    async 'between events'() {
      const c = client()
      const exchange = await up.next()
      await exchange.sse().data(chatChunk('one'))
      await c.until('one')
      await leave(c)
      await seen(exchange)
    },
    async 'in the wait for another attempt'() {
      const c = client()
      const exchange = await up.next()
      exchange.json({ error: {} }, 429, { 'retry-after': '4' })
      await seen(exchange)
      await new Promise(resolve => setImmediate(resolve))
      await leave(c)
    },
    async 'at the second target, while the first still talks'() {
      const c = client('two')
      const first = await up.next()
      await first.stream(500, { 'content-type': 'application/json' }).write('{"error":')
      const second = await up.next()
      await leave(c)
      await Promise.all([seen(first), seen(second)])
    },
    async 'during the upload of a form'() {
      const c = raw(
        t,
        port,
        'POST /v1/audio/transcriptions HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 99999\r\n\r\n--x\r\ncontent-disposition: form-data; name="model"\r\n\r\nup/a\r\n--x\r\n',
      )
      const exchange = await up.next()
      await leave(c)
      await seen(exchange)
    },
    async 'not at all: a stream'() {
      const c = client()
      const stream = (await up.next()).sse()
      await stream.data(chatChunk('one'))
      await c.until(': keep-alive')
      await stream.data('[DONE]')
      await stream.end()
      await c.until('0\r\n\r\n')
      await leave(c)
    },
    async 'not at all: the second target, while the first still talks'() {
      const reply = ask(
        `http://127.0.0.1:${port}/v1/chat/completions`,
        'POST',
        { 'content-type': 'application/json' },
        { model: 'two' },
      )
      const first = await up.next()
      await first.stream(500, { 'content-type': 'application/json' }).write('{"error":')
      const second = await up.next()
      second.json(chatCompletion('hi'))
      t.equal((await reply).status, 200)
      await seen(first)
    },
    async 'not at all: the upstream dies'() {
      const c = client()
      const stream = (await up.next()).sse()
      await stream.data(chatChunk('one'))
      await c.until('one')
      stream.destroy()
      await c.until('upstream_broken')
      await leave(c)
    },
  }
  for (const [way, act] of Object.entries(ways)) {
    for (let i = 0; i < rounds; i++) await act()
    while (server.inFlight > 0) await new Promise(resolve => setImmediate(resolve))
    t.pass(way)
  }
  const { started, finished, failed, cancelled } = server.counters
  t.equal(started, rounds * Object.keys(ways).length)
  t.equal(cancelled, rounds * 6, 'each that left is counted')
  t.equal(failed, rounds)
  t.equal(finished, rounds * 2)

  await server.drain(0)
  await upstreams.close()
  const left = (): string =>
    Object.entries(handles())
      .filter(([kind, count]) => count > (before[kind] ?? 0))
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ')
  // Both ends of each socket must have seen it close.
  for (let turn = 0; turn < 2000 && left() !== ''; turn++) {
    await new Promise(resolve => setImmediate(resolve))
  }
  t.equal(left(), '')
  t.same(warnings, [])
})
