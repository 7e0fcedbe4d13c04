// What a config file means, once parsed, checked and filled with defaults: the only form the rest of the gateway sees.
// Everything is readonly, frozen by load.ts, and names are in file order (Map keeps it).

import type { Alias, Fallback, RespondAs, Timeouts } from '../alias/alias.ts'
import type { Profile } from '../alias/overlay.ts'
import type { Problem } from '../errors.ts'

/** The API a provider speaks. */
export type Api = 'openai' | 'anthropic' | 'gemini'

export interface Config {
  /** Host as written (`127.0.0.1`, `localhost`, `::1`), port 0 for any free one. */
  readonly listen: { readonly host: string; readonly port: number }
  /** Host names besides the loopback ones that a request's `Host` may carry. Lower case, no port. */
  readonly hosts: readonly string[]
  readonly cors: { readonly origins: readonly string[] }
  /** Where a bare name goes when no rule claims it; names a declared provider or a preset. */
  readonly defaultProvider: string | undefined
  /** Whose name a response carries, unless the alias says otherwise. */
  readonly respondAs: RespondAs
  /** When another attempt follows one that failed, unless the alias says otherwise. */
  readonly fallback: Fallback
  /** A stream that was silent for so long is kept open by a word that means nothing; in milliseconds, 0 for never. */
  readonly keepAlive: number
  /** Whether a stream is asked for its usage where the client did not ask. */
  readonly usage: 'pass' | 'inject'
  /** The providers the file declares. */
  readonly providers: ReadonlyMap<string, ProviderConfig>
  /** The presets that the file does not declare, under their own names: they can be named as targets all the same. */
  readonly undeclared: ReadonlyMap<string, ProviderConfig>
  readonly aliases: ReadonlyMap<string, Alias>
  /** By name: aliases over the global ones, while the profile is in use; null switches one off. */
  readonly profiles: ReadonlyMap<string, Profile>
  /** What models accept, by patterns of their names, where the gateway knows it otherwise or not at all. */
  readonly models: ReadonlyMap<string, FactsConfig>
  readonly limits: Limits
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error'
    readonly format: 'json' | 'text'
    /** Rotate at this many bytes, and keep so many old files. */
    readonly size: number
    readonly files: number
  }
  /** How many processes serve. */
  readonly workers: number
  readonly metrics: {
    /** Whether `/metrics` is served where clients are; undefined where only a loopback address is listened on. */
    readonly clientPort: boolean | undefined
    /** An address of their own. */
    readonly listen: { readonly host: string; readonly port: number } | undefined
  }
  /** How long `stop` waits for running answers, in milliseconds. */
  readonly drain: number
}

/** What may be asked of the gateway, by all of its workers together. */
export interface Limits extends Crowd {
  /** Largest request body, in bytes. */
  readonly body: number
  /** Largest head of a request, in bytes. */
  readonly header: number
  /** How long a client may take to send a head, and a whole request, in milliseconds; 0 for any time. */
  readonly headerTime: number
  readonly bodyTime: number
  /** How many clients may be connected at once. */
  readonly connections: number
}

/** How many requests may run at once, 0 for any number; how many more may wait, and for how long, in milliseconds. */
export interface Crowd {
  readonly concurrent: number
  readonly queue: number
  readonly wait: number
}

/** Single `ModelFacts` of translate/facts.ts. */
export type FactsConfig = Readonly<
  Record<string, string | number | boolean | readonly (string | number)[]>
>

export interface ProviderConfig {
  readonly name: string
  /** The preset it takes its defaults from, if any. */
  readonly preset: string | undefined
  readonly api: Api
  /** Without a trailing slash, e.g. `https://api.openai.com/v1`; undefined when it cannot be known (`unavailable` says why). */
  readonly baseUrl: string | undefined
  /** Why requests cannot be sent there yet, and what to write in the config; undefined when they can. */
  readonly unavailable: string | undefined
  /** Of AWS, where the config says so: requests are signed for it. */
  readonly region: string | undefined
  /**
   * A reference: `env:NAME`, `file:PATH`, `store:NAME`, `keychain:NAME`, `command:...`, `aws:PROFILE`, `google:FILE`,
   * `passthrough`, `none`.
   */
  readonly credential: string
  /** False where the reference is the preset's: then `store:<name>` stands in where it gives nothing. */
  readonly credentialDeclared: boolean
  /** The header that carries the bare credential, e.g. `api-key`; undefined for `authorization: Bearer`. */
  readonly credentialHeader: string | undefined
  /** The gateway plays this provider itself (preset demo): the daemon fills in `baseUrl` where it is undefined. */
  readonly builtIn: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly timeouts: Timeouts
  /** Names this provider lists as its own (rule 6, and `/v1/models`). */
  readonly models: readonly string[]
  /** How it differs from others that speak OpenAI's API, where not as its preset: single `Quirks` of translate/quirks.ts. */
  readonly quirks: Readonly<Record<string, string | number | boolean | null>>
  /** Patterns of its preset that claim names (rules 7 and 9), e.g. `gpt-*`. */
  readonly claims: readonly string[]
  readonly aliases: ReadonlyMap<string, Alias>
  /** How many requests it is sent at once. */
  readonly limits: Crowd
}

/** A config together with the text it came from. */
export interface LoadedConfig {
  readonly config: Config
  readonly file: string
  /** False when there is no file: `text` is then empty and `config` all defaults. */
  readonly exists: boolean
  readonly text: string
  /** sha256 of the text, hex: how a command asks whether its very edit is live. */
  readonly hash: string
  /** Things that are allowed but probably not meant; errors are thrown as `config_invalid`. */
  readonly warnings: readonly Problem[]
}
