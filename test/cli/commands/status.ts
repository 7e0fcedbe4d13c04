import t from 'tap'
import type { Status } from '../../../src/control/api.ts'
import { fakeDaemon, runCli, statusOf } from '../../fixtures/cli.ts'

t.cleanSnapshot = text =>
  text.replaceAll(/\S+\/gateway\.yaml/g, 'FILE').replace(/up .*?,/, 'up LONG,')

t.test('not running: exit 3', async t => {
  const dir = t.testdir()
  const { exit, stdout, stderr } = await runCli(dir, ['status'])
  t.equal(exit, 3)
  t.matchSnapshot(stdout + stderr)
  const json = await runCli(dir, ['status', '--json'])
  t.equal(json.exit, 3)
  t.match(JSON.parse(json.stdout), { running: false })
})

t.test('running', async t => {
  const dir = t.testdir()
  await fakeDaemon(t, dir)
  const { exit, stdout } = await runCli(dir, ['status'])
  t.equal(exit, 0)
  t.matchSnapshot(stdout)
  t.match(JSON.parse((await runCli(dir, ['status', '--json'])).stdout), {
    running: true,
    pid: 4242,
  })
})

t.test('a daemon that is older than temporary aliases, and a profile that is missing', async t => {
  const dir = t.testdir()
  const { temporary: _, ...older } = statusOf(dir, { profile: { name: 'gone', missing: true } })
  await fakeDaemon(t, dir, { status: () => older as Status })
  const { exit, stdout } = await runCli(dir, ['status'])
  t.equal(exit, 0)
  t.match(stdout, 'the config has no profile "gone", and is served without it')
})

t.test('a refused config shows its place, a pending key the command', async t => {
  const dir = t.testdir()
  const problem = {
    file: '/f.yaml',
    line: 3,
    column: 7,
    path: 'aliases.x',
    message: 'm',
    hint: 'h',
  }
  const status = statusOf(dir, { demo: true })
  await fakeDaemon(t, dir, {
    status: () => ({
      ...status,
      config: {
        ...status.config,
        exists: false,
        warnings: [{ ...problem, severity: 'warning' }],
      },
      rejected: { at: '2026-01-02T03:04:07.000Z', problems: [{ ...problem, severity: 'error' }] },
      restartNeeded: ['listen'],
    }),
  })
  t.matchSnapshot((await runCli(dir, ['status'])).stdout)
})

t.test('reload says what it did, and fails with the problems', async t => {
  const dir = t.testdir()
  const daemon = await fakeDaemon(t, dir, {
    reload: () => ({ live: true, generation: 4, changed: false, restartNeeded: [] }),
  })
  const fine = await runCli(dir, ['reload'])
  t.same([fine.exit, fine.stderr], [0, 'gateway: nothing changed since generation 4\n'])
  await daemon.close()
  const problem = {
    file: '/f.yaml',
    line: 3,
    column: 7,
    path: 'x',
    message: 'm',
    severity: 'error',
  } as const
  await fakeDaemon(t, dir, { reload: () => ({ live: false, generation: 4, problems: [problem] }) })
  const bad = await runCli(dir, ['reload'])
  t.equal(bad.exit, 1)
  t.matchSnapshot(bad.stderr)
  t.equal((await runCli(`${dir}/none`, ['reload'])).exit, 3)
})

t.test('targets that are not well, and a credential that is refused', async t => {
  const dir = t.testdir()
  const status = statusOf(dir)
  const unwell = { failures: 3, reason: '503' }
  await fakeDaemon(t, dir, {
    status: () => ({
      ...status,
      unwell: [
        { ...unwell, target: 'a/x', state: 'cooling', until: new Date().toISOString() },
        { ...unwell, target: 'a/y', state: 'failing', failures: 1 },
        { ...unwell, target: 'a/z', state: 'probing' },
      ],
      refused: [{ provider: 'b', at: '2026-01-02T03:04:07.000Z' }],
    }),
  })
  t.match(
    (await runCli(dir, ['status'])).stdout,
    /^a\/x is left out for .*more, after 3 failures: 503\na\/y is tried as ever, after 1 failure: 503\na\/z is being tried by one request.*\nb refused its credential/m,
  )
})
