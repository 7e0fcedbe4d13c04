import { nearest } from '../nearest.ts'
import type { Alias, AliasFault, Naming, Params } from './alias.ts'
import { covers, isPattern } from './pattern.ts'
import { maxChain } from './resolve.ts'
import { findAlias, type Match, rules, splitTarget } from './rules.ts'
import { type AliasScope, type AliasTable, compileAliases } from './table.ts'

type Path = readonly (string | number)[]

/** Stands for what a star matched, where a pattern's target is followed at load: no name holds it. */
const anything = '\uE000'

/** A space between words is part of a name, as in GPT4All's "Llama 3 8B Instruct"; any other nobody would see. */
export const unwritable = /^ | $|[^\S ]|\p{Cc}/u
export const noSpace = 'holds no spaces at its ends, no other white space and no control characters'

/** Everything wrong or doubtful in the aliases of a config; an error refuses the config. */
export function checkAliases(naming: Naming): AliasFault[] {
  const table = compileAliases(naming)
  const places = [
    { aliases: naming.aliases, scope: table.global, path: ['aliases'] as Path, owner: undefined },
    // One that the file does not declare has aliases only from a layer above the file.
    ...[...naming.providers, ...naming.undeclared].map(([name, provider]) => ({
      aliases: provider.aliases,
      scope: table.providers.get(name)! as AliasScope,
      path: ['providers', name, 'aliases'] as Path,
      owner: name,
    })),
  ]
  return places.flatMap(({ aliases, scope, path, owner }) => [
    ...[...aliases.values()].flatMap(alias => [
      ...checkName(table, alias, [...path, alias.name]),
      ...checkParams(alias.params, [...path, alias.name]),
      ...checkTargets(table, alias, [...path, alias.name], owner),
    ]),
    ...checkCase(aliases, path),
    ...checkCovered(scope, path),
    ...checkChains(table, scope, aliases, path, owner),
  ])
}

function checkName(table: AliasTable, { name }: Alias, path: Path): AliasFault[] {
  if (name === '') return [{ path, severity: 'error', message: 'an alias has an empty name' }]
  if (unwritable.test(name)) return [{ path, severity: 'error', message: `a name ${noSpace}` }]
  const split = splitTarget(table, name)
  if (!split || isPattern(name)) return []
  return [
    {
      path,
      severity: 'warning',
      message: `hides the model "${split.model}" of provider "${split.provider.name}"`,
    },
  ]
}

function checkParams(params: Params, path: Path): AliasFault[] {
  const faults: AliasFault[] = params.remove
    .filter(key => Object.hasOwn(params.set, key) || Object.hasOwn(params.default, key))
    .map(key => ({
      path: [...path, 'remove'],
      severity: 'error',
      message: `"${key}" is both removed and given a value`,
    }))
  for (const [kind, keys] of [
    ['set', Object.keys(params.set)],
    ['default', Object.keys(params.default)],
    ['remove', params.remove],
  ] as const) {
    if (!keys.includes('model')) continue
    faults.push({
      path: [...path, kind],
      severity: 'error',
      message: 'the model is what the target says, and no parameter',
    })
  }
  return faults
}

/** Where a target stands in the file: the alias itself, its `target`, or one of its `targets`. The file says which. */
const targetPath = (alias: Alias, path: Path, index: number): Path =>
  alias.targets.length === 1 ? path : [...path, 'targets', index]

function checkTargets(
  table: AliasTable,
  alias: Alias,
  path: Path,
  owner: string | undefined,
): AliasFault[] {
  const stars = alias.name.split('*').length
  return alias.targets.flatMap(({ model, params }, index): AliasFault[] => {
    const at = targetPath(alias, path, index)
    const faults = checkParams(params, at)
    if (model === '')
      return [...faults, { path: at, severity: 'error', message: 'a target is empty' }]
    if (unwritable.test(model))
      return [...faults, { path: at, severity: 'error', message: `a target ${noSpace}` }]
    if (model.split('*').length > stars) {
      faults.push({
        path: at,
        severity: 'error',
        message: `the target "${model}" has more stars than the name "${alias.name}"`,
      })
    }
    if (owner === undefined && !isPattern(model)) faults.push(...checkBareTarget(table, model, at))
    return faults
  })
}

function checkBareTarget(table: AliasTable, model: string, path: Path): AliasFault[] {
  if (splitTarget(table, model)) return []
  const to = table.defaultProvider && { provider: table.defaultProvider, byPath: false }
  const claimed = rules.find(rule => rule.match(table, model, to))
  const slash = model.indexOf('/')
  // Rules 8 and 9 would send a mistyped provider's name to somebody else as if it were a model.
  if (slash > 0 && (claimed === undefined || claimed.number >= 8)) {
    const prefix = model.slice(0, slash)
    const near = nearest(prefix, table.providers.keys(), 1)[0]
    return [
      {
        path,
        severity: 'error',
        message: `no provider is named "${prefix}"`,
        hint: near
          ? `did you mean "${near}/${model.slice(slash + 1)}"?`
          : `if it is a model's name, put its provider before it: PROVIDER/${model}`,
      },
    ]
  }
  if (claimed) return []
  return [
    {
      path,
      severity: 'warning',
      message: `nothing claims "${model}", so requests will be answered 404`,
      hint: `name its provider: PROVIDER/${model}`,
    },
  ]
}

function checkCase(aliases: ReadonlyMap<string, Alias>, path: Path): AliasFault[] {
  const seen = new Map<string, string>()
  const faults: AliasFault[] = []
  for (const name of aliases.keys()) {
    const lower = name.toLowerCase()
    const other = seen.get(lower)
    if (other === undefined) seen.set(lower, name)
    else {
      faults.push({
        path: [...path, name],
        severity: 'warning',
        message: `differs from "${other}" only by case`,
      })
    }
  }
  return faults
}

function checkCovered(scope: AliasScope, path: Path): AliasFault[] {
  const patterns = scope.patterns.entries.map(([pattern]) => pattern)
  return patterns.flatMap((pattern, index): AliasFault[] => {
    // A pattern with fewer literal characters stands later, so only one as specific can hide another.
    const hiding = patterns
      .slice(0, index)
      .find(earlier => earlier.specificity === pattern.specificity && covers(earlier, pattern))
    if (!hiding) return []
    return [
      {
        path: [...path, pattern.source],
        severity: 'warning',
        message: `never matches: "${hiding.source}" comes first and matches the same names`,
      },
    ]
  })
}

/** Cycles and chains that are too long, within one scope: an alias leads to another of its own scope or to a model. */
function checkChains(
  table: AliasTable,
  scope: AliasScope,
  aliases: ReadonlyMap<string, Alias>,
  path: Path,
  owner: string | undefined,
): AliasFault[] {
  const next = (alias: Alias): Alias[] => {
    if (alias.disabled) return []
    return alias.targets.flatMap(({ model }) => {
      if (owner === undefined && splitTarget(table, model)) return []
      const found: Match | undefined = findAlias(scope, model.replaceAll('*', anything), undefined)
      if (found?.kind !== 'alias') return []
      // A provider's own alias of a model's very name is there for its parameters: it leads to the model.
      return owner !== undefined && found.alias === alias ? [] : [found.alias]
    })
  }
  const faults: AliasFault[] = []
  const depth = new Map<Alias, number>()
  const onWay: Alias[] = []
  const visit = (alias: Alias): number => {
    const known = depth.get(alias)
    if (known !== undefined) return known
    const start = onWay.indexOf(alias)
    if (start >= 0) {
      const links = onWay.slice(start)
      const cycle = [...links, alias].map(link => link.name).join(' -> ')
      for (const link of links) {
        faults.push({
          path: [...path, link.name],
          severity: 'error',
          message: `a cycle: ${cycle}`,
          hint: 'name the provider in the last target, as in openai/gpt-4o',
        })
      }
      return 0
    }
    onWay.push(alias)
    const length = 1 + Math.max(0, ...next(alias).map(visit))
    onWay.pop()
    depth.set(alias, length)
    if (length === maxChain + 1) {
      faults.push({
        path: [...path, alias.name],
        severity: 'error',
        message: `leads through more than ${maxChain} aliases`,
      })
    }
    return length
  }
  for (const alias of aliases.values()) visit(alias)
  return faults
}
