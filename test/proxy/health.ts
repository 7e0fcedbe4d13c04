import t from 'tap'
import { Health, type Patient } from '../../src/proxy/health.ts'

const a: Patient = { target: 'up/a', identity: 'one' }
const b: Patient = { target: 'up/b', identity: 'one' }
const all = [a, b]

function ill(): { health: Health; wait(ms: number): void; order(): string } {
  let now = 1_000_000
  const health = new Health(() => now)
  return {
    health,
    wait(ms) {
      now += ms
    },
    order: () =>
      health
        .available(all, patient => patient)
        .map(({ target }) => target.slice(3))
        .join(' '),
  }
}

t.test('three failures in a row cool a target down, one that answers between does not', t => {
  const { health, order } = ill()
  health.failed(a, '500')
  health.failed(a, '500')
  health.succeeded(a)
  health.failed(a, '500')
  health.failed(a, '500')
  t.equal(order(), 'a b')
  t.match(health.targets, [{ target: 'up/a', state: 'failing', failures: 2, reason: '500' }])
  health.failed(a, 'upstream_timeout')
  t.equal(order(), 'b')
  t.match(health.targets, [{ state: 'cooling', failures: 3, until: 1_005_000 }])
  t.equal(health.cooldowns, 1)
  t.end()
})

t.test('at the end one request is the probe: it decides for all', t => {
  const { health, wait, order } = ill()
  for (let i = 0; i < 3; i++) health.failed(a, '500')
  wait(5_000)
  t.equal(order(), 'a b')
  health.tried(a)
  t.equal(order(), 'b')
  t.match(health.targets, [{ state: 'probing' }])
  health.failed(a, '500')
  wait(5_000)
  t.equal(order(), 'b', 'twice as long')
  wait(5_000)
  t.equal(order(), 'a b')
  health.tried(a)
  health.left(a)
  t.equal(order(), 'a b', 'a client that leaves is no answer: the next request is the probe')
  health.tried(a)
  health.answered(a)
  t.equal(order(), 'a b')
  health.succeeded(a)
  t.same(health.targets, [])
  t.equal(health.cooldowns, 2)
  t.end()
})

t.test('a target that begins to answer and then dies goes on cooling down', t => {
  const { health, wait, order } = ill()
  for (let i = 0; i < 3; i++) health.failed(a, '500')
  wait(5_000)
  health.tried(a)
  health.answered(a)
  health.failed(a, 'upstream_broken')
  t.equal(order(), 'b')
  t.end()
})

t.test('cooling doubles up to five minutes', t => {
  let now = 0
  const health = new Health(() => now)
  health.failed(a, '500')
  health.failed(a, '500')
  const times = []
  for (let i = 0; i < 9; i++) {
    health.failed(a, '500')
    const { until } = health.targets[0]!
    times.push((until - now) / 1000)
    now = until
  }
  t.same(times, [5, 10, 20, 40, 80, 160, 300, 300, 300])
  t.end()
})

t.test('what it asks for itself is what it gets, at once', t => {
  const { health, wait, order } = ill()
  health.failed(a, '429', 60_000)
  t.equal(order(), 'b')
  wait(59_999)
  t.equal(order(), 'b')
  wait(1)
  t.equal(order(), 'a b')
  health.failed(a, '429', 1e12)
  wait(3_600_000)
  t.equal(order(), 'a b', 'but no more than an hour')
  t.end()
})

t.test('all are cooling: the one that is due first', t => {
  const { health, order } = ill()
  health.failed(a, '429', 60_000)
  health.failed(b, '429', 10_000)
  t.equal(order(), 'b')
  health.failed(a, '429', 5_000)
  t.equal(order(), 'a')
  t.end()
})

t.test('another identity is another target, and what is no longer there is forgotten', t => {
  const { health, order } = ill()
  health.failed(a, '429', 60_000)
  const moved = { ...a, identity: 'two' }
  t.same(
    health.available([moved, b], patient => patient),
    [moved, b],
  )
  health.keepOnly(({ identity }) => identity === 'one')
  t.equal(order(), 'b')
  health.keepOnly(() => false)
  t.equal(order(), 'a b')
  t.end()
})

t.test('names without end do not fill the memory', t => {
  const { health } = ill()
  for (let i = 0; i < 5_000; i++) health.failed({ target: `up/${i}`, identity: 'one' }, '500')
  t.equal(health.targets.length, 1000)
  t.end()
})

t.test('what one process finds out the others hear, and count as their own', t => {
  const [one, two] = [ill(), ill()]
  one.health.onNews = news => two.health.hear(structuredClone(news))
  two.health.onNews = news => one.health.hear(structuredClone(news))
  one.health.failed(a, '500')
  two.health.failed(a, '500')
  one.health.failed(a, '503')
  t.same([one.order(), two.order()], ['b', 'b'])
  t.same(one.health.targets, two.health.targets)
  for (const { wait } of [one, two]) wait(5_000)
  two.health.tried(a)
  t.same([one.order(), two.order()], ['b', 'b'], 'one probe for all')
  const late = ill()
  late.health.learn(structuredClone(one.health.pasts))
  t.equal(late.order(), 'b')
  two.health.left(a)
  t.equal(one.order(), 'a b')
  one.health.tried(a)
  one.health.answered(a)
  t.equal(two.order(), 'a b')
  one.health.succeeded(a)
  t.same(two.health.targets, [])
  one.health.failed(b, '429', 60_000)
  t.equal(two.order(), 'a')
  t.end()
})
