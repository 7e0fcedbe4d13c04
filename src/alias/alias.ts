// What a name means, as data. `config` fills these in from the file, `table` compiles them, `resolve` reads them.

import { noPrompt, type Prompt } from '../wire/prompt.ts'

export { noPrompt, type Prompt, type PromptMessage, promptRoles } from '../wire/prompt.ts'

/** What a name stands for. `params` apply to every target, a target's own after them. */
export interface Alias {
  readonly name: string
  /** In order of fallback; where any has a weight, one without counts as 1. Never empty. */
  readonly targets: readonly AliasTarget[]
  /** With weights: the same conversation keeps its target. */
  readonly sticky: boolean
  readonly params: Params
  readonly hidden: boolean
  readonly disabled: boolean
  readonly respondAs: RespondAs | undefined
  /** What it says of these; the rest is as for all aliases, and as for the target's provider. */
  readonly fallback: Partial<Fallback>
  readonly timeouts: Partial<Timeouts>
  readonly description: string | undefined
  /** What gave or switched off this alias in place of the file's own aliases; absent where they are in force. */
  readonly layer?: Layer
}

/** When another attempt follows one that failed. */
export interface Fallback {
  /** A status, `5xx`, or one of `connect`, `timeout`, `broken`, `empty`, `error`. */
  readonly on: readonly string[]
  /** How often the last target is tried, in all. */
  readonly attempts: number
  /** No attempt begins later than this after the first, in milliseconds. */
  readonly budget: number
}

/** How long to wait for an upstream, in milliseconds; 0 switches one off. */
export interface Timeouts {
  /** Until the connection stands. */
  readonly connect: number
  /** From the request until the head of the answer. */
  readonly firstByte: number
  /** Between two pieces of the answer. */
  readonly idle: number
  /** From the request until the end of the answer. */
  readonly total: number
}

/** What lies over the aliases of the file: the profile in use, and above it what the daemon has for a while. */
export type Layer =
  | { readonly kind: 'profile'; readonly profile: string }
  /** Until a time in ISO 8601; null: until the daemon restarts. */
  | { readonly kind: 'temporary'; readonly until: string | null }

export interface AliasTarget {
  /** `provider/model`, a bare model name, or another alias; its `*`s stand for what the `*`s of the name matched. */
  readonly model: string
  readonly weight: number | undefined
  readonly params: Params
}

/** Whose name the `model` of a response carries. */
export type RespondAs = 'alias' | 'upstream'

/** Changes to a request body. Keys are top-level names or dotted paths. */
export interface Params {
  readonly set: Readonly<Record<string, unknown>>
  readonly default: Readonly<Record<string, unknown>>
  readonly remove: readonly string[]
  readonly prompt: Prompt
}

/** As much of a provider as decides where a name goes. */
export interface NamingProvider {
  readonly name: string
  readonly aliases: ReadonlyMap<string, Alias>
  /** Names it lists as its own (rule 6). */
  readonly models: readonly string[]
  /** Patterns of its preset (rules 7 and 9), e.g. `gpt-*`. */
  readonly claims: readonly string[]
}

/** Everything that decides what a name means. A `Config` has this shape; names are in file order. */
export interface Naming {
  readonly defaultProvider: string | undefined
  readonly aliases: ReadonlyMap<string, Alias>
  /** The declared providers. */
  readonly providers: ReadonlyMap<string, NamingProvider>
  /** The providers that need no declaration: presets, by their own name. */
  readonly undeclared: ReadonlyMap<string, NamingProvider>
}

/** A fault in the aliases of a config, at a path such as `['aliases', 'fast', 'targets', 0]`. */
export interface AliasFault {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string
  readonly severity: 'error' | 'warning'
}

/** Of an alias that says nothing of its own. */
export const nothingSaid = Object.freeze({})

export const noParams: Params = Object.freeze({
  set: Object.freeze({}),
  default: Object.freeze({}),
  remove: Object.freeze([]),
  prompt: noPrompt,
})
