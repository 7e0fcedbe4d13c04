import t from 'tap'
import { residentMemory } from '../../src/daemon/serving.ts'

t.test('memory that cannot be measured ends nothing', async t => {
  const { rss } = process.memoryUsage
  t.teardown(() => {
    process.memoryUsage.rss = rss
  })
  t.ok(residentMemory() > 1_000_000)
  process.memoryUsage.rss = () => {
    throw Object.assign(new Error('EMFILE'), { code: 'ERR_SYSTEM_ERROR' })
  }
  t.equal(residentMemory(), 0)
})
