import type { Alias, Naming, NamingProvider } from './alias.ts'

/** Aliases to lay over others; null takes a name away: it is then as if it had no alias. */
export type Aliases = ReadonlyMap<string, Alias | null>

export interface Layer {
  /** Over the global ones. */
  readonly aliases?: Aliases
  /** Over those of a provider, declared or not; one that is not known is ignored. */
  readonly providers?: ReadonlyMap<string, Aliases>
}

/** What names mean with `layers` over `naming`, the last layer on top. `naming` itself stays as it is. */
export function overlay(naming: Naming, layers: readonly Layer[]): Naming {
  return layers.reduce(lay, naming)
}

function lay(naming: Naming, { aliases, providers }: Layer): Naming {
  const over = (all: ReadonlyMap<string, NamingProvider>): ReadonlyMap<string, NamingProvider> =>
    providers
      ? new Map(
          [...all].map(([name, provider]) => [
            name,
            { ...provider, aliases: merge(provider.aliases, providers.get(name)) },
          ]),
        )
      : all
  return {
    defaultProvider: naming.defaultProvider,
    aliases: merge(naming.aliases, aliases),
    providers: over(naming.providers),
    undeclared: over(naming.undeclared),
  }
}

function merge(
  below: ReadonlyMap<string, Alias>,
  above: Aliases | undefined,
): ReadonlyMap<string, Alias> {
  if (!above || above.size === 0) return below
  const merged = new Map<string, Alias>()
  // First, as of patterns that are equally specific the first wins.
  for (const [name, alias] of above) if (alias) merged.set(name, alias)
  for (const [name, alias] of below) if (!above.has(name)) merged.set(name, alias)
  return merged
}
