import { noSpace, unwritable } from '../../alias/check.ts'
import { type Entry, same } from '../entries.ts'
import { isMapping, type Mapping, type Note } from '../fields.ts'
import type { Path } from '../parse.ts'

/** What a file of another program comes down to here. */
export interface Imported {
  /** Providers first, then aliases. A provider is one entry, and so is an alias. */
  readonly entries: readonly Entry[]
  readonly notes: readonly Note[]
  /** Keys that stand in the file, by the names under which the store gets them. Must not be printed. */
  readonly keys: ReadonlyMap<string, string>
}

/** Gathers providers and aliases under names that are free. */
export class Gathering {
  readonly notes: Note[] = []
  readonly keys = new Map<string, string>()
  readonly #existing: Mapping
  readonly #providers = new Map<string, Mapping>()
  readonly #aliases = new Map<string, unknown>()

  /** `config` is the value of the config that it all goes into. */
  constructor(config: unknown) {
    const providers = isMapping(config) ? config['providers'] : undefined
    this.#existing = isMapping(providers) ? providers : {}
  }

  /**
   * Declares a provider and returns its name: that of one which is the same, else `name`, else `name-2` and so on. Under
   * another name than its preset's own, the preset is written.
   */
  provider(
    name: string,
    keys: Mapping,
    { preset, secret }: { readonly preset?: string; readonly secret?: string | undefined } = {},
  ): string {
    for (let n = 1; ; n++) {
      const free = n === 1 ? name : `${name}-${n}`
      const all = {
        ...(preset === undefined || preset === free ? {} : { preset }),
        ...keys,
        ...(secret === undefined ? {} : { credential: `store:${free}` }),
      }
      const known = this.#providers.get(free) ?? this.#existing[free]
      const sameKey = secret === undefined || (this.keys.get(free) ?? secret) === secret
      if (known !== undefined && !(same(known ?? {}, all) && sameKey)) continue
      if (known === undefined) this.#providers.set(free, all)
      if (secret !== undefined) this.keys.set(free, secret)
      return free
    }
  }

  /** Adds an alias, unless its name or its target can be none here. */
  alias(name: string, value: unknown, path: Path): void {
    const wrong = (text: string) => text === '' || unwritable.test(text)
    if (wrong(name) || (typeof value === 'string' && wrong(value)))
      this.notes.push({ path, why: `a name ${noSpace}` })
    else if (this.#aliases.has(name))
      this.notes.push({ path, why: `"${name}" has a meaning in this file already` })
    else this.#aliases.set(name, value)
  }

  has(alias: string): boolean {
    return this.#aliases.has(alias)
  }

  done(): Imported {
    return {
      entries: [
        ...[...this.#providers].map(([name, value]) => ({ path: ['providers', name], value })),
        ...[...this.#aliases].map(([name, value]) => ({ path: ['aliases', name], value })),
      ],
      notes: this.notes,
      keys: this.keys,
    }
  }
}
