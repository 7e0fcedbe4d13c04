// One request to an upstream, as callbacks.
//
// Who cancels whom: the caller holds the Call and cancels it when its client leaves; the upstream then sees its
// connection closed. An upstream that fails says so once, through `failed`, and nothing is called after it or after
// `ended`. A Call that was cancelled says nothing more.

import type { Readable } from 'node:stream'
import { GatewayError, reasonOf } from '../errors.ts'
import { headerTexts, type RawHeaders } from '../wire/headers.ts'
import { type Entrance, Gate, type GateLimits, type Place } from './gate.ts'
import { Health } from './health.ts'
import { type Client, type Dispatcher, Pool } from './pool.ts'
import { forget, type Waiting, watch } from './pulse.ts'
import { reasonPhrase } from './reason-phrase.ts'
import { wasReset } from './upstream-socket.ts'

export interface UpstreamRequest {
  readonly method: string
  readonly path: string
  readonly headers: RawHeaders
  /** In one piece or in several; a stream can be sent once only. */
  readonly body: Buffer | readonly Buffer[] | Readable | null
  readonly timeouts: { readonly firstByte: number; readonly idle: number; readonly total: number }
  /** Where it waits for its turn; undefined where none is needed. */
  readonly gate: { readonly gate: Entrance; readonly limits: GateLimits } | undefined
}

export interface UpstreamHandler {
  /** The head has come; 1xx are not told. */
  head(status: number, headers: RawHeaders, message: string): void
  /** Bytes of the body. Return false to stop reading until `resume`. */
  data(chunk: Buffer): boolean
  ended(): void
  failed(fault: UpstreamFault): void
}

/** Why an upstream gave no whole answer. */
export interface UpstreamFault {
  readonly kind: 'unreachable' | 'timeout' | 'broken' | 'busy'
  /** Which of the provider's timeouts ran out. */
  readonly timeout?: 'connect' | 'firstByte' | 'idle' | 'total'
  readonly reason: string
  /** The connection was one that stood idle before, and it ended before a byte came: another one may well work. */
  readonly stale: boolean
  /** The status of an error that the upstream itself said in its answer. */
  readonly status?: number | undefined
  /** The upstream is not to blame: the body could not be sent, and this is why. */
  readonly error?: GatewayError
}

/** A request on its way. */
export interface Call {
  /** Drops it: the upstream sees its connection closed. Harmless once it has ended. */
  cancel(): void
  /** Reads on after `data` returned false. */
  resume(): void
}

/** Sends a request on a connection of the pool. */
export function send(pool: Pool, request: UpstreamRequest, handler: UpstreamHandler): Call {
  const call = new Sending(pool, request, handler)
  if (request.gate) call.queue(request.gate)
  else call.dispatch()
  return call
}

class Sending implements Call, Dispatcher.DispatchHandler, Waiting {
  quiet = 0
  place = -1
  readonly #pool: Pool
  readonly #request: UpstreamRequest
  readonly #handler: UpstreamHandler
  #client: Client | undefined
  #resume: (() => void) | undefined
  readonly #timer: NodeJS.Timeout | undefined
  #waitsFor: 'firstByte' | 'idle' = 'firstByte'
  #paused = false
  #place: Place | undefined
  #done = false
  /** When the connection took it, on the clock of performance.now(). */
  #connectedAt: number | undefined

  constructor(pool: Pool, request: UpstreamRequest, handler: UpstreamHandler) {
    this.#pool = pool
    this.#request = request
    this.#handler = handler
    const { total } = request.timeouts
    if (total > 0) this.#timer = setTimeout(() => this.#fail(outOfTime('total')), total)
  }

  queue({ gate, limits }: NonNullable<UpstreamRequest['gate']>): void {
    this.#place = gate.enter(
      limits,
      () => this.dispatch(),
      () =>
        // Not before the caller has this call in hand.
        process.nextTick(() => {
          if (!this.#done) this.#fail({ kind: 'busy', reason: 'it has enough to do', stale: false })
        }),
    )
  }

  dispatch(): void {
    const { path, method, headers, body } = this.#request
    this.#client = this.#pool.take()
    // undici takes these callbacks as they are; its newer interface builds an object of the headers for every response.
    this.#client.dispatch(
      {
        path,
        method: method as Dispatcher.HttpMethod,
        headers: headers as string[],
        // It takes any iterable, which its types do not say.
        body: body as Buffer | Readable | null,
        // Two different ones would make two objects of each request, which undici keeps for half a second.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      this,
    )
  }

  cancel(): void {
    if (this.#done) return
    this.#end()
    this.#drop()
  }

  resume(): void {
    this.#paused = false
    this.quiet = 0
    this.#resume?.()
  }

  onConnect(): void {
    this.#connectedAt = performance.now()
    this.#waitFor('firstByte')
  }

  onBodySent(): void {
    this.quiet = 0
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, message: string): boolean {
    if (this.#done) return false
    this.#resume = resume
    if (status < 200) return true
    this.#waitFor('idle')
    this.#handler.head(status, headerTexts(headers), reasonPhrase(status, message))
    return true
  }

  onData(chunk: Buffer): boolean {
    if (this.#done) return false
    // undici goes on with nothing after a pause.
    if (chunk.length === 0) return true
    this.quiet = 0
    const more = this.#handler.data(chunk)
    this.#paused = !more
    return more
  }

  onComplete(): void {
    if (this.#done) return
    // First: who is let in by the end of this one takes its connection, and no further one.
    this.#pool.give(this.#client!)
    this.#end()
    this.#handler.ended()
  }

  onError(error: Error): void {
    if (this.#done) return
    const isUnheard = this.#client !== undefined && this.#pool.isUnheard(this.#client)
    this.#fail(faultOf(error, this.#connectedAt, isUnheard))
  }

  #waitFor(what: 'firstByte' | 'idle'): void {
    forget(this, this.#request.timeouts[this.#waitsFor])
    this.#waitsFor = what
    const ms = this.#request.timeouts[what]
    if (ms > 0) watch(this, ms)
  }

  /** Nothing has come for too long; while it is the client that does not read, the upstream is not to blame. */
  silent(): void {
    if (!this.#paused) this.#fail(outOfTime(this.#waitsFor))
  }

  #fail(fault: UpstreamFault): void {
    this.#end()
    this.#drop()
    this.#handler.failed(fault)
  }

  #drop(): void {
    if (this.#client) this.#pool.drop(this.#client)
  }

  #end(): void {
    this.#done = true
    if (this.#timer) clearTimeout(this.#timer)
    forget(this, this.#request.timeouts[this.#waitsFor])
    this.#place?.leave()
  }
}

const outOfTime = (timeout: 'firstByte' | 'idle' | 'total'): UpstreamFault => ({
  kind: 'timeout',
  timeout,
  reason: 'it took too long',
  stale: false,
})

/** An upstream that closes an idle connection does so at once; later it may well have worked on what it was asked. Milliseconds. */
const staleMs = 1_000

/** What this process has none left of, for which no upstream is to blame. */
const ownLacks: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])

function faultOf(error: Error, connectedAt: number | undefined, isUnheard: boolean): UpstreamFault {
  if (error instanceof GatewayError) {
    return { kind: 'broken', reason: error.message, stale: false, error }
  }
  const code = (error as NodeJS.ErrnoException).code ?? ''
  // What undici did not think possible: a status of 000, or a change of protocols that nobody asked for.
  const reason = code === 'ERR_ASSERTION' ? 'its answer is not HTTP/1.1' : reasonOf(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return { kind: 'timeout', timeout: 'connect', reason, stale: false }
  }
  if (ownLacks.has(code)) {
    const own = new GatewayError('out_of_resources', { reason }, error)
    return { kind: 'unreachable', reason, stale: false, error: own }
  }
  const closed = ['UND_ERR_SOCKET', 'ECONNRESET', wasReset, 'EPIPE'].includes(code)
  const isEarly = connectedAt !== undefined && performance.now() - connectedAt < staleMs
  return {
    kind: connectedAt === undefined ? 'unreachable' : 'broken',
    reason,
    stale: closed && isEarly && isUnheard,
  }
}

/** The connections to all upstreams, and their health, kept over reloads: a pool for each origin and connect timeout. */
export class Upstreams {
  readonly health: Health
  /** By origin. */
  readonly #pools = new Map<string, Pool[]>()
  readonly #gates = new Map<string, Entrance>()
  readonly #newGate: (provider: string) => Entrance

  constructor(health = new Health(), newGate: (provider: string) => Entrance = () => new Gate()) {
    this.health = health
    this.#newGate = newGate
  }

  /** `fresh` gives connections that serve one request each: what cannot be sent again must not meet a stale one. */
  pool(origin: string, connectTimeout: number, fresh = false): Pool {
    const pools = this.#pools.get(origin)
    let pool = pools?.find(one => one.connectTimeout === connectTimeout && one.fresh === fresh)
    if (!pool) {
      pool = new Pool(origin, connectTimeout, fresh)
      this.#pools.set(origin, [...(pools ?? []), pool])
    }
    return pool
  }

  /** The gate of a provider, for a request that has to pass one. */
  gate(provider: string, limits: GateLimits): UpstreamRequest['gate'] {
    if (limits.concurrent === 0) return undefined
    let gate = this.#gates.get(provider)
    if (!gate) {
      gate = this.#newGate(provider)
      this.#gates.set(provider, gate)
    }
    return { gate, limits }
  }

  /** Lets go of the pools of every other origin once their last request has ended. */
  keepOnly(wanted: Iterable<{ readonly origin: string; readonly connectTimeout: number }>): void {
    const all = [...wanted]
    for (const [origin, pools] of this.#pools) {
      const isKept = ({ connectTimeout }: Pool): boolean =>
        all.some(one => one.origin === origin && one.connectTimeout === connectTimeout)
      for (const pool of pools) if (!isKept(pool)) pool.close()
      const kept = pools.filter(isKept)
      if (kept.length > 0) this.#pools.set(origin, kept)
      else this.#pools.delete(origin)
    }
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()].flat()
    this.#pools.clear()
    await Promise.all(pools.map(pool => pool.destroy()))
  }
}
