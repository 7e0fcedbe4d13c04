import t from 'tap'
import { atOnce, flatMapInSteps, oneStep, resultOf, type Steps } from '../../src/wire/steps.ts'

function* failing(): Steps<string> {
  yield
  throw new Error('no')
}

t.test('what was thrown is thrown when it is asked for', async t => {
  t.equal(atOnce(resultOf(oneStep(() => 'done')))(), 'done')
  t.throws(atOnce(resultOf(failing())), { message: 'no' })
})

t.test('elements are taken one in a step', async t => {
  const steps = flatMapInSteps(['a', 'b', 'c'], (element, i) => Array(i).fill(element) as string[])
  const taken = []
  for (let step = steps.next(); ; step = steps.next()) {
    taken.push(step.done)
    if (!step.done) continue
    t.same(step.value, ['b', 'c', 'c'])
    break
  }
  t.same(taken, [false, false, false, true])
})
