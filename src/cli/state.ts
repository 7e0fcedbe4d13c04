// The door to conf, and the only place that writes credentials. Their text goes into the file and nowhere else.

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
