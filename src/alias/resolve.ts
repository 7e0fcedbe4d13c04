import { GatewayError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import {
  type Alias,
  type Fallback,
  nothingSaid,
  type Params,
  type RespondAs,
  type Timeouts,
} from './alias.ts'
import { layerText } from './overlay.ts'
import { mergeParams } from './params.ts'
import { substitute } from './pattern.ts'
import { type Addressed, findAlias, type Match, rules, splitTarget } from './rules.ts'
import type { AliasTable, TableProvider } from './table.ts'

/** The longest chain of aliases, from the name a client sent to a model. */
export const maxChain = 8

/** One (provider, model) pair, with all the changes that the aliases on the way to it ask for. */
export interface Target {
  readonly provider: string
  readonly model: string
  readonly params: Params
  /** The names passed on the way, the one the client sent first: `['fast', 'cheap']`; empty where no alias was. */
  readonly via: readonly string[]
}

/** Targets in order of fallback. A branch with weights is put in order per conversation, see `choose`. */
export type Branch =
  | { readonly target: Target }
  | { readonly branches: readonly Branch[]; readonly weights?: readonly number[] }

/** What a name means: the outcome of the rules. */
export interface Resolution {
  /** The name that was asked for. */
  readonly name: string
  /** The number of the rule that matched it. */
  readonly rule: number
  /** The alias of that name; undefined where the name is a model's. */
  readonly alias: Alias | undefined
  readonly respondAs: RespondAs | undefined
  /** What the aliases on the way say of these, the one nearest to the client before the others. */
  readonly fallback: Partial<Fallback>
  readonly timeouts: Partial<Timeouts>
  /** Every target, in the order of the file. Never empty. */
  readonly targets: readonly Target[]
  /** Present where a list on the way has weights. */
  readonly weighted?: { readonly tree: Branch; readonly sticky: boolean }
}

/** Told of each step while a name is resolved; what `explain` is made of. */
export interface Witness {
  tried(depth: number, name: string, rule: number, match: Match | undefined): void
  dropped(depth: number, target: string, reason: string): void
  landed(depth: number, target: Target): void
}

export interface ResolveOptions {
  /** The provider that the request's path names. */
  readonly provider?: string | undefined
  readonly witness?: Witness
}

/**
 * What `name` means. Throws `model_not_found` where no rule matches, `provider_not_found` where the path names no
 * provider, `alias_disabled` where every target is switched off, and `alias_chain` past eight aliases.
 */
export function resolve(
  table: AliasTable,
  name: string,
  { provider, witness }: ResolveOptions = {},
): Resolution {
  const walk = new Walk(table, addressedTo(table, provider), witness)
  const { rule, match } = walk.match(name, 0)
  const tree = walk.follow(name, match, [])
  const targets = tree ? flatten(tree) : []
  const alias = match.kind === 'alias' ? match.alias : undefined
  if (!tree || targets.length === 0) throw disabledError(name, walk.disabled)
  return {
    name,
    rule,
    alias,
    respondAs: walk.respondAs,
    fallback: walk.fallback,
    timeouts: walk.timeouts,
    targets,
    ...(walk.weighted ? { weighted: { tree, sticky: walk.sticky ?? true } } : {}),
  }
}

function disabledError(name: string, alias: Alias | undefined): GatewayError {
  const { layer } = alias ?? {}
  return new GatewayError('alias_disabled', {
    name,
    alias: alias?.name ?? name,
    ...(layer?.kind === 'profile' ? { profile: layer.profile } : {}),
  })
}

export function addressedTo(
  table: AliasTable,
  provider: string | undefined,
): Addressed | undefined {
  if (provider === undefined) {
    return table.defaultProvider && { provider: table.defaultProvider, byPath: false }
  }
  const found = table.providers.get(provider)
  if (found) return { provider: found, byPath: true }
  throw new GatewayError('provider_not_found', {
    provider,
    near: nearest(provider, table.providers.keys()),
  })
}

/** Every name a client can ask for by itself: aliases without stars, and the models that providers list. */
export function knownNames(table: AliasTable): Set<string> {
  const names = new Set(table.global.exact.keys())
  for (const provider of table.declared) {
    for (const name of provider.exact.keys()) names.add(name)
    for (const model of provider.models) names.add(model)
  }
  return names
}

/** What was said before stands; few aliases say anything, and for those nothing is made. */
const under = <T extends object>(said: Partial<T>, more: Partial<T>): Partial<T> =>
  more === nothingSaid ? said : said === nothingSaid ? more : { ...more, ...said }

const flatten = (branch: Branch): Target[] =>
  'target' in branch ? [branch.target] : branch.branches.flatMap(flatten)

/** One alias on the way: the name that reached it, and the params of the target taken. */
interface Step {
  readonly name: string
  readonly alias: Alias
  readonly params: Params
}

const namesOf = (chain: readonly Step[]): string[] => chain.map(step => step.name)

class Walk {
  readonly #table: AliasTable
  readonly #addressed: Addressed | undefined
  readonly #witness: Witness | undefined
  respondAs: RespondAs | undefined
  fallback: Partial<Fallback> = nothingSaid
  timeouts: Partial<Timeouts> = nothingSaid
  weighted = false
  sticky: boolean | undefined
  /** The first alias on the way that is switched off. */
  disabled: Alias | undefined

  constructor(table: AliasTable, addressed: Addressed | undefined, witness: Witness | undefined) {
    this.#table = table
    this.#addressed = addressed
    this.#witness = witness
  }

  match(name: string, depth: number): { rule: number; match: Match } {
    for (const rule of rules) {
      const match = rule.match(this.#table, name, this.#addressed)
      this.#witness?.tried(depth, name, rule.number, match)
      if (match && this.#mayApply(match, depth)) return { rule: rule.number, match }
    }
    throw new GatewayError('model_not_found', {
      model: name,
      near: nearest(name, knownNames(this.#table)),
    })
  }

  /** A global alias does not lead away from a provider that the path names. */
  #mayApply(match: Match, depth: number): boolean {
    if (match.kind === 'model' || match.owner || !this.#addressed?.byPath) return true
    const stays = match.alias.targets.some(target =>
      this.#stays(substitute(target.model, match.captures)),
    )
    if (!stays) {
      this.#witness?.dropped(
        depth,
        match.alias.name,
        `leads away from ${this.#addressed.provider.name}, which the path names`,
      )
    }
    return stays
  }

  #stays(target: string): boolean {
    if (!this.#addressed?.byPath) return true
    const split = splitTarget(this.#table, target)
    return split === undefined || split.provider === this.#addressed.provider
  }

  /** The tree below a match; undefined where everything below is switched off. `chain` holds the steps so far. */
  follow(name: string, match: Match, chain: readonly Step[]): Branch | undefined {
    if (match.kind === 'model') return this.#land(match.provider, match.model, chain)
    const { alias, captures, owner } = match
    if (chain.length === maxChain) {
      throw new GatewayError('alias_chain', { chain: [...namesOf(chain), name], limit: maxChain })
    }
    if (alias.disabled) {
      this.disabled ??= alias
      const by = alias.layer ? `disabled by ${layerText(alias.layer)}` : 'disabled'
      this.#witness?.dropped(chain.length, alias.name, by)
      return undefined
    }
    this.respondAs ??= alias.respondAs
    this.fallback = under(this.fallback, alias.fallback)
    this.timeouts = under(this.timeouts, alias.timeouts)
    const hasWeights = alias.targets.some(target => target.weight !== undefined)
    // The alias nearest to the client says whether its conversations stick, whatever the lists below it say.
    if (hasWeights) this.sticky ??= alias.sticky
    const branches: Branch[] = []
    const weights: number[] = []
    for (const { model, weight, params } of alias.targets) {
      const target = substitute(model, captures)
      const branch = this.#enter(target, owner, [...chain, { name, alias, params }])
      if (!branch) continue
      branches.push(branch)
      weights.push(weight ?? 1)
    }
    if (branches.length === 0) return undefined
    if (branches.length === 1) return branches[0]
    if (!hasWeights) return { branches }
    this.weighted = true
    return { branches, weights }
  }

  #enter(
    target: string,
    owner: TableProvider | undefined,
    chain: readonly Step[],
  ): Branch | undefined {
    // What a provider's own alias names is a name on that provider, also when it looks like provider/model:
    // OpenRouter's models do.
    if (owner) return this.#land(owner, target, chain)
    if (!this.#stays(target)) {
      this.#witness?.dropped(chain.length, target, 'on another provider than the path names')
      return undefined
    }
    const split = splitTarget(this.#table, target)
    if (split) return this.#land(split.provider, split.model, chain)
    return this.follow(target, this.match(target, chain.length).match, chain)
  }

  /** A name has reached a provider: that provider's own aliases apply, each once, and else it is the model. */
  #land(provider: TableProvider, name: string, chain: readonly Step[]): Branch | undefined {
    const own = findAlias(provider, name, provider)
    // Without the check, a provider's own `gpt-*: gpt-*` (there to set parameters) would never end.
    if (own?.kind === 'alias' && !chain.some(step => step.alias === own.alias)) {
      this.#witness?.tried(chain.length, name, own.captures.length > 0 ? 3 : 1, own)
      return this.follow(name, own, chain)
    }
    // The last layer is the strongest: that of the alias nearest to the client, and there the target's own.
    const layers = chain.toReversed().flatMap(step => [step.alias.params, step.params])
    const target: Target = {
      provider: provider.name,
      model: name,
      params: mergeParams(layers),
      via: namesOf(chain),
    }
    this.#witness?.landed(chain.length, target)
    return { target }
  }
}
