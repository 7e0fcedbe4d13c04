// The built program, as a person runs it: real processes, each test in its own GATEWAY_HOME.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { findPaths } from '../../src/paths.ts'

const bin = fileURLToPath(new URL('../../bin/gateway.js', import.meta.url))

interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(
  home: string,
  argv: readonly string[],
): { child: ChildProcess; ended: Promise<Ran> } {
  // Without tap's own loaders, which would make every process slow and write coverage.
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, [bin, ...argv], {
    env: { ...env, GATEWAY_HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  const ended = once(child, 'close').then(([exit]) => ({ exit, stdout, stderr }))
  return { child, ended }
}

const run = (home: string, ...argv: string[]): Promise<Ran> => start(home, argv).ended

function newHome(t: Test): string {
  const home = `${t.testdir()}/home`
  t.teardown(() => run(home, 'stop', '--now'))
  return home
}

const anyPort = ['start', '--demo', '--listen', '127.0.0.1:0']
const statusOf = async (home: string) => JSON.parse((await run(home, 'status', '--json')).stdout)

t.test('start, use, stop', async t => {
  const home = newHome(t)
  const started = await run(home, ...anyPort)
  t.equal(started.exit, 0, started.stderr)
  t.match(started.stdout, /^http:\/\/localhost:\d+\n$/)
  const { pid } = await statusOf(home)
  t.match(started.stderr, `pid ${pid}`)
  if (process.platform !== 'win32') {
    t.equal(statSync(home).mode & 0o777, 0o700)
    t.equal(statSync(`${home}/gateway.log`).mode & 0o777, 0o600)
  }

  const again = await run(home, ...anyPort)
  t.equal(again.exit, 0)
  t.equal(again.stdout, started.stdout)
  t.match(again.stderr, `already running, pid ${pid}`)

  t.match(
    (await run(home, 'alias', 'add', 'fast', 'gpt-3.5-turbo')).stderr,
    /live as generation \d/,
  )
  const answer = await run(home, 'test', 'fast', 'Hello')
  t.equal(answer.exit, 0, answer.stderr)
  t.match(answer.stdout, /\w/)
  t.match(answer.stderr, 'fast -> openai/gpt-3.5-turbo (gpt-3.5-turbo-0125)')
  t.match((await run(home, 'logs', '-n', '1')).stdout, /alias=fast/)

  const stopped = await run(home, 'stop')
  t.same([stopped.exit, stopped.stderr], [0, `gateway: stopped, pid ${pid}\n`])
  await t.rejects(fetch(started.stdout.trim()), { cause: { code: 'ECONNREFUSED' } })
  t.equal((await run(home, 'stop')).exit, 3)
})

t.test('two starts at once: one daemon, and both succeed', async t => {
  const home = newHome(t)
  const both = await Promise.all([run(home, ...anyPort), run(home, ...anyPort)])
  t.same(
    both.map(({ exit }) => exit),
    [0, 0],
    both.map(({ stderr }) => stderr).join(),
  )
  t.equal(both[0]!.stdout, both[1]!.stdout)
  t.same(
    both.map(({ stderr }) => /^gateway: (started|already running)/m.exec(stderr)?.[1]).sort(),
    ['already running', 'started'],
  )
})

t.test('restart keeps how it was started, and is another process', async t => {
  const home = newHome(t)
  await run(home, ...anyPort, '--config', `${home}/mine.yaml`)
  const before = await statusOf(home)
  const restarted = await run(home, 'restart')
  t.equal(restarted.exit, 0, restarted.stderr)
  const after = await statusOf(home)
  t.not(after.pid, before.pid)
  t.match(after, { demo: true, listen: '127.0.0.1:0', config: { file: `${home}/mine.yaml` } })
})

t.test('what keeps it from starting is said in its own words', async t => {
  const home = newHome(t)
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const taken = await run(home, 'start', '--listen', `127.0.0.1:${port}`)
  t.equal(taken.exit, 1)
  t.match(taken.stderr, new RegExp(`^gateway: error: port ${port} on 127\\.0\\.0\\.1 is taken`))
  t.equal((await run(home, 'status')).exit, 3)
})

t.test('a killed daemon does not block the next start', async t => {
  const home = newHome(t)
  await run(home, ...anyPort)
  process.kill((await statusOf(home)).pid, 'SIGKILL')
  while ((await run(home, 'status')).exit === 0);
  if (process.platform !== 'win32') t.ok(existsSync(findPaths({ GATEWAY_HOME: home }).socket))
  t.equal((await run(home, ...anyPort)).exit, 0)
})

t.test(
  '--foreground is the daemon itself',
  { skip: process.platform === 'win32' && 'no signals' },
  async t => {
    const home = newHome(t)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, ended } = start(home, [...anyPort, '--foreground'])
      while (!(await statusOf(home)).running);
      t.equal((await statusOf(home)).pid, child.pid, 'one process, not two')
      const second = await run(home, ...anyPort, '--foreground')
      t.equal(second.exit, 1)
      t.match(second.stderr, `gateway: error: the daemon is already running, pid ${child.pid}\n`)
      child.kill(signal)
      const { exit, stdout, stderr } = await ended
      t.same([exit, stdout], [0, ''], signal)
      t.match(stderr, / ready .* stopped /s)
    }
  },
)

t.test(
  'Ctrl-C at gateway test reaches the daemon as a client that left',
  { skip: process.platform === 'win32' && 'no signals' },
  async t => {
    const home = newHome(t)
    await run(home, ...anyPort)
    await run(home, 'alias', 'add', 'fast', 'gpt-3.5-turbo')
    const { child, ended } = start(home, [
      'test',
      'fast',
      'Compose a poem that explains recursion.',
    ])
    await once(child.stdout!, 'data')
    child.kill('SIGINT')
    const { exit, stderr } = await ended
    t.equal(exit, 130)
    t.match(stderr, 'gateway: cancelled')
    while ((await statusOf(home)).requests.inFlight > 0);
    t.equal((await statusOf(home)).requests.cancelled, 1)
  },
)

t.test('stop waits for a running answer; stop --now cuts it; both say so', async t => {
  const home = newHome(t)
  await run(home, ...anyPort)
  await run(home, 'alias', 'add', 'fast', 'gpt-3.5-turbo')
  const poem = () => start(home, ['test', 'fast', 'Compose a poem that explains recursion.'])
  const first = poem()
  await once(first.child.stdout!, 'data')
  const drained = await run(home, 'stop')
  t.match(drained.stderr, /waiting for 1 running answer.*1 running answer finished/s)
  t.match(await first.ended, { exit: 0, stdout: /go read "The Rest"/ })

  await run(home, ...anyPort)
  const second = poem()
  await once(second.child.stdout!, 'data')
  t.match((await run(home, 'stop', '--now')).stderr, '1 running answer cut')
  t.equal((await second.ended).exit, 1)
})

t.test(
  'whoever reads the output may stop early',
  { skip: process.platform === 'win32' && 'no EPIPE' },
  async t => {
    const { child, ended } = start(t.testdir(), ['config', 'schema'])
    child.stdout!.destroy()
    const { stderr } = await ended
    t.equal(stderr, '')
  },
)
