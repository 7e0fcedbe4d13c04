import { createHash } from 'node:crypto'
import { lstat, open } from 'node:fs/promises'
import { GatewayError, type Problem, reasonOf } from '../errors.ts'
import { buildConfig } from './build.ts'
import type { LoadedConfig } from './config.ts'
import { type Parsed, parse, YamlFault } from './parse.ts'
import { validate } from './validate.ts'

/** Largest config file, in bytes: tens of thousands of aliases; beyond that it is some other file. */
const sizeLimit = 16 * 1024 ** 2

/**
 * The config in `file`. A file that does not exist means all defaults; one that cannot be read throws
 * `config_unreadable`, one with errors `config_invalid` with all of them.
 */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const text = await readConfig(file)
  return text === undefined ? parseConfig('', file, false) : parseConfig(text, file)
}

/** The text of a config file, a byte order mark included; undefined where there is none. Throws `config_unreadable`. */
export async function readConfig(file: string): Promise<string | undefined> {
  const unreadable = (reason: string, cause?: unknown) =>
    new GatewayError('config_unreadable', { file, reason }, cause)
  let bytes: Buffer
  try {
    const handle = await open(file, 'r')
    try {
      const stat = await handle.stat()
      // A pipe or a device would be read for ever.
      if (!stat.isFile()) throw unreadable(`it is ${stat.isDirectory() ? 'a folder' : 'no file'}`)
      if (stat.size > sizeLimit)
        throw unreadable(`it is larger than ${sizeLimit / 1024 ** 2} MiB, so it is no config`)
      bytes = await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof GatewayError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw unreadable(words[code ?? ''] ?? reasonOf(error), error)
    // A link whose end is gone is a fault; taking it for all defaults would throw every alias away.
    const link = await lstat(file).catch(() => undefined)
    if (link) throw unreadable('it is a link to a file that does not exist', error)
    return undefined
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw unreadable('it is not UTF-8 text', error)
  }
}

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'its links lead in a circle',
}

/** The config a text means, deeply frozen. `file` is only named in problems. Throws `config_invalid`. */
export function parseConfig(text: string, file: string, exists = true): LoadedConfig {
  let parsed: Parsed
  try {
    parsed = parse(text)
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    const problems = error.faults.map(
      (fault): Problem => ({ file, path: '', severity: 'error', ...fault }),
    )
    throw new GatewayError('config_invalid', { file, problems })
  }
  const config = buildConfig(parsed.value)
  const problems = validate(parsed, config, file)
  if (problems.some(problem => problem.severity === 'error'))
    throw new GatewayError('config_invalid', { file, problems })
  return Object.freeze({
    config: deepFreeze(config),
    file,
    exists,
    text,
    hash: hashText(text),
    warnings: Object.freeze(problems),
  })
}

/** sha256 of the text as UTF-8, hex. */
export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Freezes a value with all that is in it, the entries of maps too; what is frozen already is taken as frozen throughout. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map) {
    for (const entry of value.values()) deepFreeze(entry)
    // Object.freeze leaves the entries of a Map open.
    for (const method of ['set', 'delete', 'clear'])
      Object.defineProperty(value, method, { value: refuseChange })
  }
  for (const entry of Object.values(value)) deepFreeze(entry)
  return Object.freeze(value)
}

function refuseChange(): never {
  throw new TypeError('a config cannot be changed')
}
