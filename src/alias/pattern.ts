/**
 * A name with `*`s. Each `*` matches any run of characters, also none, also `/`; of several ways to match, each `*` but
 * the last takes as little as it can. No RegExp: every literal is looked for once, from left to right, so that a hostile
 * name costs time linear in its length.
 */
export interface Pattern {
  readonly source: string
  /** The parts between the stars: `a*b` has `['a', 'b']`. */
  readonly literals: readonly string[]
  /** How many characters are not stars: the more, the more specific. */
  readonly specificity: number
}

export const isPattern = (name: string): boolean => name.includes('*')

export function compilePattern(source: string): Pattern {
  const literals = source.split('*')
  return { source, literals, specificity: source.length - literals.length + 1 }
}

/** What each `*` matched, in order; undefined where the pattern does not match. */
export function matchPattern(pattern: Pattern, name: string): string[] | undefined {
  if (!hasEnds(pattern, name)) return undefined
  const { literals } = pattern
  const end = name.length - literals[literals.length - 1]!.length
  const captures: string[] = []
  let from = literals[0]!.length
  for (let i = 1; i < literals.length - 1; i++) {
    const literal = literals[i]!
    const at = name.indexOf(literal, from)
    if (at < 0 || at + literal.length > end) return undefined
    captures.push(name.slice(from, at))
    from = at + literal.length
  }
  captures.push(name.slice(from, end))
  return captures
}

function hasEnds({ literals }: Pattern, name: string): boolean {
  const first = literals[0]!
  const last = literals[literals.length - 1]!
  return name.length >= first.length + last.length && name.startsWith(first) && name.endsWith(last)
}

/** Puts what the n-th `*` matched in place of the n-th `*` of a target. */
export function substitute(target: string, captures: readonly string[]): string {
  if (captures.length === 0 || !isPattern(target)) return target
  const parts = target.split('*')
  return parts.reduce((text, part, i) => text + (captures[i - 1] ?? '') + part)
}

/** True where every name that `narrow` matches is matched by `wide` as well: the stars of `narrow` are taken as letters. */
export function covers(wide: Pattern, narrow: Pattern): boolean {
  return matchPattern(wide, narrow.source) !== undefined
}

/** No model has a longer name: searching it for the literals of hundreds of patterns would take milliseconds. */
const longName = 1024

/** Which pairs of neighbouring characters a name has; some it has not may seem to be there, by chance. */
function pairsOf(name: string): Uint8Array {
  const pairs = new Uint8Array(1 << 16)
  let before = name.charCodeAt(0)
  for (let i = 1; i < name.length; i++) {
    const code = name.charCodeAt(i)
    pairs[pairIndex(before, code)] = 1
    before = code
  }
  return pairs
}

function mayHold(pairs: Uint8Array, literal: string): boolean {
  for (let i = 1; i < literal.length; i++) {
    if (pairs[pairIndex(literal.charCodeAt(i - 1), literal.charCodeAt(i))] === 0) return false
  }
  return true
}

const pairIndex = (before: number, code: number): number => ((before * 257) ^ code) & 0xffff

/** Patterns with what they stand for, ready to be searched: most literal characters first, then the order given. */
export class PatternIndex<T> {
  readonly entries: readonly (readonly [Pattern, T])[]
  // By first letter, so that a search among hundreds of patterns looks at the few that can match.
  readonly #byFirst = new Map<string, (readonly [Pattern, T])[]>()
  readonly #anyFirst: readonly (readonly [Pattern, T])[]

  constructor(patterns: Iterable<readonly [string, T]>) {
    this.entries = [...patterns]
      .map(([source, value]) => [compilePattern(source), value] as const)
      .sort(([a], [b]) => b.specificity - a.specificity)
    const firsts = new Set(this.entries.map(([pattern]) => pattern.source[0]!))
    for (const first of firsts) {
      if (first === '*') continue
      this.#byFirst.set(
        first,
        this.entries.filter(([{ source }]) => source[0] === first || source[0] === '*'),
      )
    }
    this.#anyFirst = this.entries.filter(([{ source }]) => source[0] === '*')
  }

  find(name: string): { readonly value: T; readonly captures: readonly string[] } | undefined {
    let pairs: Uint8Array | undefined
    for (const [pattern, value] of this.#byFirst.get(name[0] ?? '') ?? this.#anyFirst) {
      if (!hasEnds(pattern, name)) continue
      if (name.length > longName && pattern.literals.length > 2) {
        const held = pairs ?? pairsOf(name)
        pairs = held
        if (!pattern.literals.every(literal => mayHold(held, literal))) continue
      }
      const captures = matchPattern(pattern, name)
      if (captures) return { value, captures }
    }
    return undefined
  }
}
