// Entries of the config file, as paths and values: what a manifest or another program's file comes down to.

import { isDeepStrictEqual } from 'node:util'
import { isMapping } from './fields.ts'

export interface Entry {
  /** Keys from the root of the config, e.g. `['providers', 'openai', 'credential']`. */
  readonly path: readonly string[]
  readonly value: unknown
}

/** The value at a path of a parsed config; undefined where there is none. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (isMapping(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    root,
  )
}

/** A mapping that is there and holds nothing, also where it is written as null. */
export const isEmpty = (value: unknown): boolean =>
  value === null || (isMapping(value) && Object.keys(value).length === 0)

export const same = isDeepStrictEqual

/** A path as text that is unambiguous whatever the keys hold: a JSON Pointer (RFC 6901). */
export const toPointer = (path: readonly string[]): string =>
  path.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

export const fromPointer = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
