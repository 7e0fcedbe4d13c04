// test/fixtures/tokens.json holds texts, and the tokens that o200k makes of them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tokensIn } from '../../src/translate/tokens.ts'

const cases: { name: string; tokens: number; text: string }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/tokens.json'), 'utf8'),
)

t.test('an estimate is not less than there are, and not twice as many', async t => {
  for (const { name, tokens, text } of cases) {
    const share = tokensIn(text) / tokens
    t.ok(share >= 0.99 && share <= 2, `${name}: ${share.toFixed(2)}`)
  }
})

t.test('every text has an estimate', async t => {
  t.equal(tokensIn(''), 0)
  t.equal(tokensIn('a'), 2)
  t.ok(tokensIn('\u0000\ud800\udfff\n\n') > 0)
})
