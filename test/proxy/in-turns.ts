import t from 'tap'
import { inTurns } from '../../src/proxy/in-turns.ts'
import type { Steps } from '../../src/wire/steps.ts'

/** Takes longer than a turn may. */
function tarry(): void {
  const until = performance.now() + 10
  while (performance.now() < until);
}

function* counting(to: number, deeds: unknown[], wait: () => void): Steps<string> {
  for (let n = 1; n < to; n++) {
    deeds.push(n)
    wait()
    yield
  }
  deeds.push(to)
  return 'done'
}

/** Takes that many steps in turns, and gives what has been done, which grows. */
function taken(count: number, wait = tarry, isOver = (): boolean => false): unknown[] {
  const deeds: unknown[] = []
  inTurns(counting(count, deeds, wait), isOver, result => deeds.push(result))
  return deeds
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(setImmediate, resolve))

t.test('one step is taken at once', async t => {
  t.same(taken(1), [1, 'done'])
})

t.test('and so are many that take no time', async t => {
  t.same(
    taken(3, () => {}),
    [1, 2, 3, 'done'],
  )
})

t.test('the others have a turn after those that do', async t => {
  const deeds = taken(3)
  t.same(deeds, [1])
  await turn()
  t.same(deeds, [1, 2])
  await turn()
  t.same(deeds, [1, 2, 3, 'done'])
})

t.test('what nobody waits for any more is not done', async t => {
  let over = false
  const deeds = taken(3, tarry, () => over)
  over = true
  await turn()
  await turn()
  t.same(deeds, [1])
})
