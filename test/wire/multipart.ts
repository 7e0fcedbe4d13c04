import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { boundaryOf, type Field, FieldFinder } from '../../src/wire/multipart.ts'

const find = (form: Buffer, boundary: string, sizes: readonly number[] = []): Field | undefined => {
  const finder = new FieldFinder(boundary, 'model')
  let at = 0
  for (const size of sizes) {
    finder.push(form.subarray(at, at + size))
    at += size
  }
  finder.push(form.subarray(at))
  return finder.found
}

const part = (head: string, body: string): string =>
  `--B\r\ncontent-disposition: form-data; ${head}\r\n\r\n${body}\r\n`

t.test('boundaries', async t => {
  t.equal(boundaryOf('multipart/form-data; boundary=abc'), 'abc')
  t.equal(boundaryOf('multipart/form-data; charset=utf-8; Boundary="a b:c"; x=1'), 'a b:c')
  t.equal(boundaryOf('multipart/form-data'), undefined)
})

t.test('finds the field before, between and after files, in any split', async () => {
  const file = fc
    .string({ unit: 'binary', maxLength: 40 })
    .map(text =>
      part('name="file"; filename="model"\r\ncontent-type: audio/mpeg', text.replaceAll('--B', '')),
    )
  const decoy = fc.constantFrom(
    part('name="model"; filename="x"', 'not this'),
    part('name="modelx"', 'nor this'),
    part('name=""', ''),
    part('name="file"; filename="a"', '\r\n--\r\n--b\r\n-'),
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(file, decoy), { maxLength: 4 }),
      fc.nat(4),
      fc.stringMatching(/^[\w./:-]{0,20}$/),
      fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 60 }),
      fc.constantFrom('', 'preamble\r\n'),
      (parts, place, model, sizes, preamble) => {
        const at = Math.min(place, parts.length)
        const all = [...parts.slice(0, at), part('name="model"', model), ...parts.slice(at)]
        const form = Buffer.from(`${preamble}${all.join('')}--B--\r\n`)
        const found = find(form, 'B', sizes)
        assert.ok(found)
        assert.equal(found.value, model)
        assert.equal(form.toString('utf8', found.start, found.end), model)
      },
    ),
    { numRuns: 500 },
  )
})

t.test('a form without it ends without it', async t => {
  const finder = new FieldFinder('B', 'model')
  finder.push(Buffer.from(`${part('name="x"', 'y')}--B--\r\n`))
  t.equal(finder.found, undefined)
  t.ok(finder.done)
})

t.test('what is no form is refused before it is large', async t => {
  t.throws(() => find(Buffer.from(`--B${' '.repeat(300)}`), 'B'), {
    message: 'a boundary has no line end',
  })
  t.throws(() => find(Buffer.from(`--B\r\n${'x'.repeat(20_000)}`), 'B'), {
    message: 'the fields of a part do not end',
  })
  t.throws(
    () => find(Buffer.from(part('name="model"', 'x'.repeat(200_000))).subarray(0, -9), 'B'),
    { message: 'the field "model" does not end' },
  )
})
