// The life of the daemon's process: signals, crashes, and what is left when it has ended.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newHome, posix, takePort } from '../fixtures/daemon.ts'

const anyPort = ['start', '--demo', '--listen', '127.0.0.1:0']

t.test('--foreground is the daemon itself, and ends on SIGTERM and SIGINT', posix, async t => {
  const home = newHome(t)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const daemon = home.begin([...anyPort, '--foreground'])
    await daemon.says(/ ready url=http/)
    t.equal((await home.status()).pid, daemon.pid, 'one process, not two')
    const second = await home.run(...anyPort, '--foreground')
    t.equal(second.exit, 1)
    t.match(second.stderr, `gateway: error: the daemon is already running, pid ${daemon.pid}\n`)
    daemon.child.kill(signal)
    const { exit, stdout, stderr } = await daemon.ended
    t.same([exit, stdout], [0, ''], signal)
    t.match(stderr, / ready .* stopping .* stopped /s)
    t.same(home.marks(), [])
  }
})

t.test('the terminal that started it may go', posix, async t => {
  const home = newHome(t)
  // A shell of its own session, as a terminal has; everything in it gets the hang-up when it closes.
  const shell = spawn(
    'sh',
    ['-c', `"${process.execPath}" bin/gateway.js ${anyPort.join(' ')}; kill -HUP -$$`],
    { env: { PATH: process.env['PATH'], GATEWAY_HOME: home.dir }, detached: true, stdio: 'ignore' },
  )
  const [, signal] = await once(shell, 'close')
  t.equal(signal, 'SIGHUP')
  t.equal((await home.status()).ready, true)
})

t.test('a crash: the log says why, and nothing blocks the next start', posix, async t => {
  const home = newHome(t)
  // A fault that is loaded into the daemon, and breaks out when the test wants it to.
  const fault = join(home.dir, '..', 'fault.cjs')
  writeFileSync(
    fault,
    `if (/daemon/.test(process.argv[1])) {
      process.on('SIGUSR2', () => { throw new Error('the test pulled the plug') })
      process.on('SIGWINCH', () => { Promise.reject(new Error('nobody caught this')) })
    }`,
  )
  for (const [signal, words] of [
    ['SIGUSR2', 'the test pulled the plug'],
    ['SIGWINCH', 'nobody caught this'],
  ] as const) {
    const started = await home.begin(anyPort, { env: { NODE_OPTIONS: `--require ${fault}` } }).ended
    t.equal(started.exit, 0, started.stderr)
    const { pid } = await home.status()
    process.kill(pid, signal)
    await home.ended(pid)
    t.same(home.marks(), [])
    t.equal((await home.run('status')).exit, 3)
    const { stdout } = await home.run('logs', '-n', '1')
    t.match(stdout, new RegExp(`^\\S+ error crashed stack="Error: ${words} \\| +at .*fault\\.cjs`))
    t.equal((await home.run(...anyPort)).exit, 0)
    t.equal((await home.run('stop')).exit, 0)
  }
})

t.test('twenty starts and stops in a row leave nothing behind', async t => {
  const { port, free } = await takePort(t)
  await free()
  const home = newHome(t, `listen: 127.0.0.1:${port}\n`)
  const pids = new Set<string>()
  for (let n = 1; n <= 20; n++) {
    const started = await home.run('start', '--demo')
    t.equal(started.exit, 0, `start ${n}: ${started.stderr}`)
    pids.add(/pid (\d+)/.exec(started.stderr)![1]!)
    const stopped = await home.run('stop')
    t.equal(stopped.exit, 0, `stop ${n}: ${stopped.stderr}`)
  }
  t.equal(pids.size, 20)
  t.same(home.marks(), [])
  t.same(home.processes(), [])
  t.same(readdirSync(home.dir).sort(), ['gateway.yaml', 'history', 'log', 'run'])
})
