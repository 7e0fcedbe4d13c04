import t from 'tap'
import { nearest } from '../src/nearest.ts'

const known = ['fast', 'smart', 'gpt-4-turbo', 'gpt-4o', 'claude-sonnet', 'think']

t.test('what a person would have meant', async t => {
  t.same(nearest('fsat', known), ['fast'])
  t.same(nearest('SMART', known), ['smart'])
  t.same(nearest('turbo', known), ['gpt-4-turbo'])
  t.same(nearest('sonnet-4', known), ['claude-sonnet'])
  t.same(nearest('gpt4o', known, 1), ['gpt-4o'])
  t.same(nearest('zzzzzz', known), [])
  t.same(nearest('', known), [])
})

t.test('a hostile name costs nothing', async t => {
  t.same(nearest('x'.repeat(65_536), known), [])
  t.same(nearest('fast', ['x'.repeat(65_536)]), [])
})
