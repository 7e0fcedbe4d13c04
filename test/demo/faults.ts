import t from 'tap'
import { behave, errorFor, faults } from '../../src/demo/faults.ts'

const usual = { latency: 1, pace: 2 }

t.test('no magic word, the usual behaviour', async t => {
  t.same(behave(usual, '', ['tell me about 429', 'demo:', 'demo: 500', 'demo:nonsense']), {
    ...usual,
    fault: undefined,
  })
})

t.test('every word in every place', async t => {
  for (const fault of faults) {
    t.equal(behave(usual, '', [`please demo:${fault}.`]).fault, fault)
    t.equal(behave(usual, fault, []).fault, fault)
    t.equal(behave(usual, `demo:${fault}`, []).fault, fault)
  }
})

t.test('words combine', async t => {
  t.same(behave(usual, 'slow, latency=50', ['demo:pace=7 demo:die']), {
    latency: 50,
    pace: 7,
    fault: 'die',
  })
  t.ok(behave(usual, 'slow', []).pace > 100)
  t.same(behave(usual, 'latency=999999999 pace=-1 pace= pace', []), {
    latency: 3_600_000,
    pace: 2,
    fault: undefined,
  })
})

t.test('errors', async t => {
  t.match(errorFor('429', 'fast'), {
    error: { kind: 'rate_limit', message: /fast/ },
    headers: { 'retry-after': '2' },
  })
  t.match(errorFor('500', ''), { error: { kind: 'server', status: 500 } })
  t.match(errorFor('401', ''), { error: { kind: 'auth' } })
  t.match(errorFor('503', ''), { error: { kind: 'overloaded' } })
  t.equal(errorFor('die', ''), undefined)
  t.equal(errorFor(undefined, ''), undefined)
})
