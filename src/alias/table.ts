import type { Alias, Naming, NamingProvider } from './alias.ts'
import { isPattern, PatternIndex } from './pattern.ts'

/** The aliases of one place, global or of one provider, ready to be looked up. */
export interface AliasScope {
  readonly exact: ReadonlyMap<string, Alias>
  readonly patterns: PatternIndex<Alias>
}

/** A provider as the resolver sees it. */
export interface TableProvider extends AliasScope {
  readonly name: string
  readonly declared: boolean
  readonly models: ReadonlySet<string>
  readonly claims: PatternIndex<true>
}

/** All that decides what a name means, compiled: no look-up walks a list of exact names. */
export interface AliasTable {
  readonly naming: Naming
  readonly global: AliasScope
  /** Declared providers first, in file order, then the presets. */
  readonly providers: ReadonlyMap<string, TableProvider>
  readonly declared: readonly TableProvider[]
  readonly undeclared: readonly TableProvider[]
  readonly defaultProvider: TableProvider | undefined
}

export function compileAliases(naming: Naming): AliasTable {
  const declared = [...naming.providers.values()].map(p => compileProvider(p, true))
  const undeclared = [...naming.undeclared.values()]
    .filter(p => !naming.providers.has(p.name))
    .map(p => compileProvider(p, false))
  const providers = new Map([...declared, ...undeclared].map(p => [p.name, p]))
  return {
    naming,
    global: compileScope(naming.aliases),
    providers,
    declared,
    undeclared,
    defaultProvider: providers.get(naming.defaultProvider ?? ''),
  }
}

function compileProvider(provider: NamingProvider, declared: boolean): TableProvider {
  return {
    name: provider.name,
    declared,
    models: new Set(provider.models),
    claims: new PatternIndex(provider.claims.map(claim => [claim, true] as const)),
    ...compileScope(provider.aliases),
  }
}

function compileScope(aliases: ReadonlyMap<string, Alias>): AliasScope {
  return {
    exact: new Map([...aliases].filter(([name]) => !isPattern(name))),
    patterns: new PatternIndex([...aliases].filter(([name]) => isPattern(name))),
  }
}
