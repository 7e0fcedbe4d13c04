import t from 'tap'
import { askedEffort, budgetOf, effortOf, nearestEffort } from '../../src/translate/effort.ts'

t.test('an effort that went by way of a budget is what it was', async t => {
  for (const effort of ['none', 'low', 'medium', 'high'] as const)
    t.equal(effortOf(budgetOf(effort)), effort)
})

t.test('other efforts become one that every model has', async t => {
  t.equal(effortOf(budgetOf('minimal')), 'low')
  t.equal(effortOf(budgetOf('xhigh')), 'high')
  t.equal(effortOf(budgetOf('max')), 'high')
})

t.test('a client asks in either way', async t => {
  t.equal(askedEffort({ budget: 10_000 }), 'medium')
  t.equal(askedEffort({ budget: 10_000, effort: 'max' }), 'max')
  t.equal(askedEffort({ budget: 0 }), 'none')
  t.equal(askedEffort({ adaptive: true }), undefined)
})

t.test('a model gets the nearest effort that it takes', async t => {
  const four = ['low', 'medium', 'high', 'max'] as const
  t.equal(nearestEffort('xhigh', four), 'high')
  t.equal(nearestEffort('max', four), 'max')
  t.equal(nearestEffort('minimal', four), 'low')
  t.equal(nearestEffort('max', ['low', 'high']), 'high')
  t.equal(nearestEffort('medium', ['low', 'high']), 'low')
  t.equal(nearestEffort('high', []), undefined)
})
