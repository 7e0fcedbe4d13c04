import type { Alias } from '../alias/alias.ts'
import { checkAliases } from '../alias/check.ts'
import { type Laid, type Overlay, overlay, profileOverlay } from '../alias/overlay.ts'
import type { Config } from './config.ts'
import { deepFreeze } from './load.ts'

/** An alias that the daemon has for a while. */
export interface Temporary {
  readonly name: string
  /** Whose alias it is; undefined for a global one. */
  readonly provider: string | undefined
  readonly alias: Alias
  /** As a config file would have it. */
  readonly value: unknown
  /** ISO 8601; null: until the daemon restarts. */
  readonly until: string | null
}

export interface Layers {
  /** The profile that was chosen, whether the config has it or not. */
  readonly profile: string | undefined
  /** The oldest first. */
  readonly temporary: readonly Temporary[]
}

/** A config with all that lies over its aliases. */
export interface Layered {
  readonly config: Config
  readonly profile: ProfileInUse | undefined
  /** Temporary aliases that are left out, each with why: the file has changed so that they would be a fault in it. */
  readonly broken: ReadonlyMap<Temporary, string>
}

export interface ProfileInUse {
  readonly name: string
  /** The config has no such profile: what is served is without it. */
  readonly missing: boolean
}

/**
 * Lays over a config the profile in use, and over that the temporary aliases. A profile was checked with the config; a
 * temporary alias that would make the outcome faulty is left out.
 */
export function layConfig(config: Config, { profile, temporary }: Layers): Layered {
  const found = profile === undefined ? undefined : config.profiles.get(profile)
  const based = found ? overlay(config, [profileOverlay(profile!, found)]) : config
  const broken = new Map<Temporary, string>()
  let kept: readonly Temporary[] = temporary
  // One after the other only where all together will not do: each check walks every alias.
  if (kept.length > 0 && faultOf(layTemporary(based, kept)) !== undefined) {
    kept = []
    for (const one of temporary) {
      const fault = faultOf(layTemporary(based, [...kept, one]))
      if (fault === undefined) kept = [...kept, one]
      else broken.set(one, fault)
    }
  }
  return {
    config: deepFreeze(layTemporary(based, kept)),
    profile: profile === undefined ? undefined : { name: profile, missing: !found },
    broken,
  }
}

/** What is wrong with the aliases of a config as they are laid; undefined where nothing is. */
export function faultOf(config: Config): string | undefined {
  const faults = checkAliases(config).filter(({ severity }) => severity === 'error')
  const texts = faults.map(({ message, hint }) => (hint ? `${message} (${hint})` : message))
  // A cycle is a fault of each of its links, in the same words.
  return faults.length > 0 ? [...new Set(texts)].join('; ') : undefined
}

/** A config with temporary aliases over its own. */
export function layTemporary(config: Config, temporary: readonly Temporary[]): Config {
  const places = new Map<string | undefined, Map<string, Laid>>()
  for (const { name, provider, alias, until } of temporary) {
    const place = places.get(provider) ?? new Map<string, Laid>()
    places.set(provider, place.set(name, { alias, layer: { kind: 'temporary', until } }))
  }
  return overlay(
    config,
    [...places].map(([provider, aliases]): Overlay => ({ provider, aliases })),
  )
}
