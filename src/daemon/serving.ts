import type { CredentialNews } from '../config/credential.ts'
import type { Status, UnwellTarget } from '../control/api.ts'
import type { Log } from '../log.ts'
import type { Entrance } from '../proxy/gate.ts'
import { Health, type HealthNews, type PastOf } from '../proxy/health.ts'
import { Upstreams } from '../proxy/upstream.ts'
import type { SignedCall } from '../server/memory.ts'
import { counter, type Family, gauge, labelled, single } from '../server/metrics.ts'
import { type Counters, GatewayServer } from '../server/server.ts'
import type { Snapshot } from '../server/snapshot.ts'
import { memory } from '../server/way.ts'
import type { Opener } from './addresses.ts'
import { keepUpstreams } from './keep-upstreams.ts'
import { processFamilies } from './prometheus.ts'
import type { SnapshotSource } from './worker.ts'

/** How many requests there have been, and how many run. */
export interface Counts extends Counters {
  readonly inFlight: number
}

export interface ServingOptions {
  readonly log: Log
  /** The metrics of all that serve, in Prometheus's text format. */
  readonly scrape: () => Promise<string>
  /** Where this process is one of several; otherwise it has all of this for itself. */
  readonly others?: {
    /** The gate of a provider, or with an empty name that of all requests. */
    gate(name: string): Entrance
    tell(news: News): void
  }
}

/** What one process has found out, and the others cannot or need not find out themselves. */
export type News =
  | { readonly signed: SignedCall }
  | { readonly health: HealthNews }
  | { readonly provider: string; readonly identity: string; readonly credential: CredentialNews }

/** Takes what another process has found out about a credential. Nothing of it where the config has another one by now. */
export function hearOfCredential(snapshot: Snapshot | undefined, news: News): void {
  if (!('credential' in news)) return
  const provider = snapshot?.providers.get(news.provider)
  if (provider?.identity === news.identity) provider.credential.hear(news.credential)
}

/** How all that serves is. */
export interface Report {
  readonly counts: Counts
  /** The targets that have failed lately. */
  readonly unwell: readonly UnwellTarget[]
  /** The providers that have refused their credential, and not taken it since. */
  readonly refused: readonly { readonly provider: string; readonly at: string }[]
  /** Resident memory of all processes, in bytes. */
  readonly memory: number
  /** The processes, where there are several. */
  readonly workers?: NonNullable<Status['workers']>
}

/** What serves, be it this process or several others. */
export interface Fleet extends Opener {
  /** Resolves when every request that comes is served by it. `source` is what it was made of. */
  use(source: SnapshotSource, snapshot: Snapshot): Promise<void>
  report(): Promise<Report>
  families(): Promise<Family[]>
  /** See `GatewayServer`. */
  drain(ms: number): Promise<{ drained: number; cut: number }>
  retire(ms: number): Promise<{ drained: number; cut: number }>
  close(): Promise<void>
}

export const noCounts: Counts = { inFlight: 0, started: 0, finished: 0, failed: 0, cancelled: 0 }

/** What serves requests in one process: the port, the connections to upstreams, the snapshot that is live. */
export class Serving {
  readonly server: GatewayServer
  readonly #upstreams: Upstreams
  readonly #others: ServingOptions['others']
  #snapshot: Snapshot | undefined

  constructor({ others, ...options }: ServingOptions) {
    const health = new Health()
    this.#others = others
    this.#upstreams = new Upstreams(health, others && (name => others.gate(name)))
    if (others) {
      health.onNews = health => others.tell({ health })
      // The next turn of a conversation comes by any connection, and so to any process.
      memory.onNews = signed => others.tell({ signed })
    }
    this.server = new GatewayServer({
      ...options,
      current: () => this.#snapshot!,
      upstreams: this.#upstreams,
      ...(others ? { gate: others.gate('') } : {}),
    })
  }

  /** Requests that come from now on are served by it. */
  use(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    keepUpstreams(this.#upstreams, snapshot)
    const { tell } = this.#others ?? {}
    if (!tell) return
    for (const { name: provider, identity, credential } of snapshot.providers.values()) {
      credential.onNews = news => tell({ provider, identity, credential: news })
    }
  }

  hear(news: News): void {
    if ('health' in news) this.#upstreams.health.hear(news.health)
    else if ('signed' in news) memory.hear(news.signed)
    else hearOfCredential(this.#snapshot, news)
  }

  /** How the targets are, for a process that begins when others have served for a while. */
  learn(pasts: readonly PastOf[]): void {
    this.#upstreams.health.learn(pasts)
  }

  get report(): Report {
    return {
      counts: { inFlight: this.server.inFlight, ...this.server.counters },
      unwell: unwellOf(this.#upstreams.health),
      refused: this.#refused,
      memory: residentMemory(),
    }
  }

  get #refused(): Report['refused'] {
    return [...(this.#snapshot?.providers.values() ?? [])].flatMap(
      ({ name, credential: { refused } }) =>
        refused ? [{ provider: name, at: refused.toISOString() }] : [],
    )
  }

  async families(): Promise<Family[]> {
    return [
      ...this.server.metrics.families,
      ...(await processFamilies()),
      ...commonFamilies(this.report.counts, this.#upstreams.health),
    ]
  }

  async close(): Promise<void> {
    await this.#upstreams.close()
  }
}

/** Resident memory of this process, in bytes; 0 where it cannot be had, as where no file can be opened any more. */
export function residentMemory(): number {
  try {
    return process.memoryUsage.rss()
  } catch {
    return 0
  }
}

/** The targets that have failed lately, as a report says it. */
export function unwellOf(health: Health): Report['unwell'] {
  return health.targets.map(({ until, ...target }) => ({
    ...target,
    ...(until > 0 ? { until: new Date(until).toISOString() } : {}),
  }))
}

/** What Prometheus is told of that which several processes count or know together. */
export function commonFamilies(
  { inFlight, started, finished, failed, cancelled }: Counts,
  { cooldowns, targets }: Health,
): Family[] {
  const cooling = new Map<string, number>()
  for (const { target, state } of targets) {
    const provider = target.slice(0, target.indexOf('/'))
    if (state !== 'failing') cooling.set(provider, (cooling.get(provider) ?? 0) + 1)
  }
  return [
    counter('gateway_requests_started_total', 'Requests that have come.', single(started)),
    counter(
      'gateway_requests_total',
      'Requests that have ended, by how. Those whose client left are cancelled.',
      labelled('outcome', Object.entries({ finished, failed, cancelled })),
    ),
    gauge('gateway_requests_in_flight', 'Requests that run now.', single(inFlight)),
    counter(
      'gateway_cooldowns_total',
      'How often a target began to cool down: was left alone for a while after it failed.',
      single(cooldowns),
    ),
    gauge(
      'gateway_targets_cooling',
      'Targets that cool down now, by provider.',
      labelled('gen_ai_provider_name', cooling),
    ),
  ]
}

/** This process serves. */
export function serveHere(serving: Serving): Fleet {
  const { server } = serving
  return {
    listen: where => server.listen(where),
    use: async (_, snapshot) => serving.use(snapshot),
    report: async () => serving.report,
    families: () => serving.families(),
    drain: ms => server.drain(ms),
    retire: ms => server.retire(ms),
    close: () => serving.close(),
  }
}
