/** Lines around a difference that are shown with it. */
const around = 3
/** Beyond so many pairs of lines, what differs is shown as one block: finding what is common would take seconds. */
const limit = 4_000_000

type Op = ' ' | '-' | '+'
interface Line {
  readonly op: Op
  readonly text: string
}

/** The difference of two texts by lines, as `diff -u` writes it, without the two lines that name the files; '' for none. */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return ''
  const lines = editScript(splitLines(before), splitLines(after))
  const out: string[] = []
  let [a, b] = [1, 1]
  for (let i = 0; i < lines.length; ) {
    const next = lines.findIndex((line, at) => at >= i && line.op !== ' ')
    if (next < 0) break
    const start = Math.max(i, next - around)
    a += start - i
    b += start - i
    const end = hunkEnd(lines, next)
    const hunk = lines.slice(start, end)
    const [m, n] = [hunk.filter(({ op }) => op !== '+'), hunk.filter(({ op }) => op !== '-')]
    out.push(`@@ -${range(a, m.length)} +${range(b, n.length)} @@`)
    for (const { op, text } of hunk) {
      out.push(op + text.replace(/\r?\n$/, ending => (ending === '\n' ? '' : '\r')))
      if (!text.endsWith('\n')) out.push('\\ No newline at end of file')
    }
    a += m.length
    b += n.length
    i = end
  }
  return out.join('\n')
}

const splitLines = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** An empty range begins at the line before it, as diff has it. */
const range = (start: number, length: number): string =>
  length === 1 ? `${start}` : `${length === 0 ? start - 1 : start},${length}`

/** Where the hunk with a difference at `first` ends: after what is common to it and no next one. */
function hunkEnd(lines: readonly Line[], first: number): number {
  let last = first
  for (let i = first; i < lines.length && i - last <= 2 * around; i++) {
    if (lines[i]!.op !== ' ') last = i
  }
  return Math.min(last + 1 + around, lines.length)
}

function editScript(before: readonly string[], after: readonly string[]): readonly Line[] {
  const as = (op: Op) => (text: string) => ({ op, text })
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++
  const a = before.slice(start, before.length - end)
  const b = after.slice(start, after.length - end)
  const middle =
    a.length * b.length > limit ? [...a.map(as('-')), ...b.map(as('+'))] : longestCommon(a, b)
  return [
    ...before.slice(0, start).map(as(' ')),
    ...middle,
    ...before.slice(before.length - end).map(as(' ')),
  ]
}

function longestCommon(a: readonly string[], b: readonly string[]): readonly Line[] {
  const width = b.length + 1
  // How many lines a[i..] and b[j..] have in common, at most.
  const common = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
    }
  }
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ op: ' ', text: a[i++]! })
      j++
    } else if (
      i < a.length &&
      (j === b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
    )
      lines.push({ op: '-', text: a[i++]! })
    else lines.push({ op: '+', text: b[j++]! })
  }
  return lines
}
