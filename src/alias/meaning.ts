import { GatewayError } from '../errors.ts'
import { isPattern } from './pattern.ts'
import { resolve } from './resolve.ts'
import { rules } from './rules.ts'
import type { AliasTable } from './table.ts'

/** Where a name leads: `provider/model` each. */
export interface Meaning {
  readonly targets: readonly string[]
  /** The aliases passed on the way to the first, without the name itself. */
  readonly via: readonly string[]
  /** The rule that found the provider of the first; absent where its alias names it. */
  readonly rule?: { readonly number: number; readonly says: string }
  /** Why the name leads nowhere; `targets` is then empty. */
  readonly nowhere?: string
}

/** What an alias means in the whole config; undefined for a pattern, whose meaning depends on the name that comes. */
export function meaningOf(
  table: AliasTable,
  name: string,
  provider: string | undefined,
): Meaning | undefined {
  if (isPattern(name)) return undefined
  let landed = false
  let found = 0
  try {
    const { targets } = resolve(table, name, {
      provider,
      witness: {
        tried: (_depth, _name, rule, match) => {
          if (match?.kind === 'model' && !landed) found = rule
        },
        dropped: () => {},
        landed: () => {
          landed = true
        },
      },
    })
    const rule = rules.find(({ number }) => number === found)
    return {
      targets: targets.map(target => `${target.provider}/${target.model}`),
      via: targets[0]!.via.slice(1),
      ...(rule ? { rule: { number: rule.number, says: rule.says } } : {}),
    }
  } catch (error) {
    if (error instanceof GatewayError) return { targets: [], via: [], nowhere: error.message }
    throw error
  }
}

/** The model that an alias hides by carrying its name: one that a provider lists, or that a preset claims. */
export function shadowedBy(
  table: AliasTable,
  name: string,
  provider: string | undefined,
): string | undefined {
  if (isPattern(name)) return undefined
  const places =
    provider === undefined
      ? [...table.declared, ...table.undeclared]
      : [table.providers.get(provider)].filter(place => place !== undefined)
  const place =
    places.find(({ models }) => models.has(name)) ??
    places.find(({ claims }) => claims.find(name) !== undefined)
  return place && `${place.name}/${name}`
}
