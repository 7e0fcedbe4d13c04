import type { Alias } from '../alias/alias.ts'
import type { Config } from '../config/config.ts'
import { GatewayError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/** Where the config file has an alias. */
export const aliasPath = (name: string, provider: string | undefined): string[] =>
  provider === undefined ? ['aliases', name] : ['providers', provider, 'aliases', name]

/** The aliases of one place: the global ones, or a provider's; undefined where there is no such provider. */
export const aliasesOf = (
  config: Config,
  provider: string | undefined,
): ReadonlyMap<string, Alias> | undefined =>
  provider === undefined
    ? config.aliases
    : (config.providers.get(provider) ?? config.undeclared.get(provider))?.aliases

/** The other aliases of a config that lead to one by its name, those of profiles with the profile's name. */
export function leadingTo(config: Config, name: string, provider: string | undefined): string[] {
  const global = provider === undefined ? name : `${provider}/${name}`
  const leading = (aliases: Iterable<Alias | null>, target: string): string[] =>
    [...aliases].flatMap(alias =>
      alias?.targets.some(({ model }) => model === target) ? [alias.name] : [],
    )
  return [
    ...(provider === undefined ? [] : leading(aliasesOf(config, provider)?.values() ?? [], name)),
    ...leading(config.aliases.values(), global),
    ...[...config.profiles].flatMap(([profile, aliases]) =>
      leading(aliases.values(), global).map(other => `${other} of profile ${profile}`),
    ),
  ]
}

/** Throws `provider_not_found` where the config declares no such provider and no preset has the name. */
export function checkProvider(config: Config, provider: string | undefined): void {
  if (provider === undefined) return
  if (config.providers.has(provider) || config.undeclared.has(provider)) return
  throw new GatewayError('provider_not_found', {
    provider,
    near: nearest(provider, [...config.providers.keys(), ...config.undeclared.keys()]),
  })
}
