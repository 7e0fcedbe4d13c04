import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { type FormPatch, FormPatcher } from '../../src/wire/form-patch.ts'

const part = (head: string, body: string): string =>
  `--B\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
const field = (name: string, value: string): string => part(`name="${name}"`, value)
/** A field as the patcher writes it. */
const own = (name: string, value: string): string =>
  `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const file = part('name="set"; filename="a"\r\nContent-Type: x/y', '\0\r\n--\r\n-- B\r\n--b')

const patch: FormPatch = {
  set: new Map([
    ['model', ['real']],
    ['set', ['1', '2']],
    ['gone', []],
  ]),
  default: new Map([['def', ['d']]]),
  remove: new Set(['rem']),
}

function patched(form: string, sizes: readonly number[] = [], changes = patch): string {
  const patcher = new FormPatcher('B', changes)
  const bytes = Buffer.from(form)
  const out: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    out.push(patcher.push(bytes.subarray(at, at + size)))
    at += size
  }
  out.push(patcher.push(bytes.subarray(at)), patcher.end())
  return Buffer.concat(out).toString()
}

const cases: readonly (readonly [string, string, string])[] = [
  [
    'everything is missing',
    `${file}--B--\r\n`,
    `${file}${own('model', 'real')}${own('set', '1')}${own('set', '2')}${own('def', 'd')}--B--\r\n`,
  ],
  [
    'each in its place, once; a file of the name passes',
    `pre\r\n${field('rem', 'x')}${field('set', 'a')}${file}${field('set', 'b')}${field('model', 'fast')}${field('def', 'mine')}${field('gone', 'g')}${field('other', '1.0')}--B--`,
    `pre\r\n${own('set', '1')}${own('set', '2')}${file}${own('model', 'real')}${field('def', 'mine')}${field('other', '1.0')}--B--`,
  ],
  [
    'the only part goes',
    `${field('rem', 'x')}--B--\r\nafter`,
    `${own('model', 'real')}${own('set', '1')}${own('set', '2')}${own('def', 'd')}--B--\r\nafter`,
  ],
  [
    'a form that is cut off',
    `${field('a', 'b')}--B\r\nContent-Disp`,
    `${field('a', 'b')}--B\r\nContent-Disp`,
  ],
  [
    'a form that is cut off inside a field that goes',
    `${field('a', 'b')}${field('rem', 'x')}`,
    field('a', 'b').slice(0, -2),
  ],
]
for (const [name, form, expected] of cases) {
  t.test(`${name}, cut at every byte`, async t => {
    t.equal(patched(form), expected)
    for (let at = 1; at < form.length; at++) {
      const cut = patched(form, [at])
      if (cut !== expected) t.equal(cut, expected, `cut at ${at}`)
    }
    t.equal(patched(form, Array(form.length).fill(1)), expected)
  })
}

t.test('what is not named passes, byte for byte', async () => {
  const nothing: FormPatch = { set: new Map(), default: new Map(), remove: new Set(['rem']) }
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.constantFrom('a', 'b; filename=rem', 'rémy'), fc.string({ unit: 'binary' })),
      ),
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 80 }),
      (parts, sizes) => {
        const form = `${parts.map(([name, text]) => field(name, text.replaceAll('--B', ''))).join('')}--B--\r\n`
        assert.equal(patched(form, sizes, nothing), form)
      },
    ),
  )
})

t.test('a head that does not end is refused before it is large', async t => {
  t.throws(() => patched(`--B\r\n${'x'.repeat(20_000)}`), {
    message: 'the fields of a part do not end',
  })
})
