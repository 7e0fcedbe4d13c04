// Values as the lines of a config file, in the style people write them.

import { writeScalar } from './parse.ts'

type Keys = readonly string[]
type Mapping = Readonly<Record<string, unknown>>

/** The lines of a path and its value, one key below another. */
export function writeLines(path: Keys, value: unknown, column: number, step: number): string[] {
  const [key, ...rest] = path
  const head = `${' '.repeat(column)}${writeScalar(key!)}:`
  if (rest.length) return [head, ...writeLines(rest, value, column + step, step)]
  const inline = writeInline(value)
  return inline === undefined
    ? [head, ...writeChildren(value as Mapping, column + step, step)]
    : [`${head} ${inline}`]
}

/** The lines below a key whose value is a mapping: small values beside their keys, long lists an item a line. */
export function writeChildren(value: Mapping, column: number, step: number): string[] {
  return Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .flatMap(([key, child]) => {
      const head = `${' '.repeat(column)}${writeScalar(key)}:`
      const flow = writeFlow(child)
      if (head.length + flow.length < 100 || typeof child !== 'object' || child === null)
        return [`${head} ${flow}`]
      if (Array.isArray(child))
        return [head, ...child.map(item => `${' '.repeat(column + step)}- ${writeFlow(item)}`)]
      return [head, ...writeChildren(child as Mapping, column + step, step)]
    })
}

/** The value as it stands beside its key; undefined where it is a mapping, which gets lines of its own. */
export function writeInline(value: unknown): string | undefined {
  const mapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  return mapping && Object.keys(value).length ? undefined : writeFlow(value)
}

export function writeFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeFlow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, child]) => child !== undefined)
      .map(([key, child]) => `${writeScalar(key)}: ${writeFlow(child)}`)
    return entries.length ? `{ ${entries.join(', ')} }` : '{}'
  }
  return writeScalar(value as string | number | boolean | null)
}
