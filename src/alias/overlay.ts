import type { Alias, Layer, Naming } from './alias.ts'

/** The aliases of a profile, by name; null switches the alias of that name off. */
export type Profile = ReadonlyMap<string, Alias | null>

/** One alias to lay over the others of its name; null switches that off. */
export interface Laid {
  readonly alias: Alias | null
  readonly layer: Layer
}

export interface Overlay {
  /** Whose aliases it lies over; undefined for the global ones. */
  readonly provider?: string | undefined
  readonly aliases: ReadonlyMap<string, Laid>
}

/**
 * What names mean with `overlays` over `naming`, the last on top; `naming` itself stays as it is. An alias that is
 * switched off is a disabled one: its name is refused, and never falls through to a model that is called the same. A
 * provider that is not known, and a name to switch off that is no alias, are passed over.
 */
export function overlay<N extends Naming>(naming: N, overlays: readonly Overlay[]): N {
  return overlays.reduce(layOver, naming)
}

function layOver<N extends Naming>(naming: N, { provider, aliases }: Overlay): N {
  if (provider === undefined) return { ...naming, aliases: lay(naming.aliases, aliases) }
  const place = naming.providers.has(provider) ? 'providers' : 'undeclared'
  const found = naming[place].get(provider)
  if (!found) return naming
  const laid = { ...found, aliases: lay(found.aliases, aliases) }
  return { ...naming, [place]: new Map(naming[place]).set(provider, laid) }
}

function lay(
  below: ReadonlyMap<string, Alias>,
  above: Overlay['aliases'],
): ReadonlyMap<string, Alias> {
  const all = new Map<string, Alias>()
  // First, as of patterns that are equally specific the first wins.
  for (const [name, { alias, layer }] of above) if (alias) all.set(name, { ...alias, layer })
  for (const [name, alias] of below) {
    const laid = above.get(name)
    if (!laid) all.set(name, alias)
    else if (!laid.alias) all.set(name, { ...alias, disabled: true, layer: laid.layer })
  }
  return all
}

/** A profile as an overlay. */
export const profileOverlay = (name: string, profile: Profile): Overlay => ({
  aliases: new Map(
    [...profile].map(([alias, value]) => [
      alias,
      { alias: value, layer: { kind: 'profile', profile: name } },
    ]),
  ),
})

/** A layer in words. */
export const layerText = (layer: Layer): string =>
  layer.kind === 'profile'
    ? `profile ${layer.profile}`
    : `temporary, until ${layer.until ?? 'the daemon restarts'}`
