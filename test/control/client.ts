import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t from 'tap'
import { connectControl } from '../../src/control/client.ts'
import { GatewayError } from '../../src/errors.ts'
import { findPaths } from '../../src/paths.ts'
import { fakeDaemon, statusOf } from '../fixtures/cli.ts'

t.test('asks by name, with what the call takes', async t => {
  const home = t.testdir()
  const daemon = await fakeDaemon(t, home, {
    live: () => ({ live: true, generation: 5, changed: true, restartNeeded: [] }),
  })
  const client = connectControl(findPaths({ GATEWAY_HOME: home }))
  t.same(await client.call('status'), statusOf(home))
  t.same(await client.call('live'), {
    live: true,
    generation: 5,
    changed: true,
    restartNeeded: [],
  })
  t.same(daemon.asked, ['status', 'live'])
})

t.test(
  'nobody there, or a socket that a crash has left, is a daemon that does not run',
  async t => {
    const home = t.testdir()
    const paths = findPaths({ GATEWAY_HOME: home })
    await t.rejects(connectControl(paths).call('status'), { code: 'not_running' })
    const daemon = await fakeDaemon(t, home)
    await daemon.close()
    await t.rejects(connectControl(paths).call('status'), { code: 'not_running' })
  },
)

t.test("the daemon's error comes out as it went in", async t => {
  const home = t.testdir()
  await fakeDaemon(t, home, {
    reload: () => new GatewayError('config_unreadable', { file: 'f', reason: 'r' }),
  })
  const client = connectControl(findPaths({ GATEWAY_HOME: home }))
  await t.rejects(client.call('reload'), {
    code: 'config_unreadable',
    message: 'cannot read f: r',
    facts: { file: 'f' },
  })
})

t.test('an error that only a newer daemon knows keeps its words', async t => {
  const home = t.testdir()
  const strange = Object.assign(new GatewayError('internal'), {
    code: 'brand_new',
    message: 'new words',
  })
  await fakeDaemon(t, home, { reload: () => strange })
  const client = connectControl(findPaths({ GATEWAY_HOME: home }))
  await t.rejects(client.call('reload'), { code: 'control_failed', facts: { reason: 'new words' } })
})

t.test('an answer that is no JSON, and none at all', async t => {
  const home = t.testdir()
  await fakeDaemon(t, home, { reload: () => 'what?' as never })
  const paths = findPaths({ GATEWAY_HOME: home })
  await t.rejects(connectControl(paths).call('reload'), { code: 'control_failed' })

  const socket = `${t.testdir({})}/s`
  const server = createServer(connection => connection.destroy())
  await new Promise<void>(done => server.listen(socket, done))
  t.teardown(() => server.close())
  await t.rejects(connectControl({ socket }).call('stop', {}), { code: 'control_failed' })
})

t.test(
  'a socket of somebody else is no missing daemon',
  { skip: process.getuid?.() === 0 && 'root may open it' },
  async t => {
    const dir = t.testdir()
    writeFileSync(`${dir}/s`, '')
    chmodSync(`${dir}/s`, 0)
    await t.rejects(connectControl({ socket: `${dir}/s` }).call('status'), {
      code: 'control_failed',
    })
  },
)
