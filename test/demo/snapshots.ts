import t from 'tap'
import { listed, snapshotOf } from '../../src/demo/snapshots.ts'

t.test('dated names, and all others unchanged', async t => {
  t.equal(snapshotOf('gpt-3.5-turbo'), 'gpt-3.5-turbo-0125')
  t.equal(snapshotOf('gpt-4-turbo'), 'gpt-4-turbo-2024-04-09')
  t.equal(snapshotOf('gpt-4o'), 'gpt-4o-2024-08-06')
  t.equal(snapshotOf('claude-sonnet-4-5'), 'claude-sonnet-4-5-20250929')
  for (const name of ['qwen3:4b', 'gpt-4o-2024-05-13', 'constructor', '__proto__'])
    t.equal(snapshotOf(name), name)
  t.equal(new Set(listed).size, listed.length, 'no name twice')
  for (const name of listed) t.equal(snapshotOf(snapshotOf(name)), snapshotOf(name))
})
