import fc from 'fast-check'
import t from 'tap'
import { parse } from '../../src/config/parse.ts'
import { deleteValue, renameKey, setValue } from '../../src/config/splice.ts'

const lines = (...all: string[]) => `${all.join('\n')}\n`

// --- cases: what a person's file looks like, before and after

t.test('sets', async t => {
  const cases: [name: string, before: string, path: string[], value: unknown, after: string][] = [
    ['an empty file', '', ['aliases', 'fast'], 'x', lines('aliases:', '  fast: x')],
    [
      'a file of comments',
      '# mine\n',
      ['aliases', 'fast'],
      'x',
      lines('# mine', 'aliases:', '  fast: x'),
    ],
    ['a file that ends without a line break', 'a: 1', ['b'], 'x', 'a: 1\nb: x'],
    ['CRLF', 'a: 1\r\nb:\r\n  c: 1\r\n', ['b', 'd'], 'x', 'a: 1\r\nb:\r\n  c: 1\r\n  d: x\r\n'],
    ['a byte order mark', '\ufeffa: 1\n', ['a'], 2, '\ufeffa: 2\n'],
    [
      'null with comments below',
      lines('aliases:  # names', '    # fast: y', '', '    # slow: z', '', 'listen: 1'),
      ['aliases', 'fast'],
      'x',
      lines(
        'aliases:  # names',
        '    # fast: y',
        '',
        '    # slow: z',
        '    fast: x',
        '',
        'listen: 1',
      ),
    ],
    [
      'an explicit null',
      'aliases: ~ # none\nb: 1\n',
      ['aliases', 'a'],
      'x',
      'aliases: # none\n  a: x\nb: 1\n',
    ],
    ['{}', 'aliases: {} # none\nb: 1\n', ['aliases', 'a'], 'x', 'aliases: # none\n  a: x\nb: 1\n'],
    ['{} at the root', '{}\n', ['a'], 'x', '\na: x\n'],
    ['{ } in a flow mapping', 'a: {b: {}}\n', ['a', 'b', 'c'], 'x', 'a: {b: {c: x}}\n'],
    ['null in a flow mapping', 'a: {b, c: }\n', ['a', 'b', 'd'], 'x', 'a: {b: { d: x }, c: }\n'],
    [
      'the indentation of siblings',
      lines('a:', '     b: 1'),
      ['a', 'c'],
      'x',
      lines('a:', '     b: 1', '     c: x'),
    ],
    [
      'the step of others',
      lines('a:', '    b: 1'),
      ['c', 'd', 'e'],
      'x',
      lines('a:', '    b: 1', 'c:', '    d:', '        e: x'),
    ],
    [
      'after comments that belong to the entries',
      lines('a:', '  b: 1', '  # c: 2', '# all', 'd: 1'),
      ['a', 'e'],
      'x',
      lines('a:', '  b: 1', '  # c: 2', '  e: x', '# all', 'd: 1'),
    ],
    [
      'after a block scalar',
      lines('a:', '  b: |', '    text', '', 'd: 1'),
      ['a', 'e'],
      'x',
      lines('a:', '  b: |', '    text', '  e: x', '', 'd: 1'),
    ],
    [
      'after a block scalar that keeps its blank lines',
      lines('a:', '  b: |+', '    text', '', 'd: 1'),
      ['a', 'e'],
      'x',
      lines('a:', '  b: |+', '    text', '', '  e: x', 'd: 1'),
    ],
    [
      'after a list at the indentation of its key',
      lines('a:', '  b:', '  - 1', '  - 2'),
      ['a', 'e'],
      'x',
      lines('a:', '  b:', '  - 1', '  - 2', '  e: x'),
    ],
    [
      'before the end of the document',
      lines('---', 'a: 1', '...'),
      ['b'],
      'x',
      lines('---', 'a: 1', 'b: x', '...'),
    ],
    ['flow', 'a: {b: 1}\n', ['a', 'c'], 'x', 'a: {b: 1, c: x}\n'],
    [
      'flow over lines',
      lines('a: {', '  b: 1, # one', '  c: 2  # two', '  }'),
      ['a', 'd'],
      'x',
      lines('a: {', '  b: 1, # one', '  c: 2,  # two', '  d: x', '  }'),
    ],
    [
      'flow over lines with a comma at the end',
      lines('a: {', '  b: 1,', '  c: 2,', '  }'),
      ['a', 'd'],
      'x',
      lines('a: {', '  b: 1,', '  c: 2,', '  d: x,', '  }'),
    ],
    ['JSON', '{"a": {"b": 1}}\n', ['a', 'c'], 'x', '{"a": {"b": 1, "c": "x"}}\n'],
    [
      'over a value, beside its comment',
      lines('fast:    old  # why'),
      ['fast'],
      'new',
      lines('fast:    new  # why'),
    ],
    ['over a quoted key and value', `"a b": 'x' # c\n`, ['a b'], 'z', '"a b": z # c\n'],
    [
      'over a text of several lines',
      lines('a: one', '  two', 'b: 1'),
      ['a'],
      'x',
      lines('a: x', 'b: 1'),
    ],
    [
      'over a text on the next line',
      lines('a: # c', '  one', 'b: 1'),
      ['a'],
      'x',
      lines('a: x # c', 'b: 1'),
    ],
    [
      'over a block scalar',
      lines('a: |- # c', '  one', '', '  two', '', 'b: 1'),
      ['a'],
      'x',
      lines('a: x # c', '', 'b: 1'),
    ],
    [
      'over a block mapping',
      lines('a: # c', '  b: 1', '  # in it', '  c: 2 # d', '# after', 'b: 1'),
      ['a'],
      'x',
      lines('a: x # c', '# after', 'b: 1'),
    ],
    ['over a reference', lines('a: &x 1', 'b: *x'), ['b'], 'z', lines('a: &x 1', 'b: z')],
    ['over an anchor nobody uses', lines('a: &x', '  q: 1'), ['a'], 'z', lines('a: z')],
    [
      'a mapping over a value',
      lines('a: old # c', 'b: 1'),
      ['a'],
      { target: 'x', remove: ['u', 'v'] },
      lines('a: # c', '  target: x', '  remove: [u, v]', 'b: 1'),
    ],
    [
      'a mapping over a mapping, in a text without a last line break',
      'a:\n  b: 1',
      ['a'],
      { c: { d: 1 } },
      'a:\n  c: { d: 1 }',
    ],
    ['{} over nothing', lines('a:', 'b: 1'), ['a'], {}, lines('a: {}', 'b: 1')],
    [
      'a key that is merged in',
      lines('a: &a { x: 1 }', 'b:', '  <<: *a'),
      ['b', 'x'],
      2,
      lines('a: &a { x: 1 }', 'b:', '  <<: *a', '  x: 2'),
    ],
    ['a tag away', lines('a: !!str 5 # c'), ['a'], 5, lines('a: 5 # c')],
  ]
  for (const [name, before, path, value, after] of cases)
    t.equal(setValue(before, path, value), after, name)
  t.equal(setValue('a: x # c\n', ['a'], 'x'), 'a: x # c\n', 'the same value changes nothing')
})

t.test('writes text plain where that is safe, and quotes it where YAML needs it', async t => {
  const write = (value: unknown) => setValue('a: 1\n', ['a'], value).slice(3, -1)
  t.equal(write('openai/gpt-4o-mini:free'), 'openai/gpt-4o-mini:free')
  for (const text of [
    'yes',
    'null',
    '12',
    '1e3',
    '~',
    '*x',
    '&x',
    '@x',
    '',
    ' x',
    'a: b',
    'a #b',
    '- a',
    '{',
    '2024-01-01',
    'line\nline',
    'x\t',
    "it's",
    '\u0007',
  ])
    t.equal(parse(`a: ${write(text)}\n`).value?.['a'], text, JSON.stringify(text))
  t.equal(write('true'), "'true'")
  t.equal(setValue('', ['*-mini'], 'x'), "'*-mini': x\n")
})

t.test('deletes', async t => {
  const cases: [name: string, before: string, path: string[], after: string][] = [
    [
      'with its own comment',
      lines('a:', '  b: 1 # own', '  # not own', '  c: 1'),
      ['a', 'b'],
      lines('a:', '  # not own', '  c: 1'),
    ],
    ['the last one', lines('a: # c', '  b: 1', 'c: 1'), ['a', 'b'], lines('a: # c', 'c: 1')],
    ['the last one of all', lines('# c', 'a: 1'), ['a'], lines('# c')],
    ['the only line', 'a: 1', ['a'], ''],
    ['the last line, without a line break', 'a: 1\r\nb: 2', ['b'], 'a: 1'],
    ['after a byte order mark', '\ufeffa: 1\nb: 2\n', ['a'], '\ufeffb: 2\n'],
    [
      'a mapping with the comments in it',
      lines('a:', '  b:', '    c: 1', '    # in b', '  # in a', '  d: 1'),
      ['a', 'b'],
      lines('a:', '  # in a', '  d: 1'),
    ],
    [
      'a list at the indentation of its key',
      lines('b:', '- 1', '- 2', 'c: 1'),
      ['b'],
      lines('c: 1'),
    ],
    [
      'a block scalar',
      lines('b: |', '  # text', '', '  more', '', '# c', 'c: 1'),
      ['b'],
      lines('', '# c', 'c: 1'),
    ],
    ['a null', lines('b:', 'c: 1'), ['b'], lines('c: 1')],
    ['an explicit key', lines('? b', ': 1', 'c: 1'), ['b'], lines('c: 1')],
    ['flow, first', 'a: {b: 1, c: 2}\n', ['a', 'b'], 'a: {c: 2}\n'],
    ['flow, last', 'a: { b: 1, c: 2 }\n', ['a', 'c'], 'a: { b: 1 }\n'],
    ['flow, only', 'a: { b: 1 }\n', ['a', 'b'], 'a: {}\n'],
    ['flow, without values', 'a: {b, c, d}\n', ['a', 'c'], 'a: {b, d}\n'],
    [
      'flow over lines',
      lines('a: {', '  b: 1, # one', '  # two', '  c: 2', '  }'),
      ['a', 'b'],
      lines('a: {', '  # two', '  c: 2', '  }'),
    ],
    [
      'flow over lines, last',
      lines('a: {', '  b: 1, # one', '  c: 2 # two', '  }'),
      ['a', 'c'],
      lines('a: {', '  b: 1, # one', '  }'),
    ],
    ['a flow mapping over lines', lines('a: {', '  b: 1', '  } # c', 'b: 1'), ['a'], lines('b: 1')],
  ]
  for (const [name, before, path, after] of cases) t.equal(deleteValue(before, path), after, name)
})

t.test('renames at the same place', async t => {
  t.equal(renameKey('a:\n  b: 1 # c\n  d: 2\n', ['a', 'b'], 'x y'), 'a:\n  x y: 1 # c\n  d: 2\n')
  t.equal(renameKey('a: {"b": 1, c: 2}', ['a', 'b'], '*'), "a: {'*': 1, c: 2}")
})

t.test('refuses what it cannot do, and says why', async t => {
  const refused = (change: () => string, reason: RegExp) =>
    t.throws(change, { code: 'config_edit_failed', message: reason })
  refused(() => setValue('a: &x {b: 1}\nc: *x\n', ['c', 'd'], 1), /YAML reference \*x/)
  refused(() => setValue('a: &x 1\nb: *x\n', ['a'], 2), /no anchor &x/)
  refused(() => setValue('a: [1]\n', ['a', 'b'], 2), /not a mapping/)
  refused(() => setValue('a: text\n', ['a', 'b'], 2), /not a mapping/)
  refused(() => setValue('a: 1\n---\nb: 1\n', ['a'], 2), /second document/)
  refused(() => setValue('a: 1\na: 2\n', ['a'], 2), /a second time/)
  refused(() => deleteValue('a: 1\n', ['b']), /no b/)
  refused(() => deleteValue('x: &x {a: 1}\nb: {<<: *x}\n', ['b', 'a']), /no b.a of its own/)
  refused(() => renameKey('a: 1\nb: 2\n', ['a'], 'b'), /"b" already/)
  refused(() => setValue('a: 1\n', [], 2), /no key/)
})

// --- properties: whatever the file looks like

const word = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('fast', 'gpt-4', 'a', 'b', 'openai/gpt-4o:free', 'x.y', 'c d', 'é'),
  },
  fc.constantFrom(
    '*-mini',
    '"',
    "'",
    ': ',
    ' #',
    'null',
    'true',
    '12',
    '',
    '{',
    '- x',
    '&a',
    '!t',
    '[]',
    'a,b',
    '@',
    '%',
    '__proto__',
  ),
  fc.string({ maxLength: 6 }).filter(text => !/[\r\n\u2028\u2029\ud800-\udfff]/u.test(text)),
)
const single = (text: string) => `'${text.replaceAll("'", "''")}'`
const double = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\x7f')
const isPlain = (text: string) => /^[a-z][\w./-]*$/.test(text) && !/^(null|true)$/.test(text)
const quote = (text: string, style: number) =>
  /[\0-\x1f\x7f-\x9f\ufeff\ufffe\uffff]/.test(text) || style === 1
    ? double(text)
    : isPlain(text) && style !== 2
      ? text
      : single(text)

/** YAML as people write it: block and flow, quotes, comments, blank lines, anchors, odd indentation. */
interface Style {
  readonly pick: (below: number) => number
  readonly eol: string
}

interface Tree {
  readonly [key: string]: Tree | string | null | readonly string[]
}
const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; leaf: string | null | string[] }>(tie => ({
  leaf: fc.oneof(
    { weight: 4, arbitrary: word },
    fc.constant(null),
    fc.array(word, { maxLength: 3 }),
  ),
  tree: fc
    .array(fc.tuple(word, fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('tree'))), {
      maxLength: 4,
    })
    .map(entries => Object.fromEntries(entries) as Tree),
})).tree

function write(value: Tree, { pick, eol }: Style): string {
  let anchors = 0
  const comment = () => (pick(4) === 0 ? `${' '.repeat(1 + pick(2))}# c: ${pick(9)} {` : '')
  const anchor = () => (pick(12) === 0 ? `&n${anchors++} ` : '')
  const anchored = new Map<string, string>()
  const scalar = (text: string) => {
    const known = anchored.get(text)
    // In a flow mapping, `*n1,` would be read as the name "n1,"; hence the space.
    if (known && pick(2)) return `*${known} `
    const mark = anchor()
    if (mark) anchored.set(text, mark.slice(1, -1))
    return mark + quote(text, pick(3))
  }
  const flow = (node: unknown): string => {
    if (node === null) return pick(2) ? 'null' : '~'
    if (typeof node === 'string') return scalar(node)
    const pad = pick(2) ? ' ' : ''
    const end = pick(4) === 0 ? ',' : ''
    if (Array.isArray(node)) return `[${pad}${node.map(flow).join(', ')}${pad}]`
    const entries = Object.entries(node as Tree).map(([k, v]) => `${quote(k, pick(3))}: ${flow(v)}`)
    if (!entries.length) return `{${pad}}`
    return `{${pad}${entries.join(pick(2) ? ',' : ', ')}${end}${pad}}`
  }
  const flowLines = (node: Tree, indent: string): string => {
    const inner = `${indent}  `
    const entries = Object.entries(node)
    const rows = entries.map(([k, v], i) => {
      const comma = i < entries.length - 1 || pick(2) ? ',' : ''
      return `${inner}${quote(k, pick(3))}: ${flow(v)}${comma}${comment()}${eol}`
    })
    return `{${comment()}${eol}${rows.join('')}${inner}}`
  }
  const block = (node: Tree, indent: string): string =>
    Object.entries(node)
      .map(([key, child]) => {
        const lead = pick(6) === 0 ? eol : pick(6) === 0 ? `${indent}# about ${pick(9)}${eol}` : ''
        const head = `${lead}${indent}${quote(key, pick(3))}:`
        const deeper = indent + ' '.repeat(1 + pick(4))
        if (child === null) {
          const below = pick(3) === 0 ? `${deeper}# example: 1${eol}` : ''
          return `${head}${pick(3) ? '' : ' null'}${comment()}${eol}${below}`
        }
        if (typeof child === 'string') {
          if (isPlain(child) && pick(6) === 0)
            return `${head} |${pick(2) ? '-' : ''}${comment()}${eol}${deeper}${child}${eol}${deeper}# text${eol}`
          return `${head} ${scalar(child)}${comment()}${eol}`
        }
        if (Array.isArray(child)) {
          if (!child.length || pick(2)) return `${head} ${flow(child)}${comment()}${eol}`
          const items = child.map(item => `${deeper}- ${quote(item, pick(3))}${comment()}${eol}`)
          return `${head}${comment()}${eol}${items.join('')}`
        }
        const inner = child as Tree
        if (!Object.keys(inner).length || pick(3) === 0)
          return `${head} ${anchor()}${flow(inner)}${comment()}${eol}`
        if (pick(5) === 0) return `${head} ${flowLines(inner, indent)}${comment()}${eol}`
        return `${head}${pick(8) ? '' : ` &m${anchors++}`}${comment()}${eol}${block(inner, deeper)}`
      })
      .join('')
  const text = block(value, '')
  const start = ['', '# top\n'.replace('\n', eol), `---${eol}`, '\ufeff'][pick(8)] ?? ''
  return pick(4) === 0 ? (start + text).replace(/\r?\n$/, '') : start + text
}

const file = fc
  .tuple(tree, fc.array(fc.nat(719), { minLength: 200, maxLength: 200 }), fc.boolean())
  .map(([value, choices, crlf]) => {
    let next = 0
    const pick = (below: number) => choices[next++ % choices.length]! % below
    return write(value, { pick, eol: crlf ? '\r\n' : '\n' })
  })

/** Every path to an entry of a mapping. */
function paths(value: unknown, above: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, child]) => [
    [...above, key],
    ...paths(child, [...above, key]),
  ])
}

const read = (text: string) => (parse(text).value ?? {}) as Record<string, unknown>

/** Every line of `after` is a line of `before`, in its order, but for `extra` lines at most; so for the other way. */
function keeps(before: string, after: string): { lost: string[]; added: string[] } {
  const a = before.split('\n')
  const b = after.split('\n')
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail))
    tail++
  return { lost: a.slice(head, a.length - tail), added: b.slice(head, b.length - tail) }
}

/** What `change` gives; undefined where it is refused for a reason that is one. */
function attempt(change: () => string): string | undefined {
  try {
    return change()
  } catch (error) {
    // No key can stand below a scalar, a list or a reference, and what is referred to further on cannot go.
    if (/not a mapping|no anchor|YAML reference/.test(String(error))) return undefined
    throw error
  }
}

const runs = { numRuns: 1_500 }

t.test(
  'a comment below an entry goes with it, or the block scalar above would swallow it',
  async t => {
    const text = 'a:\n fast: |\n  text\n\n old: null\n  # of old\n\n new: 1\n'
    t.equal(deleteValue(text, ['a', 'old']), 'a:\n fast: |\n  text\n\n\n new: 1\n')
  },
)

t.test('property: what is generated is YAML that parses', async t => {
  fc.assert(
    fc.property(file, text => {
      read(text)
    }),
    runs,
  )
  t.pass('all of it')
})

t.test('property: a set gives the value, and leaves every other line alone', async t => {
  let refused = 0
  fc.assert(
    fc.property(
      file,
      fc.nat(),
      fc.array(word, { minLength: 1, maxLength: 3 }),
      fc.oneof(word, fc.constant({ target: 'x', set: { a: 1 } }), fc.constant(['a', 'b'])),
      (text, at, extra, value) => {
        const known = paths(read(text))
        const under = at % 3 && known.length ? known[at % known.length]! : []
        const path = at % 3 === 1 && under.length ? under : [...under, ...extra]
        const after = attempt(() => setValue(text, path, value))
        if (after === undefined) {
          refused++
          return
        }
        let found: unknown = read(after)
        for (const key of path) found = (found as Record<string, unknown>)[key]
        if (JSON.stringify(found) !== JSON.stringify(value)) throw new Error('another value')
        const { lost } = keeps(text, after)
        const old = path.reduce<unknown>(
          (v, key) =>
            v && typeof v === 'object' && Object.hasOwn(v, key)
              ? (v as Record<string, unknown>)[key]
              : undefined,
          read(text),
        )
        if (old === undefined && lost.length > 2) throw new Error(`lost ${JSON.stringify(lost)}`)
        if (/\r\n/.test(text) && /[^\r]\n/.test(after))
          throw new Error('a line break of another kind')
      },
    ),
    runs,
  )
  t.ok(refused < runs.numRuns / 2, `${refused} refused`)
})

t.test('property: a deletion takes one entry, and no line but its own', async t => {
  fc.assert(
    fc.property(file, fc.nat(), (text, at) => {
      const known = paths(read(text))
      if (!known.length) return
      const path = known[at % known.length]!
      const after = attempt(() => deleteValue(text, path))
      if (after === undefined) return
      const left = paths(read(after)).map(p => JSON.stringify(p))
      const gone = known.filter(p => path.every((key, i) => p[i] === key))
      if (left.length !== known.length - gone.length) throw new Error('another number of entries')
      const { added } = keeps(text, after)
      if (added.length > 1) throw new Error(`added ${JSON.stringify(added)}`)
    }),
    runs,
  )
  t.pass('all of them')
})

t.test('property: a rename changes one line, and what set adds, delete takes away', async t => {
  fc.assert(
    fc.property(file, fc.nat(), word, (text, at, name) => {
      const known = paths(read(text))
      if (!known.length) return
      const path = known[at % known.length]!
      const sibling = [...path.slice(0, -1), name]
      if (known.some(p => JSON.stringify(p) === JSON.stringify(sibling))) return
      const renamed = renameKey(text, path, name)
      const { lost, added } = keeps(text, renamed)
      if (lost.length !== 1 || added.length !== 1) throw new Error('more than a line')
      const longer = attempt(() => setValue(text, sibling, 'x'))
      if (longer === undefined) return
      const back = deleteValue(longer, sibling)
      if (JSON.stringify(read(back)) !== JSON.stringify(read(text)))
        throw new Error('another value')
    }),
    runs,
  )
  t.pass('all of them')
})
