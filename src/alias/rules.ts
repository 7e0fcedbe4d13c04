// Where a name goes: the nine rules, in order, the first that matches wins. This list is the law (DESIGN.md section 4);
// `resolve` walks it, `explain` prints it. Nothing here depends on which keys are in the environment.

import type { Alias } from './alias.ts'
import type { AliasScope, AliasTable, TableProvider } from './table.ts'

/** The provider a request is addressed to, by its path or by `defaultProvider`. */
export interface Addressed {
  readonly provider: TableProvider
  /** The path names it: the request stays there. */
  readonly byPath: boolean
}

export type Match =
  | {
      readonly kind: 'alias'
      readonly alias: Alias
      readonly captures: readonly string[]
      /** Whose alias it is; undefined for a global one. */
      readonly owner: TableProvider | undefined
    }
  | { readonly kind: 'model'; readonly provider: TableProvider; readonly model: string }

export interface Rule {
  readonly number: number
  readonly says: string
  readonly match: (
    table: AliasTable,
    name: string,
    addressed: Addressed | undefined,
  ) => Match | undefined
}

export const rules: readonly Rule[] = [
  {
    number: 1,
    says: 'exact alias of the addressed provider',
    match: (_table, name, to) => to && exact(to.provider, name, to.provider),
  },
  {
    number: 2,
    says: 'exact global alias',
    match: (table, name) => exact(table.global, name, undefined),
  },
  {
    number: 3,
    says: 'pattern alias of the addressed provider',
    match: (_table, name, to) => to && pattern(to.provider, name, to.provider),
  },
  {
    number: 4,
    says: 'global pattern alias',
    match: (table, name) => pattern(table.global, name, undefined),
  },
  {
    number: 5,
    says: 'provider/model',
    match: (table, name, to) => {
      const target = splitTarget(table, name)
      if (!target || (to?.byPath && target.provider !== to.provider)) return undefined
      return { kind: 'model', ...target }
    },
  },
  {
    number: 6,
    says: 'declared provider that lists the model',
    match: (table, name, to) => declared(table, to, p => p.models.has(name), name),
  },
  {
    number: 7,
    says: 'declared provider whose preset claims the name',
    match: (table, name, to) => declared(table, to, p => p.claims.find(name) !== undefined, name),
  },
  {
    number: 8,
    says: 'the addressed provider, the name unchanged',
    match: (_table, name, to) => to && { kind: 'model', provider: to.provider, model: name },
  },
  {
    number: 9,
    says: 'the only declared provider, else a preset that claims the name',
    match: (table, name, to) => {
      if (to) return undefined
      const provider =
        table.declared.length === 1
          ? table.declared[0]
          : table.undeclared.find(p => p.claims.find(name) !== undefined)
      return provider && { kind: 'model', provider, model: name }
    },
  },
]

/** An alias of one scope: exact, and where that fails the most specific pattern. */
export function findAlias(
  scope: AliasScope,
  name: string,
  owner: TableProvider | undefined,
): Match | undefined {
  return exact(scope, name, owner) ?? pattern(scope, name, owner)
}

/** The two halves of `provider/model`; undefined where the part before the first `/` names no provider. */
export function splitTarget(
  table: AliasTable,
  name: string,
): { readonly provider: TableProvider; readonly model: string } | undefined {
  const slash = name.indexOf('/')
  if (slash <= 0 || slash === name.length - 1) return undefined
  const provider = table.providers.get(name.slice(0, slash))
  return provider && { provider, model: name.slice(slash + 1) }
}

function exact(
  scope: AliasScope,
  name: string,
  owner: TableProvider | undefined,
): Match | undefined {
  const alias = scope.exact.get(name)
  return alias && { kind: 'alias', alias, captures: [], owner }
}

function pattern(
  scope: AliasScope,
  name: string,
  owner: TableProvider | undefined,
): Match | undefined {
  const found = scope.patterns.find(name)
  return found && { kind: 'alias', alias: found.value, captures: found.captures, owner }
}

/** The addressed provider where it has the name, else the first in file order; the addressed one alone when the path says so. */
function declared(
  table: AliasTable,
  to: Addressed | undefined,
  has: (provider: TableProvider) => boolean,
  model: string,
): Match | undefined {
  const provider =
    to?.provider.declared && has(to.provider)
      ? to.provider
      : to?.byPath
        ? undefined
        : table.declared.find(has)
  return provider && { kind: 'model', provider, model }
}
