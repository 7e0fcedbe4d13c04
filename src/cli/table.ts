import type { Look } from './output.ts'

const gap = '  '

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
  const widths = kept.map((_, i) => Math.max(...cells.map(row => row[i]!.length)))
  if (width !== undefined) narrow(widths, width - gap.length * (widths.length - 1))
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

/** A name may hold what would move the cursor or forge a line. */
const printable = (text: string): string => text.replace(/\p{Cc}/gu, '\uFFFD')

const fit = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, Math.max(width - 1, 0))}…` : text.padEnd(width)

/** Takes from the widest column, one by one, until all fit; none gets narrower than 6. */
function narrow(widths: number[], room: number): void {
  for (let total = sum(widths); total > room; total--) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest]! <= 6) return
    widths[widest]!--
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
