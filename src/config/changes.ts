// What is different between two configs, in the words of who wrote them. Pure: the history keeps it, and `undo` says it.

import { isDeepStrictEqual } from 'node:util'
import type { Alias } from '../alias/alias.ts'
import { isPattern } from '../alias/pattern.ts'
import { targetsText, targetText } from '../alias/text.ts'
import type { Config, ProviderConfig } from './config.ts'
import { effectiveAlias, effectiveConfig, effectiveProvider, type Value } from './effective.ts'
import { isMapping } from './fields.ts'

export interface Change {
  /** `moved`: the same things in another order, where the order decides what a name means. */
  readonly kind: 'added' | 'removed' | 'renamed' | 'changed' | 'moved'
  /** Where in the config, e.g. `['aliases', 'fast']`; of a renamed thing, by its old name. */
  readonly path: readonly string[]
  /** What was there and what is, in short; absent where there is nothing, and where it may be a secret. */
  readonly before?: string
  readonly after?: string
}

/** Longest text of a value that is kept: a system message may be a page. */
const longest = 200

/** Every difference in meaning, each once; none where two texts mean the same. */
export function changesBetween(before: Config, after: Config): readonly Change[] {
  return [
    ...changesOfValues([], settings(before), settings(after)),
    ...changesOfProviders(before.providers, after.providers),
    ...changesOfAliases(['aliases'], before.aliases, after.aliases),
  ]
}

/** One change as a person would say it: `fast: gpt-3.5-turbo -> gpt-4o-mini`. */
export function changeText({ kind, path, before, after }: Change): string {
  const name = nameOf(path)
  switch (kind) {
    case 'added':
      return after === undefined ? `${name}: added` : `${name}: added, ${after}`
    case 'removed':
      return before === undefined ? `${name}: removed` : `${name}: removed, was ${before}`
    case 'renamed':
      return `${name}: renamed to ${after}`
    case 'changed':
      return before === undefined ? `${name}: changed` : `${name}: ${before} -> ${after}`
    case 'moved':
      return `${name}: in another order`
    default:
      return kind satisfies never
  }
}

/** A path in the words of the config's user: `fast`, `fast on ollama`, `fast set temperature`, `provider work baseUrl`. */
function nameOf([first = '', ...rest]: readonly string[]): string {
  if (rest.length === 0) return first
  if (first === 'aliases') return rest.join(' ')
  if (first !== 'providers') return [first, ...rest].join('.')
  const [provider = '', list, name, ...more] = rest
  if (list !== 'aliases') return ['provider', ...rest].join(' ')
  return name === undefined ? `aliases on ${provider}` : [name, 'on', provider, ...more].join(' ')
}

/** All but what has names of its own. */
function settings(config: Config): Value {
  const { providers: _providers, aliases: _aliases, ...rest } = effectiveConfig(config) as Mapping
  return rest
}

function changesOfProviders(
  before: Config['providers'],
  after: Config['providers'],
): readonly Change[] {
  const none: ReadonlyMap<string, Alias> = new Map()
  const own = changesOfNamed(['providers'], before, after, {
    text: ({ preset, baseUrl }) => baseUrl ?? preset,
    value: providerValue,
    all: config => JSON.stringify([providerValue(config), effectiveProvider(config)]),
    ordered: () => true,
  })
  const renamed = new Map(own.flatMap(c => (c.kind === 'renamed' ? [[c.after, c.path[1]]] : [])))
  const names = new Set([...before.keys(), ...after.keys()])
  return [
    ...own,
    ...[...names].flatMap(name => {
      if (renamed.has(name) || [...renamed.values()].includes(name)) return []
      const [was, is] = [before.get(name), after.get(name)]
      return changesOfAliases(
        ['providers', name, 'aliases'],
        was?.aliases ?? none,
        is?.aliases ?? none,
      )
    }),
  ]
}

function providerValue(config: ProviderConfig): Value {
  const { aliases: _aliases, ...rest } = effectiveProvider(config) as Mapping
  return {
    ...rest,
    credential: config.credentialDeclared ? config.credential : `${config.credential} by itself`,
    // With their values, which are compared and never shown.
    headers: config.headers,
  }
}

const changesOfAliases = (
  path: readonly string[],
  before: ReadonlyMap<string, Alias>,
  after: ReadonlyMap<string, Alias>,
): readonly Change[] =>
  changesOfNamed(path, before, after, {
    text: targetText,
    value: aliasValue,
    // Of two patterns that fit a name as closely, the first wins.
    ordered: isPattern,
  })

/** An alias with its targets as one text; what else a target says stands under its place in the list. */
function aliasValue(alias: Alias): Value {
  const effective = effectiveAlias(alias)
  const { targets, ...rest } = isMapping(effective) ? (effective as Mapping) : {}
  const own = (Array.isArray(targets) ? targets : []).flatMap((item: Value, i) => {
    if (!isMapping(item)) return []
    const { model: _model, weight: _weight, ...more } = item as Mapping
    return [[`target ${i + 1}`, more]]
  })
  return { ...rest, target: targetsText(alias.targets), ...Object.fromEntries(own) }
}

type Mapping = { readonly [key: string]: Value }

interface Kind<T> {
  readonly text: (thing: T) => string | undefined
  /** What it says, but for what has names of its own. */
  readonly value: (thing: T) => Value
  /** The same of all that is in it: where two agree, one is the other under a new name. */
  readonly all?: (thing: T) => string
  /** Whether the order of the things of these names means something. */
  readonly ordered: (name: string) => boolean
}

function changesOfNamed<T extends { readonly name: string }>(
  path: readonly string[],
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  { text, value, all = thing => JSON.stringify(value(thing)), ordered }: Kind<T>,
): readonly Change[] {
  const gone = [...before.values()].filter(({ name }) => !after.has(name))
  const come = new Map(
    [...after.values()].filter(({ name }) => !before.has(name)).map(one => [all(one), one.name]),
  )
  const renames = new Map<string, string>()
  for (const thing of gone) {
    const again = come.get(all(thing))
    if (again === undefined) continue
    come.delete(all(thing))
    renames.set(thing.name, again)
  }
  const old = new Set(renames.values())
  const order = (names: Iterable<string>) =>
    [...names].filter(name => ordered(name) && before.has(name) && after.has(name))
  return [
    ...gone.map((thing): Change => {
      const renamed = renames.get(thing.name)
      const at = [...path, thing.name]
      return renamed === undefined
        ? { kind: 'removed', path: at, ...said('before', text(thing)) }
        : { kind: 'renamed', path: at, before: thing.name, after: renamed }
    }),
    ...[...after.values()].flatMap((thing): readonly Change[] => {
      const at = [...path, thing.name]
      const was = before.get(thing.name)
      if (was && isDeepStrictEqual(was, thing)) return []
      if (was) return changesOfValues(at, value(was), value(thing))
      return old.has(thing.name) ? [] : [{ kind: 'added', path: at, ...said('after', text(thing)) }]
    }),
    ...(isDeepStrictEqual(order(before.keys()), order(after.keys()))
      ? []
      : [{ kind: 'moved', path } as const]),
  ]
}

function changesOfValues(
  path: readonly string[],
  before: Value | undefined,
  after: Value | undefined,
): readonly Change[] {
  if (isDeepStrictEqual(before, after)) return []
  if (isMapping(before ?? {}) && isMapping(after ?? {})) {
    const [was, is] = [(before ?? {}) as Mapping, (after ?? {}) as Mapping]
    const keys = new Set([...Object.keys(was), ...Object.keys(is)])
    return [...keys].flatMap(key =>
      changesOfValues([...path, key], ownValue(was, key), ownValue(is, key)),
    )
  }
  // The targets are what an alias is: to say so would only be a longer way of naming it.
  const length = path[0] === 'aliases' ? 2 : path[2] === 'aliases' ? 4 : Number.NaN
  const at = path[length] === 'target' ? path.slice(0, length) : path
  // Any header may carry a key.
  const hidden = path[0] === 'providers' && path[2] === 'headers'
  return [
    {
      kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
      path: at,
      ...(hidden ? {} : said('before', shown(before))),
      ...(hidden ? {} : said('after', shown(after))),
    },
  ]
}

const ownValue = (mapping: Mapping, key: string): Value | undefined =>
  Object.hasOwn(mapping, key) ? mapping[key] : undefined

const said = (key: 'before' | 'after', text: string | undefined): { [key]?: string } =>
  text === undefined ? {} : { [key]: text }

function shown(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
