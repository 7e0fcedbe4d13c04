import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  encodeSse,
  SseDecoder,
  type SseEvent,
  WholeEvents,
  wholeEvents,
} from '../../src/wire/sse.ts'

const decode = (text: string | Buffer): SseEvent[] =>
  new SseDecoder().push(Buffer.from(text as string))

t.test('reads events as the standard does', async t => {
  t.same(decode('data: one\n\ndata:two\n\n'), [
    { event: '', data: 'one' },
    { event: '', data: 'two' },
  ])
  t.same(decode(': comment\nevent: ping\ndata: {}\nid: 7\nretry: 1\n\n'), [
    { event: 'ping', data: '{}' },
  ])
  t.same(decode('data: a\ndata:  b\ndata\n\n'), [{ event: '', data: 'a\n b\n' }])
  t.same(decode('event: lost\n\ndata: x\n\n'), [{ event: '', data: 'x' }])
  t.same(decode('\uFEFFdata: bom\r\rdata: cr\r\n\r\n'), [
    { event: '', data: 'bom' },
    { event: '', data: 'cr' },
  ])
  t.same(decode('data: not ended\n'), [])
})

const line = fc.oneof(
  fc.string({ unit: 'binary' }).map(s => `data: ${s.replace(/[\r\n]/g, '')}`),
  fc.constantFrom('', '', ': c', 'event: e', 'data', 'id: 1', 'data:{"a":"ü€😀"}'),
)
const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 12 })
  .map(lines => lines.map(([l, end]) => l + end).join(''))

t.test('any split of the bytes gives the same events', async () => {
  fc.assert(
    fc.property(
      text,
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }),
      (stream, sizes) => {
        const whole = Buffer.from(stream)
        const decoder = new SseDecoder()
        const events: SseEvent[] = []
        let at = 0
        for (const size of sizes) {
          events.push(...decoder.push(whole.subarray(at, at + size)))
          at += size
        }
        events.push(...decoder.push(whole.subarray(at)))
        assert.deepStrictEqual(events, decode(whole))
      },
    ),
  )
})

t.test('what is encoded is decoded', async () => {
  const word = fc.string().filter(s => !/[\r\n]/.test(s) && !s.startsWith(' '))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), word, (lines, event) => {
      const data = lines.join('\n')
      assert.deepStrictEqual(decode(encodeSse(data, event)), [{ event, data }])
    }),
  )
})

t.test(
  'wholeEvents: what it lets through ends with an event, and what it holds back has none',
  async () => {
    fc.assert(
      fc.property(text, stream => {
        const bytes = Buffer.from(stream)
        const length = wholeEvents(bytes)
        const before = decode(bytes.subarray(0, length))
        // A CR at the very end may be half of a CRLF: what follows may still be an empty line.
        const after = decode(bytes).slice(before.length)
        assert.ok(after.length <= (stream.endsWith('\r') ? 1 : 0), JSON.stringify(stream))
        if (length > 0) assert.match(stream, /[\r\n]{2}/)
      }),
    )
    assert.deepStrictEqual(wholeEvents(Buffer.from('data: a\n\ndata: b')), 9)
    assert.deepStrictEqual(wholeEvents(Buffer.from('data: a\r\n\r\n')), 11)
    assert.deepStrictEqual(wholeEvents(Buffer.from('data: a\n')), 0)
  },
)

t.test(
  'WholeEvents: whole ones leave, whatever the chunks, and nothing whole is held',
  async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
    fc.assert(
      fc.property(text, sizes, (text, sizes) => {
        const stream = Buffer.from(text)
        const events = new WholeEvents()
        let gone = 0
        for (let at = 0, i = 0; at < stream.length; i++) {
          const end = Math.min(stream.length, at + sizes[i % sizes.length]!)
          const whole = events.push(stream.subarray(at, end))
          assert.ok(whole.equals(stream.subarray(gone, gone + whole.length)))
          if (whole.length > 0) assert.strictEqual(wholeEvents(whole), whole.length)
          gone += whole.length
          assert.strictEqual(events.held, end - gone)
          assert.strictEqual(wholeEvents(stream.subarray(gone, end)), 0)
          at = end
        }
        assert.ok(events.take().equals(stream.subarray(gone)))
        assert.strictEqual(events.held, 0)
      }),
    )
  },
)

t.test('WholeEvents: a long event is copied and looked at once, in chunks of any size', async t => {
  let copied = 0
  let seen = 0
  const { concat } = Buffer
  const { includes, lastIndexOf } = Buffer.prototype
  t.intercept(Buffer, 'concat', {
    value(...args: Parameters<typeof concat>) {
      const bytes = concat(...args)
      copied += bytes.length
      return bytes
    },
  })
  for (const [name, find] of Object.entries({ includes, lastIndexOf })) {
    t.intercept(Buffer.prototype, name as 'includes', {
      value(this: Buffer, ...args: [number]) {
        seen += this.length
        return find.apply(this, args)
      },
    })
  }
  for (const text of ['x'.repeat(600_000), 'of many lines\r\ndata: '.repeat(30_000)]) {
    copied = seen = 0
    const bytes = Buffer.from(`data: ${text}\n\n`)
    const events = new WholeEvents()
    let whole: Buffer | undefined
    for (let at = 0; at < bytes.length; at += 1000)
      whole = events.push(bytes.subarray(at, at + 1000))
    t.ok(whole?.equals(bytes))
    // Of more than 256 chunks those before are put together once more.
    t.ok(copied < 4 * bytes.length, `${copied} bytes copied of ${bytes.length}`)
    t.ok(seen < 3 * bytes.length, `${seen} bytes looked at of ${bytes.length}`)
  }
})

t.test('WholeEvents: what was taken still counts for where its event ends', async t => {
  const events = new WholeEvents()
  t.equal(String(events.push(Buffer.from('data: x\r\n'))), '')
  t.equal(String(events.take()), 'data: x\r\n')
  t.equal(String(events.push(Buffer.from('\r\ndata: y'))), '\r\n')
  t.equal(String(events.take(Buffer.from('\n\n'))), 'data: y\n\n')
})
