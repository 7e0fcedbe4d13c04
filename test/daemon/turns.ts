import t from 'tap'
import { ownShare, SharedGate } from '../../src/daemon/shared-gate.ts'
import { Turns } from '../../src/daemon/turns.ts'
import type { Place } from '../../src/proxy/gate.ts'

/** So many workers with one gate; what they say to the daemon and hear from it arrives when `deliver` is called. */
function fleet(workers: number): {
  gates: SharedGate[]
  enter(worker: number, concurrent: number, queue?: number): { place: Place; state(): string }
  deliver(): void
  doors: ReturnType<Turns['doorkeeper']>[]
} {
  const turns = new Turns(workers)
  const post: (() => void)[] = []
  const doors = Array.from({ length: workers }, (_, n) =>
    turns.doorkeeper(answered => post.push(() => gates[n]!.answered(answered))),
  )
  const gates = doors.map(
    door =>
      new SharedGate('up', workers, {
        ask: asking => post.push(() => door.ask(asking)),
        leave: id => post.push(() => door.leave(id)),
      }),
  )
  return {
    gates,
    doors,
    enter(worker, concurrent, queue = 1000) {
      let state = 'waiting'
      const place = gates[worker]!.enter(
        { concurrent, queue, wait: 60_000 },
        () => {
          state = 'inside'
        },
        () => {
          state = 'refused'
        },
      )
      return { place, state: () => state }
    },
    deliver() {
      for (let act = post.shift(); act; act = post.shift()) act()
    },
  }
}

t.test('a small limit is kept by the daemon alone, in the order of all', async t => {
  const { enter, deliver } = fleet(3)
  const all = [0, 1, 2, 0].map(worker => enter(worker, 2, 1))
  deliver()
  t.same(
    all.map(({ state }) => state()),
    ['inside', 'inside', 'waiting', 'refused'],
  )
  all[0]!.place.leave()
  deliver()
  t.equal(all[2]!.state(), 'inside')
  for (const { place } of all) place.leave()
})

t.test('who leaves while the answer is under way takes no place', async t => {
  const { enter, deliver } = fleet(2)
  const first = enter(0, 1)
  first.place.leave()
  const second = enter(1, 1)
  deliver()
  t.equal(first.state(), 'waiting')
  t.equal(second.state(), 'inside')
  second.place.leave()
})

t.test('of a large limit each has a share that it need not ask for', async t => {
  const limit = 400
  t.equal(ownShare(limit, 2), 100)
  const { enter, deliver } = fleet(2)
  const all = Array.from({ length: 301 }, () => enter(0, limit))
  t.equal(all.filter(({ state }) => state() === 'inside').length, 100, 'before any message')
  deliver()
  t.equal(all.filter(({ state }) => state() === 'inside').length, 300)
  all[0]!.place.leave()
  t.equal(all[300]!.state(), 'inside', 'a place of its own goes to the one who waits')
  deliver()
  const others = Array.from({ length: 101 }, () => enter(1, limit))
  deliver()
  t.equal(others.filter(({ state }) => state() === 'inside').length, 100, 'no more than the limit')
  all[200]!.place.leave()
  deliver()
  t.equal(others[100]!.state(), 'inside', 'what one of them leaves is for all')
  for (const { place } of [...all, ...others]) place.leave()
})

t.test('what one had that has ended is free', async t => {
  const { enter, deliver, doors } = fleet(2)
  enter(0, 1)
  const waiting = enter(1, 1)
  deliver()
  t.equal(waiting.state(), 'waiting')
  doors[0]!.gone()
  deliver()
  t.equal(waiting.state(), 'inside')
  waiting.place.leave()
})

t.test('0 is no limit, and nobody is asked', async t => {
  const { enter } = fleet(2)
  t.equal(enter(0, 0).state(), 'inside')
})
