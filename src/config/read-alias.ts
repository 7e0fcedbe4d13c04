import type { Alias } from '../alias/alias.ts'
import { GatewayError } from '../errors.ts'
import { buildAlias } from './build.ts'
import { aliasProblems } from './validate.ts'

/**
 * An alias from a value as the config file would have it: a target, or a mapping that says more. Throws `alias_refused`
 * where the value is no such thing. What it leads to is for `checkAliases` to say.
 */
export function readAlias(name: string, value: unknown): Alias {
  const problems = aliasProblems(name, value)
  const alias = buildAlias(name, value)
  if (problems.length === 0 && alias) return alias
  throw new GatewayError('alias_refused', { name, problems })
}
