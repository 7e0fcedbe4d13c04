import t from 'tap'
import {
  count,
  formatBytes,
  formatDuration,
  parseCount,
  parseDuration,
} from '../../src/cli/units.ts'

t.test('durations and counts of options', async t => {
  t.equal(parseDuration('500ms'), 500)
  t.equal(parseDuration('2m'), 120_000)
  t.equal(parseDuration('0'), 0)
  for (const bad of ['', 'soon', '-1s', '5 s'])
    t.throws(() => parseDuration(bad), { code: 'usage' }, bad)
  t.equal(parseCount('20'), 20)
  for (const bad of ['', '-1', '1.5', '1e3', '99999999999999'])
    t.throws(() => parseCount(bad), { code: 'usage' }, bad)
})

t.test('what is printed is short and has its unit', async t => {
  t.same([0, 850.4, 1234, 59_999, 200_000, 7_500_000, 363_600_000].map(formatDuration), [
    '0 ms',
    '850 ms',
    '1.2 s',
    '60.0 s',
    '3 min 20 s',
    '2 h 5 min',
    '4 d 5 h',
  ])
  t.same([831_488, 54_842_982].map(formatBytes), ['812 KiB', '52.3 MiB'])
  t.same(
    [count(0, 'answer'), count(1, 'answer'), count(2, 'answer')],
    ['0 answers', '1 answer', '2 answers'],
  )
})
