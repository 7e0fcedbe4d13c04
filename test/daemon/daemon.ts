import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { readHistory } from '../../src/config/history.ts'
import { Daemon } from '../../src/daemon/daemon.ts'
import { Log } from '../../src/log.ts'
import { findPaths } from '../../src/paths.ts'

const textOf = (n: number): string => `aliases: { fast: gpt-${n} }\n`

/** A daemon in this process, whose config is at `file`; `onRead` is called when it is about to be read. */
async function running(t: Test, more = '') {
  // Not its testdir(): the path of a socket has to be short.
  const dir = mkdtempSync(join(tmpdir(), 'gateway-look-'))
  const found = findPaths({ GATEWAY_HOME: dir })
  const file = found.config
  const hooks = { onRead: (): void => {} }
  const paths = {
    ...found,
    get config() {
      const { onRead } = hooks
      hooks.onRead = () => {}
      onRead()
      return file
    },
  }
  const point = (name: string): void => {
    symlinkSync(name, join(dir, 'new'))
    renameSync(join(dir, 'new'), file)
  }
  for (const n of [1, 2]) writeFileSync(join(dir, `${n}.yaml`), textOf(n) + more)
  point('1.yaml')
  const daemon = new Daemon({
    paths,
    log: new Log(paths.log, { level: 'info', format: 'text', size: 1e6, files: 1 }),
    env: {},
    demo: true,
    listen: { host: '127.0.0.1', port: 0 },
    foreground: false,
    takeOver: undefined,
  })
  await daemon.start()
  t.teardown(async () => {
    await daemon.stop(0)
    rmSync(dir, { recursive: true })
  })
  const texts = async () => (await readHistory(paths.history)).map(({ text }) => text)
  return { daemon, dir, file, hooks, point, texts }
}

t.test('a file that is emptied just when it is looked at is not taken for empty', async t => {
  const { file, hooks, texts } = await running(t)
  // As another process saves, which has to wait between its two steps.
  hooks.onRead = () => {
    writeFileSync(file, '')
    setTimeout(() => writeFileSync(file, textOf(3)), 100)
  }
  writeFileSync(file, textOf(2))
  while (!(await texts()).includes(textOf(3))) await sleep(5)
  t.same(await texts(), [textOf(1), textOf(3)])
})

t.test('a link that is swapped while a command has it read, and back again', async t => {
  const { daemon, hooks, point, texts } = await running(t)
  hooks.onRead = () => point('2.yaml')
  await daemon.live()
  point('1.yaml')
  while ((await texts()).length < 3) await sleep(5)
  t.same(await texts(), [textOf(1), textOf(2), textOf(1)])
})

t.test('a file that cannot be read for a moment is looked at again', async t => {
  const { dir, daemon, hooks, point, texts } = await running(t)
  mkdirSync(join(dir, 'folder'))
  point('2.yaml')
  // As where no file can be opened: what it says, and when it was changed, is as before.
  hooks.onRead = () => {
    point('folder')
    setTimeout(() => point('2.yaml'), 20)
  }
  while ((await texts()).length < 2) await sleep(20)
  t.same(await texts(), [textOf(1), textOf(2)])
  t.equal((await daemon.status()).rejected, undefined)
})

t.test('one that is stopping takes nothing that would be lost with it', async t => {
  const { daemon } = await running(t)
  const calls: (() => Promise<unknown>)[] = [
    () => daemon.reload(),
    () => daemon.live(),
    () => daemon.useProfile(),
    () => daemon.addTemporary({ name: 'x', value: 'gpt-1' }),
    () => daemon.removeTemporary({ names: ['x'] }),
  ]
  void daemon.stop(0)
  for (const call of calls) await t.rejects(call, { code: 'stopping' })
})

t.test('where no worker can be started, the others go on', async t => {
  const { daemon } = await running(t, 'workers: 2\n')
  const pids = async () => (await daemon.status()).workers?.map(({ pid }) => pid) ?? []
  const [first, second] = await pids()
  const { execPath } = process
  process.execPath = join(tmpdir(), 'no-such-program')
  t.teardown(() => {
    process.execPath = execPath
  })
  process.kill(first!, 'SIGKILL')
  while ((await pids()).includes(first!)) await sleep(5)
  // It is tried again every second.
  await sleep(1500)
  t.same(await pids(), [second])
  process.execPath = execPath
  while ((await pids()).length < 2) await sleep(20)
  t.ok((await pids()).includes(second!))
})
