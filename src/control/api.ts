// The language between the command line and the daemon: JSON over HTTP/1.1 on the control socket.
// Types only: both programs import this file, and it imports neither.

import type { Fallback, Timeouts } from '../alias/alias.ts'
import type { Explanation } from '../alias/explain.ts'
import type { Meaning } from '../alias/meaning.ts'
import type { Problem } from '../errors.ts'

/** Every call, by name: its HTTP form, what it takes and what it answers. `handlers.ts` serves exactly these. */
export interface Calls {
  status: { take: undefined; give: Status }
  /** In Prometheus's text format: what any scraper that can open the socket may ask for. */
  metrics: { take: undefined; give: string }
  families: { take: undefined; give: readonly MetricFamily[] }
  reload: { take: undefined; give: ReloadResult }
  /** Answers when the config file, as it is now, is live or was refused. */
  live: { take: undefined; give: ReloadResult }
  /** What a name means in the live snapshot, and the state of each target. */
  explain: { take: ExplainTake; give: ExplainGive }
  /** Asks providers for their models: those that `names` stand for, or all that are declared or have a key. */
  check: { take: { names: readonly string[]; waitMs: number }; give: readonly CheckResult[] }
  /** The models that are known of each provider, without asking it. */
  models: { take: undefined; give: readonly ProviderModels[] }
  /** Reads again which profile was chosen, and uses it. */
  profile: { take: undefined; give: ProfileResult }
  /** Adds an alias that only the daemon has, or replaces one. */
  addTemporary: { take: AddTemporaryTake; give: AddTemporaryGive }
  /** Takes such aliases away; those that are not there are passed over. */
  removeTemporary: { take: RemoveTemporaryTake; give: RemoveTemporaryGive }
  /** Answers when another daemon has taken the place of this one, which ends when its running answers have. */
  restart: { take: RestartTake; give: RestartGive }
  /** Answers when the daemon has drained; it exits then. `drainMs` 0 cuts running answers at once. */
  stop: { take: { drainMs?: number }; give: StopResult }
}

export const routes: { readonly [Name in keyof Calls]: string } = {
  status: 'GET /status',
  metrics: 'GET /metrics',
  families: 'GET /metrics.json',
  reload: 'POST /reload',
  live: 'POST /live',
  explain: 'POST /explain',
  check: 'POST /check',
  models: 'GET /models',
  profile: 'POST /profile',
  addTemporary: 'POST /temporary',
  removeTemporary: 'POST /temporary/remove',
  restart: 'POST /restart',
  stop: 'POST /stop',
}

export interface Status {
  readonly version: string
  readonly pid: number
  /** ISO 8601. */
  readonly startedAt: string
  /** False until the first config is live and the port is open. */
  readonly ready: boolean
  readonly stopping: boolean
  /** It stays in the terminal, or with the supervisor, that started it. */
  readonly foreground: boolean
  readonly urls: readonly string[]
  /** True when every provider is played by the built-in demo provider. */
  readonly demo: boolean
  /** The value of `--listen`, where the daemon was started with it; `restart` gives it again. */
  readonly listen?: string
  readonly config: {
    readonly file: string
    readonly exists: boolean
    readonly hash: string
    readonly generation: number
    readonly loadedAt: string
    readonly warnings: readonly Problem[]
  }
  /** The newest change of the file that was refused; undefined once a good one is live. */
  readonly rejected?: { readonly at: string; readonly problems: readonly Problem[] }
  /** The profile in use; absent where none is. */
  readonly profile?: ProfileStatus
  /** The aliases that only the daemon has, the oldest first. */
  readonly temporary: readonly TemporaryAlias[]
  /** Keys whose new value waits for a restart, e.g. `listen`. */
  readonly restartNeeded: readonly string[]
  readonly requests: {
    readonly inFlight: number
    readonly started: number
    readonly finished: number
    readonly failed: number
    readonly cancelled: number
  }
  /** The targets that have failed lately, and the providers that refuse their credential. */
  readonly unwell: readonly UnwellTarget[]
  readonly refused: readonly { readonly provider: string; readonly at: string }[]
  /** Resident memory of all processes, in bytes. */
  readonly memory: number
  /** The processes that serve, where there are several. */
  readonly workers?: readonly {
    readonly pid: number
    readonly memory: number
    readonly inFlight: number
  }[]
}

/** What a provider made of being asked for its models. */
export interface CheckResult {
  readonly provider: string
  /** The reference, never its text. */
  readonly credential: string
  /** `untested`: it answered, but nothing follows for the key. */
  readonly outcome: 'ok' | 'refused' | 'missing' | 'unreachable' | 'failed' | 'untested'
  /** The HTTP status, where there was an answer. */
  readonly status?: number
  readonly reason?: string
  readonly hint?: string
  readonly models?: readonly string[]
}

export interface ProviderModels {
  readonly provider: string
  /** It is declared, or its key is there. */
  readonly usable: boolean
  readonly models: readonly string[]
}

/** A target that failed when it was last tried. */
export interface UnwellTarget {
  /** `provider/model` */
  readonly target: string
  /** `failing`: it is tried as ever. `cooling`: it is left out before `until`. `probing`: one request finds out how it is. */
  readonly state: 'failing' | 'cooling' | 'probing'
  /** In a row. */
  readonly failures: number
  /** The last one: a status, or the code of an error. */
  readonly reason: string
  /** ISO 8601. */
  readonly until?: string
}

export interface ProfileStatus {
  readonly name: string
  /** The config has no such profile (any more): what is served is without it. */
  readonly missing: boolean
}

export interface ProfileResult {
  readonly generation: number
  readonly profile: ProfileStatus | null
}

export interface TemporaryAlias {
  readonly name: string
  /** Whose alias it is; null for a global one. */
  readonly provider: string | null
  /** The alias as a config file would have it. */
  readonly value: unknown
  /** ISO 8601; null: until the daemon restarts. */
  readonly until: string | null
  /** Why it is out of force: the file has changed so that it would be a fault in it. */
  readonly broken?: string
}

export interface AddTemporaryTake {
  readonly name: string
  readonly provider?: string
  /** The alias as a config file would have it. */
  readonly value: unknown
  /** How long, in milliseconds; until the daemon restarts where it is not given. */
  readonly forMs?: number
}

export interface AddTemporaryGive {
  readonly generation: number
  /** What it stands for, in words. */
  readonly target: string
  /** Where it leads; absent for a pattern. */
  readonly meaning?: Meaning
  /** The model that it hides by carrying its name. */
  readonly shadows?: string
  readonly until: string | null
  /** What the alias stood for until now, in words; null where there was none. */
  readonly before: string | null
  /** What it will stand for again; null where there will be none. */
  readonly again: string | null
}

export interface RemoveTemporaryTake {
  readonly names: readonly string[]
  readonly provider?: string
}

export interface RemoveTemporaryGive {
  readonly generation: number
  readonly removed: readonly {
    readonly name: string
    readonly target: string
    /** What it stands for again; null where there is none. */
    readonly again: string | null
  }[]
}

/** One metric, with all its values. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly values: readonly {
    readonly value: number
    readonly labels: Readonly<Record<string, string | number>>
    readonly metricName?: string
  }[]
}

export interface ExplainTake {
  readonly name: string
  /** The HTTP path it would be sent to. */
  readonly path?: string
  /** A JSON body. */
  readonly body?: string
}

export interface ExplainGive extends Explanation {
  readonly generation: number
  /** All of it, with what is said for all aliases. */
  readonly fallback: Fallback
  /** One for each target. */
  readonly states: readonly TargetState[]
  /** The body that the first target would get, where one was given. */
  readonly body?: string
}

/** What is known of a target's provider. */
export interface TargetState {
  readonly baseUrl: string | null
  readonly api: string
  /** The reference, never its text. */
  readonly credential: string
  /** As the daemon has it: `present`, `none`, `passthrough`, or why it is missing. */
  readonly credentialState?: string
  /** As they are for this name. */
  readonly timeouts: Timeouts
  /** Undefined where it is well. */
  readonly health?: UnwellTarget
  /** Whether a request to the path is passed on, translated, or not offered there. */
  readonly protocol?: string
  /** What the parameters come to in what is sent there for the path; absent where there are none. */
  readonly sent?: {
    readonly set: Readonly<Record<string, unknown>>
    /** Those that cannot be said there. */
    readonly dropped: readonly string[]
  }
  /** Why requests cannot be sent there. */
  readonly problem?: string
}

/** What became of a config text: live as `generation`, or refused. */
export type ReloadResult =
  | {
      readonly live: true
      readonly generation: number
      readonly changed: boolean
      readonly restartNeeded: readonly string[]
    }
  | { readonly live: false; readonly generation: number; readonly problems: readonly Problem[] }

export interface RestartTake {
  /** What to run, with which arguments and environment. */
  readonly program: string
  readonly arguments: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** How long running answers may take to finish; left to the config where it is not given. */
  readonly drainMs?: number
  /** How long the caller waits for the answer. */
  readonly waitMs: number
}

export interface RestartGive {
  /** Of the daemon that serves from now on. */
  readonly pid: number
  /** Answers that the older one still has to finish. */
  readonly running: number
}

export interface StopResult {
  /** Answers that were running when the stop was asked for, and those cut at the end of the drain. */
  readonly drained: number
  readonly cut: number
}

/** What the daemon tells the process that started it, over the IPC channel of the child process. */
export type StartMessage =
  | { readonly type: 'ready'; readonly pid: number; readonly urls: readonly string[] }
  | { readonly type: 'running'; readonly pid: number }
  | {
      readonly type: 'failed'
      readonly error: { readonly code: string; readonly facts: Readonly<Record<string, unknown>> }
    }
