// Where the text of a secret may appear:
//   - In a private field of `Credential`, and nowhere else that outlives a function.
//   - As the return value of `reveal()` and `revealKeys()`, called by src/providers/ to write the outgoing header, and by nobody else.
//   - Never in an error, a log line, a reason or a hint: those name the reference (`env:OPENAI_API_KEY`), which is no
//     secret. Not even a part of the text, its length or its hash.
//   - Never in the arguments of a process: a key is read from a program's stdout, not given to one.
// A reference that gives nothing is no error here: the credential is `missing`, and a request that needs it gets
// `credential_missing` with its reason and its hint, while every other provider works.

import { inspect } from 'node:util'
import type { AwsKeys } from '../wire/sigv4.ts'

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

/** What a reference gave. Private to this file and the one that follows references: it holds the text. */
export type State =
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
