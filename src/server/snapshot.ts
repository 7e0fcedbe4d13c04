import type { Resolver } from '../alias/resolver.ts'
import type { Config } from '../config/config.ts'
import type { Provider } from '../providers/provider.ts'

/** One config as it is served: frozen, numbered, and kept by each request to its end. */
export interface Snapshot {
  readonly generation: number
  readonly config: Config
  readonly resolver: Resolver
  /** Every provider a name can lead to: the declared ones, and the presets. */
  readonly providers: ReadonlyMap<string, Provider>
  readonly loadedAt: Date
}
