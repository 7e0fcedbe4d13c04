// The daemon ends while answers are running.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { configOf, type Home, newHome, posix } from '../fixtures/daemon.ts'
import { type Stream, upstream } from '../fixtures/upstream.ts'

/** A daemon with one answer under way, of which the client has seen the beginning. */
async function running(
  t: Test,
  more = '',
): Promise<{ home: Home; url: string; pid: number; far: Stream; rest: Promise<string> }> {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url, more))
  const url = await home.start()
  const { pid } = await home.status()
  const asked = fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'up/m', stream: true, messages: [] }),
  })
  const far = (await up.next()).sse()
  await far.data('one')
  const reader = (await asked).body!.getReader()
  let text = Buffer.from((await reader.read()).value!).toString()
  const rest = (async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return text
      text += Buffer.from(value).toString()
    }
  })()
  rest.catch(() => {})
  return { home, url, pid, far, rest }
}

t.test('stop: no new connection, but the running answer finishes', async t => {
  const { home, url, pid, far, rest } = await running(t)
  const stop = home.begin(['stop'])
  await stop.says(/waiting for 1 running answer/)
  await home.until(({ stopping }) => stopping)
  await t.rejects(fetch(`${url}/healthz`), { cause: { code: 'ECONNREFUSED' } })
  t.match((await home.run('status')).stdout, /^gateway +stopping/)
  await far.data('two')
  await far.data('[DONE]')
  await far.end()
  t.equal(await rest, 'data: one\n\ndata: two\n\ndata: [DONE]\n\n')
  const { exit, stdout, stderr } = await stop.ended
  t.same([exit, stdout], [0, ''])
  t.match(stderr, `gateway: stopped, pid ${pid}, 1 running answer finished\n`)
  await home.ended()
  t.same(home.marks(), [])
})

t.test('stop --now: the running answer is cut, and does not look complete', async t => {
  const { home, pid, rest } = await running(t)
  const { exit, stderr } = await home.run('stop', '--now')
  t.same([exit, stderr], [0, `gateway: stopped, pid ${pid}, 1 running answer cut\n`])
  await t.rejects(rest)
  t.match(
    readFileSync(join(home.dir, 'log', 'gateway.log'), 'utf8'),
    /POST \/v1\/chat\/completions .* outcome=cancelled .*\n.* stopped /,
  )
})

t.test('stop --json says it in figures', async t => {
  const { home, pid } = await running(t)
  t.same(JSON.parse((await home.run('stop', '--now', '--json')).stdout), {
    pid,
    temporary: [],
    drained: 0,
    cut: 1,
  })
})

t.test('an answer that outlasts the drain is cut', async t => {
  for (const [more, argv] of [
    ['', ['stop', '--drain', '100ms']],
    ['drain: 100ms', ['stop']],
  ] as const) {
    const { home, pid, rest } = await running(t, more)
    const { exit, stderr } = await home.run(...argv)
    t.equal(exit, 0)
    t.match(stderr, `stopped, pid ${pid}, 1 running answer cut\n`)
    await t.rejects(rest)
  }
})

t.test('stop --now beside a stop that waits: both end, and both say that it was cut', async t => {
  const { home, rest } = await running(t)
  const waiting = home.begin(['stop'])
  await home.until(({ stopping }) => stopping)
  const now = await home.run('stop', '--now')
  const words = /stopped, pid \d+, 1 running answer cut\n$/
  t.match(now, { exit: 0, stderr: words })
  t.match(await waiting.ended, { exit: 0, stderr: words })
  await t.rejects(rest)
})

t.test('SIGTERM drains; a second one cuts', posix, async t => {
  const first = await running(t)
  process.kill(first.pid, 'SIGTERM')
  await first.home.until(({ stopping }) => stopping)
  await first.far.end()
  t.equal(await first.rest, 'data: one\n\n')
  await first.home.ended()
  t.match((await first.home.run('logs', '-n', '1')).stdout, 'stopped drained=1 cut=0')

  const second = await running(t)
  process.kill(second.pid, 'SIGTERM')
  await second.home.until(({ stopping }) => stopping)
  process.kill(second.pid, 'SIGTERM')
  await t.rejects(second.rest)
  await second.home.ended()
  t.match((await second.home.run('logs', '-n', '1')).stdout, 'stopped drained=0 cut=1')
  t.same(second.home.marks(), [])
})

t.test('restart lets the running answer finish, and the next daemon is another', async t => {
  const { home, pid, far, rest } = await running(t)
  const { exit, stderr } = await home.run('restart')
  t.equal(exit, 0, stderr)
  t.match(stderr, /started, pid \d+\n.*goes on with 1 running answer/)
  await far.data('two')
  await far.end()
  t.equal(await rest, 'data: one\n\ndata: two\n\n')
  t.not((await home.status()).pid, pid)
  await home.ended(pid)
})

t.test('stop: a client that holds an idle connection does not hold up the end', async t => {
  const home = newHome(t)
  const url = await home.start('--demo')
  // fetch keeps its connection open for the next request.
  await (await fetch(`${url}/healthz`)).text()
  t.match(await home.run('stop'), { exit: 0, stderr: /^gateway: stopped, pid \d+\n$/ })
})
