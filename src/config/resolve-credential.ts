// Where a reference leads: to the environment, a file, the store, the keychain, a program, a cloud. The rules of
// `credential.ts` hold here as well.

import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { homedir, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { reasonOf, shellWord } from '../errors.ts'
import { Absent } from './absent.ts'
import { awsCredential } from './aws-credential.ts'
import type { ProviderConfig } from './config.ts'
import { Credential, type credentialKinds, parseReference, type State } from './credential.ts'
import { googleToken } from './google-credential.ts'

export interface CredentialSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** `Paths.credentials`: `{"credentials": {NAME: text}}`, mode 0600. */
  readonly credentialsFile: string
  /** The config the references come from: relative paths are relative to it, and `command:` depends on who may write it. */
  readonly configFile: string
  /** How long a program may take to print a key, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number
}

/**
 * Follows a provider's reference now. Never throws: what cannot be had is a credential that is `missing`.
 * A reference that the config does not state (the preset's own) falls back to `store:<provider name>`.
 */
export async function resolveCredential(
  provider: ProviderConfig,
  sources: CredentialSources,
): Promise<Credential> {
  const follow = () => stateOf(provider, sources)
  return new Credential(provider.name, await follow(), follow)
}

async function stateOf(provider: ProviderConfig, sources: CredentialSources): Promise<State> {
  const reference = parseReference(provider.credential)
  if (reference?.kind === 'passthrough') return { kind: 'passthrough' }
  const stored = async (): Promise<State | undefined> => {
    const text = provider.credentialDeclared
      ? undefined
      : (await readStore(sources).catch(() => undefined))?.get(provider.name)
    return text === undefined ? undefined : { kind: 'present', text: clean(text) }
  }
  try {
    if (reference?.kind === 'none') return (await stored()) ?? { kind: 'none' }
    if (!reference) throw new Absent('its reference is not one that is known', howToName(provider))
    const { kind, rest } = reference
    if (kind === 'aws') {
      const { text, keys, ends } = await awsCredential(rest, sources.env)
      return { kind: 'present', text: text ? clean(text) : JSON.stringify(keys), keys, ends }
    }
    if (kind === 'google') {
      const file = rest === '' ? undefined : fileOf(rest, sources)
      const { text, ends } = await googleToken(file, sources.env, sources.timeoutMs)
      return { kind: 'present', text: clean(text), ends }
    }
    return { kind: 'present', text: clean(await followers[kind](rest, provider, sources)) }
  } catch (error) {
    const absent =
      error instanceof Absent ? error : new Absent(reasonOf(error), howToName(provider))
    const instead = await stored().catch(() => undefined)
    const passing = reference?.kind === 'aws' || reference?.kind === 'google'
    if (instead) return instead
    const { message: reason, hint } = absent
    return { kind: 'missing', reason, hint, ...(passing ? { passing } : {}) }
  }
}

const howToName = (provider: ProviderConfig): string =>
  `gateway credential set ${shellWord(provider.name)}, or set providers.${provider.name}.credential in the config`

type Follow = (
  rest: string,
  provider: ProviderConfig,
  sources: CredentialSources,
) => Promise<string>

const followers: {
  readonly [Kind in Exclude<(typeof credentialKinds)[number], 'aws' | 'google'>]: Follow
} = {
  async env(name, provider, { env }) {
    const text = Object.hasOwn(env, name) ? env[name] : undefined
    if (text?.trim()) return text
    const store = provider.credentialDeclared
      ? ''
      : `, or: gateway credential set ${shellWord(provider.name)}`
    throw new Absent(
      `${name} is ${text === undefined ? 'not set' : 'empty'}`,
      `export ${name}=... && gateway restart${store}`,
    )
  },

  async file(path, _provider, sources) {
    const file = fileOf(path, sources)
    const text = await readFile(file, 'utf8').catch(error => {
      throw new Absent(`cannot read ${file}: ${error.code ?? reasonOf(error)}`, `check the file`)
    })
    return text.replace(/(\r?\n)+$/, '')
  },

  async store(name, _provider, sources) {
    const text = (await readStore(sources)).get(name)
    if (text !== undefined) return text
    throw new Absent(`the store has no "${name}"`, `gateway credential set ${shellWord(name)}`)
  },

  async keychain(name, _provider, sources) {
    const [tool, args, set] =
      platform() === 'darwin'
        ? ([
            'security',
            ['find-generic-password', '-s', 'gateway', '-a', name, '-w'],
            `security add-generic-password -s gateway -a ${shellWord(name)} -w`,
          ] as const)
        : ([
            'secret-tool',
            ['lookup', 'service', 'gateway', 'account', name],
            `secret-tool store --label=gateway service gateway account ${shellWord(name)}`,
          ] as const)
    if (platform() === 'win32')
      throw new Absent(
        'keychain: is not available on Windows',
        `gateway credential set ${shellWord(name)}`,
      )
    const result = await run(tool, args, sources)
    if (result.failure === 'ENOENT')
      throw new Absent(
        `${tool} is not installed`,
        `gateway credential set ${shellWord(name)}, and write credential: store:${name}`,
      )
    if (result.failure || !result.stdout.trim())
      throw new Absent(`the keychain has no "${name}"`, set)
    return result.stdout.replace(/\r?\n$/, '')
  },

  async command(command, provider, sources) {
    await refuseForeignConfig(sources.configFile)
    const shell = platform() === 'win32' ? 'cmd.exe' : '/bin/sh'
    const flag = platform() === 'win32' ? '/c' : '-c'
    const result = await run(shell, [flag, command], sources)
    const where = `the command of providers.${provider.name}.credential`
    if (result.failure) throw new Absent(`${where} ${result.failure}`, 'run it by hand to see why')
    if (!result.stdout.trim())
      throw new Absent(`${where} printed nothing`, 'run it by hand to see why')
    return result.stdout.replace(/(\r?\n)+$/, '')
  },
}

const fileOf = (path: string, { configFile }: CredentialSources): string =>
  path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(dirname(configFile), path)

/** A key goes into a header: a newline in it would begin a header of its own. */
function clean(text: string): string {
  const key = text.trim()
  if (!key) throw new Absent('it is empty', 'set it again')
  if (/[^\x21-\x7e]/.test(key.replaceAll(' ', '_')))
    throw new Absent(
      'it holds a line break or a character that a header cannot carry',
      'set it again, as one line of plain text',
    )
  return key
}

async function readStore(sources: CredentialSources): Promise<ReadonlyMap<string, string>> {
  const file = sources.credentialsFile
  const text = await readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return '{}'
    throw new Absent(`cannot read ${file}: ${error.code}`, `check who may read ${file}`)
  })
  if (text !== '{}' && platform() !== 'win32' && ((await stat(file)).mode & 0o077) !== 0)
    throw new Absent(`others may read ${file}`, `chmod 600 ${shellWord(file)}`)
  let store: unknown
  try {
    store = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text around the fault, which is a key.
    throw new Absent(`${file} is not valid JSON`, 'gateway credential set it again')
  }
  const credentials = (store as { credentials?: unknown } | null)?.credentials ?? {}
  return new Map(
    Object.entries(credentials).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  )
}

/** A command runs with the user's rights: whoever may write the config may run anything as that user. */
async function refuseForeignConfig(configFile: string): Promise<void> {
  if (platform() === 'win32') return
  const { mode, uid } = await stat(configFile)
  if ((mode & 0o022) !== 0)
    throw new Absent(
      `command: is refused, as others may write ${configFile}`,
      `chmod go-w ${shellWord(configFile)}`,
    )
  if (uid !== 0 && uid !== process.getuid?.())
    throw new Absent(
      `command: is refused, as ${configFile} belongs to another user`,
      `chown it to yourself`,
    )
}

interface Ran {
  readonly stdout: string
  /** What went wrong, without what the program printed: that may be the secret. */
  readonly failure?: string
}

function run(program: string, args: readonly string[], sources: CredentialSources): Promise<Ran> {
  const timeout = sources.timeoutMs ?? 10_000
  const env = { ...sources.env } as NodeJS.ProcessEnv
  return new Promise(done => {
    const child = execFile(
      program,
      args,
      { timeout, env, windowsHide: true, maxBuffer: 1 << 20 },
      (error, stdout) => {
        if (!error) return done({ stdout })
        const failure =
          error.code === 'ENOENT'
            ? 'ENOENT'
            : error.killed
              ? `did not finish within ${timeout / 1000} s`
              : `failed with exit code ${error.code}`
        done({ stdout: '', failure })
      },
    )
    child.stdin?.end()
  })
}
