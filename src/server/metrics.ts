// What is counted of requests. Counting costs one look-up and a few additions for each; Prometheus's families are made of
// it when somebody asks. Names come from clients, and a name is a label only where the config has it or its provider
// answered to it; there is a limit to either, past which all count as `other`.

import type { Alias } from '../alias/alias.ts'
import type { Target } from '../alias/resolve.ts'
import type { ProviderConfig } from '../config/config.ts'
import type { Operation } from '../wire/protocol.ts'
import type { Told } from '../wire/usage.ts'

/** One family of Prometheus's text format, in the form of prom-client's JSON; several processes' can be added up. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly aggregator: 'sum' | 'first'
  readonly values: readonly Sample[]
}

export interface Sample {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  /** Where it is not the family's: `..._bucket`. */
  readonly metricName?: string
}

/** Where a request went: as much as decides its labels. */
export interface Aim {
  readonly operation: Operation
  readonly alias: Alias | undefined
  readonly target: Target
  readonly provider: ProviderConfig
}

/** A request that has ended. Times in milliseconds; undefined where it did not come to that. */
export interface Ended {
  /** The error's code, the status of a response that is one, or `cancelled`. */
  readonly error: string | undefined
  readonly total: number
  readonly firstToken: number | undefined
  readonly overhead: number | undefined
  readonly aim: Aim | undefined
  readonly told: Told | undefined
}

// Bounds as OpenTelemetry's semantic conventions for generative AI have them: "gen-ai-metrics".
const durationBounds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
]
const firstTokenBounds = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]
const tokenBounds = Array.from({ length: 14 }, (_, n) => 4 ** n)
const overheadBounds = [
  0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1,
]

/** So many names that the config does not have become labels for each provider, and so many combinations in all. */
const namesLimit = 100
const seriesLimit = 1000
const other = 'other'
/** A client that leaves makes no error, but a request that is not like the others. */
export const cancelled = 'cancelled'

class Distribution {
  readonly bounds: readonly number[]
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array<number>(bounds.length + 1).fill(0)
  }

  add(value: number): void {
    let n = 0
    while (n < this.bounds.length && value > this.bounds[n]!) n++
    this.counts[n]!++
    this.sum += value
  }

  samples(name: string, labels: Sample['labels']): Sample[] {
    let count = 0
    const buckets = this.counts.map((n, i) => {
      count += n
      const le = this.bounds[i] ?? '+Inf'
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: count },
    ]
  }
}

/** What is counted under one set of labels. */
class Series {
  readonly labels: Sample['labels']
  readonly error: string | undefined
  readonly duration = new Distribution(durationBounds)
  firstToken: Distribution | undefined
  input: Distribution | undefined
  output: Distribution | undefined

  constructor(labels: Sample['labels'], error: string | undefined) {
    this.labels = labels
    this.error = error
  }
}

/** The counts of one process, since it began. */
export class Metrics {
  readonly #series = new Map<string, Series>()
  readonly #names = new Map<string, Set<string>>()
  readonly #errors = new Map<string, number>()
  readonly #attempts = new Map<string, number>()
  readonly #overhead = new Distribution(overheadBounds)
  /** Another number after each change. */
  version = 0

  /** A request is being sent to a provider. */
  attempt(provider: string): void {
    this.version++
    add(this.#attempts, provider)
  }

  ended({ error, total, firstToken, overhead, aim, told }: Ended): void {
    this.version++
    if (error !== undefined && error !== cancelled) add(this.#errors, error)
    if (overhead !== undefined) this.#overhead.add(overhead / 1000)
    if (!aim) return
    const series = this.#find(aim, told?.model, error)
    series.duration.add(total / 1000)
    if (error !== undefined) return
    if (firstToken !== undefined) {
      series.firstToken ??= new Distribution(firstTokenBounds)
      series.firstToken.add(firstToken / 1000)
    }
    const { input, output } = told?.usage ?? {}
    if (input !== undefined) {
      series.input ??= new Distribution(tokenBounds)
      series.input.add(input)
    }
    if (output !== undefined) {
      series.output ??= new Distribution(tokenBounds)
      series.output.add(output)
    }
  }

  /** All of it, as Prometheus is to have it. */
  get families(): Family[] {
    const all = [...this.#series.values()]
    const histogram = (
      name: string,
      help: string,
      samples: (series: Series, name: string) => readonly (readonly Sample[] | undefined)[],
    ): Family => ({
      ...{ name, help, type: 'histogram', aggregator: 'sum' },
      values: all.flatMap(series => samples(series, name).flatMap(found => found ?? [])),
    })
    return [
      histogram(
        'gen_ai_server_request_duration',
        'Seconds from the request to the end of its response, by where it went.',
        ({ duration, labels, error }, name) => [
          duration.samples(name, error === undefined ? labels : { ...labels, error_type: error }),
        ],
      ),
      histogram(
        'gen_ai_server_time_to_first_token',
        'Seconds from the request to the first bytes of a streamed response.',
        ({ firstToken, labels }, name) => [firstToken?.samples(name, labels)],
      ),
      histogram(
        'gen_ai_client_token_usage',
        'Tokens of a request and its response, as the provider counted them.',
        ({ input, output, labels }, name) => [
          input?.samples(name, { ...labels, gen_ai_token_type: 'input' }),
          output?.samples(name, { ...labels, gen_ai_token_type: 'output' }),
        ],
      ),
      {
        name: 'gateway_overhead_seconds',
        help: 'Time that a request spent in the gateway alone, until the head of its response was passed on.',
        type: 'histogram',
        aggregator: 'sum',
        values: this.#overhead.samples('gateway_overhead_seconds', {}),
      },
      counter(
        'gateway_attempts_total',
        'Requests sent to providers.',
        labelled('gen_ai_provider_name', this.#attempts),
      ),
      counter(
        'gateway_errors_total',
        'Requests that ended in an error: its code, or the status of the provider.',
        labelled('error_type', this.#errors),
      ),
    ]
  }

  #find(aim: Aim, told: string | undefined, error: string | undefined): Series {
    const { operation, alias, provider } = aim
    const ok = error === undefined
    const what = operationName(operation)
    const by = alias?.name ?? ''
    const asked = this.#requestModel(aim, ok)
    const from = told === undefined ? '' : this.#admit(provider.name, told, ok)
    const key = `${what}\n${by}\n${provider.name}\n${asked}\n${from}\n${error ?? ''}`
    const found = this.#series.get(key)
    if (found) return found
    const full = this.#series.size >= seriesLimit
    const overflow = `${other}\n${provider.name}\n${error ?? ''}`
    const rest = full ? this.#series.get(overflow) : undefined
    if (rest) return rest
    const series = new Series(
      {
        gen_ai_operation_name: full ? other : what,
        gen_ai_provider_name: provider.name,
        gen_ai_request_model: full ? other : asked,
        ...(from === '' ? {} : { gen_ai_response_model: full ? other : from }),
        ...(by === '' ? {} : { alias: full ? other : by }),
      },
      error,
    )
    this.#series.set(full ? overflow : key, series)
    return series
  }

  /** The model asked for, where the config has that name; what a client made up counts as `other`. */
  #requestModel({ alias, target, provider }: Aim, ok: boolean): string {
    const { model } = target
    const written = (alias && !alias.name.includes('*')) || provider.models.includes(model)
    return written ? model : this.#admit(provider.name, model, ok)
  }

  /** A name that only a provider can vouch for, by having answered to it. */
  #admit(provider: string, name: string, answered: boolean): string {
    let names = this.#names.get(provider)
    if (names?.has(name)) return name
    if (!answered || name.length > 100) return other
    if (!names) {
      names = new Set()
      this.#names.set(provider, names)
    }
    if (names.size >= namesLimit) return other
    names.add(name)
    return name
  }
}

/** As OpenTelemetry calls it, where it has a name for it. */
function operationName({ protocol, path }: Operation): string {
  switch (protocol) {
    case 'chat':
    case 'responses':
    case 'messages':
      return 'chat'
    case 'completions':
      return 'text_completion'
    case 'embeddings':
      return 'embeddings'
    case 'gemini':
      return /embedcontent/i.test(path) ? 'embeddings' : 'generate_content'
    default:
      return path.slice(1)
  }
}

/** What only grows; that of several processes is their sum. */
export const counter = (name: string, help: string, values: readonly Sample[]): Family => ({
  ...{ name, help, type: 'counter', aggregator: 'sum', values },
})

/** What goes up and down. */
export const gauge = (name: string, help: string, values: readonly Sample[]): Family => ({
  ...{ name, help, type: 'gauge', aggregator: 'first', values },
})

/** Numbers by the values of one label. */
export const labelled = (label: string, counts: Iterable<readonly [string, number]>): Sample[] =>
  [...counts].map(([key, value]) => ({ labels: { [label]: key }, value }))

/** A number without labels. */
export const single = (value: number): Sample[] => [{ labels: {}, value }]

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
