// One command is one file in commands/: what it takes, `run`, which returns what it found or did, and `views`, which
// turn that into text. Help, usage errors and the man page are rendered from the same definition.

import type { Context } from './context.ts'
import type { Look } from './output.ts'

/** What a shell can complete a value with: a list of words, or names that are looked up. */
export type Completes =
  | readonly string[]
  | 'file'
  /** An alias; with --provider one of that provider. */
  | 'alias'
  /** Whatever a client may ask for. */
  | 'name'
  | 'provider'
  | 'profile'
  /** A name in the credential store, or that or a provider. */
  | 'stored'
  | 'credential'
  | 'generation'

export interface Argument {
  readonly name: string
  readonly summary: string
  readonly required?: boolean
  /** Takes all the words that are left. */
  readonly many?: boolean
  readonly completes?: Completes
}

export interface Option {
  /** Without the dashes; the key of its value in the input of `run`. */
  readonly name: string
  readonly short?: string
  /** What its value is called in the help; an option without one is a switch. */
  readonly value?: string
  readonly summary: string
  /** A provider and a file are completed as such where the value is called so. */
  readonly completes?: Completes
  /** May be given several times; the value is then the list of all. */
  readonly many?: true
  /** Turns the value into what `run` takes; throws `usage` where it cannot. */
  readonly parse?: (text: string) => unknown
}

type ArgumentValue<A> = A extends { many: true }
  ? readonly string[]
  : A extends { required: true }
    ? string
    : string | undefined

type OptionValue<O> = O extends { many: true }
  ? readonly string[] | undefined
  : O extends { parse: (text: string) => infer T }
    ? T | undefined
    : O extends { value: string }
      ? string | undefined
      : boolean

type Input<A extends readonly Argument[], O extends readonly Option[]> = {
  readonly [K in A[number] as K['name']]: ArgumentValue<K>
} & {
  readonly [K in O[number] as K['name']]: OptionValue<K>
}

/** How a result is shown. What a command has already streamed to stdout is not in `human` again. */
export interface Views<Result> {
  /** The data for stdout, without the last line end; undefined or empty prints nothing. */
  readonly human?: (result: Result, look: Look) => string | undefined
  /** Lines for stderr: what was done, and what to do next. */
  readonly talk?: (result: Result) => readonly string[]
  /** What `--json` prints; a command without it has no `--json`. */
  readonly json?: (result: Result) => unknown
  /** The exit code where the command did its work and the outcome is still a failure. */
  readonly exit?: (result: Result) => number
}

export interface Command<
  A extends readonly Argument[] = readonly Argument[],
  O extends readonly Option[] = readonly Option[],
  Result = unknown,
> {
  /** One line, no capital, no full stop. */
  readonly summary: string
  /** Paragraphs for `--help` and the man page. */
  readonly details?: readonly string[]
  readonly arguments: A
  readonly options: O
  readonly examples?: readonly string[]
  readonly run: (input: Input<A, O>, context: Context) => Promise<Result>
  readonly views: Views<Result>
}

// biome-ignore lint/suspicious/noExplicitAny: what a command takes and returns is its own affair; the program only carries it
export type AnyCommand = Command<any, any, any>

/** Gives `run` and `views` their types from the arguments and options written above them. */
export const defineCommand = <
  const A extends readonly Argument[],
  const O extends readonly Option[],
  Result,
>(
  command: Command<A, O, Result>,
): Command<A, O, Result> => command
