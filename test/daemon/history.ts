import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { readHistory } from '../../src/config/history.ts'
import { parseConfig } from '../../src/config/load.ts'
import { History } from '../../src/daemon/history.ts'
import { Log } from '../../src/log.ts'

const textOf = (n: number, padding = 0): string =>
  `aliases: { fast: model-${n} } # ${'x'.repeat(padding)}\n`
const at = new Date('2026-01-02T03:04:05Z')
const logIn = (dir: string) =>
  new Log(`${dir}/log`, { level: 'info', format: 'text', size: 1e6, files: 1 })

t.test('the last 200 are kept, and the numbers go on', async t => {
  const dir = t.testdir()
  const history = await History.open(`${dir}/h`, logIn(dir))
  for (let n = 1; n <= 203; n++) await history.record(parseConfig(textOf(n), 'f'), at)
  const all = await readHistory(`${dir}/h`)
  t.same([all.length, all[0]!.generation, all.at(-1)!.generation], [200, 4, 203])
  const again = await History.open(`${dir}/h`, logIn(dir))
  t.equal(again.numberOf(parseConfig(textOf(203), 'f')), 203)
  t.equal(again.numberOf(parseConfig(textOf(1), 'f')), 204)
})

t.test('of long texts as many as fit, and always two', async t => {
  const dir = t.testdir()
  const history = await History.open(`${dir}/h`, logIn(dir))
  for (let n = 1; n <= 4; n++) await history.record(parseConfig(textOf(n, 9 * 1024 ** 2), 'f'), at)
  t.same(readdirSync(`${dir}/h`).sort(), ['3.json', '4.json'])
})

t.test('what cannot be written is a line in the log, and the numbers go on', async t => {
  const dir = t.testdir({ h: 'a file where the folder would be' })
  const log = logIn(dir)
  const history = await History.open(`${dir}/h`, log)
  await history.record(parseConfig(textOf(1), 'f'), at)
  t.equal(history.numberOf(parseConfig(textOf(2), 'f')), 2)
  log.flushSync()
  rmSync(`${dir}/h`)
  await history.record(parseConfig(textOf(2), 'f'), at)
  t.match(await readHistory(`${dir}/h`), [{ generation: 2, changes: [{ before: 'model-1' }] }])
})

t.test('a text that this version cannot read any more is no obstacle', async t => {
  const dir = t.testdir()
  mkdirSync(`${dir}/h`)
  const facts = { at: at.toISOString(), commands: [], byHand: true, changes: [], exists: true }
  const old = { ...facts, generation: 5, hash: 'h', text: 'no-such-key: 1\n', note: 0 }
  writeFileSync(`${dir}/h/5.json`, JSON.stringify(old))
  const history = await History.open(`${dir}/h`, logIn(dir))
  await history.record(parseConfig(textOf(1), 'f'), at)
  t.match((await readHistory(`${dir}/h`)).at(-1), { generation: 6, changes: [] })
  t.ok(existsSync(`${dir}/h/6.json`))
})
