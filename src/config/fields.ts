// Reading what another program wrote, so that nothing is dropped in silence: every field is either taken or becomes a note.

import type { Problem } from '../errors.ts'
import type { Parsed, Path } from './parse.ts'
import { formatPath } from './validate.ts'

/** What has no counterpart here, and why. */
export interface Note {
  readonly path: Path
  readonly why: string
  readonly hint?: string
}

export type Mapping = Readonly<Record<string, unknown>>

/** A field that has no meaning at all: the text is broken, and not only richer than what we can carry. */
export class WrongField extends Error {
  readonly path: Path
  constructor(path: Path, message: string) {
    super(message)
    this.path = path
  }
}

/** One mapping of the other program's file, with a memory of which of its fields were taken. */
export class Fields {
  readonly path: Path
  readonly notes: Note[]
  readonly #value: Mapping
  readonly #left: Set<string>

  constructor(value: unknown, path: Path, notes: Note[]) {
    this.path = path
    this.notes = notes
    if (value !== undefined && value !== null && !isMapping(value))
      throw new WrongField(path, 'found no mapping where one is wanted')
    this.#value = (value ?? {}) as Mapping
    this.#left = new Set(Object.keys(this.#value))
  }

  get keys(): readonly string[] {
    return Object.keys(this.#value)
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#value, key)
  }

  /** The value of a field as it is; a null is as if it were not written. */
  take(key: string): unknown {
    this.#left.delete(key)
    return this.has(key) ? (this.#value[key] ?? undefined) : undefined
  }

  text(key: string): string | undefined {
    const value = this.take(key)
    if (value === undefined || (typeof value === 'string' && value !== '')) return value
    throw new WrongField([...this.path, key], 'found no text where one is wanted')
  }

  list(key: string): readonly unknown[] {
    const value = this.take(key)
    if (value === undefined || Array.isArray(value)) return value ?? []
    throw new WrongField([...this.path, key], 'found no list where one is wanted')
  }

  /** The mapping below a field, empty where there is none. Its own fields are then the caller's to take. */
  below(key: string): Fields {
    return new Fields(this.take(key), [...this.path, key], this.notes)
  }

  /** The mappings of a list. */
  each(key: string): Fields[] {
    return this.list(key).map((item, i) => new Fields(item, [...this.path, key, i], this.notes))
  }

  note(key: string, why: string, hint?: string): void {
    this.#left.delete(key)
    this.notes.push({ path: [...this.path, key], why, ...(hint === undefined ? {} : { hint }) })
  }

  /** Notes every field that nobody took. */
  rest(why: (key: string) => string): void {
    for (const key of this.#left) this.note(key, why(key))
  }
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A note with its place in the file it speaks of. */
export function noteProblem({ path, why, hint }: Note, file: string, parsed?: Parsed): Problem {
  return {
    file,
    ...placeOf(parsed, path),
    path: formatPath(path),
    message: `not carried: ${why}`,
    ...(hint === undefined ? {} : { hint }),
    severity: 'warning',
  }
}

export function wrongProblem(wrong: WrongField, file: string, parsed?: Parsed): Problem {
  return {
    file,
    ...placeOf(parsed, wrong.path),
    path: formatPath(wrong.path),
    message: wrong.message,
    severity: 'error',
  }
}

/** Where a path stands; for what is not written, where its nearest parent does. */
function placeOf(parsed: Parsed | undefined, path: Path) {
  for (let length = path.length; parsed && length >= 0; length--) {
    const place = parsed.positionOf(path.slice(0, length), 'key')
    if (place) return place
  }
  return {}
}
