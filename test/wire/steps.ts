import t from 'tap'
import { atOnce, inTurns, resultOf, type Steps } from '../../src/wire/steps.ts'

function* counting(to: number, deeds: unknown[]): Steps<string> {
  for (let n = 1; n < to; n++) {
    deeds.push(n)
    yield
  }
  deeds.push(to)
  return 'done'
}

/** Takes that many steps in turns, and gives what has been done, which grows. */
function taken(count: number, isOver = (): boolean => false): unknown[] {
  const deeds: unknown[] = []
  inTurns(counting(count, deeds), isOver, result => deeds.push(result))
  return deeds
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(setImmediate, resolve))

t.test('one step is taken at once', async t => {
  t.same(taken(1), [1, 'done'])
})

t.test('the others have a turn after each', async t => {
  const deeds = taken(3)
  t.same(deeds, [1])
  await turn()
  t.same(deeds, [1, 2])
  await turn()
  t.same(deeds, [1, 2, 3, 'done'])
})

t.test('what nobody waits for any more is not done', async t => {
  let over = false
  const deeds = taken(3, () => over)
  over = true
  await turn()
  await turn()
  t.same(deeds, [1])
})

function* failing(): Steps<string> {
  yield
  throw new Error('no')
}

t.test('what was thrown is thrown when it is asked for', async t => {
  t.equal(atOnce(resultOf(counting(3, [])))(), 'done')
  t.throws(atOnce(resultOf(failing())), { message: 'no' })
})
