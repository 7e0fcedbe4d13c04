import { createServer, type Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { GatewayError } from '../errors.ts'
import type { Log } from '../log.ts'
import { answerOn } from '../proxy/answer-on.ts'
import { ClientRequest } from '../proxy/client-request.ts'
import { ClientResponse } from '../proxy/client-response.ts'
import { type Entrance, Gate } from '../proxy/gate.ts'
import type { Upstreams } from '../proxy/upstream.ts'
import { type Endpoint, providerRest } from './endpoints.ts'
import { Exchange } from './exchange.ts'
import { findEndpoint } from './find.ts'
import { always } from './guard.ts'
import { health } from './health.ts'
import { waitOnWheel } from './idle.ts'
import { listenOn, type Where } from './listen.ts'
import { Metrics } from './metrics.ts'
import { closeAfter, refuseMalformed } from './odd-connection.ts'
import { passSocket } from './passing.ts'
import { realtime, realtimeSocket } from './realtime.ts'
import { refuse, tooManyConnections } from './refuse.ts'
import type { Snapshot } from './snapshot.ts'

export interface ServerOptions {
  /** The snapshot that a request which comes now is served by. */
  readonly current: () => Snapshot
  readonly upstreams: Upstreams
  readonly log: Log
  /** Where every request has to pass; unless given, one for this process. */
  readonly gate?: Entrance
  /** All metrics of the gateway, which may be more than this process, in Prometheus's text format. */
  readonly scrape: () => Promise<string>
}

/** How long a connection without a request is kept by a server that retires: a request may be on its way. */
const idleGraceMs = 1_000
/** How long the ends of requests that were cut are waited for. */
const cutMs = 1_000

/** Every request is in exactly one of these when it has ended: started = finished + failed + cancelled + in flight. */
export interface Counters {
  started: number
  finished: number
  failed: number
  cancelled: number
}

/** The HTTP server that clients speak to: finds the endpoint, guards it, counts and logs. */
export class GatewayServer {
  readonly counters: Counters = { started: 0, finished: 0, failed: 0, cancelled: 0 }
  readonly metrics = new Metrics()
  readonly #options: ServerOptions
  readonly #servers: Server[] = []
  // No Set: V8 replaces a Set's table every few additions, each replaced table holds on to what was in it, and one that
  // has become old keeps all later ones from being collected young. That cost every request as much as serving it.
  readonly #live: Exchange[] = []
  readonly #sockets = new Set<Duplex>()
  /** Those that are still to be counted and logged. */
  readonly #ended: Exchange[] = []
  // A second drain may cut what the first one still waits for, which must not take it for finished.
  readonly #cut = new Set<Exchange>()
  // Ids of two runs, and of two processes, must not be the same in one log.
  readonly #run = `${Date.now().toString(36)}${process.pid.toString(36)}`
  readonly #gate: Entrance
  /** Connections on which nothing is heard any more: what comes may be the middle of something. */
  readonly #deaf = new WeakSet<Socket>()
  #connections = 0
  #stopping = false
  #retiring = false
  /** Called when no request runs. */
  readonly #idle: (() => void)[] = []
  /** Called when the last connection has ended. */
  #empty: (() => void) | undefined

  constructor(options: ServerOptions) {
    this.#options = options
    this.#gate = options.gate ?? new Gate()
  }

  /** See `listenOn`. */
  async listen(where: Where): Promise<Server> {
    const server = this.#create()
    await listenOn(server, where)
    return server
  }

  /** Gives what serves a connection that another process has taken. */
  acceptor(): (socket: Socket) => void {
    const server = this.#create()
    // node looks for requests that take too long only in a server that listens.
    server.emit('listening')
    return socket => {
      // As node's own connections are: it is the server that closes them.
      socket.allowHalfOpen = true
      socket.setNoDelay(true)
      server.emit('connection', socket)
      socket.resume()
    }
  }

  #create(): Server {
    const server = createServer(
      {
        IncomingMessage: ClientRequest,
        ServerResponse: ClientResponse,
        // How often it is looked for requests that take too long to come.
        connectionsCheckingInterval: 1000,
        keepAliveTimeout: 75_000,
        noDelay: true,
      },
      (req, res) => this.#request(req, res),
    )
    server.on('upgrade', (req, socket, head) => this.#upgrade(req, socket, head))
    // A client that asks before it sends its body is told to go on only if nothing speaks against the request so far.
    server.on('checkContinue', (req, res) => {
      this.#request(req, res)
      // While one before it on its connection is being answered this would come in the middle of that.
      if (res.headersSent || res.destroyed || !res.socket) return
      req.isToldToGoOn = true
      res.writeContinue()
    })
    // The bytes of a head are limited. Past so many fields node would leave out the rest, among them what the guards look at.
    server.maxHeadersCount = 0
    server.on('clientError', (error, socket) => {
      refuseMalformed(error, socket, this.#on(socket), this.#options.current().config.limits)
    })
    // Before node's own listener, which reads these for the new connection.
    server.prependListener('connection', () => {
      const { header, headerTime, bodyTime } = this.#options.current().config.limits
      Object.assign(server, { maxHeaderSize: header })
      // node exchanges the two where the one for the whole is the shorter one.
      server.headersTimeout = bodyTime > 0 ? Math.min(headerTime, bodyTime) : headerTime
      server.requestTimeout = bodyTime
    })
    server.on('connection', socket => this.#connected(socket))
    this.#servers.push(server)
    return server
  }

  get inFlight(): number {
    return this.#live.length + this.#sockets.size
  }

  /**
   * Takes no new connections, and waits for the running answers to end, at most `ms` milliseconds; those that have not
   * are cut then. WebSockets never end by themselves: they are cut at once.
   */
  async drain(ms: number): Promise<{ drained: number; cut: number }> {
    this.#stopping = true
    const running = [...this.#live]
    for (const server of this.#servers) {
      server.close()
      server.closeIdleConnections()
    }
    for (const socket of this.#sockets) socket.destroy()
    for (const { res } of running) res.endNow()
    if (ms > 0) await this.#untilIdle(ms)
    for (const exchange of this.#live) this.#cut.add(exchange)
    for (const server of this.#servers) server.closeAllConnections()
    // Those that were cut end a moment later, and the log is to say so.
    await this.#untilIdle(cutMs)
    this.#tell()
    const cut = running.filter(exchange => this.#cut.has(exchange)).length
    return { drained: running.length - cut, cut }
  }

  /** Resolves when no request runs, or so many milliseconds later. */
  async #untilIdle(ms: number): Promise<void> {
    if (this.#live.length === 0) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>(resolve => {
      this.#idle.push(resolve)
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
  }

  #connected(socket: Socket): void {
    waitOnWheel(socket)
    this.#connections++
    socket.once('close', () => {
      if (--this.#connections === 0) this.#empty?.()
      // Of an answer that has to wait behind another on its connection node tells no end.
      for (const exchange of this.#on(socket)) {
        if (exchange.res.socket) continue
        exchange.res.destroy()
        exchange.res.emit('close')
      }
    })
    const { limits } = this.#options.current().config
    if (this.#connections > limits.connections) refuse(socket, tooManyConnections(limits))
  }

  /**
   * Lets another process go on listening: takes no new connections, serves those that there are, and closes each as soon as
   * it has nothing to do. Those that have not ended after `ms` milliseconds are cut.
   */
  async retire(ms: number): Promise<{ drained: number; cut: number }> {
    this.#retiring = true
    const running = this.#live.length
    for (const server of this.#servers) {
      // The server's own `close` would cut idle connections at once, on which a request may be on its way.
      if (server.listening) NetServer.prototype.close.call(server)
    }
    const closed = new Promise<void>(done => {
      this.#empty = done
      if (this.#connections === 0) done()
    })
    const closeIdle = setInterval(() => {
      for (const server of this.#servers) server.closeIdleConnections()
    }, idleGraceMs)
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      closed,
      new Promise<void>(resolve => {
        timer = setTimeout(resolve, ms)
      }),
    ])
    clearInterval(closeIdle)
    clearTimeout(timer)
    const { cut } = await this.drain(0)
    return { drained: Math.max(0, running - cut), cut }
  }

  #request(req: ClientRequest, res: ClientResponse): void {
    // Its connection was refused, and what it says is not heard any more.
    if (req.socket.writableEnded || this.#deaf.has(req.socket)) return
    const exchange = this.#begin(req, res)
    exchange.place = this.#live.push(exchange) - 1
    // It comes once; `once` would make two objects more to see to that.
    res.on('close', () => this.#closed(exchange))
    // A keep-alive connection would go on sending requests to a gateway that is leaving.
    if (this.#stopping || this.#retiring) res.setHeader('connection', 'close')
    if (req.ignoresUpgrade) {
      this.#deaf.add(req.socket)
      res.setHeader('connection', 'close')
    }
    try {
      for (const guard of always) guard(exchange)
      if (req.method === 'OPTIONS' && req.headers.origin !== undefined) {
        preflight(exchange)
        return
      }
      if (this.#stopping) throw new GatewayError('stopping')
      const endpoint = findEndpoint(exchange)
      exchange.dialect = endpoint.dialect
      for (const guard of endpoint.guards) guard(exchange)
      if (endpoint.handle === health) endpoint.handle(exchange, endpoint)
      else this.#handle(exchange, endpoint)
    } catch (error) {
      exchange.fail(error)
    }
  }

  /** Nothing more goes to its client. */
  #closed(exchange: Exchange): void {
    if (exchange.isOver) return
    exchange.isOver = true
    const { req, res, turn } = exchange
    if (!res.writableFinished) exchange.onCancel?.()
    // An upstream may answer before it has taken all: the rest still stands before the next request of the connection.
    else if (!req.complete) req.discard()
    turn?.leave()
    this.#remove(exchange)
    this.#end(exchange)
    if (this.#live.length === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** Serves a request in its turn. */
  #handle(exchange: Exchange, endpoint: Endpoint): void {
    const { limits } = exchange.snapshot.config
    exchange.turn = this.#gate.enter(
      limits,
      () => {
        try {
          endpoint.handle(exchange, endpoint)
        } catch (error) {
          exchange.fail(error)
        }
      },
      () => exchange.fail(new GatewayError('too_many_requests', { ...limits })),
    )
  }

  #upgrade(req: ClientRequest, socket: Duplex, head: Buffer): void {
    const before = this.#on(socket)
    if (before.length > 0) {
      closeAfter(before, socket as Socket)
      return
    }
    // node gives no response for an upgrade; this one is used only to refuse it.
    const res = new ClientResponse(req)
    const exchange = this.#begin(req, res)
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#end(exchange)
    })
    const refuse = (error: unknown): void => {
      if (socket.destroyed) return
      answerOn(socket as Socket, res)
      // Only so is it seen that the client leaves.
      socket.resume()
      exchange.fail(error)
    }
    try {
      for (const guard of always) guard(exchange)
      if (this.#stopping) throw new GatewayError('stopping')
      const endpoint = findEndpoint(exchange)
      if (endpoint === providerRest) passSocket(exchange, socket, head, refuse)
      else if (endpoint.handle === realtime)
        realtimeSocket(exchange, endpoint, socket, head, refuse)
      else throw new GatewayError('bad_request', { reason: `${exchange.path} takes no upgrade` })
    } catch (error) {
      refuse(error)
    }
  }

  /** The requests of a connection that are not answered yet. */
  #on(socket: Duplex): Exchange[] {
    return this.#live.filter(({ req }) => req.socket === socket)
  }

  #remove(exchange: Exchange): void {
    const last = this.#live.pop()!
    if (last === exchange) return
    this.#live[exchange.place] = last
    last.place = exchange.place
  }

  #begin(req: ClientRequest, res: ClientResponse): Exchange {
    const { current, upstreams, scrape } = this.#options
    this.counters.started++
    const id = `${this.#run}-${this.counters.started.toString(36)}`
    return new Exchange(id, req, res, current(), upstreams, this.metrics, scrape)
  }

  #end(exchange: Exchange): void {
    this.counters[exchange.outcome]++
    exchange.closed()
    // Together, when all that had something to say have been served: between two requests it costs each more.
    if (this.#ended.push(exchange) === 1) setImmediate(() => this.#tell())
  }

  /** Counts and logs what has ended. */
  #tell(): void {
    for (const exchange of this.#ended.splice(0)) {
      exchange.whenTold(() => {
        this.metrics.ended(exchange.ended)
        const { outcome, req, path } = exchange
        const level = outcome === 'failed' ? 'warn' : 'info'
        this.#options.log.write(level, `${req.method} ${path}`, exchange.logFields())
      })
    }
  }
}

/** The question a browser asks before a page of another origin may send a request; the guards have let it pass. */
function preflight({ req, res }: Exchange): void {
  res.writeHead(204, {
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': req.headers['access-control-request-headers'] ?? '*',
    'access-control-max-age': '600',
  })
  res.end()
}
