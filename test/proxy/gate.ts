import t from 'tap'
import { Gate, type Place } from '../../src/proxy/gate.ts'

const limits = { concurrent: 1, queue: 2, wait: 60_000 }

/** Lets several come to one gate, and writes down what becomes of each. */
function crowd(gate: Gate, ...names: string[]): { log: string[]; places: Place[] } {
  const log: string[] = []
  const places = names.map(name =>
    gate.enter(
      limits,
      () => log.push(name),
      () => log.push(`${name} refused`),
    ),
  )
  return { log, places }
}

t.test('one goes in, two wait, the others are refused', async t => {
  const { log, places } = crowd(new Gate(), 'a', 'b', 'c', 'd')
  t.same(log, ['a', 'd refused'])
  places[0]!.leave()
  t.same(log, ['a', 'd refused', 'b'])
  places[0]!.leave()
  t.equal(log.length, 3, 'leaving twice makes no room')
  places[1]!.leave()
  t.equal(log.at(-1), 'c')
  places[2]!.leave()
})

t.test('who leaves the queue is not let in', async t => {
  const { log, places } = crowd(new Gate(), 'a', 'b', 'c')
  places[1]!.leave()
  places[0]!.leave()
  t.same(log, ['a', 'c'])
  places[2]!.leave()
})

t.test('a wait of 0 is for any time', async t => {
  const gate = new Gate()
  const log: string[] = []
  const [first] = ['a', 'b'].map(name =>
    gate.enter(
      { ...limits, wait: 0 },
      () => log.push(name),
      () => log.push(`${name} refused`),
    ),
  )
  await new Promise(done => setTimeout(done, 20))
  first!.leave()
  t.same(log, ['a', 'b'])
})

t.test('who waits too long is refused, and makes room in the queue', async t => {
  const gate = new Gate()
  const short = { ...limits, queue: 1, wait: 1 }
  const inside = gate.enter(short, () => {}, t.fail)
  await new Promise<void>(refused => gate.enter(short, t.fail, refused))
  const next = new Promise<void>(granted => gate.enter(limits, granted, t.fail))
  inside.leave()
  await next
})

t.test('0 is no limit', async t => {
  let inside = 0
  const gate = new Gate()
  for (let i = 0; i < 100; i++) gate.enter({ ...limits, concurrent: 0 }, () => inside++, t.fail)
  t.equal(inside, 100)
})
