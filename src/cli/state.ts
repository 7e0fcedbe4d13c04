// The door to conf, and the only place that writes credentials and choices. Their text goes into the file and nowhere else.

import { mkdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import Conf from 'conf'
import type { Paths } from '../paths.ts'

/** The store of `gateway credential`: a file that nobody else may read. */
export interface CredentialStore {
  names(): readonly string[]
  /** True where the store has this very text under the name. */
  holds(name: string, text: string): boolean
  set(name: string, text: string): void
  /** False where there was none of that name. */
  remove(name: string): boolean
}

export async function openCredentials({ credentials: file }: Paths): Promise<CredentialStore> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const conf = new Conf<{ credentials: Record<string, string> }>({
    cwd: dirname(file),
    configName: basename(file, '.json'),
    configFileMode: 0o600,
    // A name with a dot in it is one name.
    accessPropertiesByDotNotation: false,
    // A file that cannot be read must not be replaced by an empty one: it holds keys.
    clearInvalidConfig: false,
  })
  const read = () => conf.get('credentials', {})
  return {
    names: () => Object.keys(read()),
    holds: (name, text) => read()[name] === text,
    set: (name, text) => conf.set('credentials', { ...read(), [name]: text }),
    remove(name) {
      const { [name]: text, ...rest } = read()
      if (text === undefined) return false
      conf.set('credentials', rest)
      return true
    },
  }
}

/** Remembers which profile was chosen for the config file of these paths; undefined for none. */
export async function keepProfile(
  { profiles: file, config }: Paths,
  name: string | undefined,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const conf = new Conf<{ profiles: Record<string, string> }>({
    cwd: dirname(file),
    configName: basename(file, '.json'),
    configFileMode: 0o600,
    // A path has dots in it.
    accessPropertiesByDotNotation: false,
    // Nothing is lost with it but a choice, which is just being made anew.
    clearInvalidConfig: true,
  })
  const { [config]: _, ...others } = conf.get('profiles', {})
  conf.set('profiles', name === undefined ? others : { ...others, [config]: name })
}
