import { loadConfig } from '../config/load.ts'
import { GatewayError } from '../errors.ts'
import type { Context } from './context.ts'

/**
 * Which providers find their key in the store under each of these names. Undefined, after a warning, where the config has
 * errors: keys can be stored all the same.
 */
export async function usersOf(
  names: readonly string[],
  { paths, warn }: Context,
): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const loaded = await loadConfig(paths.config).catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === 'config_invalid') return undefined
    throw error
  })
  if (!loaded) {
    warn('who uses it is not known, as the config has errors: gateway config check')
    return undefined
  }
  const providers = [...loaded.config.providers.values(), ...loaded.config.undeclared.values()]
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
