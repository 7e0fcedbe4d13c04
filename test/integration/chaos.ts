// Everything that can go wrong, at random and all at once: upstreams that fail in every way, clients that leave, edits,
// restarts, workers that are killed. At the end nothing hangs, every request has ended one way, and no process has crashed.
// CHAOS_SECONDS and CHAOS_SEED say how long and by which chance.

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import t from 'tap'
import { connectControl } from '../../src/control/client.ts'
import { configOf, newHome, posix } from '../fixtures/daemon.ts'
import { chatChunk, chatCompletion, type Exchange, upstream } from '../fixtures/upstream.ts'

const seconds = Number(process.env['CHAOS_SECONDS'] ?? 60)
const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** The same numbers for the same seed: xorshift32. */
function chance(start: number): (below: number) => number {
  let x = start | 1
  return below => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % below
  }
}

const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

/** One of the ways in which an upstream answers, or does not. */
async function misbehave(exchange: Exchange, pick: (below: number) => number): Promise<void> {
  const { model, stream } = exchange.sent
  switch (pick(12)) {
    case 0:
      return exchange.json({ error: { message: 'down' } }, 503)
    case 1:
      return exchange.json({ error: { message: 'slow down' } }, 429, { 'retry-after': '1' })
    case 2:
      return exchange.die()
    case 3:
      return exchange.garbage()
    case 4:
      return exchange.json({ error: { message: 'no' } }, 400)
    case 5:
      await pause(pick(400))
      return exchange.json(chatCompletion('late', model))
    default: {
      if (!stream) return exchange.json(chatCompletion('hi', model))
      const events = exchange.sse()
      const breaksAt = pick(8)
      for (let n = 0; n < 5; n++) {
        if (n === breaksAt) return exchange.die()
        await events.data(chatChunk(`word ${n}`, model))
        if (pick(2) === 0) await pause(pick(50))
      }
      await events.data('[DONE]')
      await events.end()
    }
  }
}

/** One request, which leaves in the middle now and then. Resolves however it ends; a hang ends as `hung`. */
function askSomething(url: string, pick: (below: number) => number): Promise<string> {
  return new Promise(resolve => {
    const stream = pick(2) === 0
    const call = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json' },
    })
    const hangs = setTimeout(() => resolve('hung'), 30_000)
    const over = (how: string): void => {
      clearTimeout(hangs)
      resolve(how)
    }
    call.on('error', () => over('error'))
    call.on('close', () => over('closed'))
    call.on('response', response => {
      response.on('error', () => {})
      response.resume()
    })
    call.end(JSON.stringify({ model: ['a', 'b', 'c'][pick(3)], stream, messages: [] }))
    if (pick(6) === 0) setTimeout(() => call.destroy(), pick(200))
  })
}

t.test(`for ${seconds} s, by the seed ${seed}`, posix, async t => {
  const pick = chance(seed)
  const up = await upstream(t, exchange => misbehave(exchange, pick).catch(() => {}))
  const down = await upstream(t)
  await down.close()
  const text = (n: number): string =>
    configOf(
      up.url,
      `
workers: 2
limits: { concurrent: 10 }
log: { format: json, size: 1GiB }
fallback: { budget: 5s }
aliases:
  a: up/m${n}
  b: { targets: [up/x, up/y${n}] }
  c: { targets: [${n % 2 === 0 ? 'up/z' : 'openai/none'}, up/y] }
`,
      // Places are held by workers that are killed, and waited for by clients that leave.
    ).replace('credential: none', 'credential: none, limits: { concurrent: 8 }')
  const home = newHome(t, text(0))
  const url = await home.start()
  const control = connectControl(home.paths)
  const end = Date.now() + seconds * 1000
  const outcomes: Record<string, number> = {}
  const client = async (): Promise<void> => {
    while (Date.now() < end) {
      const how = await askSomething(url, pick)
      outcomes[how] = (outcomes[how] ?? 0) + 1
    }
  }
  let kills = 0
  const trouble = async (): Promise<void> => {
    for (let n = 1; Date.now() < end; n++) {
      await pause(pick(300))
      const bad = pick(5) === 0
      const next = bad ? 'aliases: [' : text(n)
      writeFileSync(`${home.config}.new`, next)
      renameSync(`${home.config}.new`, home.config)
      const result = await control.call('live')
      if (result.live === bad) throw new Error(`${next}: ${JSON.stringify(result)}`)
      if (pick(10) === 0) {
        const { workers = [] } = await home.status()
        const victim = workers[pick(workers.length || 1)]
        if (victim) {
          process.kill(victim.pid, 'SIGKILL')
          kills++
        }
      }
    }
    // The last one may have been bad, and no daemon restarts with that.
    writeFileSync(home.config, text(0))
    await control.call('live')
  }
  await Promise.all([...Array.from({ length: 12 }, client), trouble()])

  t.comment(outcomes, { kills, seed })
  t.notOk(outcomes['hung'], 'nothing hangs')
  const { requests } = await home.until(({ requests }) => requests.inFlight === 0)
  t.equal(requests.started, requests.finished + requests.failed + requests.cancelled)
  t.ok(requests.started > 0)
  const restarted = await home.run('restart')
  t.equal(restarted.exit, 0, restarted.stderr)
  t.equal((await fetch(`${url}/healthz`)).status, 200)
  t.equal((await home.run('stop')).exit, 0)
  await home.ended()
  const lines = readFileSync(home.paths.log, 'utf8').trim().split('\n')
  const messages = lines.map(line => JSON.parse(line).message)
  t.notOk(messages.includes('crashed'), 'no unhandled error')
  t.equal(messages.filter(message => message === 'a worker has ended').length, kills)
})
