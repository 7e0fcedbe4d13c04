import { readFile } from 'node:fs/promises'
import { GatewayError, reasonOf } from '../errors.ts'

/** What `gateway profile use` writes: by config file, the profile that was chosen. */
export interface ChosenProfiles {
  readonly profiles?: Readonly<Record<string, string>>
}

/**
 * The profile that was chosen for the config `file`; undefined where none was. `choices` is the state file, which need
 * not exist; throws `file_unreadable` for one that makes no sense.
 */
export async function chosenProfile(choices: string, file: string): Promise<string | undefined> {
  try {
    const { profiles } = JSON.parse(await readFile(choices, 'utf8')) as ChosenProfiles
    const name = profiles && Object.hasOwn(profiles, file) ? profiles[file] : undefined
    return typeof name === 'string' ? name : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new GatewayError('file_unreadable', { file: choices, reason: reasonOf(error) }, error)
  }
}
