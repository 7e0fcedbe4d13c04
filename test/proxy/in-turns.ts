import t, { type Test } from 'tap'
import { inTurns } from '../../src/proxy/in-turns.ts'
import type { Steps } from '../../src/wire/steps.ts'

/** A clock that goes on only where a step takes its time. */
let now = 0
t.intercept(performance, 'now', { value: () => now })

function* counting(to: number, takes: number, name: string, deeds: string[]): Steps<string> {
  for (let n = 1; ; n++) {
    deeds.push(name + n)
    now += takes
    if (n === to) return `${name} done`
    yield
  }
}

interface Case {
  readonly name?: string
  /** Of each step, in milliseconds. */
  readonly takes?: number
  readonly isOver?: () => boolean
}

/** Takes that many steps, and gives what has been done, which grows. */
function taken(
  count: number,
  { name = '', takes = 10, isOver = () => false }: Case = {},
  deeds: string[] = [],
): string[] {
  inTurns(counting(count, takes, name, deeds), isOver, result => deeds.push(result))
  return deeds
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(setImmediate, resolve))

/** What has been done in each turn, until nothing is left to do. */
async function turns(t: Test, deeds: readonly string[], count: number): Promise<string[]> {
  const all = []
  for (let from = 0; all.length < count; from = deeds.length) {
    if (all.length > 0) await turn()
    all.push(deeds.slice(from).join(' '))
  }
  await turn()
  t.equal(all.join(' ').trim(), deeds.join(' '), 'no more is done')
  return all
}

t.test('what takes no time is done at once', async t => {
  t.same(await turns(t, taken(3, { takes: 0 }), 1), ['1 2 3  done'])
})

t.test('others have a turn after each two milliseconds, and before it goes on', async t => {
  t.same(await turns(t, taken(5, { takes: 1 }), 3), ['1 2', '3 4', '5  done'])
  t.same(await turns(t, taken(2, { takes: 5 }), 3), ['1', '2', ' done'])
})

t.test('a turn is for one of many', async t => {
  const deeds = taken(3, { name: 'a' })
  taken(2, { name: 'b' }, deeds)
  taken(1, { name: 'c', takes: 0 }, deeds)
  const all = await turns(t, deeds, 8)
  t.same(all, ['a1', 'a2', 'b1', 'c1 c done', 'a3', 'b2', 'a done', 'b done'])
})

t.test('what it leads to has a turn of its own', async t => {
  const deeds: string[] = []
  inTurns(
    counting(1, 0, 'a', deeds),
    () => false,
    result => {
      deeds.push(result)
      taken(1, { name: 'b', takes: 0 }, deeds)
    },
  )
  t.same(await turns(t, deeds, 2), ['a1 a done', 'b1 b done'])
})

t.test('what nobody waits for any more is not done', async t => {
  let over = false
  const isOver = (): boolean => over
  const deeds = [taken(3, { isOver }), taken(1, { isOver })]
  over = true
  await turn()
  await turn()
  t.same(deeds, [['1'], []])
  over = false
  const last = taken(1, { isOver })
  t.same(last, ['1'])
  over = true
  await turn()
  t.same(last, ['1'], 'nor is gone on with')
})

t.test('the next have their turn where one throws', async t => {
  const deeds: string[] = []
  t.throws(
    () =>
      inTurns(
        counting(1, 0, '', []),
        () => false,
        () => {
          taken(1, { name: 'next', takes: 0 }, deeds)
          throw new Error('no')
        },
      ),
    { message: 'no' },
  )
  await turn()
  t.same(deeds, ['next1', 'next done'])
})
