import { readFileSync } from 'node:fs'
import t from 'tap'
import { fakeDaemon, runCli, statusOf } from '../../fixtures/cli.ts'

const yaml = `aliases: { fast: gpt-4, smart: gpt-5 }
profiles:
  offline: { fast: ollama/qwen3, quick: { target: ollama/phi4, hidden: true }, smart: ~ }
  cheap: { fast: gpt-4o-mini }
`
t.cleanSnapshot = text => text.replaceAll(/\S+\/gateway\.yaml/g, 'FILE')

t.test('use, list, none, with the daemon stopped', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const run = (...argv: string[]) => runCli(dir, ['profile', ...argv])
  t.matchSnapshot((await run('list')).stdout, 'none in use')
  const used = await run('use', 'offline')
  t.same([used.exit, used.stdout], [0, ''])
  t.matchSnapshot(used.stderr)
  t.matchSnapshot((await run('list')).stdout, 'offline in use')
  t.matchSnapshot((await run('use', 'cheap')).stderr, 'another')
  t.same(JSON.parse((await run('list', '--json')).stdout), {
    inUse: 'cheap',
    profiles: [
      { name: 'offline', inUse: false, aliases: ['fast', 'quick'], off: ['smart'] },
      { name: 'cheap', inUse: true, aliases: ['fast'], off: [] },
    ],
  })
  t.matchSnapshot((await run('none')).stderr, 'none again')
  t.matchSnapshot((await run('none')).stderr, 'none twice')
  t.equal(readFileSync(`${dir}/gateway.yaml`, 'utf8'), yaml, 'the file is as it was')
})

t.test('an unknown profile: the nearest, and nothing is chosen', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  const { exit, stderr } = await runCli(dir, ['profile', 'use', 'ofline'])
  t.equal(exit, 1)
  t.matchSnapshot(stderr)
  t.match(JSON.parse((await runCli(dir, ['profile', 'list', '--json'])).stdout), { inUse: null })
})

t.test('a config without profiles says where to read of them', async t => {
  const { exit, stdout, stderr } = await runCli(t.testdir(), ['profile', 'list'])
  t.same([exit, stdout], [0, ''])
  t.matchSnapshot(stderr)
})

t.test('an alias that leads to what is switched off says so', async t => {
  const chained = yaml.replace('smart: gpt-5', 'smart: gpt-5, best: smart')
  const dir = t.testdir({ 'gateway.yaml': chained })
  await runCli(dir, ['profile', 'use', 'offline'])
  t.match(
    (await runCli(dir, ['alias', 'list'])).stdout,
    'leads nowhere: "best" leads to the alias "smart", which is switched off by the profile "offline"',
  )
})

t.test('lists, show and explain have the effective names', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  await runCli(dir, ['profile', 'use', 'offline'])
  t.matchSnapshot((await runCli(dir, ['alias', 'list'])).stdout, 'list')
  t.matchSnapshot((await runCli(dir, ['alias', 'show', 'fast'])).stdout, 'show fast')
  t.matchSnapshot((await runCli(dir, ['alias', 'show', 'smart'])).stdout, 'show smart')
  t.matchSnapshot((await runCli(dir, ['explain', 'fast'])).stdout, 'explain fast')
  const off = await runCli(dir, ['explain', 'smart'])
  t.equal(off.exit, 1)
  t.matchSnapshot(off.stdout, 'explain smart')
  const added = await runCli(dir, ['alias', 'add', 'fast', 'gpt-4o', '--force'])
  t.matchSnapshot(added.stderr, 'an edit below the profile')
})

t.test('with a daemon: waits for it, and says where it has no part', async t => {
  const dir = t.testdir({ 'gateway.yaml': yaml })
  let missing = false
  const daemon = await fakeDaemon(t, dir, {
    profile: () => ({ generation: 5, profile: { name: 'offline', missing } }),
  })
  const fine = await runCli(dir, ['profile', 'use', 'offline'])
  t.matchSnapshot(fine.stderr)
  t.same(daemon.asked, ['status', 'profile'])
  missing = true
  const missed = await runCli(dir, ['profile', 'use', 'offline'])
  t.equal(missed.exit, 1)
  t.matchSnapshot(missed.stderr, 'missing there')
  await daemon.close()
  const status = statusOf(dir)
  await fakeDaemon(t, dir, {
    status: () => ({ ...status, config: { ...status.config, file: '/other/gateway.yaml' } }),
  })
  t.matchSnapshot((await runCli(dir, ['profile', 'none'])).stderr, 'elsewhere')
})
