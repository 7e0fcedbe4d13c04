import { meaningOf, shadowedBy } from '../alias/meaning.ts'
import { compileAliases } from '../alias/table.ts'
import { targetText } from '../alias/text.ts'
import { chosenProfile } from '../config/chosen-profile.ts'
import type { Config } from '../config/config.ts'
import {
  faultOf,
  type Layered,
  type Layers as LayersState,
  layConfig,
  layTemporary,
  type Temporary,
} from '../config/layers.ts'
import { readAlias } from '../config/read-alias.ts'
import type {
  AddTemporaryGive,
  AddTemporaryTake,
  RemoveTemporaryGive,
  RemoveTemporaryTake,
  Status,
} from '../control/api.ts'
import { GatewayError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { nearest } from '../nearest.ts'
import type { Paths } from '../paths.ts'
import { TemporaryAliases } from './temporary.ts'

export interface LayersOptions {
  readonly paths: Paths
  readonly log: Log
  /** Swaps in a snapshot of the same generation with other layers over it; gives its number. */
  readonly relay: (config: Config, state: LayersState) => number
  /** The time of a temporary alias is over: `end` is to be called in turn. */
  readonly ended: () => void
}

/** What lies over the aliases of the config file while the daemon runs: the profile in use, and temporary aliases. */
export class Layers {
  readonly #options: LayersOptions
  readonly #temporary: TemporaryAliases
  /** The config of the file; both are there from the first `took` on. */
  #config: Config | undefined
  #layered: Layered | undefined

  constructor(options: LayersOptions) {
    this.#options = options
    this.#temporary = new TemporaryAliases(options.ended)
  }

  /** All that lies over the config file now. */
  state(profile: string | undefined): LayersState {
    return { profile, temporary: this.#temporary.all }
  }

  get profile(): string | undefined {
    return this.#layered?.profile?.name
  }

  /** The profile that was chosen for this config; the one in use stays where the state cannot be read. */
  async chosen(): Promise<string | undefined> {
    const { paths, log } = this.#options
    try {
      return await chosenProfile(paths.profiles, paths.config)
    } catch (error) {
      log.warn(`the chosen profile is not known: ${reasonOf(error)}`)
      return this.profile
    }
  }

  /** The layers over a config that is not live yet. */
  over(config: Config, profile: string | undefined): Layered {
    return layConfig(config, this.state(profile))
  }

  /** Is told that a config is live, with the layers over it. */
  took(config: Config, layered: Layered, generation: number): void {
    const before = this.#layered
    this.#config = config
    this.#layered = layered
    this.#say(before, layered, generation)
  }

  use(profile: string | undefined): number {
    const config = this.#config!
    const layered = this.over(config, profile)
    const generation = this.#options.relay(layered.config, this.state(profile))
    this.took(config, layered, generation)
    return generation
  }

  /** Throws `provider_not_found`, and `alias_refused` for what is no alias or would be a fault in the config. */
  add(take: AddTemporaryTake): AddTemporaryGive {
    const added = newTemporary(take, this.#layered!.config)
    const before = textOf(this.#layered!.config, added)
    const others = this.#temporary.all.filter(
      ({ name, provider }) => name !== added.name || provider !== added.provider,
    )
    const without = layConfig(this.#config!, { profile: this.profile, temporary: others })
    this.#temporary.set(added)
    const generation = this.use(this.profile)
    const { name, provider, until } = added
    const target = targetText(added.alias)
    const fields = { alias: name, provider, target }
    this.#options.log.info('temporary alias', { generation, ...fields, until: until ?? 'restart' })
    const table = compileAliases(this.#layered!.config)
    const meaning = meaningOf(table, name, provider)
    const shadows = shadowedBy(table, name, provider)
    return {
      generation,
      target,
      ...(meaning ? { meaning } : {}),
      ...(shadows ? { shadows } : {}),
      until,
      before,
      again: textOf(without.config, added),
    }
  }

  remove({ names, provider }: RemoveTemporaryTake): RemoveTemporaryGive['removed'] {
    const found = [...new Set(names)].flatMap(name => this.#temporary.get(name, provider) ?? [])
    return this.#takeAway(found, 'temporary alias removed')
  }

  /** Takes away the aliases whose time is over. */
  end(): void {
    this.#takeAway(this.#temporary.takeEnded(), 'temporary alias ended')
  }

  status(): Pick<Status, 'profile' | 'temporary'> {
    const { profile, broken } = this.#layered ?? {}
    return {
      ...(profile ? { profile } : {}),
      temporary: this.#temporary.all.map(one => {
        const { name, provider = null, value, until } = one
        const fault = broken?.get(one)
        return { name, provider, value, until, ...(fault === undefined ? {} : { broken: fault }) }
      }),
    }
  }

  close(): void {
    this.#temporary.close()
  }

  #takeAway(gone: readonly Temporary[], says: string): RemoveTemporaryGive['removed'] {
    if (gone.length === 0) return []
    for (const one of gone) this.#temporary.delete(one)
    const generation = this.use(this.profile)
    return gone.map(one => {
      const { name, provider, alias } = one
      const target = targetText(alias)
      const again = textOf(this.#layered!.config, one)
      const fields = { alias: name, provider, target, again: again ?? undefined }
      this.#options.log.info(says, { generation, ...fields })
      return { name, target, again }
    })
  }

  #say(before: Layered | undefined, { profile, broken }: Layered, generation: number): void {
    const { log } = this.#options
    const was = before?.profile
    if (profile?.name !== was?.name || profile?.missing !== was?.missing) {
      if (profile?.missing)
        log.warn(`the config has no profile "${profile.name}": serving without it`, { generation })
      else log.info('profile', { generation, inUse: profile?.name ?? 'none' })
    }
    for (const [one, fault] of broken) {
      if (before?.broken.get(one) === fault) continue
      log.warn(`the temporary alias "${one.name}" is out of force: ${fault}`, { generation })
    }
  }
}

function newTemporary(
  { name, provider, value, forMs }: AddTemporaryTake,
  config: Config,
): Temporary {
  if (provider !== undefined && !providerOf(config, provider)) {
    const known = [...config.providers.keys(), ...config.undeclared.keys()]
    throw new GatewayError('provider_not_found', { provider, near: nearest(provider, known) })
  }
  const alias = readAlias(name, value)
  const until = forMs === undefined ? null : new Date(Date.now() + forMs).toISOString()
  const added = { name, provider, alias, value, until }
  const fault = faultOf(layTemporary(config, [added]))
  if (fault !== undefined) throw new GatewayError('alias_refused', { name, problems: [fault] })
  return added
}

/** What the alias of that name and place stands for, in words; null where there is none. */
function textOf(config: Config, { name, provider }: Temporary): string | null {
  const place = provider === undefined ? config : providerOf(config, provider)
  const alias = place?.aliases.get(name)
  return alias ? targetText(alias) : null
}

const providerOf = (config: Config, name: string) =>
  config.providers.get(name) ?? config.undeclared.get(name)
