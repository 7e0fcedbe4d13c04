// Lines over time, as an SVG that needs nothing else.

export interface Line {
  readonly name: string
  readonly colour: string
  /** One for each time; those that are NaN are passed over. */
  readonly values: readonly number[]
}

export interface Panel {
  readonly title: string
  readonly lines: readonly Line[]
}

const width = 900
const height = 260
const left = 60
const top = 36
const right = 190
const bottom = 34

/** A panel below the other, over the same times, which are in minutes. */
export function plot(times: readonly number[], panels: readonly Panel[]): string {
  const drawn = panels.map((panel, index) => drawPanel(times, panel, index * height))
  const title = panels.map(panel => panel.title).join('; ')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height * panels.length}" font-family="sans-serif" font-size="12">
<title>${title}</title>
<rect width="100%" height="100%" fill="white"/>
${drawn.join('\n')}
</svg>
`
}

function drawPanel(times: readonly number[], { title, lines }: Panel, offset: number): string {
  const highest = round(Math.max(1, ...lines.flatMap(line => line.values.filter(Number.isFinite))))
  const last = times.at(-1) || 1
  const x = (time: number): number => left + (time / last) * (width - left - right)
  const y = (value: number): number =>
    offset + height - bottom - (value / highest) * (height - top - bottom)
  const out = [`<text x="${left}" y="${offset + 20}" font-weight="bold">${title}</text>`]
  for (let i = 0; i <= 4; i++) {
    const value = (highest * i) / 4
    const at = y(value).toFixed(1)
    out.push(
      `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="#ddd"/>`,
      `<text x="${left - 8}" y="${at}" dy="4" text-anchor="end">${value}</text>`,
    )
    const time = (last * i) / 4
    out.push(
      `<text x="${x(time).toFixed(1)}" y="${offset + height - bottom + 18}" text-anchor="middle">${time.toFixed(last < 4 ? 1 : 0)} min</text>`,
    )
  }
  for (const [index, { name, colour, values }] of lines.entries()) {
    const points = values.flatMap((value, i) =>
      Number.isNaN(value) ? [] : [`${x(times[i]!).toFixed(1)},${y(value).toFixed(1)}`],
    )
    const at = offset + top + 14 + index * 18
    out.push(
      `<polyline fill="none" stroke="${colour}" stroke-width="1.3" points="${points.join(' ')}"/>`,
      `<line x1="${width - right + 12}" x2="${width - right + 30}" y1="${at - 4}" y2="${at - 4}" stroke="${colour}" stroke-width="3"/>`,
      `<text x="${width - right + 36}" y="${at}">${name}</text>`,
    )
  }
  return out.join('\n')
}

/** The next number that divides well by four. */
function round(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value)) / 5
  return Math.ceil(value / step / 4) * step * 4
}
