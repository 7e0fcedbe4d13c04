// Where the text of a secret may appear:
//   - In a private field of `Credential`, and nowhere else that outlives a function.
//   - As the return value of `reveal()` and `revealKeys()`, called by src/providers/ to write the outgoing header, and by nobody else.
//   - Never in an error, a log line, a reason or a hint: those name the reference (`env:OPENAI_API_KEY`), which is no
//     secret. Not even a part of the text, its length or its hash.
//   - Never in the arguments of a process: a key is read from a program's stdout, not given to one.
// A reference that gives nothing is no error here: the credential is `missing`, and a request that needs it gets
// `credential_missing` with its reason and its hint, while every other provider works.

import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { homedir, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { reasonOf, shellWord } from '../errors.ts'
import type { AwsKeys } from '../wire/sigv4.ts'
import { Absent } from './absent.ts'
import { awsCredential } from './aws-credential.ts'
import type { ProviderConfig } from './config.ts'
import { googleToken } from './google-credential.ts'

/** The kinds of reference a config may hold; the two without a colon stand alone, and a cloud's need say no more. */
export const credentialKinds = [
  'env',
  'file',
  'store',
  'keychain',
  'command',
  'aws',
  'google',
] as const
export type CredentialKind = (typeof credentialKinds)[number] | 'passthrough' | 'none'

/** The parts of a reference, or undefined where `text` is none: then it may be a key, and must not be shown. */
export function parseReference(
  text: string,
): { readonly kind: CredentialKind; readonly rest: string } | undefined {
  if (text === 'passthrough' || text === 'none') return { kind: text, rest: '' }
  const colon = text.indexOf(':')
  const kind = credentialKinds.find(known => known === text.slice(0, colon))
  const rest = text.slice(colon + 1).trim()
  return kind && (rest || kind === 'aws' || kind === 'google') ? { kind, rest } : undefined
}

type State =
  | {
      readonly kind: 'present'
      /** Where there are `keys`, those as one text: to be compared, and never sent. */
      readonly text: string
      readonly keys?: AwsKeys | undefined
      /** When it ends, in milliseconds since the epoch. */
      readonly ends?: number | undefined
    }
  | {
      readonly kind: 'missing'
      readonly reason: string
      readonly hint: string
      /** What it lacks may be there a little later: a network, a login. */
      readonly passing?: boolean
    }
  | { readonly kind: 'passthrough' | 'none' }

/** What ends is read anew so long before, and again so often where that fails; in milliseconds. */
const ahead = 300_000
const retryEvery = 30_000
/** A timer cannot be set to more than 24 days. */
const longest = 86_400_000

/** A command may take seconds, and a key that is wrong stays wrong for most requests that follow. */
const renewEvery = 10_000

/** What a provider thinks of a credential, and that there is another text by now: never the text. */
export type CredentialNews = 'refused' | 'accepted' | 'renewed'

/** What the gateway shows a provider. Has no printable form; see the rules above. */
export class Credential {
  readonly provider: string
  #state: State
  readonly #follow: (() => Promise<State>) | undefined
  #renewal: Promise<boolean> | undefined
  #refused: Date | undefined
  #version = 1
  /** Called with what is found out here, and not for what was only heard. */
  onNews: ((news: CredentialNews) => void) | undefined

  /** `follow` gives what its reference gives now. */
  constructor(provider: string, state: State, follow?: () => Promise<State>) {
    this.provider = provider
    this.#state = state
    this.#follow = follow
    this.#watch()
  }

  /** Counts the texts it has had. */
  get version(): number {
    return this.#version
  }

  /** When the provider last refused it; undefined where it has taken it since. */
  get refused(): Date | undefined {
    return this.#refused
  }

  /** The provider took it. */
  accepted(): void {
    if (this.#refused === undefined) return
    this.#refused = undefined
    this.onNews?.('accepted')
  }

  /** A provider that was shown the text of this `version` has answered with this status: what that says of it. */
  met(version: number, status: number): void {
    if (status === 401 && this.kind === 'present') void this.renew(version)
    else if (status < 400) this.accepted()
  }

  /** The same credential in another process has met with this. */
  hear(news: CredentialNews): void {
    this.#refused = news === 'refused' ? new Date() : undefined
    if (news === 'renewed') void this.#read()
  }

  /**
   * The provider has refused the text of this `version`. Follows the reference once more, for all who ask meanwhile, and
   * is true where it has another text by now. What was refused and has not changed is read again only after a while.
   */
  async renew(version: number): Promise<boolean> {
    if (version !== this.#version) return true
    const again = this.#refused === undefined || Date.now() - this.#refused.getTime() >= renewEvery
    if (!again) return (await this.#renewal) ?? false
    this.#refused = new Date()
    const changed = await this.#read()
    this.onNews?.(changed ? 'renewed' : 'refused')
    return changed
  }

  /** Follows the reference once, for all who ask meanwhile; true where it gives another text. */
  async #read(): Promise<boolean> {
    if (!this.#follow) return false
    this.#renewal ??= this.#follow()
      .then(state => {
        const old = this.#state
        if (state.kind !== 'present') return false
        this.#state = state
        if (old.kind === 'present' && old.text === state.text) return false
        this.#version++
        this.#refused = undefined
        return true
      })
      .catch(() => false)
      .finally(() => {
        this.#renewal = undefined
      })
    return this.#renewal
  }

  /**
   * Reads what ends anew before it does, so that no request waits for it. A credential that nobody holds any more is
   * collected all the same: its snapshot is gone, and so is its timer when that runs out.
   */
  #watch(): void {
    if (!this.temporary) return
    const self = new WeakRef(this)
    const ends = this.#state.kind === 'present' ? (this.#state.ends ?? 0) : 0
    const wait = Math.min(longest, Math.max(retryEvery, ends - ahead - Date.now()))
    setTimeout(() => {
      const held = self.deref()
      if (held) void held.#again()
    }, wait).unref()
  }

  async #again(): Promise<void> {
    const ends = this.#state.kind === 'present' ? (this.#state.ends ?? 0) : 0
    if (ends - ahead <= Date.now()) await this.#read()
    this.#watch()
  }

  /** It ends, or has not come yet, and is read anew by itself. */
  get temporary(): boolean {
    const state = this.#state
    return state.kind === 'present'
      ? state.ends !== undefined
      : state.kind === 'missing' && state.passing === true
  }

  /** `none`: the provider wants none. `passthrough`: send what the client sent. */
  get kind(): State['kind'] {
    return this.#state.kind
  }

  /** Why there is none and how to mend it: the facts of `credential_missing`. Undefined unless `kind` is `missing`. */
  get missing(): { readonly reason: string; readonly hint: string } | undefined {
    return this.#state.kind === 'missing' ? this.#state : undefined
  }

  /** The one door to the text, for the outgoing header; undefined unless `kind` is `present`, and where it has keys. */
  reveal(): string | undefined {
    return this.#state.kind === 'present' && !this.#state.keys ? this.#state.text : undefined
  }

  /** What requests are signed with, in place of a text that is sent; undefined where there is none. */
  revealKeys(): AwsKeys | undefined {
    return this.#state.kind === 'present' ? this.#state.keys : undefined
  }

  toString(): string {
    return `[credential ${this.provider}]`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

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
