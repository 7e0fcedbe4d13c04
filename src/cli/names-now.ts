import { chosenProfile } from '../config/chosen-profile.ts'
import type { LoadedConfig } from '../config/config.ts'
import { type Layered, layConfig, type Temporary } from '../config/layers.ts'
import { loadConfig } from '../config/load.ts'
import { readAlias } from '../config/read-alias.ts'
import type { TemporaryAlias } from '../control/api.ts'
import { GatewayError } from '../errors.ts'
import type { Context } from './context.ts'
import { runningDaemon } from './running.ts'

/** What names mean now: the config file, the profile in use over it, and over that what the running daemon has for a while. */
export interface NamesNow extends Layered {
  readonly loaded: LoadedConfig
  readonly temporary: readonly Temporary[]
}

/** Throws what is wrong with the config file. Works with the daemon stopped: there are no temporary aliases then. */
export async function namesNow(context: Context): Promise<NamesNow> {
  const loaded = await loadConfig(context.paths.config)
  const temporary = (await temporaryAliases(context)).map(
    ({ name, provider, value, until }): Temporary => ({
      name,
      provider: provider ?? undefined,
      alias: readAlias(name, value),
      value,
      until,
    }),
  )
  const profile = await profileOf(context)
  return { ...layConfig(loaded.config, { profile, temporary }), loaded, temporary }
}

/** The profile that was chosen for this config; where that cannot be read, a warning and undefined. */
export async function profileOf({ paths, warn }: Context): Promise<string | undefined> {
  try {
    return await chosenProfile(paths.profiles, paths.config)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    warn(error.message)
    return undefined
  }
}

/** Those of the daemon that serves this config. One that does not answer is warned of: the file can be shown all the same. */
export async function temporaryAliases(context: Context): Promise<readonly TemporaryAlias[]> {
  try {
    const daemon = await runningDaemon(context)
    return daemon?.status.config.file === context.paths.config ? daemon.status.temporary : []
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    context.warn(`temporary aliases are not known: ${error.message}`)
    return []
  }
}
