import { once } from 'node:events'
import t, { type Test } from 'tap'
import { Gate } from '../../src/proxy/gate.ts'
import { Pool } from '../../src/proxy/pool.ts'
import { send, type UpstreamRequest } from '../../src/proxy/upstream.ts'
import { upstream } from '../fixtures/upstream.ts'

const request = {
  ...{ method: 'POST', path: '/', headers: [], body: Buffer.from('{}'), gate: undefined },
  timeouts: { firstByte: 0, idle: 0, total: 0 },
}

function poolTo(t: Test, origin: string, fresh = false): Pool {
  const pool = new Pool(origin, 1000, fresh)
  t.teardown(() => pool.destroy())
  return pool
}

/** Resolves when the answer has ended. */
const answered = (pool: Pool, gate?: UpstreamRequest['gate']): Promise<void> =>
  new Promise((ended, failed) => {
    const fail = ({ reason }: { reason: string }): void => failed(new Error(reason))
    send(pool, { ...request, gate }, { head() {}, data: () => true, ended, failed: fail })
  })

t.test('as many as there are requests at once, and afterwards one', async t => {
  const up = await upstream(t)
  const pool = poolTo(t, up.url)
  const three = [answered(pool), answered(pool), answered(pool)]
  for (const exchange of [await up.next(), await up.next(), await up.next()]) exchange.raw('x')
  await Promise.all(three)
  t.equal(up.connections, 3)
  const ports = new Set<unknown>()
  for (let n = 0; n < 5; n++) {
    const one = answered(pool)
    const exchange = await up.next()
    ports.add(exchange.request.socket.remotePort)
    exchange.raw('x')
    await one
  }
  t.equal(up.connections, 3)
  t.equal(ports.size, 1, 'the one that was used last is used next')
})

t.test('no more than are let in at once', async t => {
  for (const last of ['keep-alive', 'close']) {
    const up = await upstream(t, exchange => exchange.raw('x', 200, { connection: last }))
    const pool = poolTo(t, up.url)
    const gate = { gate: new Gate(), limits: { concurrent: 1, queue: 10, wait: 10_000 } }
    await Promise.all(Array.from({ length: 4 }, () => answered(pool, gate)))
    t.equal(up.connections, last === 'close' ? 4 : 1)
  }
})

t.test('one that the server closes is forgotten', async t => {
  const up = await upstream(t, exchange => exchange.raw('x'))
  const pool = poolTo(t, up.url)
  await answered(pool)
  const client = pool.take()
  pool.give(client)
  const gone = once(client, 'disconnect')
  up.requests[0]!.request.socket.destroy()
  await gone
  t.ok(client.closed)
  t.not(pool.take(), client)
})

t.test('one whose request is dropped is closed at once', async t => {
  const up = await upstream(t)
  const pool = poolTo(t, up.url)
  const call = send(pool, request, {
    ...{ head() {}, data: () => true, ended: () => t.fail(), failed: () => t.fail() },
  })
  const { socket } = (await up.next()).request
  const closed = once(socket, 'close')
  call.cancel()
  await closed
  t.equal(up.connections, 1)
})

t.test('a closed pool closes each that is given back, and one of fresh connections always', t => {
  for (const fresh of [false, true]) {
    const pool = poolTo(t, 'http://127.0.0.1:1', fresh)
    const [one, other] = [pool.take(), pool.take()]
    pool.give(one)
    t.equal(one.closed, fresh)
    pool.close()
    t.ok(one.closed)
    t.notOk(other.closed)
    pool.give(other)
    t.ok(other.closed)
  }
  t.end()
})

t.test('one that is destroyed ends all, also those in use', async t => {
  const up = await upstream(t)
  const pool = poolTo(t, up.url)
  const cut = t.rejects(answered(pool))
  const { socket } = (await up.next()).request
  const closed = once(socket, 'close')
  await pool.destroy()
  await Promise.all([closed, cut])
})
