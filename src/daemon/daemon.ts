import type { LoadedConfig } from '../config/config.ts'
import type { Layers as LayersState } from '../config/layers.ts'
import { loadConfig } from '../config/load.ts'
import { longestTimer } from '../config/units.ts'
import { type Watch, watchConfig } from '../config/watch.ts'
import type {
  AddTemporaryGive,
  AddTemporaryTake,
  CheckResult,
  ExplainGive,
  ExplainTake,
  ProfileResult,
  ProviderModels,
  ReloadResult,
  RemoveTemporaryGive,
  RemoveTemporaryTake,
  RestartGive,
  RestartTake,
  Status,
  StopResult,
} from '../control/api.ts'
import { type Demo, startDemo } from '../demo/server.ts'
import { formatProblem, GatewayError, type Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Paths } from '../paths.ts'
import type { Family } from '../server/metrics.ts'
import { MetricsPort } from '../server/metrics-port.ts'
import type { Snapshot } from '../server/snapshot.ts'
import { version } from '../version.ts'
import { type Address, isSameAddress, openPort, takePort, urlOf } from './addresses.ts'
import { checkProviders } from './check.ts'
import { configFamilies } from './config-families.ts'
import { explainLive } from './explain.ts'
import {
  closeLent,
  type LentSocket,
  type Port,
  type Ports,
  type Socket,
  startSuccessor,
} from './handover.ts'
import { History } from './history.ts'
import { knownModels } from './known-models.ts'
import { Layers } from './layers.ts'
import { addUp, formatMetrics } from './prometheus.ts'
import { type Fleet, noCounts, type Report, Serving, serveHere } from './serving.ts'
import { buildSnapshot, withAliases } from './snapshot.ts'
import { Workers } from './workers.ts'

export interface DaemonOptions {
  readonly paths: Paths
  readonly log: Log
  readonly env: NodeJS.ProcessEnv
  /** Every provider is played by the demo provider: nothing leaves this machine. */
  readonly demo: boolean
  /** In place of the config's `listen`. */
  readonly listen: Address | undefined
  readonly foreground: boolean
  /** The sockets of the daemon whose place this one takes. */
  readonly takeOver: Ports<LentSocket> | undefined
}

interface Live {
  readonly loaded: LoadedConfig
  readonly snapshot: Snapshot
}

/** What the file says, or what is wrong with it. */
type Found =
  | { readonly loaded: LoadedConfig; readonly problems?: undefined; readonly isUnread?: false }
  | {
      readonly loaded?: undefined
      readonly problems: readonly Problem[]
      readonly isUnread: boolean
    }

/** After so long a file that could not be read is looked at again, in milliseconds. */
const lookAgainMs = 5_000

/** The daemon: one config file, one live snapshot of it, one server. `lifecycle` starts and ends it. */
export class Daemon {
  readonly #options: DaemonOptions
  readonly #startedAt = new Date()
  #fleet!: Fleet
  /** Resolves when what was laid over the config last is live everywhere. */
  #spread: Promise<void> = Promise.resolve()
  #workers = 1
  readonly #layers: Layers
  #history!: History
  #demo: Demo | undefined
  #watcher: Watch | undefined
  #live: Live | undefined
  #rejected: { at: Date; problems: readonly Problem[] } | undefined
  #rejections = 0
  #ports: readonly [Port<Socket>, Port<Socket> | undefined] | undefined
  readonly #metricsPort: MetricsPort
  #queue: Promise<unknown> = Promise.resolve()
  #lookingAgain: NodeJS.Timeout | undefined
  #stop: Promise<StopResult> | undefined
  /** Ends the daemon that is being started to take over. */
  #successor: AbortController | undefined
  readonly #retired = deferred()

  constructor(options: DaemonOptions) {
    this.#options = options
    const { paths, log } = options
    this.#layers = new Layers({
      paths,
      log,
      relay: (config, layers) => {
        const { loaded, snapshot } = this.#live!
        this.#live = { loaded, snapshot: withAliases(snapshot, config) }
        this.#spread = this.#use(layers, false)
        return this.#generation
      },
      ended: () => void this.#inTurn(async () => this.#layers.end()),
    })
    this.#metricsPort = new MetricsPort({
      current: () => this.#live!.snapshot,
      scrape: () => this.metrics(),
    })
  }

  /** Loads the config, opens the port, watches the file. Throws what keeps it from starting. */
  async start(): Promise<readonly string[]> {
    const { paths, log } = this.#options
    this.#demo = await startDemo()
    // Watched first: a change made while the config is read would be missed otherwise.
    this.#watcher = await watchConfig(paths.config, () => void this.#look())
    this.#history = await History.open(paths.history, log)
    await this.#inTurn(async () => {
      const first = await loadConfig(paths.config)
      log.configure(first.config.log)
      this.#workers = first.config.workers
      const serving = { log, scrape: () => this.metrics() }
      this.#fleet =
        this.#workers > 1 ? new Workers(this.#workers, serving) : serveHere(new Serving(serving))
      await this.#swap(first, await this.#layers.chosen())
      await this.#open(this.#options.listen ?? first.config.listen, first.config.metrics.listen)
      // What never served anybody is no generation.
      await this.#history.record(first, this.#live!.snapshot.loadedAt)
    })
    log.info('ready', { url: this.#urls.join(' '), pid: process.pid, config: paths.config })
    return this.#urls
  }

  /** Opens the ports, or goes on with those of an older daemon. */
  async #open(asked: Address, metrics: Address | undefined): Promise<void> {
    const [lent, lentMetrics] = this.#options.takeOver ?? []
    const goOn = lent && isSameAddress(lent.asked, asked)
    const goOnMetrics = lentMetrics && isSameAddress(lentMetrics.asked, metrics)
    closeLent([goOn ? undefined : lent, goOnMetrics ? undefined : lentMetrics])
    const opener = this.#fleet
    const clients = goOn ? await takePort(opener, lent) : await openPort(opener, asked)
    const metricsOpener = this.#metricsPort
    this.#ports = [
      clients,
      goOnMetrics
        ? await takePort(metricsOpener, lentMetrics)
        : metrics && (await openPort(metricsOpener, metrics)),
    ]
  }

  get #urls(): readonly string[] {
    return this.#ports ? [urlOf(this.#ports[0])] : []
  }

  async status(): Promise<Status> {
    const { paths, demo, listen, foreground } = this.#options
    const rejected = this.#rejected
    const { counts, ...report } = (await this.#fleet?.report()) ?? idle
    return {
      version,
      pid: process.pid,
      startedAt: this.#startedAt.toISOString(),
      ready: this.#ports !== undefined,
      stopping: this.#stop !== undefined,
      foreground,
      urls: this.#urls,
      demo,
      ...(listen ? { listen: `${withBrackets(listen.host)}:${listen.port}` } : {}),
      config: {
        file: paths.config,
        exists: this.#live?.loaded.exists ?? false,
        hash: this.#live?.loaded.hash ?? '',
        generation: this.#live?.snapshot.generation ?? 0,
        loadedAt: (this.#live?.snapshot.loadedAt ?? this.#startedAt).toISOString(),
        warnings: this.#live?.loaded.warnings ?? [],
      },
      ...(rejected
        ? { rejected: { at: rejected.at.toISOString(), problems: rejected.problems } }
        : {}),
      ...this.#layers.status(),
      restartNeeded: this.#restartNeeded(),
      requests: counts,
      ...report,
    }
  }

  /** Reads the file and every credential again, also where nothing changed. */
  reload(): Promise<ReloadResult> {
    return this.#whileRunning(() => this.#read(true))
  }

  /** Reads the file, which is live or refused then: also where it is a later edit than that of whoever asks. */
  live(): Promise<ReloadResult> {
    return this.#whileRunning(() => this.#read(false))
  }

  /** Everything that is counted here, and in all processes that serve. */
  async families(): Promise<Family[]> {
    const own = configFamilies({
      generation: this.#generation,
      rejected: this.#rejected !== undefined,
      rejections: this.#rejections,
    })
    return addUp([own, await this.#fleet.families()])
  }

  /** The same in Prometheus's text format. */
  async metrics(): Promise<string> {
    return formatMetrics(await this.families())
  }

  async explain(take: ExplainTake): Promise<ExplainGive> {
    const { unwell } = await this.#fleet.report()
    return explainLive(this.#live!.snapshot, take, unwell)
  }

  async check(names: readonly string[], waitMs: number): Promise<readonly CheckResult[]> {
    if (!this.#live) throw new GatewayError('not_running')
    return checkProviders(this.#live.snapshot, names, waitMs)
  }

  async models(): Promise<readonly ProviderModels[]> {
    return this.#live ? knownModels(this.#live.snapshot) : []
  }

  /** Uses the profile that was chosen last. */
  useProfile(): Promise<ProfileResult> {
    return this.#whileRunning(async () => {
      await this.#read(false)
      await this.#spread
      return { generation: this.#generation, profile: this.#layers.status().profile ?? null }
    })
  }

  addTemporary(take: AddTemporaryTake): Promise<AddTemporaryGive> {
    return this.#whileRunning(async () => {
      if (!this.#live) throw new GatewayError('not_running')
      const given = this.#layers.add(take)
      await this.#spread
      return given
    })
  }

  removeTemporary(take: RemoveTemporaryTake): Promise<RemoveTemporaryGive> {
    return this.#whileRunning(async () => {
      const removed = this.#layers.remove(take)
      await this.#spread
      return { generation: this.#generation, removed }
    })
  }

  /** Ends the daemon's work: no new connections, running answers finish within `drainMs`. The process is then idle. */
  stop(drainMs: number | undefined): Promise<StopResult> {
    this.#successor?.abort()
    if (drainMs === 0) void this.#fleet?.drain(0)
    this.#stop ??= this.#shutDown(drainMs ?? this.#live?.snapshot.config.drain ?? 0)
    return this.#stop
  }

  /** Has another daemon take over, which is started for it. Where that fails this one goes on, and throws why. */
  restart(take: RestartTake): Promise<RestartGive> {
    return this.#inTurn(async () => {
      if (this.#stop || !this.#ports) throw new GatewayError('stopping')
      const { log, paths, foreground } = this.#options
      if (foreground) throw new GatewayError('restart_foreground', { pid: process.pid })
      const successor = new AbortController()
      this.#successor = successor
      const { pid } = await startSuccessor(take, this.#ports, paths, successor.signal)
      this.#successor = undefined
      if (successor.signal.aborted) {
        process.kill(pid, 'SIGTERM')
        throw new GatewayError('stopping')
      }
      const running = (await this.#fleet.report()).counts.inFlight
      log.info('another daemon has taken over', { by: pid })
      const drainMs = take.drainMs ?? this.#live?.snapshot.config.drain ?? 0
      this.#stop = this.#shutDown(drainMs, true)
      void this.#stop.then(() => this.#retired.resolve())
      return { pid, running }
    })
  }

  /** Resolves when another daemon has taken over, and nothing is left to do. */
  get retired(): Promise<void> {
    return this.#retired.promise
  }

  async #shutDown(asked: number, handedOver = false): Promise<StopResult> {
    const { log } = this.#options
    const drainMs = Math.min(asked, longestTimer)
    const { counts } = await this.#fleet.report()
    log.info('stopping', { inFlight: counts.inFlight, drainMs })
    this.#layers.close()
    await this.#watcher?.close()
    this.#metricsPort.close()
    const result = await (handedOver ? this.#fleet.retire(drainMs) : this.#fleet.drain(drainMs))
    await Promise.all([this.#fleet.close(), this.#demo?.close()])
    log.info('stopped', { ...result })
    return result
  }

  get #generation(): number {
    return this.#live?.snapshot.generation ?? 0
  }

  #restartNeeded(): string[] {
    const wanted = this.#options.listen ?? this.#live?.loaded.config.listen
    const metrics = this.#live?.loaded.config.metrics.listen
    if (!this.#ports) return []
    const [clients, own] = this.#ports
    return [
      ...(isSameAddress(wanted, clients.asked) ? [] : ['listen']),
      ...(this.#live?.loaded.config.workers === this.#workers ? [] : ['workers']),
      ...(isSameAddress(metrics, own?.asked) ? [] : ['metrics.listen']),
    ]
  }

  /** One at a time: two reloads at once could put the older text live last. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act)
    this.#queue = turn.catch(() => {})
    return turn
  }

  /** Another daemon may be reading the file by now, and writing down what was live: what this one took would be lost. */
  #whileRunning<T>(act: () => Promise<T>): Promise<T> {
    return this.#inTurn(() => {
      if (this.#stop !== undefined) throw new GatewayError('stopping')
      return act()
    })
  }

  async #look(): Promise<void> {
    await this.#inTurn(async () => {
      // As for `#whileRunning`.
      if (this.#stop !== undefined) return
      const found = await this.#find()
      if (found.isUnread) {
        // What keeps it from being read may pass, and the file is as it was reported then.
        clearTimeout(this.#lookingAgain)
        this.#lookingAgain = setTimeout(() => this.#watcher!.lookAgain(), lookAgainMs).unref()
        if (this.#rejected?.problems[0]?.message === found.problems[0]?.message) return
      }
      // Who writes it again may have emptied it first: that is not what anybody meant to say.
      if (await this.#watcher!.isAsReported()) await this.#take(found, false)
    }).catch(error => {
      this.#options.log.error('the config could not be looked at', { reason: String(error) })
    })
  }

  /** Reads the file, and puts it live if it is good. Never throws for what is wrong with the file. */
  async #read(force: boolean): Promise<ReloadResult> {
    const found = await this.#find()
    // It may be as it was before, by the time it has settled: nobody would say then that it is not what was read.
    if (!(await this.#watcher!.isAsReported())) this.#watcher!.lookAgain()
    return this.#take(found, force)
  }

  async #find(): Promise<Found> {
    const { config: file } = this.#options.paths
    try {
      const loaded = await loadConfig(file)
      if (this.#live?.loaded.exists && !loaded.exists)
        throw new GatewayError('config_unreadable', { file, reason: 'it is gone' })
      return { loaded }
    } catch (error) {
      const isUnread = error instanceof GatewayError && error.code === 'config_unreadable'
      return { problems: problemsOf(error, file), isUnread }
    }
  }

  async #take({ loaded, problems }: Found, force: boolean): Promise<ReloadResult> {
    const { log } = this.#options
    const before = this.#live
    const profile = await this.#layers.chosen()
    const otherProfile = before !== undefined && profile !== this.#layers.profile
    if (!loaded) {
      if (otherProfile) this.#layers.use(profile)
      return this.#reject(problems)
    }
    const changed = loaded.hash !== before?.loaded.hash || loaded.exists !== before.loaded.exists
    if (changed || force) {
      log.configure(loaded.config.log)
      await this.#swap(loaded, profile, force ? undefined : before?.snapshot)
      await this.#history.record(loaded, this.#live!.snapshot.loadedAt)
      log.info('config live', { generation: this.#generation, changed })
      for (const warning of loaded.warnings) log.warn(formatProblem(warning))
      if (changed && this.#restartNeeded().length > 0) {
        log.warn(
          `${this.#restartNeeded().join(', ')} cannot change while the gateway runs: gateway restart`,
        )
      }
    } else if (otherProfile) this.#layers.use(profile)
    this.#rejected = undefined
    return this.#liveResult(changed)
  }

  #liveResult(changed: boolean): ReloadResult {
    return {
      live: true,
      generation: this.#generation,
      changed,
      restartNeeded: this.#restartNeeded(),
    }
  }

  #reject(problems: readonly Problem[]): ReloadResult {
    this.#rejected = { at: new Date(), problems }
    this.#rejections++
    for (const problem of problems) {
      this.#options.log.warn(`config rejected: ${formatProblem(problem)}`, {
        serving: this.#generation,
      })
    }
    return { live: false, generation: this.#generation, problems }
  }

  async #swap(loaded: LoadedConfig, profile: string | undefined, before?: Snapshot): Promise<void> {
    const { env, paths, demo } = this.#options
    const layered = this.#layers.over(loaded.config, profile)
    const snapshot = await buildSnapshot(layered, {
      generation: this.#history.numberOf(loaded),
      sources: { env, credentialsFile: paths.credentials, configFile: paths.config },
      demoUrl: this.#demo!.url,
      playAll: demo,
      before,
    })
    this.#live = { loaded, snapshot }
    this.#layers.took(loaded.config, layered, snapshot.generation)
    await this.#use(this.#layers.state(profile), before === undefined)
  }

  /** Has every process serve by the snapshot that is live here. */
  #use(layers: LayersState, force: boolean): Promise<void> {
    const { loaded, snapshot } = this.#live!
    const { file, text, exists } = loaded
    const { generation } = snapshot
    const { paths, demo } = this.#options
    const source = {
      ...{ file, text, exists, layers, generation, force },
      credentialsFile: paths.credentials,
      demoUrl: this.#demo!.url,
      playAll: demo,
    }
    return this.#fleet.use(source, snapshot)
  }
}

/** Before the first config is live. */
const idle: Report = { counts: noCounts, unwell: [], refused: [], memory: 0 }

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

const withBrackets = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** The problems of an error of `loadConfig`; one that has no place in the file is a problem of the file. */
function problemsOf(error: unknown, file: string): readonly Problem[] {
  if (error instanceof GatewayError && error.code === 'config_invalid') {
    return error.facts['problems'] as readonly Problem[]
  }
  const message = error instanceof Error ? error.message : String(error)
  return [{ file, path: '', message, severity: 'error' }]
}
