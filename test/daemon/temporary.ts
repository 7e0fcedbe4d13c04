import { mock } from 'node:test'
import t from 'tap'
import { readAlias } from '../../src/config/read-alias.ts'
import { TemporaryAliases } from '../../src/daemon/temporary.ts'

const start = Date.parse('2026-01-02T03:04:05.000Z')

const temporary = (name: string, ms: number | null, provider?: string) => ({
  name,
  provider,
  value: 'gpt-4',
  alias: readAlias(name, 'gpt-4'),
  until: ms === null ? null : new Date(start + ms).toISOString(),
})

t.beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: start }))
t.afterEach(() => mock.timers.reset())

/** The aliases, and the names that have ended so far. */
function clock() {
  const ended: string[] = []
  const all = new TemporaryAliases(() => {
    for (const { name } of all.takeEnded()) ended.push(name)
  })
  return { all, ended, names: () => all.all.map(({ name }) => name) }
}

t.test('each ends when its time is over, also after the longest time of a timer', async t => {
  const { all, ended, names } = clock()
  const days = 40 * 24 * 3_600_000
  all.set(temporary('long', days))
  all.set(temporary('stays', null))
  all.set(temporary('short', 500))
  mock.timers.tick(499)
  t.same(ended, [])
  mock.timers.tick(1)
  t.same(ended, ['short'])
  for (let passed = 500; passed < days - 60_000; passed += 60_000) mock.timers.tick(60_000)
  t.same(ended, ['short'])
  mock.timers.tick(60_000)
  t.same(ended, ['short', 'long'])
  t.same(names(), ['stays'])
})

t.test('a machine that slept, or a clock that was set, ends them within a minute', async t => {
  const { all, ended } = clock()
  all.set(temporary('a', 2 * 3_600_000))
  mock.timers.setTime(start + 3 * 3_600_000)
  mock.timers.tick(60_000)
  t.same(ended, ['a'])
})

t.test('one of the same name and place is replaced, with its time', async t => {
  const { all, ended, names } = clock()
  all.set(temporary('a', 1000))
  all.set(temporary('b', null))
  all.set(temporary('a', 1000, 'openai'))
  all.set(temporary('a', 5000))
  t.same(names(), ['b', 'a', 'a'], 'as the newest')
  mock.timers.tick(1000)
  t.same(ended, ['a'])
  t.equal(all.get('a', 'openai'), undefined)
  t.ok(all.get('a', undefined))
  all.delete(all.get('a', undefined)!)
  mock.timers.tick(10_000)
  t.same(ended, ['a'], 'what was taken away does not end')
})
