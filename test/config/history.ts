import { writeFileSync } from 'node:fs'
import t from 'tap'
import { type Generation, previousOf, readHistory } from '../../src/config/history.ts'

const generation = (n: number, restores?: number): Generation => ({
  generation: n,
  at: '2026-01-02T03:04:05.000Z',
  commands: [],
  byHand: true,
  changes: [],
  exists: true,
  hash: `${n}`,
  text: `# ${n}\n`,
  note: 0,
  ...(restores === undefined ? {} : { restores }),
})

t.test('reads what makes sense, in order of the numbers', async t => {
  const folder = t.testdir({ '7.json': '', '8.json': '{"generation":9}', 'x.json': '{}' })
  for (const n of [10, 9, 2]) writeFileSync(`${folder}/${n}.json`, JSON.stringify(generation(n)))
  t.same(
    (await readHistory(folder)).map(one => one.generation),
    [2, 9, 10],
  )
  t.same(await readHistory(`${folder}/none`), [])
})

t.test('undoing again goes one further back; a new edit begins anew', async t => {
  const of = (...history: Generation[]) => previousOf(history)?.generation
  const [one, two, three] = [generation(1), generation(2), generation(3)]
  t.equal(of(), undefined)
  t.equal(of(one), undefined)
  t.equal(of(one, two, three), 2)
  t.equal(of(one, two, three, generation(4, 2)), 1)
  t.equal(of(one, two, three, generation(4, 2), generation(5, 1)), undefined)
  t.equal(of(one, two, three, generation(4, 2), generation(5, 4)), 1, 'an undo of an undo')
  t.equal(of(one, two, generation(3, 1), generation(4)), 3)
  t.equal(of(two, three, generation(4, 1)), undefined, 'its goal is not kept any more')
  t.equal(of(one, generation(2, 2)), undefined, 'what makes no sense ends')
})
