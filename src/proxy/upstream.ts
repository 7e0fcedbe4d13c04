// The door to undici: one request to an upstream, as callbacks.
//
// Who cancels whom: the caller holds the Call and cancels it when its client leaves; the upstream then sees its
// connection closed. An upstream that fails says so once, through `failed`, and nothing is called after it or after
// `ended`. A Call that was cancelled says nothing more.

import type { Readable } from 'node:stream'
import { type Dispatcher, Pool } from 'undici'
import { GatewayError, reasonOf } from '../errors.ts'
import type { RawHeaders } from '../wire/headers.ts'
import { type Entrance, Gate, type GateLimits, type Place } from './gate.ts'
import { Health } from './health.ts'
import { forget, type Waiting, watch } from './pulse.ts'

export interface UpstreamRequest {
  readonly method: string
  readonly path: string
  readonly headers: RawHeaders
  /** A stream can be sent once only. */
  readonly body: Buffer | Readable | null
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
  const call = new Sending(handler, request.timeouts)
  if (request.gate) call.queue(request.gate, () => dispatch(pool, request, call))
  else dispatch(pool, request, call)
  return call
}

function dispatch(pool: Pool, request: UpstreamRequest, call: Sending): void {
  // undici takes these callbacks as they are; its newer interface builds an object of the headers for every response.
  pool.dispatch(
    {
      path: request.path,
      method: request.method as Dispatcher.HttpMethod,
      headers: request.headers as string[],
      body: request.body,
      // Two different ones would make two objects of each request, which undici keeps for half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
    },
    call,
  )
}

const cancelled = new Error('the client has left')

class Sending implements Call, Dispatcher.DispatchHandler, Waiting {
  quiet = 0
  place = -1
  readonly #handler: UpstreamHandler
  #abort: ((reason: Error) => void) | undefined
  #resume: (() => void) | undefined
  readonly #timer: NodeJS.Timeout | undefined
  readonly #timeouts: UpstreamRequest['timeouts']
  #waitsFor: 'firstByte' | 'idle' = 'firstByte'
  #paused = false
  #place: Place | undefined
  #done = false
  #connected = false
  #headSeen = false

  constructor(handler: UpstreamHandler, timeouts: UpstreamRequest['timeouts']) {
    this.#handler = handler
    this.#timeouts = timeouts
    const { total } = timeouts
    if (total > 0) this.#timer = setTimeout(() => this.#fail(outOfTime('total'), cancelled), total)
  }

  queue({ gate, limits }: NonNullable<UpstreamRequest['gate']>, granted: () => void): void {
    this.#place = gate.enter(limits, granted, () =>
      // Not before the caller has this call in hand.
      process.nextTick(() => {
        if (!this.#done) this.#fail({ kind: 'busy', reason: 'it has enough to do', stale: false })
      }),
    )
  }

  cancel(): void {
    if (this.#done) return
    this.#end()
    this.#abort?.(cancelled)
  }

  resume(): void {
    this.#paused = false
    this.quiet = 0
    this.#resume?.()
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort
    this.#connected = true
    // The client left while the connection was being made.
    if (this.#done) abort(cancelled)
    else this.#waitFor('firstByte')
  }

  onBodySent(): void {
    this.quiet = 0
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, message: string): boolean {
    if (this.#done) return false
    this.#resume = resume
    if (status < 200) return true
    this.#headSeen = true
    this.#waitFor('idle')
    this.#handler.head(
      status,
      headers.map(bytes => bytes.toString('latin1')),
      message,
    )
    return true
  }

  onData(chunk: Buffer): boolean {
    if (this.#done) return false
    this.quiet = 0
    const more = this.#handler.data(chunk)
    this.#paused = !more
    return more
  }

  onComplete(): void {
    if (this.#done) return
    this.#end()
    this.#handler.ended()
  }

  onError(error: Error): void {
    if (!this.#done) this.#fail(faultOf(error, this.#connected, this.#headSeen))
  }

  #waitFor(what: 'firstByte' | 'idle'): void {
    forget(this, this.#timeouts[this.#waitsFor])
    this.#waitsFor = what
    const ms = this.#timeouts[what]
    if (ms > 0) watch(this, ms)
  }

  /** Nothing has come for too long; while it is the client that does not read, the upstream is not to blame. */
  silent(): void {
    if (!this.#paused) this.#fail(outOfTime(this.#waitsFor), cancelled)
  }

  #fail(fault: UpstreamFault, abort?: Error): void {
    this.#end()
    if (abort) this.#abort?.(abort)
    this.#handler.failed(fault)
  }

  #end(): void {
    this.#done = true
    if (this.#timer) clearTimeout(this.#timer)
    forget(this, this.#timeouts[this.#waitsFor])
    this.#place?.leave()
  }
}

const outOfTime = (timeout: 'firstByte' | 'idle' | 'total'): UpstreamFault => ({
  kind: 'timeout',
  timeout,
  reason: 'it took too long',
  stale: false,
})

function faultOf(error: Error, connected: boolean, headSeen: boolean): UpstreamFault {
  if (error instanceof GatewayError) {
    return { kind: 'broken', reason: error.message, stale: false, error }
  }
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const reason = reasonOf(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return { kind: 'timeout', timeout: 'connect', reason, stale: false }
  }
  // Only where undici says so is it known whether the connection had served before.
  const used = (error as { socket?: { bytesRead?: number } | null }).socket?.bytesRead !== 0
  const closed = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
  return {
    kind: connected ? 'broken' : 'unreachable',
    reason,
    stale: closed && connected && !headSeen && used,
  }
}

/** The connections to all upstreams, and their health, kept over reloads: a pool for each origin and connect timeout. */
export class Upstreams {
  readonly health: Health
  readonly #pools = new Map<string, Pool>()
  readonly #gates = new Map<string, Entrance>()
  readonly #newGate: (provider: string) => Entrance

  constructor(health = new Health(), newGate: (provider: string) => Entrance = () => new Gate()) {
    this.health = health
    this.#newGate = newGate
  }

  /** `fresh` gives connections that serve one request each: what cannot be sent again must not meet a stale one. */
  pool(origin: string, connectTimeout: number, fresh = false): Pool {
    const key = `${connectTimeout} ${origin}${fresh ? ' fresh' : ''}`
    let pool = this.#pools.get(key)
    if (!pool) {
      pool = new Pool(origin, {
        connect: { timeout: connectTimeout },
        // A request has its own; this is how long an idle connection is kept, unless the server says less.
        keepAliveTimeout: 30_000,
        pipelining: fresh ? 0 : 1,
        maxHeaderSize: 64 * 1024,
      })
      this.#pools.set(key, pool)
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
    const keys = new Set<string>()
    for (const { origin, connectTimeout } of wanted) {
      keys.add(`${connectTimeout} ${origin}`).add(`${connectTimeout} ${origin} fresh`)
    }
    for (const [key, pool] of this.#pools) {
      if (keys.has(key)) continue
      this.#pools.delete(key)
      pool.close().catch(() => {})
    }
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map(pool => pool.destroy()))
  }
}
