// Several processes on one port, seen from outside as one daemon.

import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { configOf, newHome, posix } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const json = { 'content-type': 'application/json' }
/** Each on a connection of its own, so that it goes to the next worker. */
const chat = (url: string, model: string) =>
  ask(`${url}/v1/chat/completions`, 'POST', json, { model, messages: [] })
const echo = (exchange: { sent: { model: string }; json(body: unknown): void }) =>
  exchange.json(chatCompletion('hi', exchange.sent.model))

t.test('an alias is live in all of them when the command says so', posix, async t => {
  const up = await upstream(t, echo)
  const home = newHome(t, configOf(up.url, 'workers: 3'))
  const url = await home.start()
  const { workers } = await home.status()
  t.equal(workers?.length, 3)
  for (let n = 0; n < 5; n++) {
    const { exit, stderr } = await home.run('alias', 'add', 'now', `up/m${n}`, '--force')
    t.equal(exit, 0, stderr)
    const models = new Set<string>()
    for (let i = 0; i < 6; i++) models.add((await chat(url, 'now')).json.model)
    t.same([...models], [`m${n}`])
  }
  t.equal((await home.run('alias', 'add', 'now', 'up/temporary', '--for', '1h', '--force')).exit, 0)
  for (let i = 0; i < 6; i++) t.equal((await chat(url, 'now')).json.model, 'temporary')
})

t.test('counts, metrics and the log are those of all', posix, async t => {
  const up = await upstream(t, echo)
  const home = newHome(t, configOf(up.url, 'workers: 2\nlog: { format: json }'))
  const url = await home.start()
  await Promise.all(Array.from({ length: 40 }, () => chat(url, 'up/m')))
  const { requests } = await home.until(({ requests }) => requests.inFlight === 0)
  t.match(requests, { started: 40, finished: 40, failed: 0, cancelled: 0 })
  const { text } = await ask(`${url}/metrics`, 'GET', {})
  t.match(text, /^gateway_requests_total\{outcome="finished"\} 40$/m)
  t.match(text, /^gen_ai_server_request_duration_count\{.*\} 40$/m)
  await home.run('stop')
  const lines = readFileSync(home.paths.log, 'utf8').trim().split('\n')
  const ids = lines.map(line => JSON.parse(line)).flatMap(({ id, status }) => (status ? [id] : []))
  t.equal(ids.length, 41)
  t.equal(new Set(ids).size, 41)
})

t.test('one that is killed is replaced, and its requests end', posix, async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url, 'workers: 2'))
  const url = await home.start()
  const answers = [chat(url, 'up/m'), chat(url, 'up/m')].map(answer =>
    answer.then(
      ({ status }) => status,
      (error: NodeJS.ErrnoException) => error.code,
    ),
  )
  const exchanges = [await up.next(), await up.next()]
  const [victim] = (await home.status()).workers!
  process.kill(victim!.pid, 'SIGKILL')
  await Promise.race(answers)
  for (const exchange of exchanges) {
    if (!exchange.response.destroyed) exchange.json(chatCompletion('hi', 'm'))
  }
  t.same((await Promise.all(answers)).sort(), [200, 'ECONNRESET'])
  const after = await home.until(({ workers }) => workers?.length === 2)
  t.notOk(after.workers!.some(({ pid }) => pid === victim!.pid))
  t.match(after.requests, { inFlight: 0, started: 2, finished: 1, failed: 1 })
  const next = chat(url, 'up/m')
  ;(await up.next()).json(chatCompletion('hi', 'm'))
  t.equal((await next).status, 200)
  t.match((await home.run('logs')).stdout, 'a worker has ended')
})

t.test('what those counted that are killed stays in the metrics', posix, async t => {
  const up = await upstream(t, echo)
  const home = newHome(t, configOf(up.url, 'workers: 2'))
  const url = await home.start()
  let counted = 0
  let kept = 0
  // They tell it every second, and nobody can see that they did.
  for (let round = 1; round <= 5 && kept < 10; round++) {
    await Promise.all(Array.from({ length: 10 }, () => chat(url, 'up/m')))
    await sleep(1500 * round)
    const { workers } = await home.status()
    for (const { pid } of workers!) process.kill(pid, 'SIGKILL')
    await home.until(now => !now.workers?.some(({ pid }) => workers!.some(old => old.pid === pid)))
    await home.until(now => now.workers?.length === 2)
    const { text } = await ask(`${url}/metrics`, 'GET', {})
    const [, count] = /^gen_ai_server_request_duration_count\{.*\} (\d+)$/m.exec(text) ?? [0, 0]
    kept = Number(count) - counted
    counted = Number(count)
  }
  t.equal(kept, 10)
})

t.test('nothing is counted less while one begins, and somebody asks', posix, async t => {
  const up = await upstream(t, echo)
  const home = newHome(t, configOf(up.url, 'workers: 2'))
  const url = await home.start()
  for (let n = 0; n < 10; n++) await chat(url, 'up/m')
  const { workers } = await home.status()
  process.kill(workers![0]!.pid, 'SIGKILL')
  const asked = home.status()
  let sent = 10
  // The first may go to the one that is just being killed.
  for (let n = 0; n < 20; n++) {
    await chat(url, 'up/m').then(
      () => sent++,
      () => {},
    )
  }
  await asked
  const { text } = await ask(`${url}/metrics`, 'GET', {})
  t.ok(Number(/^gateway_requests_started_total (\d+)$/m.exec(text)?.[1]) >= sent, text)
})

t.test('one that hangs is replaced, and holds up neither an edit nor the stop', posix, async t => {
  const up = await upstream(t, echo)
  const home = newHome(t, configOf(up.url, 'workers: 2\ndrain: 5m'))
  const url = await home.start()
  const [first] = (await home.status()).workers!
  process.kill(first!.pid, 'SIGSTOP')
  // One of two goes to the one that hangs, and ends with it.
  const ends = await Promise.allSettled([chat(url, 'up/m'), chat(url, 'up/m')])
  t.same(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const { workers } = await home.until(
    ({ workers }) => workers?.length === 2 && workers.every(({ pid }) => pid !== first!.pid),
  )
  process.kill(workers![0]!.pid, 'SIGSTOP')
  t.match(await home.run('alias', 'add', 'now', 'up/m'), { exit: 0 })
  t.equal((await chat(url, 'now')).json.model, 'm')
  const { workers: last } = await home.until(({ workers }) => workers?.length === 2)
  process.kill(last![0]!.pid, 'SIGSTOP')
  t.match(await home.run('stop'), { exit: 0 })
  await home.ended()
})

t.test('stop lets all of them finish; none is left', posix, async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url, 'workers: 2'))
  const url = await home.start()
  const answers = [chat(url, 'up/m'), chat(url, 'up/m')]
  const exchanges = [await up.next(), await up.next()]
  const stop = home.begin(['stop'])
  await home.until(({ stopping }) => stopping)
  for (const exchange of exchanges) exchange.json(chatCompletion('hi', 'm'))
  for (const answer of answers) t.equal((await answer).status, 200)
  // How many it names depends on who is told first; none was cut.
  t.match(await stop.ended, { exit: 0, stderr: /^(?!.*answers? cut)/s })
  await home.ended()
})

t.test('a restart takes another number of them, and finishes what runs', posix, async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url, 'workers: 2'))
  const url = await home.start()
  const { pid } = await home.status()
  const answer = chat(url, 'up/m')
  const exchange = await up.next()
  writeFileSync(home.config, configOf(up.url))
  t.same((await home.until(({ config }) => config.generation === 2)).restartNeeded, ['workers'])
  t.equal((await home.run('restart')).exit, 0)
  const after = await home.status()
  t.equal(after.workers, undefined)
  exchange.json(chatCompletion('hi', 'm'))
  t.equal((await answer).status, 200)
  await home.ended(pid)
  while (home.processes().length > 1) await new Promise(setImmediate)
  t.same(home.processes(), [after.pid])
})

t.test('where the daemon is killed, its workers end', posix, async t => {
  const home = newHome(t, 'workers: 2\n')
  await home.start('--demo')
  process.kill((await home.status()).pid, 'SIGKILL')
  await home.ended()
})
