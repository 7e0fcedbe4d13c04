import t from 'tap'
import { choose } from '../../src/alias/choose.ts'
import { resolve } from '../../src/alias/resolve.ts'
import { compileAliases } from '../../src/alias/table.ts'
import { naming } from '../fixtures/naming.ts'

const table = compileAliases(
  naming({
    aliases: {
      plain: ['openai/a', 'openai/b'],
      split: { targets: [{ model: 'openai/a', weight: 9 }, { model: 'openai/b' }] },
      nested: {
        targets: [
          { model: 'split', weight: 1 },
          { model: 'openai/c', weight: 1 },
        ],
        sticky: false,
      },
    },
  }),
)
const models = (name: string, key: string): string =>
  choose(resolve(table, name), key)
    .map(target => target.model)
    .join('')

t.test('without weights the order of the file', async t => {
  for (const key of ['', 'x', 'y']) t.equal(models('plain', key), 'ab')
  t.equal(resolve(table, 'plain').weighted, undefined)
})

t.test('the same key has the same order, and over many keys the weights are kept', async t => {
  const first = { a: 0, b: 0 }
  for (let i = 0; i < 10_000; i++) {
    const order = models('split', `conversation ${i}`)
    first[order[0] as 'a']++
    if (i < 9) t.equal(models('split', `conversation ${i}`), order)
  }
  t.ok(Math.abs(first.b - 1000) < 150, `${first.b} of 10000 for a weight of 1 in 10`)
})

t.test('every target stays in the list for fallback, also below another list', async t => {
  t.equal([...models('nested', 'k')].sort().join(''), 'abc')
  t.equal(resolve(table, 'nested').weighted?.sticky, false)
})
