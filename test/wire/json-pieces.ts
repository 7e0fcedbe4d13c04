import assert from 'node:assert'
import * as fc from 'fast-check'
import t from 'tap'
import { jsonPieces } from '../../src/wire/json-pieces.ts'
import { atOnce } from '../../src/wire/steps.ts'

t.test('says what JSON.stringify says', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.constant(undefined))
  const member = fc.oneof(value, fc.array(value, { maxLength: 40 }))
  const nested = fc.dictionary(fc.string(), member)
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(member, nested)), object => {
      const pieces = atOnce(jsonPieces(object, JSON.stringify))
      assert.equal(Buffer.concat(pieces).toString(), JSON.stringify(object))
    }),
  )
})

t.test('long elements are written one by one, short ones together', async t => {
  const long = 'x'.repeat(300_000)
  const array = [...Array(40).fill('short'), ...Array(6).fill(long), 'short', long]
  const sizes = atOnce(jsonPieces({ array }, JSON.stringify)).map(({ length }) => length)
  t.ok(Math.max(...sizes) < 16 * long.length + 1000)
  // Once the first of them have been met.
  t.ok(sizes.slice(1).every(size => size < 1.1 * long.length))
})

t.test('a long array is written in steps, and cut at no character', async t => {
  const messages = Array(100).fill('word é 日 😀 '.repeat(5000))
  const object = { a: 1, within: { it: { messages } }, b: [], c: [2] }
  const steps = jsonPieces(object, JSON.stringify)
  let count = 0
  for (;;) {
    const { done, value } = steps.next()
    count++
    if (!done) continue
    t.equal(value.length, count)
    t.equal(Buffer.concat(value).toString(), JSON.stringify(object))
    t.same(
      value.map(piece => piece.toString()).filter(text => text.includes('\ufffd')),
      [],
    )
    break
  }
  t.ok(count > 5)
})
