import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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
async function running(t: Test) {
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
  for (const n of [1, 2]) writeFileSync(join(dir, `${n}.yaml`), textOf(n))
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
