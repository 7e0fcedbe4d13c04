import t from 'tap'
import { memo } from '../src/memo.ts'

/** How often each text was worked out. */
function counted() {
  const made: string[] = []
  const upper = memo(text => {
    made.push(text)
    return { text: text.toUpperCase() }
  })
  return { made, upper }
}

t.test('a text is worked out once', async t => {
  const { made, upper } = counted()
  const first = upper('fast')
  t.equal(upper('fast'), first)
  t.equal(upper(`xfast`.slice(1)), first)
  t.same(upper('cheap'), { text: 'CHEAP' })
  t.same(made, ['fast', 'cheap'])
})

t.test('a long one is not kept', async t => {
  const { made, upper } = counted()
  const long = 'x'.repeat(101)
  t.same(upper(long), { text: long.toUpperCase() })
  upper(long)
  t.equal(made.length, 2)
  const most = 'x'.repeat(100)
  upper(most)
  upper(most)
  t.equal(made.length, 3)
})

t.test('of many only so many are kept, and all are right', async t => {
  const { made, upper } = counted()
  for (let n = 0; n < 1000; n++) upper(`n${n}`)
  upper('n0')
  t.equal(made.length, 1000, 'a thousand are known at once')
  t.same(upper('one more'), { text: 'ONE MORE' })
  t.same(upper('n0'), { text: 'N0' })
  t.equal(made.length, 1002, 'then it begins anew')
})

t.test('half a surrogate is not taken for the sign that stands for one', async t => {
  const { upper } = counted()
  t.same(upper('\ud800'), { text: '\ud800' })
  t.same(upper('\ufffd'), { text: '\ufffd' })
  t.same(upper('\ud800'), { text: '\ud800' })
})
