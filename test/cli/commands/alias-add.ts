import { readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { GatewayError } from '../../../src/errors.ts'
import { fakeDaemon, runCli, statusOf } from '../../fixtures/cli.ts'

t.cleanSnapshot = text => text.replaceAll(/\S+\/gateway\.yaml/g, 'FILE')

const home = (t: Test, yaml?: string) =>
  t.testdir(yaml === undefined ? {} : { 'gateway.yaml': yaml })
const textOf = (dir: string) => readFileSync(`${dir}/gateway.yaml`, 'utf8')

t.test('in an empty home it writes the first config, and says where the name leads', async t => {
  const dir = home(t)
  const { exit, stdout, stderr } = await runCli(dir, ['alias', 'add', 'fast', 'gpt-3.5-turbo'])
  t.equal(exit, 0)
  t.equal(stdout, '')
  t.matchSnapshot(stderr)
  t.match(textOf(dir), /^ {2}fast: gpt-3.5-turbo$/m)
  t.match(textOf(dir), /^# What your tools may call models/)
})

t.test('keeps every other byte', async t => {
  const before = '# mine\naliases:\n  "a+b":   gpt-4 # odd\n\nlisten: 127.0.0.1:9999'
  const dir = home(t, before)
  t.equal((await runCli(dir, ['alias', 'add', 'fast', 'gpt-4'])).exit, 0)
  t.equal(textOf(dir).replace(/^ {2}fast: gpt-4\n/m, ''), before)
})

t.test('over an existing alias', async t => {
  const yaml = 'aliases:\n  fast: gpt-4\n'
  await t.test('it refuses, shows old and new, and writes nothing', async t => {
    const dir = home(t, yaml)
    const ran = await runCli(dir, ['alias', 'add', 'fast', 'gpt-5'])
    t.equal(ran.exit, 1)
    t.matchSnapshot(ran.stderr)
    t.equal(textOf(dir), yaml)
  })
  await t.test('--force replaces it', async t => {
    const dir = home(t, yaml)
    const ran = await runCli(dir, ['alias', 'add', 'fast', 'gpt-5', '--force'])
    t.equal(ran.exit, 0)
    t.matchSnapshot(ran.stderr)
    t.equal(textOf(dir), 'aliases:\n  fast: gpt-5\n')
  })
  await t.test('the same one is no change, also in other words', async t => {
    const worded = 'aliases:\n  fast: { target: gpt-4 }   # mine\n'
    const dir = home(t, worded)
    const ran = await runCli(dir, ['alias', 'add', 'fast', 'gpt-4'])
    t.equal(ran.exit, 0)
    t.match(ran.stderr, 'gateway: fast is already gpt-4\n')
    t.equal(textOf(dir), worded)
  })
})

t.test('--provider writes to that provider, and declares a preset', async t => {
  const dir = home(t, 'aliases:\n  fast: gpt-4\n')
  const argv = ['alias', 'add', 'fast', 'qwen3:4b', '--provider', 'ollama', '--json']
  const { stdout, exit } = await runCli(dir, argv)
  t.equal(exit, 0)
  t.match(JSON.parse(stdout), {
    name: 'fast',
    provider: 'ollama',
    target: 'qwen3:4b',
    changed: true,
    meaning: { targets: ['ollama/qwen3:4b'] },
    live: { state: 'stopped' },
  })
  t.match(textOf(dir), /ollama:\n {4}aliases:\n {6}fast: qwen3:4b/)
  const wrong = await runCli(dir, ['alias', 'add', 'fast', 'x', '--provider', 'olama'])
  t.equal(wrong.exit, 1)
  t.matchSnapshot(wrong.stderr)
})

t.test('says what it shadows, what it passes through, and where it leads nowhere', async t => {
  const dir = home(t)
  for (const words of [
    'gpt-4 openai/gpt-4o',
    'quick gpt-4',
    'odd no-such-model',
    'claude-* gpt-4o',
  ]) {
    const { stderr, exit } = await runCli(dir, ['alias', 'add', ...words.split(' ')])
    t.matchSnapshot(`${stderr}exit ${exit}\n`, words)
  }
})

t.test('what would not be a valid config is not written', async t => {
  const yaml = 'aliases:\n  a: b\n  b: gpt-4\n'
  const dir = home(t, yaml)
  const cycle = await runCli(dir, ['alias', 'add', 'b', 'a', '--force'])
  t.equal(cycle.exit, 1)
  t.match(cycle.stderr, /gateway: error: /)
  t.equal(textOf(dir), yaml)
  writeFileSync(`${dir}/gateway.yaml`, 'aliases: [')
  const broken = await runCli(dir, ['alias', 'add', 'b', 'gpt-4'])
  t.equal(broken.exit, 1)
  t.match(broken.stderr, /gateway\.yaml:1:\d+: /)
  t.equal(textOf(dir), 'aliases: [')
})

t.test('with a daemon', async t => {
  await t.test('waits for this very text, and prints its generation', async t => {
    const dir = home(t)
    const daemon = await fakeDaemon(t, dir, {
      live: () => ({ live: true, generation: 7, changed: true, restartNeeded: ['listen'] }),
    })
    const { exit, stderr } = await runCli(dir, ['alias', 'add', 'fast', 'gpt-4'])
    t.equal(exit, 0)
    t.match(stderr, 'gateway: live as generation 7\n')
    t.match(stderr, 'gateway: listen: the new value waits for: gateway restart\n')
    t.match(daemon.asked.at(-1)!, 'live')
  })
  await t.test('one that refuses is a failure', async t => {
    const dir = home(t)
    const problem = {
      file: 'f',
      line: 1,
      column: 2,
      path: 'p',
      message: 'no',
      severity: 'error',
    } as const
    await fakeDaemon(t, dir, { live: () => ({ live: false, generation: 1, problems: [problem] }) })
    const { exit, stderr } = await runCli(dir, ['alias', 'add', 'fast', 'gpt-4'])
    t.equal(exit, 1)
    t.match(stderr, 'gateway: not live: the daemon refused it\ngateway: f:1:2: p: no\n')
  })
  await t.test('one that has just handed over is asked no more, but its successor', async t => {
    const dir = home(t)
    const gone = new GatewayError('control_failed', { reason: 'socket hang up' })
    const live = { live: true, generation: 2, changed: true, restartNeeded: [] } as const
    let pid = 1
    let asked = 0
    const daemon = await fakeDaemon(t, dir, {
      status: () => statusOf(dir, { pid }),
      live: () => {
        pid = 2
        return asked++ === 0 ? gone : live
      },
    })
    const { exit, stderr } = await runCli(dir, ['alias', 'add', 'fast', 'gpt-4'])
    t.equal(exit, 0)
    t.match(stderr, 'live as generation 2')
    t.same(daemon.asked.slice(-4), ['status', 'live', 'status', 'live'])
    // It fails, and nobody has taken over.
    asked = 0
    t.equal((await runCli(dir, ['alias', 'add', 'smart', 'gpt-4'])).exit, 1)
  })
  await t.test('one that reads another file, and is of another version', async t => {
    const dir = home(t)
    const status = statusOf(dir, { version: '0.0.1' })
    await fakeDaemon(t, dir, {
      status: () => ({ ...status, config: { ...status.config, file: '/else/where.yaml' } }),
    })
    const { exit, stderr } = await runCli(dir, ['alias', 'add', 'fast', 'gpt-4'])
    t.equal(exit, 0)
    t.match(stderr, 'gateway: not live: the running daemon reads /else/where.yaml\n')
    t.match(
      stderr,
      /gateway: warning: the daemon is version 0\.0\.1, this command line is .*: gateway restart\n/,
    )
  })
})
