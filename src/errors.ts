// Every failure the gateway itself reports, on the command line and over HTTP.
//
// An error is a code plus facts; the catalogue below is the one place that finds the words. A message is lower-case,
// has no full stop, says what was found, and holds no secret: facts are names, paths, numbers. The hint is the exact
// command or edit that mends it. HTTP status and types per dialect: PROTOCOLS "Canonical kind -> per client".

/** What is said about an error: names, paths and numbers, never a secret and never a prompt. */
export type Facts = Readonly<Record<string, unknown>>

/** One thing wrong with a config file, with its place. `line` and `column` count from 1; absent when there is no text. */
export interface Problem {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** Where in the config, e.g. `providers.work.timeouts.connect`; empty for the file itself. */
  readonly path: string
  /** What was found and what was wanted, e.g. `unknown key "timeout"`. */
  readonly message: string
  /** How to mend it, e.g. `did you mean "timeouts"?`. */
  readonly hint?: string
  readonly severity: 'error' | 'warning'
}

interface Entry {
  /** HTTP status. */
  readonly status: number
  /** `error.type` as OpenAI's clients know it; Anthropic's and Google's follow from the status. */
  readonly type: string
  /** Exit code on the command line: 1 failed, 2 bad usage, 3 the daemon is not running. */
  readonly exit: 1 | 2 | 3
  readonly words: (facts: Facts) => string
  readonly hint?: (facts: Facts) => string | undefined
}

const invalid = { type: 'invalid_request_error', exit: 1 } as const
const server = { type: 'server_error', exit: 1 } as const
const busy = { type: 'rate_limit_error', exit: 1 } as const
const local = { status: 500, ...server } as const

const quoted = (names: unknown): string => (names as string[]).map(name => `"${name}"`).join(', ')
/** The beginning of a name that may be 64 KiB long: an error must stay readable. */
export const short = (name: unknown): string => {
  const text = String(name)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
const nearest = (f: Facts): string | undefined =>
  (f['near'] as string[] | undefined)?.length ? `did you mean ${quoted(f['near'])}?` : undefined

export const catalogue = {
  // --- what a client asked for
  model_not_found: {
    status: 404,
    ...invalid,
    words: f => `no alias, provider or preset claims the model "${short(f['model'])}"`,
    hint: f => {
      const near = nearest(f)
      return `${near ? `${near} ` : ''}see: gateway explain ${shellWord(short(f['model']))}`
    },
  },
  alias_disabled: {
    status: 404,
    ...invalid,
    words: f => {
      const by =
        f['profile'] === undefined ? 'disabled' : `switched off by the profile "${f['profile']}"`
      const alias = `the alias "${short(f['alias'])}"`
      return f['name'] === f['alias']
        ? `${alias} is ${by}`
        : `"${short(f['name'])}" leads to ${alias}, which is ${by}`
    },
    hint: f =>
      f['profile'] === undefined
        ? 'remove "disabled: true" from it in the config'
        : 'to use no profile: gateway profile none',
  },
  alias_chain: {
    status: 400,
    ...invalid,
    words: f =>
      `the alias "${short((f['chain'] as string[])[0])}" passes through more than ${f['limit']} aliases`,
    hint: f => `see: gateway explain ${shellWord(short((f['chain'] as string[])[0]))}`,
  },
  provider_not_found: {
    status: 404,
    ...invalid,
    words: f => `no provider is named "${short(f['provider'])}"`,
    hint: nearest,
  },
  provider_unnamed: {
    status: 404,
    ...invalid,
    words: f => `${short(f['path'])} lies at one provider, and nothing says at which`,
    hint: f =>
      `put the provider before it, as in /openai${short(f['path'])}, or set defaultProvider`,
  },
  endpoint_not_found: {
    status: 404,
    ...invalid,
    words: f => `no endpoint ${f['method']} ${short(f['path'])}`,
    hint: nearest,
  },
  method_not_allowed: {
    status: 405,
    ...invalid,
    words: f => `${f['path']} does not take ${f['method']}`,
    hint: f => `use ${f['allow']}`,
  },
  not_offered: {
    status: 501,
    ...invalid,
    words: f => `${f['provider']} cannot be asked for ${f['endpoint']}: ${f['reason']}`,
    hint: f => f['hint'] as string | undefined,
  },
  untranslatable: {
    status: 400,
    ...invalid,
    words: f =>
      `"${f['field']}" cannot be said to the model behind this name, which speaks another protocol: ${f['reason']}`,
    hint: f => f['hint'] as string | undefined,
  },
  source_unreachable: {
    status: 400,
    ...invalid,
    words: f =>
      `what the request points to at ${short(f['host'])} could not be fetched: ${f['reason']}`,
    hint: () => 'send the bytes in the request, as a data: URL',
  },
  model_missing: {
    status: 400,
    ...invalid,
    words: () => 'the request names no model',
    hint: () => 'add a string field "model", e.g. {"model": "fast"}',
  },
  body_invalid: {
    status: 400,
    ...invalid,
    words: f => `the body is not valid JSON: ${f['reason']} at byte ${f['offset']}`,
  },
  body_too_large: {
    status: 413,
    ...invalid,
    words: f => `the body is larger than ${f['limit']} bytes`,
    hint: () => 'raise limits.body in the config',
  },
  content_encoding: {
    status: 415,
    ...invalid,
    words: f => `the body is compressed (${short(f['found'])}), and its model cannot be read`,
    hint: () => 'send it without content-encoding',
  },
  header_too_large: {
    status: 431,
    ...invalid,
    words: f => `the head of the request is larger than ${f['limit']} bytes`,
    hint: () => 'raise limits.header in the config',
  },
  request_too_slow: {
    status: 408,
    ...invalid,
    words: () => 'the request took too long to come',
    hint: () => 'raise limits.headerTime or limits.bodyTime in the config',
  },
  too_many_connections: {
    status: 503,
    ...server,
    words: f => `${f['limit']} clients are connected already`,
    hint: () => 'raise limits.connections in the config',
  },
  too_many_requests: {
    status: 429,
    ...busy,
    words: f =>
      `${f['concurrent']} requests are being served, and this one would wait too long for its turn`,
    hint: () => 'raise limits.concurrent, limits.queue or limits.wait in the config',
  },
  provider_busy: {
    status: 429,
    ...busy,
    words: f =>
      `${f['provider']} has ${f['concurrent']} requests already, and this one would wait too long for its turn`,
    hint: f => `raise concurrent, queue or wait under providers.${f['provider']}.limits`,
  },
  out_of_resources: {
    status: 503,
    ...server,
    words: f => `this machine gives the gateway no more connections: ${f['reason']}`,
    hint: () =>
      'raise the limit of open files (ulimit -n), or lower limits.concurrent in the config',
  },
  content_type: {
    status: 415,
    ...invalid,
    words: f =>
      `content-type ${f['found'] ? `"${short(f['found'])}"` : 'is missing; it'} must be ${f['wanted']}`,
    hint: f => `send the header content-type: ${f['wanted']}`,
  },
  host_refused: {
    status: 403,
    ...invalid,
    words: f => `the host "${short(f['host'])}" is not one this gateway answers to`,
    hint: () => 'use localhost, or list the name under hosts: in the config',
  },
  origin_refused: {
    status: 403,
    ...invalid,
    words: f => `a page from "${short(f['origin'])}" may not use this gateway`,
    hint: () => 'list the origin under cors.origins in the config to allow it',
  },
  bad_request: {
    status: 400,
    ...invalid,
    words: f => `the request cannot be understood: ${f['reason']}`,
  },
  client_left: {
    status: 499,
    ...invalid,
    words: () => 'the client left before its request was whole',
  },
  stopping: {
    status: 503,
    ...server,
    words: () => 'the gateway is stopping',
  },
  // --- providers and upstreams
  credential_missing: {
    status: 401,
    ...invalid,
    words: f => `no credential for provider "${f['provider']}": ${f['reason']}`,
    hint: f => f['hint'] as string,
  },
  upstream_unreachable: {
    status: 502,
    ...server,
    words: f => `cannot reach ${f['provider']} at ${f['origin']}: ${f['reason']}`,
  },
  upstream_timeout: {
    status: 504,
    type: 'timeout',
    exit: 1,
    words: f => `${f['provider']} did not ${f['what']} within ${f['limit']}`,
    hint: f =>
      `raise providers.${f['provider']}.timeouts.${f['key']} in the config, or the alias's own`,
  },
  upstream_empty: {
    status: 502,
    ...server,
    words: f => `${f['provider']} answered ${f['status']} with nothing in it`,
  },
  upstream_broken: {
    status: 502,
    ...server,
    words: f => `${f['provider']} broke off the answer: ${f['reason']}`,
  },
  upstream_redirect: {
    status: 502,
    ...server,
    words: f => `${f['provider']} answered ${f['status']}, a redirect to ${f['location']}`,
    hint: f => `set providers.${f['provider']}.baseUrl in the config to where it is now`,
  },
  // --- config
  config_invalid: {
    ...local,
    words: f => {
      const problems = f['problems'] as Problem[]
      const errors = problems.filter(p => p.severity === 'error').length
      return `the config has ${errors} error${errors === 1 ? '' : 's'}\n${problems.map(formatProblem).join('\n')}`
    },
    hint: () => 'mend the file, then: gateway config check',
  },
  config_unreadable: {
    ...local,
    words: f => `cannot read ${f['file']}: ${f['reason']}`,
  },
  config_changed: {
    ...local,
    words: f => `${f['file']} changed while it was being edited; nothing was written`,
    hint: () => 'run the command again',
  },
  config_edit_failed: {
    ...local,
    words: f => `cannot edit ${f['file']} safely: ${f['reason']}; nothing was written`,
    hint: () => 'make the change by hand: gateway config edit',
  },
  config_edit_refused: {
    ...local,
    words: f =>
      `the change would break ${f['file']}; nothing was written\n${(f['problems'] as Problem[]).map(formatProblem).join('\n')}`,
  },
  config_unwritable: {
    ...local,
    words: f => `cannot write ${f['file']}: ${f['reason']}`,
    hint: f => `make it yours (ls -l ${f['file']}); an alias that need not last: --until-restart`,
  },
  listen_refused: {
    ...local,
    words: f =>
      `will not listen on ${f['address']}: it is reachable from other machines, and client keys do not exist yet`,
    hint: () => 'listen on 127.0.0.1, and reach it from elsewhere with ssh -L',
  },
  // --- aliases on the command line
  alias_exists: {
    ...local,
    words: f => `alias "${f['name']}" exists: ${f['old']}`,
    hint: f => `to replace it with ${f['new']}, add --force`,
  },
  alias_taken: {
    ...local,
    words: f => `alias "${f['name']}" exists: ${f['old']}`,
    hint: f => `to be rid of it: gateway alias remove ${shellWord(String(f['name']))}`,
  },
  alias_not_found: {
    ...local,
    words: f =>
      `no alias "${short(f['name'])}"${f['provider'] ? ` for provider "${f['provider']}"` : ''}`,
    hint: nearest,
  },
  alias_refused: {
    ...local,
    words: f =>
      `alias "${short(f['name'])}" cannot be added: ${(f['problems'] as string[]).join('; ')}`,
  },
  profile_not_found: {
    ...local,
    words: f => `the config has no profile "${short(f['profile'])}"`,
    hint: f => nearest(f) ?? 'gateway profile list',
  },
  generation_not_found: {
    ...local,
    words: f => `no generation ${f['number']} is recorded`,
    hint: () => 'gateway history',
  },
  nothing_to_undo: {
    ...local,
    words: f => `nothing to undo: ${f['reason']}`,
  },
  undo_refused: {
    ...local,
    words: f =>
      `${f['file']} has changed since generation ${f['number']} became live; nothing was written`,
    hint: f => f['hint'] as string,
  },
  credential_not_found: {
    ...local,
    words: f => `no credential "${f['name']}" in the store`,
    hint: nearest,
  },
  // --- manifests, and the files of other programs
  file_unreadable: {
    ...local,
    words: f => `cannot read ${f['file']}: ${f['reason']}`,
  },
  manifest_invalid: {
    ...local,
    words: f =>
      `${f['what'] ?? 'a manifest'} cannot be read; nothing was written\n${(f['problems'] as Problem[]).map(formatProblem).join('\n')}`,
  },
  manifest_not_carried: {
    ...local,
    words: f =>
      `not all of it can be carried; nothing was written\n${(f['problems'] as Problem[]).map(formatProblem).join('\n')}`,
    hint: () => 'leave out --strict to carry the rest',
  },
  manifest_conflict: {
    ...local,
    words: f => `cannot apply ${f['name']}: ${f['reason']}; nothing was written`,
    hint: f => f['hint'] as string | undefined,
  },
  manifest_not_found: {
    ...local,
    words: f => `no AgentgatewayBackend "${f['name']}" was applied${f['where'] ?? ''}`,
    hint: f => (f['hint'] as string | undefined) ?? nearest(f),
  },
  // --- the daemon
  not_running: {
    ...local,
    exit: 3,
    words: () => 'the daemon is not running',
    hint: () => 'gateway start',
  },
  already_running: {
    ...local,
    words: f => `the daemon is already running, pid ${f['pid']}`,
    hint: () => 'gateway stop',
  },
  restart_foreground: {
    ...local,
    words: f =>
      `the daemon, pid ${f['pid']}, runs in the foreground: whoever started it must restart it`,
    hint: () =>
      'systemctl --user restart gateway, where systemd did; what the config says is live without: gateway reload',
  },
  port_taken: {
    ...local,
    words: f =>
      `port ${f['port']} on ${f['host']} is taken${f['holder'] ? ` by ${f['holder']}` : ''}`,
    hint: f =>
      `stop that program, or take another port, here and as listen: in the config: gateway start --listen 127.0.0.1:${f['free'] ?? Number(f['port']) + 1}`,
  },
  start_failed: {
    ...local,
    words: f => `the daemon did not start: ${f['reason']}`,
    hint: f => (f['hint'] as string | undefined) ?? 'gateway logs',
  },
  control_failed: {
    ...local,
    words: f => `the daemon did not answer as expected: ${f['reason']}`,
    hint: () => 'gateway restart',
  },
  request_failed: {
    ...local,
    words: f => String(f['reason']),
    hint: f => f['hint'] as string | undefined,
  },
  usage: {
    status: 400,
    ...invalid,
    exit: 2,
    words: f => String(f['reason']),
    hint: f => f['hint'] as string | undefined,
  },
  internal: {
    ...local,
    words: f => `a fault in the gateway itself: ${f['reason']}`,
    hint: () => 'please report it, with the lines of: gateway logs -n 20',
  },
} as const satisfies Record<string, Entry>

export type Code = keyof typeof catalogue

/** A failure with a code of the catalogue. `message` and `hint` are found in the catalogue, never at the throw. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: Code
  readonly facts: Facts
  readonly hint: string | undefined

  constructor(code: Code, facts: Facts = {}, cause?: unknown) {
    const entry: Entry = catalogue[code]
    super(entry.words(facts), cause === undefined ? undefined : { cause })
    this.code = code
    this.facts = facts
    this.hint = entry.hint?.(facts)
  }

  get status(): number {
    return catalogue[this.code].status
  }

  /** `error.type` as OpenAI's clients know it. */
  get type(): string {
    return catalogue[this.code].type
  }

  /** The field of the request that is to blame, as OpenAI's errors name it. */
  get param(): string | null {
    return this.code.startsWith('model_') || this.code.startsWith('alias_') ? 'model' : null
  }

  get exit(): 1 | 2 | 3 {
    return catalogue[this.code].exit
  }
}

/** `file:line:column: path: message (hint)`, the form that editors and terminals make clickable. */
export function formatProblem(p: Problem): string {
  const place = p.line === undefined ? p.file : `${p.file}:${p.line}:${p.column ?? 1}`
  const path = p.path ? `${p.path}: ` : ''
  const kind = p.severity === 'warning' ? 'warning: ' : ''
  return `${place}: ${kind}${path}${p.message}${p.hint ? ` (${p.hint})` : ''}`
}

/** The words of anything thrown, for a message; node's own errors lose their stack and keep their code. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  return error.message || (error as NodeJS.ErrnoException).code || error.name
}

/** A name as a person would type it in a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
