// The value that an edit is to give: what comes out of its splices is compared with it.

type Keys = readonly string[]

/** The value with another one at a path, whose missing parents are made. */
export function setIn(old: unknown, [key, ...rest]: Keys, value: unknown): unknown {
  const entries = entriesOf(old)
  const at = entries.findIndex(([own]) => own === key)
  const next = rest.length ? setIn(entries[at]?.[1], rest, value) : plain(value)
  const entry: [string, unknown] = [key!, next]
  return Object.fromEntries(at < 0 ? [...entries, entry] : entries.with(at, entry))
}

/** The value without what stands at a path; what becomes empty by that is `empty`. */
export function deleteIn(old: unknown, [key, ...rest]: Keys, empty: unknown): unknown {
  const entries = entriesOf(old).flatMap(([own, value]): [string, unknown][] =>
    own !== key ? [[own, value]] : rest.length ? [[own, deleteIn(value, rest, empty)]] : [],
  )
  return entries.length ? Object.fromEntries(entries) : empty
}

/** The value with another key at the end of a path. */
export function renameIn(old: unknown, [key, ...rest]: Keys, newKey: string): unknown {
  return Object.fromEntries(
    entriesOf(old).map(([own, value]) =>
      own !== key
        ? [own, value]
        : rest.length
          ? [own, renameIn(value, rest, newKey)]
          : [newKey, value],
    ),
  )
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** Without the keys that are undefined, which no YAML can hold. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    entriesOf(value).flatMap(([key, child]) => (child === undefined ? [] : [[key, plain(child)]])),
  )
}

/** The same values, with their keys in the same order. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => equal(item, b[i]))
    )
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [ours, theirs] = [Object.entries(a), Object.entries(b)]
  return (
    ours.length === theirs.length &&
    ours.every(([key, value], i) => key === theirs[i]![0] && equal(value, theirs[i]![1]))
  )
}
