import fc from 'fast-check'
import t from 'tap'
import { EventStreamDecoder, type Frame } from '../../src/wire/eventstream.ts'
import { pieces } from '../fixtures/answer-events.ts'
import { frame } from '../fixtures/event-frames.ts'

const read = (chunks: readonly Buffer[]): { frames: Frame[]; decoder: EventStreamDecoder } => {
  const decoder = new EventStreamDecoder()
  return { frames: chunks.flatMap(chunk => decoder.push(chunk)), decoder }
}

// The vectors that AWS's own libraries test with, aws-c-event-stream and smithy's eventstream-codec.
const vectors: Readonly<Record<string, readonly [hex: string, fields: object, payload: string]>> = {
  'an empty message': ['000000100000000005c248eb7d98c8ff', {}, ''],
  'a payload without fields': [
    '0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936',
    {},
    "{'foo':'bar'}",
  ],
  'a text field': [
    '0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1',
    { 'content-type': 'application/json' },
    "{'foo':'bar'}",
  ],
  'fields of every type': [
    '000000cc000000af0fae64ca0a6576656e742d74797065040000a00c0c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0a626f6f6c2066616c7365010962' +
      '6f6f6c207472756500046279746502cf0862797465206275660600144927' +
      '6d2061206c6974746c6520746561706f74210974696d657374616d7008000000000084' +
      '5fed05696e74313603002a05696e7436340500000000028757b20475756964090102030405060708090a0b0c0d0e0f10' +
      '7b27666f6f273a27626172277daba5f10c',
    { 'content-type': 'application/json' },
    "{'foo':'bar'}",
  ],
}

for (const [name, [hex, fields, payload]] of Object.entries(vectors)) {
  t.test(`AWS's vector: ${name}`, async t => {
    const bytes = Buffer.from(hex, 'hex')
    for (let size = 1; size <= bytes.length; size++) {
      const { frames, decoder } = read(pieces(bytes, [size]))
      t.equal(decoder.fault, undefined)
      t.notOk(decoder.inFrame)
      t.strictSame(
        frames.map(frame => [Object.fromEntries(frame.fields), frame.payload.toString()]),
        [[fields, payload]],
      )
    }
  })
}

t.test('any frames come back as they were, in any pieces', async t => {
  const texts = fc.dictionary(fc.stringMatching(/^[a-z:-]{1,20}$/), fc.string(), { maxKeys: 4 })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(texts, fc.string()), { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      (sent, sizes) => {
        const bytes = Buffer.concat(sent.map(([fields, payload]) => frame(fields, payload)))
        const { frames, decoder } = read(pieces(bytes, sizes))
        t.strictSame(
          frames.map(({ fields, payload }) => [Object.fromEntries(fields), payload.toString()]),
          sent.map(([fields, payload]) => [{ ...fields }, payload]),
        )
        return decoder.fault === undefined && !decoder.inFrame
      },
    ),
    { numRuns: 100 },
  )
})

t.test('any byte that changed on the way is noticed', async t => {
  const bytes = frame({ ':event-type': 'chunk' }, '{"bytes":"e30="}')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 1
    const { frames, decoder } = read([changed])
    t.strictSame(frames, [], `byte ${at}`)
    t.ok(decoder.fault !== undefined || decoder.inFrame, `byte ${at}`)
  }
})

t.test('a frame that is cut is one that is not whole', async t => {
  const bytes = frame({ ':event-type': 'chunk' }, '{}')
  for (let end = 1; end < bytes.length; end++) {
    const { frames, decoder } = read([bytes.subarray(0, end)])
    t.strictSame([frames.length, decoder.inFrame, decoder.fault], [0, true, undefined])
  }
})
