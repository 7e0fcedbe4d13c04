import type { Naming } from './alias.ts'
import { type Resolution, type ResolveOptions, resolve } from './resolve.ts'
import { type AliasTable, compileAliases } from './table.ts'

/**
 * The one resolver, compiled from a config: what every endpoint, `explain` and `/v1/models` ask. What an exact alias
 * means is worked out when it is built, so that such a name costs one look-up in a Map.
 */
export class Resolver {
  readonly table: AliasTable
  readonly #exact = new Map<string, Resolution>()

  constructor(naming: Naming) {
    this.table = compileAliases(naming)
    for (const name of this.table.global.exact.keys()) {
      try {
        this.#exact.set(name, resolve(this.table, name))
      } catch {
        // A disabled alias has no meaning to keep; the error is thrown to whoever asks for it.
      }
    }
  }

  /** See `resolve`. `provider` is the one that the request's path names. */
  resolve(name: string, provider?: string): Resolution {
    if (provider === undefined) {
      const known = this.#exact.get(name)
      if (known) return known
    }
    return resolve(this.table, name, { provider } satisfies ResolveOptions)
  }
}
