import { loadConfig } from '../config/load.ts'
import type { Context } from './context.ts'

/** Which providers find their key in the store under each of these names. */
export async function usersOf(
  names: readonly string[],
  { paths }: Context,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { config } = await loadConfig(paths.config)
  const providers = [...config.providers.values(), ...config.undeclared.values()]
  return new Map(
    names.map(name => [
      name,
      providers
        .filter(provider =>
          provider.credentialDeclared
            ? provider.credential === `store:${name}`
            : provider.name === name,
        )
        .map(provider => provider.name),
    ]),
  )
}
