import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { readHistory } from '../../src/config/history.ts'
import { Daemon } from '../../src/daemon/daemon.ts'
import { Log } from '../../src/log.ts'
import { findPaths } from '../../src/paths.ts'

const textOf = (n: number): string => `aliases: { fast: gpt-${n} }\n`

t.test('a file that is emptied just when it is looked at is not taken for empty', async t => {
  // Not its testdir(): the path of a socket has to be short.
  const dir = mkdtempSync(join(tmpdir(), 'gateway-look-'))
  const found = findPaths({ GATEWAY_HOME: dir })
  const file = found.config
  let onRead = (): void => {}
  const paths = {
    ...found,
    get config() {
      onRead()
      return file
    },
  }
  writeFileSync(file, textOf(1))
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

  // As another process saves, which has to wait between its two steps.
  onRead = () => {
    onRead = () => {}
    writeFileSync(file, '')
    setTimeout(() => writeFileSync(file, textOf(3)), 100)
  }
  writeFileSync(file, textOf(2))
  const texts = async () => (await readHistory(paths.history)).map(({ text }) => text)
  while (!(await texts()).includes(textOf(3))) await sleep(5)
  t.same(await texts(), [textOf(1), textOf(3)])
})
