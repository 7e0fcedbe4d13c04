import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  compilePattern,
  covers,
  matchPattern,
  PatternIndex,
  substitute,
} from '../../src/alias/pattern.ts'

const match = (pattern: string, name: string): string[] | undefined =>
  matchPattern(compilePattern(pattern), name)

t.test('a star matches any run, also none, also a slash', async t => {
  t.same(match('claude-*', 'claude-'), [''])
  t.same(match('*', 'a/b'), ['a/b'])
  t.same(match('a*c*e', 'abcde'), ['b', 'd'])
  t.same(match('*-*', 'a-b-c'), ['a', 'b-c'])
  t.same(match('**', 'ab'), ['', 'ab'])
  t.same(match('a*a', 'a'), undefined)
  t.same(match('gpt-*', 'GPT-4'), undefined)
})

const part = fc.stringMatching(/^[ab/]{0,3}$/)

t.test('matches what the same RegExp matches', async () => {
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 2, maxLength: 5 }),
      fc.stringMatching(/^[ab/]{0,12}$/),
      (parts, name) => {
        const regexp = new RegExp(`^${parts.join('[^]*?')}$`)
        assert.equal(match(parts.join('*'), name) !== undefined, regexp.test(name))
      },
    ),
    { numRuns: 2000 },
  )
})

t.test('what the stars matched, put back into the pattern, is the name', async () => {
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 2, maxLength: 5 }),
      fc.array(part, { minLength: 4, maxLength: 4 }),
      (parts, fill) => {
        const pattern = parts.join('*')
        const name = substitute(pattern, fill)
        const captures = match(pattern, name)
        assert.ok(captures)
        assert.equal(substitute(pattern, captures), name)
      },
    ),
  )
})

t.test('the n-th star of a target is the n-th of the name', async t => {
  t.equal(substitute('x-*-y-*', ['1', '2']), 'x-1-y-2')
  t.equal(substitute('x-*', ['1', '2']), 'x-1')
  t.equal(substitute('plain', ['1']), 'plain')
})

t.test('covers', async t => {
  const c = (wide: string, narrow: string) => covers(compilePattern(wide), compilePattern(narrow))
  t.ok(c('a*', 'a*b'))
  t.ok(c('*', 'x*'))
  t.notOk(c('a*b', 'a*'))
})

t.test(
  'the index finds what a walk through all finds: most literal characters first, then the order given',
  async () => {
    const pattern = fc.stringMatching(/^[ab]{0,3}\*[ab*]{0,3}$/)
    fc.assert(
      fc.property(
        fc.uniqueArray(pattern, { maxLength: 12 }),
        fc.stringMatching(/^[abc]{1,6}$/),
        (patterns, name) => {
          const index = new PatternIndex(patterns.map(p => [p, p] as const))
          // A very long name is looked at in another way first, with the same outcome.
          const long = 'c'.repeat(1100)
          const bestLong = patterns
            .filter(p => match(p, `${name}${long}${name}`))
            .sort((a, b) => b.replaceAll('*', '').length - a.replaceAll('*', '').length)[0]
          assert.equal(index.find(`${name}${long}${name}`)?.value, bestLong)
          const best = patterns
            .filter(p => match(p, name))
            .sort((a, b) => b.replaceAll('*', '').length - a.replaceAll('*', '').length)[0]
          assert.equal(index.find(name)?.value, best)
        },
      ),
      { numRuns: 1000 },
    )
  },
)
