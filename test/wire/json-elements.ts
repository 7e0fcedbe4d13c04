import fc from 'fast-check'
import t from 'tap'
import { WholeElements } from '../../src/wire/json-elements.ts'

/** What leaves when a text comes in pieces, piece by piece. */
function passed(text: string, cuts: readonly number[]): { left: string[]; rest: string } {
  const bytes = Buffer.from(text)
  const elements = new WholeElements()
  const left: string[] = []
  let from = 0
  for (const to of [...cuts, bytes.length]) {
    left.push(elements.push(bytes.subarray(from, to)).toString())
    from = to
  }
  return { left, rest: elements.take().toString() }
}

const element = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()))

t.test('in any split, only whole elements leave, and every byte does', async _t => {
  fc.assert(
    fc.property(
      fc.array(element, { minLength: 1 }),
      fc.constantFrom(',', ',\n', '\n,\r\n  '),
      fc.array(fc.nat(), { maxLength: 8 }),
      (values, comma, at) => {
        const text = `\n[${values.map(value => JSON.stringify(value)).join(comma)}\n]\n`
        const { length } = Buffer.from(text)
        const cuts = at.map(cut => cut % length).sort((a, b) => a - b)
        const { left, rest } = passed(text, cuts)
        let so = ''
        for (const piece of left) {
          so += piece
          // Ended here, it is an array of some of the elements.
          const some =
            so.trim() === '' ? [] : JSON.parse(so.trim().endsWith(']') ? closed(so) : `${so}]`)
          if (JSON.stringify(values.slice(0, some.length)) !== JSON.stringify(some)) return false
        }
        return so + rest === text && rest === ''
      },
    ),
  )
})

/** An array may have ended, or an element of it that is one. */
function closed(text: string): string {
  try {
    JSON.parse(text)
    return text
  } catch {
    return `${text}]`
  }
}

t.test('what is no array is not held', async t => {
  for (const text of ['{"a": [1', '"x', '1', '  {"a"', ' ', '']) {
    t.same(passed(text, []), { left: [text], rest: '' })
  }
  const elements = new WholeElements()
  elements.push(Buffer.from('{"a": [{}], "b": ['))
  t.match(elements, { isOpen: false, isOver: false, count: 0, held: 0 })
})

t.test('knows where it stands', async t => {
  const elements = new WholeElements()
  const after = (text: string) => {
    elements.push(Buffer.from(text))
    const { isOpen, isOver, count, held } = elements
    return { isOpen, isOver, count, held }
  }
  t.same(after(' '), { isOpen: false, isOver: false, count: 0, held: 0 })
  t.same(after('['), { isOpen: true, isOver: false, count: 0, held: 0 })
  t.same(after('{"a":"]}\\"'), { isOpen: true, isOver: false, count: 0, held: 10 })
  t.same(after('"},{'), { isOpen: true, isOver: false, count: 1, held: 2 })
  t.same(after('}]'), { isOpen: false, isOver: true, count: 2, held: 0 })
  t.same(after(' \n'), { isOpen: false, isOver: true, count: 2, held: 0 })
})
