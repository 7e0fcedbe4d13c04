import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  applyInSteps,
  applySplices,
  jsonText,
  memberNamed,
  membersNamed,
  nameOf,
  readValue,
  scanBody,
  scanInSteps,
  scanObject,
} from '../../src/wire/json.ts'
import { JsonFault } from '../../src/wire/json-walk.ts'
import { atOnce } from '../../src/wire/steps.ts'
import { Watch } from '../../src/wire/watch.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const fault = (text: string | Buffer): JsonFault | undefined => {
  try {
    scanBody(Buffer.from(text as string))
    return undefined
  } catch (error) {
    if (error instanceof JsonFault) return error
    throw error
  }
}

t.test('two scans at once keep apart', async t => {
  const bodies = [
    `{"a":${'['.repeat(50)}${'1,'.repeat(90_000)}2${']'.repeat(50)},"b":{"c":[${'{},'.repeat(60_000)}{}]}}`,
    `{"a":${'{"o":'.repeat(50)}[${'null,'.repeat(60_000)}2]${'}'.repeat(50)},"b":[${'"x",'.repeat(60_000)}1]}`,
  ].map(text => Buffer.from(text))
  const scans = bodies.map(body => scanInSteps(body))
  const found = bodies.map(() => [] as unknown[])
  for (let over = 0; over < scans.length; ) {
    over = 0
    for (const [i, scan] of scans.entries()) {
      scanBody(Buffer.from('{"others":[{"are":[]}]}'))
      const { done, value } = scan.next()
      if (done) over++
      if (value) found[i]!.push(value)
    }
  }
  t.strictSame(
    found.flat(),
    bodies.map(body => scanBody(body)),
  )
})

t.test(
  'a long text is left and taken up again, also between the two characters of an escape',
  async t => {
    const watch = new Watch([], ['http'])
    for (let pad = 0; pad < 8; pad++) {
      const long = `${'x'.repeat(pad)}${String.raw`\"\\é\u00e9`.repeat(40_000)}`
      const text = `{"a":[[{"b":"${long}"},"${long}"]],"c":"${long}","d":"https://x"}`
      const body = Buffer.from(text)
      let steps = 1
      const scan = scanInSteps(body, watch)
      let step = scan.next()
      for (; !step.done; step = scan.next()) steps++
      t.ok(steps > body.length / 200_000, `${steps} steps`)
      t.strictSame(step.value, scanBody(body, watch))
      t.ok(step.value.seen.has('http'))
      const cut = body.subarray(0, body.lastIndexOf(',"c"') - 4)
      for (const faulty of [() => scanBody(cut), () => atOnce(scanInSteps(cut))]) {
        t.throws(faulty, { message: 'a string does not end', offset: body.indexOf('},"') + 2 })
      }
    }
  },
)

t.test('what is watched for is met wherever it stands', async t => {
  const watch = new Watch(['name"'], ['http'])
  const fill = `[${'1,'.repeat(100_000)}2]`
  for (const [text, seen, mayRound] of [
    [`{"a":${fill},"b":{"name":1}}`, ['name"'], false],
    [`{"a":[${fill},"https://x"]}`, ['http'], false],
    [`{"a":[${fill},12345678901234567]}`, [], true],
    [`{"a":${fill},"b":1e400}`, [], true],
    [`{"a":${fill},"b":-1.5e-7}`, [], true],
    [`{"a":${fill},"name":123456789012345}`, [], false],
  ] as const) {
    const scan = scanBody(Buffer.from(text), watch)
    const stepped = atOnce(scanInSteps(Buffer.from(text), watch))
    t.strictSame(stepped, scan)
    t.strictSame([...scan.seen], seen)
    t.equal(scan.mayRound, mayRound, text.slice(-40))
  }
  t.equal(scanBody(Buffer.from('{}')).mayRound, true, 'so it may where nothing was watched')
})

t.test('finds every top-level member of a name, and none below', async t => {
  const body = bytes(
    ' {"a":{"model":"no"},"model" : "one" ,"b":[{"model":2}],"mod\\u0065l":"two"} ',
  )
  const scan = scanBody(body)
  t.same(
    membersNamed(body, scan, 'model').map(member => readValue(body, member)),
    ['one', 'two'],
  )
  t.equal(readValue(body, memberNamed(body, scan, 'model')!), 'two')
  t.equal(memberNamed(body, scan, 'mode'), undefined)
})

t.test('agrees with JSON.parse on any object, with any white space', async () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
      fc.constantFrom('', ' ', '\n', '\t', '  '),
      (object, space) => {
        const text = JSON.stringify(object, null, space)
        const body = bytes(text)
        const names = Object.keys(object)
        const { members } = scanBody(body)
        assert.deepStrictEqual(
          members.map(member => nameOf(body, member)),
          names,
        )
        for (const [i, name] of names.entries()) {
          const value = readValue(body, members[i]!)
          assert.deepStrictEqual(JSON.stringify(value), JSON.stringify(object[name]))
        }
      },
    ),
  )
})

t.test('refuses what JSON.parse refuses, but for the inside of strings', async () => {
  const alphabet = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    'a',
    '1',
    '-',
    '.',
    'e',
    '0',
    'null',
    'true',
    ' ',
    '"k":1',
  )
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 12 }), parts => {
      const text = `{${parts.join('')}`
      let valid = true
      try {
        JSON.parse(text)
      } catch {
        valid = false
      }
      assert.deepStrictEqual(fault(text) === undefined, valid, text)
    }),
    { numRuns: 3000 },
  )
})

t.test('a body cut anywhere is refused, with an offset inside it', async t => {
  const whole = '{"model":"fast","n":[1.5e3,-0,{"x":null}],"s":"a\\"b\\\\"}'
  t.equal(fault(whole), undefined)
  for (let cut = 0; cut < whole.length; cut++) {
    const found = fault(whole.slice(0, cut))
    t.ok(found, whole.slice(0, cut))
    t.ok(found!.offset <= cut)
  }
})

const refused: readonly (readonly [string, string])[] = [
  ['', 'it is empty'],
  ['[1]', 'an object must begin with {'],
  ['{"a":1,}', '"}" where a key in quotes was expected'],
  ['{"a" 1}', '"1" where : was expected'],
  ['{"a":01}', '"1" where , or } was expected'],
  ['{"a":tru}', '"t" where a value was expected'],
  ['{"a":[1 2]}', '"2" where , or ] was expected'],
  ['{"a":1} x', 'unexpected "x" after the object'],
  ['{"a":"b}', 'a string does not end'],
  ['{"\\x":1}', 'a key has a bad escape'],
  ['{"a":\u0001}', 'byte 0x01 where a value was expected'],
]
for (const [text, message] of refused) {
  t.test(`says what is wrong with ${JSON.stringify(text)}`, async t => {
    t.equal(fault(text)?.message, message)
  })
}

t.test('nesting has an end, and deep nesting costs no stack', async t => {
  t.equal(fault(`{"a":${'['.repeat(999)}${']'.repeat(999)}}`), undefined)
  t.equal(fault(`{"a":${'['.repeat(5000)}`)?.message, 'it is nested too deeply')
})

t.test('a byte order mark is named, and no character that nobody sees', async t => {
  const body = '{"model":"m"}'
  for (const encoding of ['utf8', 'utf16le'] as const) {
    const fault = t.throws(() => scanBody(Buffer.from(`\ufeff${body}`, encoding)))
    t.match((fault as unknown as Error).message, /byte order mark/)
  }
  t.equal(jsonText(Buffer.from(`\ufeff${body}`)), body)
})

t.test(
  'tells which of the watched words begin keys and strings inside of its members',
  async () => {
    const word = fc.constantFrom('gw1.', 'gw1', 'sign', 'signature', 'http', '', 'x"gw1.', 'é')
    const watch = new Watch(['sign', 'signature"'], ['gw1.', 'http', '"'])
    const met = (value: unknown): string[] => {
      if (typeof value === 'string') {
        return watch.values.filter(word => `${value}"`.startsWith(word))
      }
      if (typeof value !== 'object' || value === null) return []
      const keys = Array.isArray(value) ? [] : Object.keys(value)
      return [
        ...keys.flatMap(key => watch.keys.filter(word => `${key}"`.startsWith(word))),
        ...Object.values(value).flatMap(met),
      ]
    }
    const { value } = fc.letrec(tie => ({
      value: fc.oneof(
        { depthSize: 'small' },
        word,
        fc.string().map(text => `gw1.${text}`),
        fc.constant(1),
        fc.array(tie('value')),
        fc.dictionary(word, tie('value')),
      ),
    }))
    fc.assert(
      fc.property(fc.dictionary(word, value), object => {
        const { seen } = scanBody(bytes(JSON.stringify(object)), watch)
        assert.deepStrictEqual(seen, new Set(Object.values(object).flatMap(met)))
      }),
    )
  },
)

t.test('long strings with escapes end where they end', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 7 }),
      (pad, slashes) => {
        const value = `${'x'.repeat(pad)}${'\\'.repeat(slashes)}"${'y'.repeat(pad)}`
        const body = bytes(JSON.stringify({ long: value, model: 'm' }))
        const [long, model] = scanBody(body).members
        assert.deepStrictEqual(readValue(body, long!), value)
        assert.deepStrictEqual(readValue(body, model!), 'm')
      },
    ),
  )
})

t.test('splices change their own bytes and no other', async t => {
  const body = bytes('{"n": 1.0, "model":"fast", "big":1e400,"model":"fast"}')
  const found = membersNamed(body, scanBody(body), 'model')
  const out = applySplices(
    body,
    found.toReversed().map(({ start, end }) => ({ start, end, bytes: bytes('"x"') })),
  )
  t.equal(out.toString(), '{"n": 1.0, "model":"x", "big":1e400,"model":"x"}')
  t.equal(applySplices(body, []), body)
})

t.test('splices are made in steps where there is much to copy', async t => {
  t.equal(atOnce(applyInSteps(bytes('{}'), [])).toString(), '{}')
  const body = Buffer.alloc(3_000_000, 'abcdefg')
  const at = (start: number, end: number, text: string) => ({ start, end, bytes: bytes(text) })
  for (const splices of [
    [at(0, 0, 'first'), at(1_500_000, 1_500_003, ''), at(2_999_999, 3_000_000, 'last')],
    [at(2_000_000, 2_000_000, 'x'.repeat(1_000_000)), at(524_288, 1_048_576, '')],
    [at(3_000_000, 3_000_000, '!')],
  ]) {
    const steps = applyInSteps(body, splices)
    let count = 1
    let step = steps.next()
    for (; !step.done; step = steps.next()) count++
    t.ok(step.value.equals(applySplices(body, splices)))
    t.ok(count >= 4, `${count} steps`)
  }
})

t.test('an object inside a body can be scanned by itself', async t => {
  const body = bytes('{"o":{"a":1,"b":{"c":2}}}')
  const outer = memberNamed(body, scanBody(body), 'o')!
  const inner = scanObject(body, outer.start)
  t.equal(inner.end, outer.end)
  t.same(readValue(body, memberNamed(body, inner, 'b')!), { c: 2 })
})
