import assert from 'node:assert'
import * as fc from 'fast-check'
import t from 'tap'
import { exactJson, parseExact } from '../../src/translate/exact.ts'
import { scanBody } from '../../src/wire/json.ts'
import {
  jsonInSteps,
  jsonPieces,
  parseInSteps,
  parseTextInSteps,
} from '../../src/wire/json-pieces.ts'
import { atOnce, type Steps } from '../../src/wire/steps.ts'

const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '1', '10', '2'))
/** Any JSON, with strings so long that few of them are a piece. */
const long = fc.letrec(tie => ({
  value: fc.oneof(
    { withCrossShrink: true },
    fc.jsonValue(),
    fc.string({ unit: 'binary', maxLength: 4 }).map(text => text.repeat(20_000)),
    fc.array(tie('value'), { maxLength: 12 }),
    fc.dictionary(key, tie('value'), { maxKeys: 12 }),
  ),
})).value

function stepsOf<Result>(steps: Steps<Result>): {
  readonly count: number
  readonly result: Result
} {
  for (let count = 1; ; count++) {
    const { done, value: result } = steps.next()
    if (done) return { count, result }
  }
}

/** Two megabytes of what takes the longest. */
const shapes: Readonly<Record<string, unknown>> = {
  turns: {
    messages: Array.from({ length: 50_000 }, (_, i) => ({ role: 'user', content: `${i}` })),
  },
  parts: {
    messages: [
      { content: Array.from({ length: 50_000 }, (_, i) => ({ type: 'text', text: `${i}` })) },
    ],
  },
  members: Object.fromEntries(Array.from({ length: 80_000 }, (_, i) => [`property ${i}`, { i }])),
  schema: {
    tools: [
      {
        function: {
          parameters: {
            properties: Object.fromEntries(
              Array.from({ length: 40_000 }, (_, i) => [`property ${i}`, { type: 'string' }]),
            ),
          },
        },
      },
    ],
  },
  text: { content: '\n"\té\\ 😀'.repeat(100_000) },
  rows: { a: [[[{ rows: Array.from({ length: 150_000 }, (_, i) => [i, null]) }]]] },
}

for (const [name, value] of Object.entries(shapes)) {
  t.test(`two megabytes of ${name} are read and written in many steps`, async t => {
    const text = JSON.stringify(value)
    const body = Buffer.from(text)
    const least = body.length / 300_000
    const lengths: number[] = []
    const read = stepsOf(
      parseInSteps(body, text => {
        lengths.push(text.length)
        return JSON.parse(text)
      }),
    )
    t.ok(read.count > least, `${read.count} steps`)
    t.equal(JSON.stringify(read.result) === text, true)
    const written = stepsOf(
      jsonPieces(value as Record<string, unknown>, one => {
        const said = JSON.stringify(one)
        lengths.push(said.length)
        return said
      }),
    )
    t.ok(written.count > least, `${written.count} steps`)
    t.same(
      lengths.filter(length => length > 100_000),
      [],
    )
    t.equal(Buffer.concat(written.result).equals(body), true)
  })
}

t.test('a text is cut within no character and no escape', async t => {
  const odd = String.raw`\\\n\\\\u0041\u00e9\ud83d\ude00é😀\"\\"`.slice(0, -1)
  for (let back = 0; back <= Buffer.byteLength(odd); back++) {
    const text = `{"a":"${'x'.repeat(65_536 - back)}${odd}${'y'.repeat(70_000)}"}`
    const body = Buffer.from(text)
    const lengths: number[] = []
    const read = parseInSteps(body, text => {
      lengths.push(text.length)
      return JSON.parse(text)
    })
    assert.deepStrictEqual(atOnce(read), JSON.parse(text))
    t.ok(Math.max(...lengths) < 65_600)
  }
})

t.test('a text of nothing but backslashes is cut between two of them', async t => {
  for (const before of ['', 'x']) {
    const text = `{"a":"${before}${'\\\\'.repeat(100_000)}"}`
    const { count, result } = stepsOf(parseInSteps(Buffer.from(text), JSON.parse))
    t.same(result, JSON.parse(text))
    t.ok(count > 3, `${count} steps`)
  }
})

t.test('JSON that is a text is read in steps where it is long', async t => {
  const text = ` {"a":"${'😀\\n'.repeat(40_000)}","b":[1]}`
  const { count, result } = stepsOf(parseTextInSteps(text, JSON.parse))
  t.same(result, JSON.parse(text))
  t.ok(count > 5, `${count} steps`)
  for (const other of [
    '[1]',
    '{"a":2}',
    `"${'x'.repeat(200_000)}"`,
    `{"\ud800":"${text.slice(9)}`,
  ]) {
    t.same(atOnce(parseTextInSteps(other, JSON.parse)), JSON.parse(other))
  }
  t.throws(() => atOnce(parseTextInSteps('{"a"', JSON.parse)))
  t.throws(() => atOnce(parseTextInSteps(`{"a":"${'x'.repeat(200_000)}`, JSON.parse)))
})

t.test('any value is written in steps where it is long', async t => {
  for (const value of [1, null, 'a', [], {}, { a: [undefined] }, ['x'.repeat(70_000)]]) {
    t.equal(atOnce(jsonInSteps(value, JSON.stringify)), JSON.stringify(value))
  }
  const long = ['é\n😀 '.repeat(50_000)]
  const { count, result } = stepsOf(jsonInSteps(long, JSON.stringify))
  t.equal(result === JSON.stringify(long), true)
  t.ok(count > 3, `${count} steps`)
})

t.test('a number that JavaScript rounds is cut nowhere', async t => {
  for (let back = 0; back < 80; back++) {
    // A schema within a text of words, as servers get it that take none.
    const schema = `x${'a'.repeat(65_530 - back)} ${JSON.stringify(parseExact('{"n":12345678901234567890}'))}`
    const value = { text: `${schema}${' end'.repeat(9000)}` }
    t.equal(atOnce(jsonInSteps(value, exactJson)) === exactJson(value), true)
  }
})

t.test('a number of a hundred thousand digits is written as one', async t => {
  const text = `{"v":1${'2'.repeat(100_000)},"w":"x"}`
  t.equal(atOnce(jsonInSteps(parseExact(text), exactJson)) === text, true)
  const pieces = atOnce(jsonPieces(parseExact(text) as Record<string, unknown>, exactJson))
  t.equal(Buffer.concat(pieces).toString() === text, true)
})

t.test('a long text that is nested deeply is read as a short one', async t => {
  for (const filler of ['x', 'x'.repeat(200_000)]) {
    const text = `{"p":"${filler}","d":${'['.repeat(2000)}${']'.repeat(2000)}}`
    t.equal(JSON.stringify(atOnce(parseTextInSteps(text, JSON.parse))) === text, true)
  }
})

t.test('a long text is read as JSON.parse reads it', async () => {
  fc.assert(
    fc.property(fc.dictionary(key, long), object => {
      const text = JSON.stringify(object, null, 1)
      const body = Buffer.from(text)
      for (const scan of [undefined, scanBody(body)]) {
        const read = atOnce(parseInSteps(body, JSON.parse, scan))
        assert.deepStrictEqual(read, JSON.parse(text))
        assert.equal(JSON.stringify(read), JSON.stringify(JSON.parse(text)))
      }
    }),
    { numRuns: 40 },
  )
})

t.test('of two members with one name the last counts, wherever the first was', async t => {
  const long = 'x'.repeat(70_000)
  const text = `{"a":1,"b":"${long}","a":{"__proto__":2},"c":"${long}","a":3,"__proto__":{"d":4}}`
  const read = atOnce(parseInSteps(Buffer.from(text), JSON.parse)) as Record<string, unknown>
  t.strictSame(Object.entries(read), Object.entries(JSON.parse(text)))
  t.equal(read['d'], undefined)
})

t.test('what JSON does not have is said with its place', async t => {
  const long = 'é'.repeat(70_000)
  for (const text of [
    `{"a":"${long}","b":[1,"\\x"],"c":"${long}"}`,
    `{"a":["${long}",1,"\\x"],"c":"${long}"}`,
    `{"a":"\\x${long}","c":"${long}"}`,
    `{"b":"é","a":"\\x"}`,
  ]) {
    t.throws(() => atOnce(parseInSteps(Buffer.from(text), JSON.parse)), {
      message: 'Bad escaped character',
      offset: Buffer.byteLength(text.split('\\x')[0]!) + 1,
    })
  }
  const key = `{"o":{"b":"é","a\\x":"${long}","c":"${long}"}}`
  t.throws(() => atOnce(parseInSteps(Buffer.from(key), JSON.parse)), {
    message: 'a key has a bad escape',
    offset: 15,
  })
  const control = `{"a\n":"${long}","c":"${long}"}`
  t.throws(() => atOnce(parseInSteps(Buffer.from(control), JSON.parse)), {
    message: 'Bad control character in string literal',
    offset: 3,
  })
})

t.test('long objects are written as JSON.stringify writes them', async () => {
  fc.assert(
    fc.property(fc.dictionary(key, long), object => {
      const pieces = atOnce(jsonPieces(object as Record<string, unknown>, JSON.stringify))
      assert.equal(Buffer.concat(pieces).toString(), JSON.stringify(object))
    }),
    { numRuns: 40 },
  )
})

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

t.test('a long array is written in steps, and cut at no character', async t => {
  const messages = Array(100).fill('word é 日 😀 '.repeat(5000))
  const object = { a: 1, within: { it: { messages } }, b: [], c: [2] }
  const { count, result } = stepsOf(jsonPieces(object, JSON.stringify))
  t.equal(Buffer.concat(result).toString(), JSON.stringify(object))
  t.same(
    result.map(piece => piece.toString()).filter(text => text.includes('\ufffd')),
    [],
  )
  t.ok(count > 5)
})
