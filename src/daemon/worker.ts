// A process that serves requests, and nothing else: the daemon takes the connections and hands them on, reads the config,
// writes the log and answers the command line. It ends when the daemon does.

import type { Socket } from 'node:net'
import { type Layers, layConfig } from '../config/layers.ts'
import { parseConfig } from '../config/load.ts'
import { Log } from '../log.ts'
import type { PastOf } from '../proxy/health.ts'
import type { Snapshot } from '../server/snapshot.ts'
import { Channel, type Peer } from './channel.ts'
import { processFamilies } from './prometheus.ts'
import { type News, Serving } from './serving.ts'
import { type Answered, SharedGate } from './shared-gate.ts'
import { buildSnapshot } from './snapshot.ts'

/** All that a snapshot is made of. */
export interface SnapshotSource {
  readonly file: string
  readonly text: string
  readonly exists: boolean
  readonly layers: Layers
  readonly generation: number
  readonly credentialsFile: string
  readonly demoUrl: string
  readonly playAll: boolean
  /** Every credential is read again. */
  readonly force: boolean
}

/** How often the daemon is told how many requests there were: of a worker that is killed it knows no more. Milliseconds. */
const tellMs = 100
/** How often it is told all that was counted of them, at most; and of a hundred parts of the time one is for this. */
const tellMetricsMs = 1000
const tellMetricsShare = 100

process.title = 'gateway worker'
process.noDeprecation = true
// The terminal, and a supervisor, send these to every process of the group. The daemon says what is to be done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

let live: Snapshot | undefined
let prepared: Snapshot | undefined
let told = ''
let toldMetrics = 0
const gates = new Map<string, SharedGate>()

const channel: Channel = new Channel(process as Peer, {
  async prepare({
    file,
    text,
    exists,
    layers,
    force,
    credentialsFile,
    ...options
  }: SnapshotSource) {
    const { config } = parseConfig(text, file, exists)
    log.configure(config.log)
    const layered = layConfig(config, layers)
    const sources = { env: process.env, credentialsFile, configFile: file }
    const before = force ? undefined : live
    prepared = await buildSnapshot(layered, { ...options, sources, before })
  },
  commit() {
    live = prepared!
    serving.use(live)
  },
  pasts: (pasts: readonly PastOf[]) => serving.learn(pasts),
  news: (news: News) => serving.hear(news),
  answered: (answered: Answered) => gates.get(answered.gate)?.answered(answered),
  connection(number: number, socket: Socket | undefined) {
    channel.tell('taken', number)
    if (!socket || socket.destroyed) {
      channel.tell('closed', number)
      return
    }
    socket.once('close', () => channel.tell('closed', number))
    accept(socket)
  },
  // What was counted is told before: what comes later would put newer counts back.
  report() {
    tellCounts()
    return serving.report
  },
  process() {
    tellCounts()
    tellMetrics()
    return processFamilies()
  },
  drain: async (ms: number) => ended(await serving.server.drain(ms)),
  retire: async (ms: number) => ended(await serving.server.retire(ms)),
})

const log = new Log(lines => channel.tell('log', lines), {
  level: 'info',
  format: 'text',
  size: 0,
  files: 0,
})
const serving: Serving = new Serving({
  log,
  scrape: () => channel.call('scrape'),
  others: { gate, tell: news => channel.tell('news', news) },
})
const accept = serving.server.acceptor()

setInterval(tellCounts, tellMs)
tellMetricsLater(tellMetricsMs)
// What is said to a worker before it listens is lost.
channel.tell('up')

function gate(name: string): SharedGate {
  const made = new SharedGate(name, Number(process.argv[2]), {
    ask: asking => channel.tell('ask', asking),
    leave: id => channel.tell('leave', id),
  })
  gates.set(name, made)
  return made
}

function tellCounts(): void {
  const { counts } = serving.report
  const text = JSON.stringify(counts)
  if (text !== told) channel.tell('counts', counts)
  told = text
}

function tellMetricsLater(ms: number): void {
  setTimeout(() => {
    const before = performance.now()
    if (serving.server.metrics.version !== toldMetrics) tellMetrics()
    tellMetricsLater(Math.max(tellMetricsMs, (performance.now() - before) * tellMetricsShare))
  }, ms)
}

function tellMetrics(): void {
  const { version, families } = serving.server.metrics
  toldMetrics = version
  channel.tell('metrics', families)
}

/** What was counted and logged until now is with the daemon before the answer is. */
function ended<T>(result: T): T {
  log.flushSync()
  tellCounts()
  tellMetrics()
  return result
}

function crash(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  log.error('crashed', { pid: process.pid, stack: stack.split('\n', 8).join(' | ') })
  ended(undefined)
  // What was just told is on its way.
  setImmediate(() => process.exit(70))
}
process.on('uncaughtException', crash)
process.on('unhandledRejection', crash)
process.on('disconnect', () => process.exit(0))
