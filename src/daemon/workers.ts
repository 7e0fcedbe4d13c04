// Several processes that serve on one port. The daemon listens and hands each connection to one of them in turn, so that the
// listening socket is its own to keep: workers come and go, and a successor can be lent it. A snapshot is prepared by all
// of them before any serves by it.

import cluster, { type Worker } from 'node:cluster'
import { createServer, type Server, type Socket } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reasonOf } from '../errors.ts'
import { Health } from '../proxy/health.ts'
import { listenOn, type Where } from '../server/listen.ts'
import type { Family } from '../server/metrics.ts'
import { refuse, tooManyConnections } from '../server/refuse.ts'
import type { Snapshot } from '../server/snapshot.ts'
import { Channel, type Peer } from './channel.ts'
import { keepHealth } from './keep-upstreams.ts'
import { addUp } from './prometheus.ts'
import {
  type Counts,
  commonFamilies,
  type Fleet,
  hearOfCredential,
  type News,
  noCounts,
  type Report,
  residentMemory,
  type ServingOptions,
  unwellOf,
} from './serving.ts'
import type { Asking, Doorkeeper } from './shared-gate.ts'
import { Turns } from './turns.ts'
import type { SnapshotSource } from './worker.ts'

/** One that does not prepare a snapshot for so long hangs, and is replaced. Credentials may be commands. */
const prepareMs = 60_000
/** One that hangs must not make the command line hang. */
const reportMs = 2_000
/** One that does not answer for so long hangs: whatever it does, it takes turns. While somebody waits, and else. */
const aliveMs = 5_000
const hangMs = 15_000
/** How often it is looked whether one hangs. */
const lookMs = 5_000
/** One that ended just after it began is not replaced at once: it would use up the processor. */
const againMs = 1_000

interface Hand {
  readonly worker: Worker
  readonly channel: Channel
  readonly began: number
  /** It listens to what it is told. */
  isUp: boolean
  /** The version of what it serves by. */
  version: number
  counts: Counts
  /** What it counted of requests, as it said last. */
  metrics: readonly Family[]
  /** What node told of it when somebody last asked. */
  process: readonly Family[]
  /**
   * Connections that it has not said to have. They are open here until then: node loses sight of one that is on its way to
   * a process that is killed, and its client would wait for ever.
   */
  readonly underWay: Map<number, Socket>
  /** The connections it has, or is to have. */
  readonly connections: Set<number>
  /** Where it asks for the turn of a request. */
  readonly door: Doorkeeper & { gone(): void }
  /** The targets that a request of its own is the probe of, by name. */
  readonly probes: Map<string, News>
}

type Drained = { readonly drained: number; readonly cut: number }

export class Workers implements Fleet {
  readonly #count: number
  readonly #options: ServingOptions
  readonly #servers: Server[] = []
  readonly #all = new Set<Hand>()
  /** Those that serve by the newest snapshot. */
  #ready: Hand[] = []
  #next = 0
  #source: SnapshotSource | undefined
  #snapshot: Snapshot | undefined
  #version = 0
  readonly #turns: Turns
  readonly #looking: NodeJS.Timeout
  /** How the targets are, as all of them together know. */
  readonly #health = new Health()
  /** Connections that came while no worker could take them. */
  #waiting: Socket[] = []
  /** What those have counted that are gone. */
  #gone: Counts = noCounts
  #goneFamilies: Promise<readonly Family[]> = Promise.resolve([])
  #started = false
  #stopping = false

  constructor(count: number, options: ServingOptions) {
    this.#count = count
    this.#options = options
    this.#turns = new Turns(count)
    this.#looking = setInterval(() => {
      for (const hand of this.#ready) void this.#lookAfter(hand)
    }, lookMs).unref()
    cluster.setupPrimary({
      exec: fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url)),
      args: [String(count)],
      serialization: 'advanced',
    })
  }

  /** Resolves when all of them serve by it. The first call starts them. */
  async use(source: SnapshotSource, snapshot: Snapshot): Promise<void> {
    this.#source = source
    this.#snapshot = snapshot
    keepHealth(this.#health, snapshot)
    const version = ++this.#version
    if (!this.#started) {
      await Promise.all(Array.from({ length: this.#count }, () => this.#start()))
      this.#started = true
      return
    }
    const hands = [...this.#ready]
    const fit: Hand[] = []
    await Promise.all(
      hands.map(async hand => {
        if (await this.#ask(hand, 'prepare', source, prepareMs)) fit.push(hand)
      }),
    )
    await Promise.all(
      fit.map(async hand => {
        if (await this.#ask(hand, 'commit', undefined, prepareMs)) hand.version = version
      }),
    )
  }

  async listen(where: Where): Promise<Server> {
    // It sees no byte of a connection: those are for the worker.
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, socket =>
      this.#connected(socket),
    )
    await listenOn(server, where)
    this.#servers.push(server)
    return server
  }

  async report(): Promise<Report> {
    const reports = await this.#gather<Report>('report')
    // In the order in which they began, not in that of their answers.
    const workers = [...this.#all].flatMap(hand => {
      const report = reports.get(hand)
      if (!report) return []
      const { memory, counts } = report
      return [{ pid: hand.worker.process.pid!, memory, inFlight: counts.inFlight }]
    })
    const all = [...reports.values()]
    const refused = new Map(all.flatMap(report => report.refused).map(one => [one.provider, one]))
    return {
      counts: this.#counts,
      unwell: unwellOf(this.#health),
      refused: [...refused.values()],
      memory: all.reduce((sum, { memory }) => sum + memory, residentMemory()),
      workers,
    }
  }

  async families(): Promise<Family[]> {
    await this.#gather<Family[]>('process', (hand, families) => {
      hand.process = families
    })
    const each = [...this.#all].flatMap(({ metrics, process }) => [metrics, process])
    const summed = await addUp([...each, await this.#goneFamilies])
    // These the daemon knows better: a worker hears of another's failure after its own, and takes its count with it.
    return [...summed, ...commonFamilies(this.#counts, this.#health)]
  }

  drain(ms: number): Promise<Drained> {
    return this.#end('drain', ms)
  }

  retire(ms: number): Promise<Drained> {
    return this.#end('retire', ms)
  }

  async close(): Promise<void> {
    this.#stopping = true
    clearInterval(this.#looking)
    await Promise.all(
      [...this.#all].map(
        ({ worker }) =>
          new Promise<void>(done => {
            const end = (): boolean => worker.process.kill('SIGKILL')
            const timer = setTimeout(end, aliveMs)
            worker.process.once('exit', () => {
              clearTimeout(timer)
              done()
            })
            if (worker.process.connected) worker.process.disconnect()
            else end()
          }),
      ),
    )
  }

  get #counts(): Counts {
    return [...this.#all].map(({ counts }) => counts).reduce(sum, this.#gone)
  }

  async #end(how: 'drain' | 'retire', ms: number): Promise<Drained> {
    this.#stopping = true
    for (const server of this.#servers) server.close()
    for (const socket of this.#waiting.splice(0)) socket.destroy()
    const results = await Promise.all(
      [...this.#all].map(hand => {
        void endIfHung(hand)
        return hand.channel.call<Drained>(how, ms).catch(() => ({ drained: 0, cut: 0 }))
      }),
    )
    return results.reduce(
      (all, one) => ({ drained: all.drained + one.drained, cut: all.cut + one.cut }),
      { drained: 0, cut: 0 },
    )
  }

  /** Starts one, and resolves when it serves by the newest snapshot. Rejects where it ends before. */
  async #start(): Promise<void> {
    const worker = cluster.fork()
    // Whatever it does instead of serving.
    const limit = setTimeout(() => worker.process.kill('SIGKILL'), prepareMs)
    let up = (): void => {}
    const isUp = new Promise<void>((done, fail) => {
      up = done
      worker.process.once('exit', () => fail(new Error('it ended at once')))
      // Of a process that could not be made there is no exit.
      worker.on('error', error => {
        fail(error)
        if (worker.process.pid === undefined) this.#ended(hand, reasonOf(error))
      })
    })
    const hand: Hand = {
      worker,
      channel: new Channel(worker.process as Peer, {
        log: (lines: string) => this.#options.log.pass(lines),
        counts: (counts: Counts) => {
          hand.counts = counts
        },
        metrics: (families: readonly Family[]) => {
          hand.metrics = families
        },
        scrape: () => this.#options.scrape(),
        up() {
          hand.isUp = true
          up()
        },
        taken: (number: number) => this.#taken(hand, number),
        closed: (number: number) => hand.connections.delete(number),
        ask: (asking: Asking) => hand.door.ask(asking),
        leave: (id: number) => hand.door.leave(id),
        news: (news: News) => this.#heard(news, hand),
      }),
      began: Date.now(),
      isUp: false,
      version: 0,
      counts: noCounts,
      metrics: [],
      process: [],
      underWay: new Map(),
      connections: new Set(),
      door: this.#turns.doorkeeper(answered => hand.channel.tell('answered', answered)),
      probes: new Map(),
    }
    this.#all.add(hand)
    worker.process.once('exit', (code, signal) => this.#ended(hand, signal ?? `code ${code}`))
    try {
      await isUp
      hand.channel.tell('pasts', this.#health.pasts)
      while (hand.version < this.#version) {
        const version = this.#version
        await hand.channel.call('prepare', this.#source)
        await hand.channel.call('commit')
        hand.version = version
      }
    } catch (error) {
      // Its end has another one started.
      worker.process.kill('SIGKILL')
      throw error
    } finally {
      clearTimeout(limit)
    }
    this.#ready.push(hand)
    for (const socket of this.#waiting.splice(0)) this.#dispatch(socket)
  }

  #ended(hand: Hand, how: string): void {
    this.#all.delete(hand)
    this.#ready = this.#ready.filter(other => other !== hand)
    hand.channel.gone()
    hand.door.gone()
    // Nobody else will say how those ended, and until then no other tries these targets.
    for (const news of [...hand.probes.values()]) this.#heard(news, hand)
    for (const socket of hand.underWay.values()) socket.destroy()
    const { inFlight, failed, ...counts } = hand.counts
    // Their clients saw the connection end.
    this.#gone = sum(this.#gone, { ...counts, failed: failed + inFlight, inFlight: 0 })
    const { pid } = hand.worker.process
    const kept = hand.process.filter(({ type }) => type !== 'gauge')
    this.#goneFamilies = this.#goneFamilies.then(gone =>
      addUp([gone, hand.metrics, kept]).catch(error => {
        this.#options.log.error('what a worker counted is lost', { pid, reason: reasonOf(error) })
        return gone
      }),
    )
    if (this.#stopping) return
    // Of one that could not be made it is said that it did not start.
    if (pid !== undefined) this.#options.log.error('a worker has ended', { pid, how, inFlight })
    const again = (): void => {
      if (this.#stopping) return
      this.#start().catch(error => {
        this.#options.log.error('a worker did not start', { reason: reasonOf(error) })
      })
    }
    // Where the first ones do not start, the daemon does not either.
    if (this.#started) setTimeout(again, Date.now() - hand.began < againMs ? againMs : 0)
  }

  /** One worker has found something out. */
  #heard(news: News, from: Hand): void {
    if ('health' in news) {
      const { deed, patient } = news.health
      if (deed === 'tried') from.probes.set(patient.target, { health: { deed: 'left', patient } })
      else from.probes.delete(patient.target)
      this.#health.hear(news.health)
    } else hearOfCredential(this.#snapshot, news)
    for (const hand of this.#all) if (hand !== from) hand.channel.tell('news', news)
  }

  #connected(socket: Socket): void {
    const { limits } = this.#snapshot!.config
    const open = [...this.#all].reduce((sum, { connections }) => sum + connections.size, 0)
    if (open + this.#waiting.length < limits.connections) this.#dispatch(socket)
    else {
      socket.on('error', () => socket.destroy())
      refuse(socket, tooManyConnections(limits))
    }
  }

  #dispatch(socket: Socket): void {
    const number = this.#next++
    const hand = this.#ready[number % this.#ready.length]
    if (!hand) {
      this.#waiting.push(socket)
      return
    }
    if (hand.channel.share('connection', number, socket)) {
      hand.underWay.set(number, socket)
      hand.connections.add(number)
    } else {
      // It has just ended, and that is still to be told.
      this.#ready = this.#ready.filter(other => other !== hand)
      this.#dispatch(socket)
    }
  }

  /** It has one, and those before it or never: what is said to a worker comes in its order. */
  #taken(hand: Hand, number: number): void {
    for (const [before, socket] of hand.underWay) {
      if (before > number) break
      hand.underWay.delete(before)
      if (before === number) socket.destroy()
      else this.#lost(hand, before, socket)
    }
  }

  /** node gives up a connection, and tells nobody, that a worker has no descriptor left for. */
  #lost(hand: Hand, number: number, socket: Socket): void {
    hand.underWay.delete(number)
    hand.connections.delete(number)
    this.#dispatch(socket)
  }

  async #lookAfter(hand: Hand): Promise<void> {
    const before = [...hand.underWay]
    if (!(await endIfHung(hand, hangMs))) return
    for (const [number, socket] of before)
      if (hand.underWay.has(number)) this.#lost(hand, number, socket)
  }

  /** Asks all that can hear it, and gives what those answered that did so in time. */
  async #gather<Give>(
    name: string,
    came: (hand: Hand, give: Give) => void = () => {},
  ): Promise<Map<Hand, Give>> {
    const found = new Map<Hand, Give>()
    await Promise.all(
      [...this.#all].map(async hand => {
        if (!hand.isUp) return
        const give = await within(hand.channel.call<Give>(name), reportMs)
        if (give === undefined) return
        found.set(hand, give)
        came(hand, give)
      }),
    )
    return found
  }

  /** False where it has ended. One that does not answer is ended. */
  async #ask(hand: Hand, name: string, take: unknown, ms: number): Promise<boolean> {
    void endIfHung(hand)
    const done = await within(
      hand.channel.call(name, take).then(() => true),
      ms,
    )
    if (!done) hand.worker.process.kill('SIGKILL')
    return done ?? false
  }
}

/** Ends one that answers nothing any more; true of any other. */
async function endIfHung({ channel, worker }: Hand, ms = aliveMs): Promise<boolean> {
  const report = await within(channel.call('report'), ms)
  if (report === undefined) worker.process.kill('SIGKILL')
  return report !== undefined
}

/** What it resolves to; undefined where it rejects, or takes longer. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(done => {
    timer = setTimeout(done, ms, undefined)
  })
  try {
    return await Promise.race([promise, late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

const sum = (a: Counts, b: Counts): Counts => ({
  inFlight: a.inFlight + b.inFlight,
  started: a.started + b.started,
  finished: a.finished + b.finished,
  failed: a.failed + b.failed,
  cancelled: a.cancelled + b.cancelled,
})
