// How the daemon starts, and what may be in its way.

import { fork } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { configOf, newHome, posix, takePort } from '../fixtures/daemon.ts'
import { upstream } from '../fixtures/upstream.ts'

const anyPort = ['start', '--demo', '--listen', '127.0.0.1:0']

t.test('start prints the URL and says the pid; again, it changes nothing', async t => {
  const home = newHome(t)
  t.equal((await home.run('status')).exit, 3)
  const started = await home.run(...anyPort)
  t.equal(started.exit, 0, started.stderr)
  t.match(started.stdout, /^http:\/\/localhost:\d+\n$/)
  const { pid } = await home.status()
  t.equal(started.stderr, `gateway: started, pid ${pid}, with the demo provider\n`)
  t.equal((await fetch(`${started.stdout.trim()}/healthz`)).status, 200)

  const again = await home.run(...anyPort)
  t.equal(again.exit, 0)
  t.equal(again.stdout, started.stdout)
  t.match(again.stderr, `already running, pid ${pid}`)
  t.equal((await home.status()).pid, pid)

  const stopped = await home.run('stop')
  t.same([stopped.exit, stopped.stderr], [0, `gateway: stopped, pid ${pid}\n`])
  await t.rejects(fetch(started.stdout.trim()), { cause: { code: 'ECONNREFUSED' } })
  for (const command of ['stop', 'status', 'reload']) {
    t.equal((await home.run(command)).exit, 3, command)
  }
})

t.test('what it makes is for its user alone', posix, async t => {
  const home = newHome(t)
  await home.start('--demo')
  const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)
  t.equal(mode(home.dir), '700')
  t.equal(mode(join(home.dir, 'run')), '700')
  t.equal(mode(home.paths.socket), '600')
  t.equal(mode(home.paths.log), '600')
})

t.test('five starts at once: one daemon, and all succeed', async t => {
  const home = newHome(t)
  const all = await Promise.all(Array.from({ length: 5 }, () => home.run(...anyPort)))
  t.same(
    all.map(({ exit }) => exit),
    [0, 0, 0, 0, 0],
    all.map(({ stderr }) => stderr).join(),
  )
  t.equal(new Set(all.map(({ stdout }) => stdout)).size, 1)
  const { pid } = await home.status()
  const said = all.map(({ stderr }) =>
    /^gateway: (started|already running), pid (\d+)/m.exec(stderr),
  )
  t.same(said.map(match => match?.[1]).sort(), [...Array(4).fill('already running'), 'started'])
  t.same(new Set(said.map(match => match?.[2])), new Set([String(pid)]))
  // Those who found it running end as soon as they have said so.
  while (home.processes().length > 1) await new Promise(setImmediate)
  if (process.platform === 'linux') t.same(home.processes(), [pid])
})

t.test('two starts at once on a socket that a killed daemon has left', posix, async t => {
  const home = newHome(t)
  await home.start('--demo')
  const { pid } = await home.status()
  process.kill(pid, 'SIGKILL')
  await home.ended(pid)
  const both = await Promise.all([home.run(...anyPort), home.run(...anyPort)])
  t.same(
    both.map(({ exit }) => exit),
    [0, 0],
  )
  t.equal(both[0]!.stdout, both[1]!.stdout)
})

t.test('a killed daemon is not running, and does not block the next start', posix, async t => {
  const home = newHome(t)
  await home.start('--demo')
  const { pid } = await home.status()
  process.kill(pid, 'SIGKILL')
  await home.ended(pid)
  t.same(home.marks(), ['control.sock'])
  for (const command of ['status', 'stop', 'reload']) {
    t.equal((await home.run(command)).exit, 3, command)
  }
  // Nothing but the log may know the pid: it is another process's by now, perhaps.
  for (const name of readdirSync(home.dir, { recursive: true, encoding: 'utf8' })) {
    const file = join(home.dir, name)
    if (statSync(file).isFile() && file !== home.paths.log) {
      t.notMatch(readFileSync(file, 'utf8'), new RegExp(`\\b${pid}\\b`), name)
    }
  }
  const started = await home.run(...anyPort)
  t.equal(started.exit, 0, started.stderr)
  t.match(started.stderr, /^gateway: started, /)
})

t.test('things in the place of the socket', posix, async t => {
  const home = newHome(t)
  mkdirSync(join(home.dir, 'run'), { recursive: true, mode: 0o700 })
  await t.test('a file: removed', async t => {
    writeFileSync(home.paths.socket, 'no socket')
    t.equal((await home.run('status')).exit, 3)
    await home.start('--demo')
    t.equal((await home.run('stop')).exit, 0)
  })
  await t.test('a lock that a killed starter has left: taken over', async t => {
    const lock = `${home.paths.socket}.lock`
    mkdirSync(lock)
    utimesSync(lock, 0, 0)
    await home.start('--demo')
    t.equal((await home.run('stop')).exit, 0)
  })
  await t.test('a stranger who answers: left alone', async t => {
    const stranger = createServer(socket => socket.end('hello\r\n').destroySoon())
    await new Promise<void>(done => stranger.listen(home.paths.socket, done))
    t.teardown(() => void stranger.close())
    const started = await home.run(...anyPort)
    t.equal(started.exit, 1)
    t.match(started.stderr, 'gateway: error: the daemon did not answer as expected')
    t.ok(existsSync(home.paths.socket))
  })
})

t.test('a taken port: says who holds it, and leaves nothing behind', async t => {
  const { port, free } = await takePort(t)
  const home = newHome(t)
  const listen = ['--listen', `127.0.0.1:${port}`]
  const taken = await home.run('start', ...listen)
  t.equal(taken.exit, 1)
  t.equal(taken.stdout, '')
  const by = process.platform === 'linux' ? ` by .+ \\(pid ${process.pid}\\)` : ''
  t.match(
    taken.stderr,
    new RegExp(
      `^gateway: error: port ${port} on 127\\.0\\.0\\.1 is taken${by}\ngateway: hint: .+\n$`,
    ),
  )
  t.match(readFileSync(home.paths.log, 'utf8'), `error the daemon did not start: port ${port}`)
  t.equal((await home.run('status')).exit, 3)
  await home.ended()
  t.same(home.marks(), [])
  const [, hint] = / gateway start (--listen \S+)\n$/.exec(taken.stderr)!
  t.equal((await home.run('start', ...hint!.split(' '))).exit, 0, 'what it says works')
  t.equal((await home.run('stop')).exit, 0)
  await free()
  t.equal((await home.run('start', ...listen)).exit, 0)
})

t.test('a bad config: start says every error with its place', async t => {
  const home = newHome(t, 'aliasses:\n  fast: gpt-4\nlisten: 99999\n')
  const refused = await home.run('start')
  t.equal(refused.exit, 1)
  t.match(refused.stderr, /gateway\.yaml:1:1: .*did you mean "aliases"/)
  t.match(refused.stderr, /gateway\.yaml:3:9: listen: /)
  await home.ended()
  t.same(home.marks(), [])
  const foreground = await home.run('start', '--foreground')
  t.equal(foreground.exit, 1)
  t.match(foreground.stderr, /gateway\.yaml:3:9: listen: /)
})

t.test('a home that cannot be written: in words, and no fault of the gateway', posix, async t => {
  const home = newHome(t)
  writeFileSync(home.dir, 'a file, where the home should be')
  for (const argv of [['start'], ['start', '--foreground'], ['restart']]) {
    const { exit, stderr } = await home.run(...argv)
    t.equal(exit, 1, argv.join(' '))
    t.match(stderr, /the daemon did not start: cannot (write|use) /, argv.join(' '))
    t.notMatch(stderr, /fault in the gateway|\n\s+at /, argv.join(' '))
  }
  rmSync(home.dir)
})

t.test('restart', async t => {
  const home = newHome(t, 'providers: { openai: {} }\n')
  const mine = join(home.dir, 'mine.yaml')
  writeFileSync(mine, '')
  await home.start('--demo', '--config', mine)
  const before = await home.status()
  await t.test('keeps how it was started, and is another process', async t => {
    const { exit, stdout, stderr } = await home.run('restart')
    t.equal(exit, 0, stderr)
    const after = await home.status()
    t.equal(stdout.trim(), after.urls[0])
    t.not(after.pid, before.pid)
    t.match(after, { demo: true, listen: '127.0.0.1:0', config: { file: mine } })
    await home.ended(before.pid)
    if (process.platform === 'linux') t.same(home.processes(), [after.pid])
  })
  await t.test('a config that would not start stops nothing', async t => {
    const { pid } = await home.status()
    writeFileSync(mine, 'aliases: [\n')
    const refused = await home.run('restart')
    t.equal(refused.exit, 1)
    t.match(refused.stderr, /mine\.yaml:\d+:\d+: /)
    t.equal((await home.status()).pid, pid)
  })
  await t.test('where none runs, starts one', async t => {
    await home.run('stop', '--now')
    writeFileSync(home.config, 'listen: 127.0.0.1:0\n')
    const { exit, stderr } = await home.run('restart')
    t.equal(exit, 0, stderr)
    t.match(stderr, /^gateway: started, pid \d+\n$/)
  })
})

t.test('start while it stops: waits, then starts', async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url))
  const url = await home.start()
  const { pid } = await home.status()
  const answer = fetch(`${url}/up/v1/models`)
  const exchange = await up.next()
  const stop = home.begin(['stop'])
  await home.until(({ stopping }) => stopping)
  const start = home.begin(['start', '--listen', '127.0.0.1:0'])
  exchange.json({})
  t.equal((await answer).status, 200)
  t.equal((await stop.ended).exit, 0)
  t.match(await start.ended, { exit: 0, stderr: /^gateway: started, pid / })
  t.not((await home.status()).pid, pid)
})

t.test('whoever started it goes, and it comes up all the same', async t => {
  const home = newHome(t, 'listen: 127.0.0.1:0\n')
  const main = fileURLToPath(new URL('../../dist/daemon/main.js', import.meta.url))
  const child = fork(main, { env: { ...process.env, GATEWAY_HOME: home.dir }, stdio: 'pipe' })
  child.disconnect()
  const log = new Promise<string>(resolve => {
    let text = ''
    child.stderr!.on('data', chunk => {
      text += chunk
    })
    child.once('exit', () => resolve(text))
  })
  const ready = async (): Promise<boolean> =>
    (await home.status().catch(() => undefined))?.ready === true
  while (!(await ready())) if (child.exitCode !== null) throw new Error(await log)
  t.equal((await home.run('stop')).exit, 0)
  t.notMatch(await log, 'crashed')
  t.notMatch(readFileSync(home.paths.log, 'utf8'), 'crashed')
})
