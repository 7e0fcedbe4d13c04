import t from 'tap'
import { parse, writeScalar, type YamlFault } from '../../src/config/parse.ts'
import { parseDuration, parseListen, parseSize } from '../../src/config/units.ts'

t.test('values and positions, of keys and of values', async t => {
  const text = [
    'a: 1 # one',
    'b:',
    '  "x y": &q {k: v, l}',
    '  z: *q',
    '  w: | # a | in a comment',
    '    text',
    '',
    '  list:',
    '  - one',
    '  - - two',
    '    - three',
    '  empty:',
    '  flow: [x: 1, [y], {z: 2},]',
    'c: !!str 5',
    'd: {<<: *q, own: 1}',
    '? e',
    ': f',
  ].join('\r\n')
  const parsed = parse(`\ufeff${text}`)
  t.match(parsed.value, {
    a: 1,
    b: { 'x y': { k: 'v', l: null }, w: 'text\n', list: ['one', ['two', 'three']], empty: null },
    c: '5',
    d: { k: 'v', own: 1 },
    e: 'f',
  })
  const at = (...path: (string | number)[]) => {
    const key = parsed.positionOf(path, 'key')
    const value = parsed.positionOf(path)
    return `${key?.line}:${key?.column} ${value?.line}:${value?.column}`
  }
  t.equal(at('a'), '1:1 1:4')
  t.equal(at('b'), '2:1 3:3')
  t.equal(at('b', 'x y'), '3:3 3:10')
  t.equal(at('b', 'x y', 'l'), '3:20 3:21')
  t.equal(at('b', 'z', 'k'), '3:14 3:17', 'through a reference')
  t.equal(at('b', 'w'), '5:3 5:6')
  t.equal(at('b', 'list', 0), '9:5 9:5')
  t.equal(at('b', 'list', 1, 1), '11:7 11:7')
  t.equal(at('b', 'empty'), '12:3 12:9')
  t.equal(at('b', 'flow', 0, 'x'), '13:10 13:13')
  t.equal(at('b', 'flow', 2, 'z'), '13:22 13:25')
  t.equal(at('c'), '14:1 14:4')
  t.equal(at('d', 'k'), '3:14 3:17', 'merged in')
  t.equal(at('e'), '16:3 17:3')
  t.equal(parsed.positionOf(['b', 'no']), undefined)
  t.equal(parsed.positionOf(['a', 'no']), undefined)
  t.same(parsed.positionOf([]), { line: 1, column: 1 })
})

t.test('nothing, in every form', async t => {
  for (const text of [
    '',
    '\n',
    '# only\n',
    '---\n',
    '---\n# only\n...\n',
    '~',
    '\ufeff',
    '\ufeff# x',
  ])
    t.equal(parse(text).value, undefined, JSON.stringify(text))
})

t.test('keys that objects have of their own', async t => {
  const { value } = parse('__proto__: 1\nconstructor: 2\n')
  t.same(Object.entries(value!), [
    ['__proto__', 1],
    ['constructor', 2],
  ])
})

t.test('faults have a place and plain words', async t => {
  const cases: [text: string, place: string, words: RegExp][] = [
    ['a:\n\tb: 1\n', '2:1', /tab/],
    ['\ta: 1\n', '1:1', /tab/],
    ['a: 1\n---\nb: 1\n', '2:1', /second document/],
    ['a: 1\n--- # again\n', '2:1', /second document/],
    ['- a\n', '1:1', /a list where/],
    ['word\n', '1:1', /a single value where/],
    ['a: *b\n', '1:4', /no anchor &b above/],
    ['a: &a [*a]\n', '1:8', /no anchor &a above/],
    ['  *-mini: x\n', '1:3', /begins with \*/],
    ['a: {b: 1\n', '2:1', /inside brackets/],
    ['a: "b\n', '2:1', /inside brackets or quotes/],
    ['a: b: c\n', '1:5', /cannot be read here/],
    ['a: 1\nb\n', '3:1', /without ":"/],
    ['a: !x y\n', '1:4', /tag/],
    ['[a]: 1\n', '1:1', /list or mapping used as a key/],
  ]
  for (const [text, place, words] of cases) {
    try {
      parse(text)
      t.fail(`${JSON.stringify(text)} was read`)
    } catch (error) {
      const [fault] = (error as YamlFault).faults
      t.equal(`${fault?.line}:${fault?.column}`, place, JSON.stringify(text))
      t.match(fault?.message, words)
    }
  }
})

t.test('every duplicate at once', async t => {
  try {
    parse('a: 1\na: 2\nb: {c: 1, "c": 2}\nd: *x\n')
    t.fail('it was read')
  } catch (error) {
    const places = (error as YamlFault).faults.map(({ line, column }) => `${line}:${column}`)
    t.same(places, ['2:1', '3:11', '4:4'])
  }
})

t.test('scalars are written so that they are read back', async t => {
  t.equal(writeScalar('openai/gpt-4o'), 'openai/gpt-4o')
  t.equal(writeScalar('no'), "'no'", 'YAML 1.1 reads it as false')
  for (const value of ['', ' ', 'a, b', '[', '}', '#', 'a: b', '*', 'x\ny', 1, -0.5, true, null])
    t.same(parse(`a: ${writeScalar(value)}`).value, { a: value }, JSON.stringify(value))
})

t.test('the small notations', async t => {
  t.same(
    ['500ms', '10s', '2m', '1h', '1.5s', 0, '0', '10', '5 s', 'constructor', undefined].map(
      parseDuration,
    ),
    [500, 10_000, 120_000, 3_600_000, 1_500, 0, 0, undefined, undefined, undefined, undefined],
  )
  t.same(['64MiB', '1KB', '1.5KiB', 77, '12', 'MiB'].map(parseSize), [
    67_108_864,
    1_000,
    1_536,
    77,
    undefined,
    undefined,
  ])
  t.same(parseListen('127.0.0.1:80'), { host: '127.0.0.1', port: 80 })
  t.same(parseListen('[::1]:80'), { host: '::1', port: 80 })
  t.same(parseListen(8080), { host: '127.0.0.1', port: 8080 })
  t.same(
    ['x', '::1:80', 'a:70000', 'http://a:1', '', -1].map(parseListen),
    Array(6).fill(undefined),
  )
})
