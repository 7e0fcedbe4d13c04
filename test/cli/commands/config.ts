import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { createProgram } from '../../../src/cli/program.ts'
import { parseConfig } from '../../../src/config/load.ts'
import { caught, fakeDaemon, keyboard, runCli } from '../../fixtures/cli.ts'

t.cleanSnapshot = text => text.replaceAll(/\S+\/gateway\.yaml/g, 'FILE')

const broken = 'aliases:\n  fast: gpt-4\nproviderz: {}\nlisten: x\n'

t.test('path', async t => {
  const dir = t.testdir()
  t.equal((await runCli(dir, ['config', 'path'])).stdout, `${dir}/gateway.yaml\n`)
  const all = JSON.parse((await runCli(dir, ['config', 'path', '--json'])).stdout)
  t.same(Object.keys(all), [
    'config',
    'state',
    'credentials',
    'profiles',
    'history',
    'log',
    'socket',
  ])
})

t.test('check prints all that is wrong, and exits 1', async t => {
  const dir = t.testdir({ 'gateway.yaml': broken })
  const { exit, stdout, stderr } = await runCli(dir, ['config', 'check'])
  t.equal(exit, 1)
  t.matchSnapshot(stdout + stderr)
  t.equal(stdout.trim().split('\n').length, 2)
  const json = await runCli(dir, ['config', 'check', '--json'])
  t.equal(json.exit, 1)
  t.match(JSON.parse(json.stdout), { exists: true, problems: [{ line: 3 }, { line: 4 }] })
})

t.test(
  'check of a good file, of one with a warning, of none, and of one that cannot be read',
  async t => {
    for (const yaml of ['aliases: { fast: gpt-4 }\n', 'aliases: { a*: gpt-4, a**: gpt-5 }\n']) {
      const dir = t.testdir({ 'gateway.yaml': yaml })
      const { exit, stdout, stderr } = await runCli(dir, ['config', 'check'])
      t.matchSnapshot(`${stdout}${stderr}exit ${exit}`, yaml)
    }
    const dir = t.testdir({ folder: {} })
    const none = await runCli(`${dir}/none`, ['config', 'check'])
    t.same([none.exit, none.stdout], [0, ''])
    t.match(none.stderr, 'does not exist: all defaults')
    t.equal((await runCli(dir, ['config', 'check', '--config', `${dir}/folder`])).exit, 1)
  },
)

t.test('show prints a config that means the same, without secrets', async t => {
  const yaml = `listen: '[::1]:9999'
drain: 90s
providers:
  work:
    api: openai
    baseUrl: https://llm.example.com/v1
    credential: env:WORK_KEY
    headers: { x-team: search, x-session-token: sekrit }
    timeouts: { connect: 1500ms, idle: 0 }
    models: [a, 'b: c']
    aliases: { fast: a }
aliases:
  fast: work/a
  '*-x': work/*
  think: { target: work/a, set: { effort: high, n: 2 }, default: { temperature: 0.5 }, remove: [top_p], system: "be\\nkind", prompt: { append: [{ role: user, content: "now: go" }] }, hidden: true }
  split: { targets: [{ model: work/a, weight: 9 }, work/b], sticky: false, respondAs: alias, description: two }
`
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const { exit, stdout } = await runCli(dir, ['config', 'show'])
  t.equal(exit, 0)
  t.notMatch(stdout, 'sekrit')
  t.matchSnapshot(stdout)
  const again = parseConfig(stdout, 'shown').config
  const before = parseConfig(yaml.replace('sekrit', '(hidden)'), 'written').config
  t.same(again.aliases, before.aliases)
  t.same(again.listen, before.listen)
  t.same(again.providers.get('work'), before.providers.get('work'))
  t.equal(again.drain, before.drain)
  const json = JSON.parse((await runCli(dir, ['config', 'show', '--json'])).stdout)
  t.match(json, { drain: '90s', providers: { work: { credential: 'env:WORK_KEY' } } })
})

t.test('schema prints the schema', async t => {
  const { stdout } = await runCli(t.testdir(), ['config', 'schema'])
  t.match(JSON.parse(stdout), { properties: { aliases: {}, providers: {} } })
  t.same(
    JSON.parse((await runCli(t.testdir(), ['config', 'schema', '--json'])).stdout),
    JSON.parse(stdout),
  )
})

t.test(
  'edit',
  { skip: process.platform === 'win32' && 'the editors of these tests are shell scripts' },
  async t => {
    const editor = (dir: string, script: string) => {
      writeFileSync(`${dir}/my editor`, `#!/bin/sh\n${script}\n`)
      chmodSync(`${dir}/my editor`, 0o755)
      return { EDITOR: `'${dir}/my editor' --wait` }
    }

    await t.test('writes a first config, opens it, and waits until it is live', async t => {
      const dir = t.testdir()
      const daemon = await fakeDaemon(t, dir, {
        live: () => ({ live: true, generation: 2, changed: true, restartNeeded: [] }),
      })
      const env = editor(dir, 'test "$1" = --wait && echo "log: { level: debug }" >> "$2"')
      const { exit, stderr } = await runCli(dir, ['config', 'edit'], { env })
      t.equal(exit, 0)
      t.matchSnapshot(stderr)
      t.match(readFileSync(`${dir}/gateway.yaml`, 'utf8'), /^# What.*level: debug/s)
      t.match(daemon.asked.at(-1), /^live$/)
    })

    await t.test('a broken file stays as it was left, with exit code 1', async t => {
      const dir = t.testdir({ 'gateway.yaml': '' })
      const env = editor(dir, 'echo "nonsense: 1" > "$2"')
      const { exit, stderr } = await runCli(dir, ['config', 'edit'], { env })
      t.equal(exit, 1)
      t.matchSnapshot(stderr)
      t.equal(readFileSync(`${dir}/gateway.yaml`, 'utf8'), 'nonsense: 1\n')
    })

    await t.test('on a terminal it offers to edit again', async t => {
      const dir = t.testdir({ 'gateway.yaml': '' })
      const again =
        'if grep -q nonsense "$2"; then echo "{}" > "$2"; else echo nonsense: 1 > "$2"; fi'
      const keys = keyboard()
      const stderr = caught()
      const running = createProgram({
        stdin: keys.stdin,
        stdout: caught().stream,
        stderr: stderr.stream,
        env: { GATEWAY_HOME: dir, PATH: process.env['PATH'], ...editor(dir, again) },
      }).run(['config', 'edit'])
      keys.press('y\n')
      t.equal(await running, 0)
      t.match(stderr.text(), 'edit it again?')
      t.equal(readFileSync(`${dir}/gateway.yaml`, 'utf8'), '{}\n')
    })

    await t.test('an editor that fails is told by name', async t => {
      const dir = t.testdir({ 'gateway.yaml': '' })
      const { exit, stderr } = await runCli(dir, ['config', 'edit'], { env: { VISUAL: 'exit 3;' } })
      t.equal(exit, 1)
      t.matchSnapshot(stderr)
      t.ok(existsSync(`${dir}/gateway.yaml`))
    })
  },
)
