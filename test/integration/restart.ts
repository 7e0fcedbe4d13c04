// One daemon takes the place of another, while clients come without a pause.

import { writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { configOf, newHome, posix, takePort } from '../fixtures/daemon.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

/** One request; gives the status, or the code of the error that the connection ended in. */
function ask(url: string, agent: Agent | false, model = 'up/m'): Promise<number | string> {
  return new Promise(resolve => {
    const call = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json' },
    })
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    call.on('response', (response: IncomingMessage) => {
      response.resume()
      response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      response.on('end', () => resolve(response.statusCode!))
    })
    call.end(JSON.stringify({ model, messages: [] }))
  })
}

/** Asks again and again until it is told to stop; gives how often each outcome came. */
function hammer(url: string, agent: Agent | false): () => Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {}
  let on = true
  const run = async (): Promise<void> => {
    while (on) {
      const outcome = await ask(url, agent)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    }
  }
  const all = Promise.all([run(), run()])
  return async () => {
    on = false
    await all
    return outcomes
  }
}

t.test('no connection is refused, and no request fails', posix, async t => {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('hi', 'm')))
  const home = newHome(t, configOf(up.url))
  const url = await home.start()
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const fresh = hammer(url, false)
  const kept = hammer(url, agent)
  let { pid } = await home.status()
  for (let n = 0; n < 4; n++) {
    const { exit, stdout, stderr } = await home.run('restart')
    t.same([exit, stderr.split(',')[0]], [0, 'gateway: started'])
    t.equal(stdout.trim(), url, 'the port stays, also one that was chosen freely')
    const next = await home.status()
    t.not(next.pid, pid)
    await home.ended(pid)
    pid = next.pid
  }
  t.same(Object.keys(await fresh()), ['200'])
  t.same(Object.keys(await kept()), ['200'])
  t.same(home.marks(), ['control.sock'])
  await home.run('stop')
  t.same(home.marks(), [])
})

t.test('an answer that runs is finished by the older daemon, on its old config', posix, async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url))
  const url = await home.start()
  const { pid } = await home.status()
  const answer = fetch(`${url}/up/v1/models`).then(response => response.text())
  const exchange = await up.next()
  const { stderr } = await home.run('restart')
  t.match(stderr, `the older process, ${pid}, goes on with 1 running answer`)
  t.not((await home.status()).pid, pid)
  t.ok(home.processes().includes(pid))
  exchange.json({ from: 'before' })
  t.match(await answer, 'before')
  await home.ended(pid)
})

t.test('--now cuts it', posix, async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url))
  const url = await home.start()
  const { pid } = await home.status()
  const cut = t.rejects(fetch(`${url}/up/v1/models`))
  await up.next()
  t.equal((await home.run('restart', '--now')).exit, 0)
  await cut
  await home.ended(pid)
})

t.test('where the next daemon does not start, this one goes on', posix, async t => {
  const home = newHome(t)
  const url = await home.start('--demo')
  const { pid } = await home.status()
  const bad = home.begin(['restart'], { env: { NODE_OPTIONS: '--require=/does/not/exist' } })
  t.equal((await bad.ended).exit, 1)
  const { port } = await takePort(t)
  const other = join(home.dir, 'other.yaml')
  writeFileSync(other, `metrics: { listen: ${port} }\n`)
  const taken = await home.run('restart', '--config', other)
  t.equal(taken.exit, 1)
  t.match(taken.stderr, `port ${port} on 127.0.0.1 is taken`)
  t.match(await home.status(), { pid, stopping: false })
  t.equal((await fetch(`${url}/healthz`)).status, 200)
  t.equal((await home.run('restart')).exit, 0, 'and can be asked again')
  t.equal((await fetch(`${url}/healthz`)).status, 200)
  await home.ended(pid)
})

t.test('another address in the config: the old one is given back', posix, async t => {
  const home = newHome(t, 'listen: 127.0.0.1:0\n')
  t.equal((await home.run('start', '--demo')).exit, 0)
  const before = await home.status()
  const { port, free } = await takePort(t)
  await free()
  writeFileSync(home.config, `listen: 127.0.0.1:${port}\n`)
  const { stdout, stderr } = await home.run('restart')
  t.equal(stdout.trim(), `http://localhost:${port}`, stderr)
  await home.ended(before.pid)
  await t.rejects(fetch(`${before.urls[0]}/healthz`))
  t.equal((await fetch(`${stdout.trim()}/healthz`)).status, 200)
})

t.test('two at once: one takes over, and one daemon is left', posix, async t => {
  const home = newHome(t)
  const url = await home.start('--demo')
  const runs = await Promise.all([home.run('restart'), home.run('restart'), home.run('start')])
  t.ok(runs.some(({ exit }) => exit === 0))
  const { pid } = await home.status()
  while (home.processes().length > 1) await new Promise(setImmediate)
  t.same(home.processes(), [pid])
  t.equal((await fetch(`${url}/healthz`)).status, 200)
})

t.test('in the foreground it is for the supervisor to restart', posix, async t => {
  const home = newHome(t)
  const daemon = home.begin(['start', '--foreground', '--demo', '--listen', '127.0.0.1:0'])
  await daemon.says(/ready/)
  const { exit, stderr } = await home.run('restart')
  t.equal(exit, 1)
  t.match(stderr, /runs in the foreground/)
  t.equal((await home.status()).pid, daemon.pid)
})

t.test('a stop in the middle of a restart stops both', posix, async t => {
  const home = newHome(t, configOf('http://127.0.0.1:9'))
  await home.start()
  const restart = home.begin(['restart'])
  // The successor is there, and serves not yet: the daemon, the command, and it.
  while (home.processes().length < 3) await new Promise(setImmediate)
  t.match(await home.run('stop'), { exit: 0 })
  await restart.ended
  await home.ended()
})
