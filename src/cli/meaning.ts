import { type Alias, noPrompt, type Params } from '../alias/alias.ts'
import { isPattern } from '../alias/pattern.ts'
import { resolve } from '../alias/resolve.ts'
import { rules } from '../alias/rules.ts'
import type { AliasTable } from '../alias/table.ts'
import { GatewayError } from '../errors.ts'

/** What an alias stands for, as a person would write it: `gpt-4`, `a, then b`, `a (9) or b (1)`, `gpt-5 with set x`. */
export function targetText(alias: Alias): string {
  const weighted = alias.targets.some(target => target.weight !== undefined)
  const targets = alias.targets
    .map(({ model, weight }) => (weighted ? `${model} (${weight ?? 1})` : model))
    .join(weighted ? ' or ' : ', then ')
  const all = [alias.params, ...alias.targets.map(target => target.params)].flatMap(paramWords)
  const more = [
    ...new Set(all),
    ...(alias.respondAs ? [`respondAs ${alias.respondAs}`] : []),
    ...(['fallback', 'timeouts'] as const).filter(key => Object.keys(alias[key]).length > 0),
  ]
  const flags = [...(alias.hidden ? ['hidden'] : []), ...(alias.disabled ? ['disabled'] : [])]
  return [
    targets,
    ...(more.length > 0 ? [`with ${more.join(', ')}`] : []),
    ...(flags.length > 0 ? [`(${flags.join(', ')})`] : []),
  ].join(' ')
}

const paramWords = (params: Params): string[] => [
  ...Object.keys(params.set).map(key => `set ${key}`),
  ...Object.keys(params.default).map(key => `default ${key}`),
  ...params.remove.map(key => `remove ${key}`),
  ...(params.prompt === noPrompt ? [] : ['prompt']),
]

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
