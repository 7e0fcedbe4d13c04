import t from 'tap'
import { retryAfter } from '../../src/wire/retry-after.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const cases: readonly (readonly [says: string, headers: string[], ms: number | undefined])[] = [
  ['nothing', ['x', '1'], undefined],
  ['seconds', ['Retry-After', '7'], 7000],
  ['a part of a second', ['retry-after', '0.5'], 500],
  ['a date', ['retry-after', 'Thu, 01 Jan 2026 00:00:10 GMT'], 10_000],
  ['a date that has passed', ['retry-after', 'Wed, 31 Dec 2025 00:00:00 GMT'], 0],
  ['milliseconds, which are more exact', ['retry-after', '1', 'retry-after-ms', '250'], 250],
  ['words', ['retry-after', 'soon'], undefined],
  ['less than nothing', ['retry-after', '-1s'], undefined],
  ['what could be a year', ['retry-after', '-5'], undefined],
  ['two of them', ['retry-after', '10, 20'], undefined],
]
for (const [says, headers, ms] of cases) {
  t.test(says, async t => t.equal(retryAfter(headers, now), ms))
}
