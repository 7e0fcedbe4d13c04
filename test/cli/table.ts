import t from 'tap'
import type { Look } from '../../src/cli/output.ts'
import { table } from '../../src/cli/table.ts'

const plain = (width?: number): Look => ({ width, style: (_style, text) => text })
const rows = [
  ['fast', 'openai/gpt-3.5-turbo', '', 'a long description that does not fit'],
  ['x', 'y', '', ''],
]
const headings = ['NAME', 'TARGET', 'EMPTY', 'NOTES']

t.test('columns are aligned, empty ones left out, line ends clean', async t => {
  t.equal(
    table(headings, rows, plain()),
    [
      'NAME  TARGET                NOTES',
      'fast  openai/gpt-3.5-turbo  a long description that does not fit',
      'x     y',
    ].join('\n'),
  )
})

t.test('no line is wider than the terminal, and what is cut says so', async t => {
  for (const width of [30, 40, 60]) {
    const lines = table(headings, rows, plain(width)).split('\n')
    for (const line of lines) t.ok(line.length <= width, `${width}: ${line}`)
    t.match(lines[1], /…/)
    t.match(lines[1], /^fast /)
  }
})

t.test('a name cannot move the cursor or forge a line', async t => {
  const text = table(['NAME'], [['a\u001b[2Jb\nforged\u202e\u2028x']], plain())
  t.equal(text.split('\n').length, 2)
  t.notMatch(text, /[\u001b\u202e\u2028]/)
})

t.test('one cell that is very long does not make the others as long', async t => {
  const text = table(
    ['A', 'B'],
    [['x'.repeat(65536), 'b'], ...Array(10_000).fill(['a', 'b'])],
    plain(),
  )
  t.ok(text.length < 65536 + 10_001 * 110)
})

t.test('wide characters take two columns, marks none, and none is cut in half', async t => {
  const names = ['模型-快', '🚀🚀🚀🚀', 'e\u0301a', '👩‍👩‍👧‍👦', 'fast']
  const lines = table(
    ['NAME', 'TO'],
    names.map(name => [name, '|']),
    plain(),
  ).split('\n')
  // 8 columns for the widest name and the gap.
  t.same(lines.slice(1), [
    '模型-快   |',
    '🚀🚀🚀🚀  |',
    'e\u0301a        |',
    '👩‍👩‍👧‍👦        |',
    'fast      |',
  ])
  t.equal(table(['NAME', 'T'], [['模型模型模型', 'x']], plain(10)).split('\n')[1], '模型模…  x')
})
