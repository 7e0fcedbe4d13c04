import type { Look } from './output.ts'
import { cutToWidth, textWidth } from './text-width.ts'

const gap = '  '
/** One cell that is longer does not make all the others as long. */
const widest = 100

/**
 * Rows under their headings, in columns. Where the terminal is too narrow, the widest cells end in an ellipsis; in a
 * file or a pipe nothing is cut. Columns that are empty in every row are left out.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { width, style }: Look,
): string {
  const kept = headings.map((_, i) => i).filter(i => rows.some(row => row[i]))
  const cells = [headings, ...rows].map(row => kept.map(i => printable(row[i] ?? '')))
  const widths = kept.map((_, i) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[i]!)), 0),
  )
  if (width !== undefined) narrow(widths, width - gap.length * (widths.length - 1))
  const fit = (text: string, room: number): string =>
    width === undefined ? padded(text, Math.min(room, widest)) : fitted(text, room)
  return cells
    .map((row, y) => {
      const line = row
        .map((cell, i) => fit(cell, widths[i]!))
        .join(gap)
        .trimEnd()
      return y === 0 ? style('bold', line) : line
    })
    .join('\n')
}

/** A name may hold what would move the cursor, turn the direction or forge a line. */
const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD')

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - textWidth(text)))

const fitted = (text: string, width: number): string =>
  padded(textWidth(text) > width ? `${cutToWidth(text, width - 1)}…` : text, width)

/** Takes from the widest column, one by one, until all fit; none gets narrower than 6. */
function narrow(widths: number[], room: number): void {
  for (let total = sum(widths); total > room; total--) {
    const at = widths.indexOf(Math.max(...widths))
    if (widths[at]! <= 6) return
    widths[at]!--
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
