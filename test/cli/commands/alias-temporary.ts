import { readFileSync } from 'node:fs'
import t from 'tap'
import type { AddTemporaryGive, TemporaryAlias } from '../../../src/control/api.ts'
import { GatewayError } from '../../../src/errors.ts'
import { fakeDaemon, runCli, statusOf } from '../../fixtures/cli.ts'

const yaml = 'aliases:\n  fast: gpt-3.5-turbo\n  slow: gpt-4\n'

const given = (changes: Partial<AddTemporaryGive> = {}): AddTemporaryGive => ({
  generation: 4,
  target: 'anthropic/opus',
  meaning: { targets: ['anthropic/opus'], via: [] },
  until: '2026-01-02T05:04:05.000Z',
  before: 'gpt-3.5-turbo',
  again: 'gpt-3.5-turbo',
  ...changes,
})

t.test('what is asked of the daemon, and what is said', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  let answer: AddTemporaryGive | GatewayError = given()
  const daemon = await fakeDaemon(t, dir, { addTemporary: () => answer })
  const add = async (...argv: string[]) => {
    const ran = await runCli(dir, ['alias', 'add', 'fast', ...argv])
    return { ...ran, asked: daemon.asked.at(-1) }
  }
  const ran = await add('anthropic/opus', '--for', '2h')
  t.equal(ran.asked, 'addTemporary {"name":"fast","value":"anthropic/opus","forMs":7200000}')
  t.same([ran.exit, ran.stdout], [0, ''])
  t.matchSnapshot(ran.stderr)
  const flags = ['--provider', 'x', '--weight', '9', '--weight', '1', '--set', 'n=1', '--hidden']
  const full = await add('a', 'b', ...flags, '--until-restart', '--json')
  t.equal(
    full.asked,
    'addTemporary {"name":"fast","value":{"targets":[{"model":"a","weight":9},{"model":"b","weight":1}],"set":{"n":1},"hidden":true},"provider":"x"}',
  )
  t.match(JSON.parse(full.stdout), {
    name: 'fast',
    provider: 'x',
    before: 'gpt-3.5-turbo',
    temporary: { again: 'gpt-3.5-turbo', says: null },
    live: { state: 'live', generation: 4 },
  })
  answer = given({ before: 'up/other (temporary)' })
  t.matchSnapshot((await add('anthropic/opus', '--for', '90s')).stderr, 'another one before')
  answer = given({ before: null, again: null, until: null })
  t.matchSnapshot((await add('anthropic/opus', '--until-restart')).stderr, 'a new name')
  answer = new GatewayError('alias_refused', { name: 'fast', problems: ['a cycle: a -> a'] })
  const refused = await add('fast', '--for', '1m')
  t.equal(refused.exit, 1)
  t.matchSnapshot(refused.stderr, 'refused')
  t.equal(readFileSync(`${dir}/gateway.yaml`, 'utf8'), yaml, 'the file is as it was')
})

t.test('needs a daemon, of this config where one is named', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const none = await runCli(dir, ['alias', 'add', 'fast', 'x', '--for', '2h'])
  t.equal(none.exit, 3)
  t.matchSnapshot(none.stderr)
  await fakeDaemon(t, dir)
  const other = ['--config', `${dir}/other.yaml`, 'alias', 'add', 'fast', 'x', '--for', '2h']
  const elsewhere = await runCli(dir, other)
  t.equal(elsewhere.exit, 1)
  t.match(elsewhere.stderr, `the running daemon reads ${dir}/gateway.yaml`)
})

t.test('a time that is none, or no time at all, is bad usage', async t => {
  for (const time of ['0', '0s', 'soon', '2d', '-1h', '99999h']) {
    const ran = await runCli(t.testdir(), ['alias', 'add', 'a', 'b', `--for=${time}`])
    t.equal(ran.exit, 2, time)
  }
  const both = ['alias', 'add', 'a', 'b', '--for', '1h', '--until-restart']
  t.equal((await runCli(t.testdir(), both)).exit, 2)
})

const hours = (n: number): string => new Date(Date.now() + n * 3_600_000 + 30_000).toISOString()

const temporary: readonly TemporaryAlias[] = [
  { name: 'fast', provider: null, value: 'anthropic/opus', until: hours(2) },
  { name: 'new', provider: 'ollama', value: { target: 'qwen3', hidden: true }, until: null },
  { name: 'bad', provider: null, value: 'gone/x', until: null, broken: 'no provider "gone"' },
]

t.test('list, show, explain and status say what is temporary, and what remains', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  await fakeDaemon(t, dir, {
    status: () => statusOf(dir, { temporary, startedAt: new Date().toISOString() }),
  })
  t.cleanSnapshot = text =>
    text
      .replaceAll(/\S+\/gateway\.yaml/g, 'FILE')
      .replaceAll(/2 h 0 min left/g, 'TIME left')
      .replace(/up .*?,/, 'up LONG,')
      .replace(/until \d{4}-\S+Z/, 'until THEN')
  t.matchSnapshot((await runCli(dir, ['alias', 'list'])).stdout, 'list')
  t.matchSnapshot((await runCli(dir, ['alias', 'show', 'fast'])).stdout, 'show')
  t.matchSnapshot((await runCli(dir, ['explain', 'fast'])).stdout, 'explain')
  t.matchSnapshot((await runCli(dir, ['status'])).stdout, 'status')
  const list = JSON.parse((await runCli(dir, ['alias', 'list', '--json'])).stdout)
  t.match(list[0], { name: 'fast', layer: { kind: 'temporary', until: temporary[0]!.until } })
})

t.test('remove takes a temporary alias first, and leaves the file to the others', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const daemon = await fakeDaemon(t, dir, {
    status: () => statusOf(dir, { temporary }),
    live: () => ({ live: true, generation: 5, changed: true, restartNeeded: [] }),
    removeTemporary: ({ names }) => ({
      generation: 6,
      removed: names.map(name => ({ name, target: 'anthropic/opus', again: 'gpt-3.5-turbo' })),
    }),
  })
  const unknown = await runCli(dir, ['alias', 'remove', 'fast', 'solw'])
  t.equal(unknown.exit, 1)
  t.match(unknown.stderr, 'did you mean "slow"?')
  t.notOk(
    daemon.asked.some(call => call.startsWith('removeTemporary')),
    'then none is removed',
  )
  const ran = await runCli(dir, ['alias', 'remove', 'fast', 'slow'])
  t.equal(ran.exit, 0)
  t.matchSnapshot(ran.stderr)
  t.equal(daemon.asked.at(-1), 'removeTemporary {"names":["fast"]}')
  const text = readFileSync(`${dir}/gateway.yaml`, 'utf8')
  t.match(text, 'fast: gpt-3.5-turbo')
  t.notMatch(text, 'slow')
})

t.test('a daemon that hangs keeps nobody from reading the file', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  await fakeDaemon(t, dir, { status: () => 'nonsense' as never })
  const { exit, stdout, stderr } = await runCli(dir, ['alias', 'list'])
  t.equal(exit, 0)
  t.match(stdout, 'fast')
  t.match(stderr, 'temporary aliases are not known')
})
