import { readFileSync, statSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { createProgram } from '../../../src/cli/program.ts'
import { presets } from '../../../src/config/presets.ts'
import { caught, fakeDaemon, keyboard, runCli } from '../../fixtures/cli.ts'

const secret = 'sk-do-not-show-0123456789'
const storeOf = (dir: string) => JSON.parse(readFileSync(`${dir}/credentials.json`, 'utf8'))

t.test('from stdin into a file that nobody else may read', async t => {
  const dir = t.testdir()
  const { exit, stdout, stderr } = await runCli(dir, ['credential', 'set', 'openai'], {
    stdin: `${secret}\n`,
  })
  t.equal(exit, 0)
  t.same(storeOf(dir), { credentials: { openai: secret } })
  if (process.platform !== 'win32') t.equal(statSync(`${dir}/credentials.json`).mode & 0o777, 0o600)
  t.notMatch(stdout + stderr, secret)
  t.matchSnapshot(stderr)
  const again = await runCli(dir, ['credential', 'set', 'my.key'], { stdin: secret })
  t.matchSnapshot(again.stderr, 'a name that nothing uses, with a dot')
  t.same(Object.keys(storeOf(dir).credentials), ['openai', 'my.key'])
})

t.test('list and provider list show names and users, and no part of a key', async t => {
  const dir = t.testdir({
    'gateway.yaml': `providers:
  work: { api: openai, baseUrl: 'https://x.example/v1', credential: store:job }
  local: { preset: ollama }
`,
  })
  for (const name of ['job', 'openai', 'spare'])
    await runCli(dir, ['credential', 'set', name], { stdin: secret })
  const env = { ANTHROPIC_API_KEY: secret }
  for (const words of [
    'credential list',
    'credential list --json',
    'provider list',
    'provider list --json',
  ]) {
    const { exit, stdout, stderr } = await runCli(dir, words.split(' '), { env })
    t.equal(exit, 0)
    t.notMatch(stdout + stderr, secret.slice(3, 12))
    t.matchSnapshot(stdout, words)
  }
})

t.test('--all shows every preset, with what is missing', async t => {
  const { stdout } = await runCli(t.testdir(), ['provider', 'list', '--all', '--json'])
  const all = JSON.parse(stdout)
  t.match(
    all.map(({ name }: { name: string }) => name),
    [...presets.keys()],
  )
  t.match(all[0], { name: 'openai', declared: false, state: 'missing', reason: /OPENAI_API_KEY/ })
})

t.test('empty stores and no providers say how to begin', async t => {
  const dir = t.testdir()
  for (const words of ['credential list', 'provider list']) {
    const { exit, stdout, stderr } = await runCli(dir, words.split(' '))
    t.same([exit, stdout], [0, ''])
    t.matchSnapshot(stderr, words)
  }
})

t.test('a key can be stored while the config has errors', async t => {
  const dir = t.testdir({ 'gateway.yaml': 'nonsense: 1' })
  const { exit, stderr } = await runCli(dir, ['credential', 'set', 'openai'], { stdin: secret })
  t.equal(exit, 0)
  t.matchSnapshot(stderr)
  t.equal((await runCli(dir, ['credential', 'list'])).stdout, 'NAME\nopenai\n')
})

t.test('what is no key is refused, without showing it', async t => {
  const dir = t.testdir()
  for (const stdin of ['', '\n', `${secret}\n${secret}\n`, `${secret}\u0001`]) {
    const { exit, stderr } = await runCli(dir, ['credential', 'set', 'openai'], { stdin })
    t.equal(exit, 2)
    t.notMatch(stderr, secret)
  }
})

t.test('typed at a terminal, it is not shown', async t => {
  const dir = t.testdir()
  const keys = keyboard()
  const [stdout, stderr] = [caught(80), caught()]
  const running = createProgram({
    stdin: keys.stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { GATEWAY_HOME: dir },
  }).run(['credential', 'set', 'openai'])
  keys.press(`wrong\u0015${secret}x\u007f`)
  keys.press('\r')
  t.equal(await running, 0)
  t.same(storeOf(dir), { credentials: { openai: secret } })
  t.same(keys.modes, [true, false])
  t.match(stderr.text(), /^key for openai: \n/)
  t.notMatch(stdout.text() + stderr.text(), secret)
})

t.test('Ctrl-C at the prompt stores nothing, and gives the terminal back', async t => {
  const keys = keyboard()
  const running = createProgram({
    stdin: keys.stdin,
    stdout: caught().stream,
    stderr: caught().stream,
    env: { GATEWAY_HOME: t.testdir() },
  }).run(['credential', 'set', 'openai'])
  keys.press('abc\u0003')
  t.equal(await running, 1)
  t.same(keys.modes, [true, false])
})

t.test('a running daemon reads it at once', async t => {
  const dir = t.testdir()
  const daemon = await fakeDaemon(t, dir, {
    reload: () => ({ live: true, generation: 9, changed: false, restartNeeded: [] }),
  })
  const { stderr } = await runCli(dir, ['credential', 'set', 'openai'], { stdin: secret })
  t.match(stderr, 'gateway: live as generation 9\n')
  const removed = await runCli(dir, ['credential', 'remove', 'openai'])
  t.same(
    [removed.exit, removed.stderr],
    [0, 'gateway: removed the credential openai\ngateway: live as generation 9\n'],
  )
  t.same(daemon.asked, ['status', 'reload', 'status', 'reload'])
  t.same(storeOf(dir), { credentials: {} })
})

t.test('removing what is not there', async t => {
  const dir = t.testdir()
  await runCli(dir, ['credential', 'set', 'openai'], { stdin: secret })
  const { exit, stderr } = await runCli(dir, ['credential', 'remove', 'opnai'])
  t.equal(exit, 1)
  t.matchSnapshot(stderr)
})

t.test('a store that cannot be read is not replaced by an empty one', async t => {
  const dir = t.testdir()
  writeFileSync(`${dir}/credentials.json`, `{"credentials": {"a": "${secret}"`)
  const { exit, stderr } = await runCli(dir, ['credential', 'set', 'openai'], { stdin: 'x' })
  t.equal(exit, 1)
  t.notMatch(stderr, secret)
  t.match(readFileSync(`${dir}/credentials.json`, 'utf8'), secret)
})
