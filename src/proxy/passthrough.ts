// The door to http-proxy: requests whose model we need not see, and WebSocket upgrades, streamed both ways, nothing
// buffered. It is loaded when the first such request comes: most gateways never need it.

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type HttpProxy from 'http-proxy'
import type { Timeouts } from '../alias/alias.ts'
import { reasonOf } from '../errors.ts'
import { headersForClient, type RawHeaders, reasonPhrase } from '../wire/headers.ts'
import type { UpstreamFault } from './upstream.ts'

export interface PassthroughRequest {
  readonly origin: string
  /** Path and query at the upstream. */
  readonly path: string
  /** What the upstream gets, besides Host and the fields of the connection itself. */
  readonly headers: RawHeaders
  /** Fields to add to the response. */
  readonly responseHeaders: RawHeaders
  readonly timeouts: Timeouts
}

/** What became of it; `failed` or `done` is told, once. */
export interface PassthroughEvents {
  readonly answered: (status: number) => void
  readonly failed: (fault: UpstreamFault) => void
  readonly done: () => void
}

interface Passing extends PassthroughEvents {
  readonly request: PassthroughRequest
  /** Cuts the connection to the client. */
  readonly cut: () => void
}

/** By the client's request, because http-proxy's events carry nothing else of ours. */
const passings = new WeakMap<IncomingMessage, Passing>()

let loading: Promise<HttpProxy> | undefined

async function load(): Promise<HttpProxy> {
  const { default: httpProxy } = await import('http-proxy')
  const proxy = httpProxy.createProxyServer({ changeOrigin: true, ignorePath: true })
  proxy.on('proxyReq', (upstream, req, res) => {
    cancelWithClient(upstream, res)
    const timeouts = passings.get(req)?.request.timeouts
    if (timeouts) limitTime(upstream, timeouts, () => res.writableNeedDrain)
  })
  proxy.on('proxyRes', (response, req) => {
    const passing = passings.get(req)
    if (!passing) return
    response.headers = merged([
      ...headersForClient(response.rawHeaders),
      ...passing.request.responseHeaders,
    ])
    const status = response.statusCode ?? 0
    // http-proxy 1.18 has node write these, which refuses to: nobody would catch that.
    response.statusMessage = reasonPhrase(status, response.statusMessage ?? '')
    if (status < 200) {
      passing.failed(broken(`it answered with the status ${status}`))
      response.destroy()
      return
    }
    passing.answered(status)
    // http-proxy 1.18 leaves the client hanging when the upstream dies in the middle of an answer.
    response.once('close', () => {
      if (response.complete) return
      passing.failed(
        faultOf(
          response.errored ?? new Error('the connection was closed in the middle of the answer'),
        ),
      )
      passing.cut()
    })
  })
  proxy.on('proxyReqWs', (upstream, req, socket) => {
    cancelWithClient(upstream, socket)
    const passing = passings.get(req)
    if (passing) limitTime(upstream, passing.request.timeouts, () => false)
    upstream.once('upgrade', (_response, far: Duplex) => {
      passing?.answered(101)
      // http-proxy 1.18 passes on a clean end of either side, but not a side that vanishes.
      far.once('close', () => socket.destroy())
      socket.once('close', () => far.destroy())
    })
    upstream.once('response', response => {
      passing?.answered(response.statusCode ?? 0)
      // http-proxy 1.18 copies these while it passes the body on without its chunks: the client could not read it.
      delete response.headers['transfer-encoding']
      response.headers.connection = 'close'
    })
  })
  return proxy
}

/** http-proxy 1.18 does not cancel the upstream when the client leaves. */
function cancelWithClient(upstream: ClientRequest, client: ServerResponse | Duplex): void {
  client.once('close', () => {
    if (!client.writableFinished || client.destroyed) upstream.destroy()
  })
}

/** A timeout ran out; `message` says which. */
class OutOfTime extends Error {}

/**
 * Ends a request that takes longer than its provider may. A WebSocket that stands may be silent for as long as its two
 * ends like. `isPaused`: it is the client that keeps the answer waiting.
 */
function limitTime(upstream: ClientRequest, timeouts: Timeouts, isPaused: () => boolean): void {
  const end = (which: keyof Timeouts): void => {
    upstream.destroy(new OutOfTime(which))
  }
  const timers = new Set<NodeJS.Timeout>()
  const after = (ms: number, which: keyof Timeouts): NodeJS.Timeout | undefined => {
    if (ms === 0) return undefined
    const timer = setTimeout(end, ms, which)
    timers.add(timer)
    return timer
  }
  const forget = (): void => {
    for (const timer of timers) clearTimeout(timer)
  }
  after(timeouts.total, 'total')
  const connecting = (socket: Socket): void => {
    if (!socket.connecting) return
    const timer = after(timeouts.connect, 'connect')
    const stands = upstream.protocol === 'https:' ? 'secureConnect' : 'connect'
    socket.once(stands, () => clearTimeout(timer))
  }
  if (upstream.socket) connecting(upstream.socket)
  else upstream.once('socket', connecting)
  let waiting: 'firstByte' | 'idle' = 'firstByte'
  upstream.setTimeout(timeouts.firstByte)
  upstream.on('timeout', () => {
    if (!isPaused()) end(waiting)
  })
  upstream.once('response', () => {
    waiting = 'idle'
    upstream.setTimeout(timeouts.idle)
  })
  upstream.once('upgrade', () => {
    upstream.setTimeout(0)
    forget()
  })
  upstream.once('close', forget)
}

const broken = (reason: string): UpstreamFault => ({ kind: 'broken', reason, stale: false })

function faultOf(error: Error): UpstreamFault {
  if (!(error instanceof OutOfTime)) {
    return { kind: 'unreachable', reason: reasonOf(error), stale: false }
  }
  const timeout = error.message as keyof Timeouts
  return { kind: 'timeout', timeout, reason: `it ran out of time: ${timeout}`, stale: false }
}

/** Passes a request on with its body, and the response back. */
export async function passRequest(
  req: IncomingMessage,
  res: ServerResponse,
  request: PassthroughRequest,
  events: PassthroughEvents,
): Promise<void> {
  const { failed, done } = once(events)
  passings.set(req, { request, ...events, failed, cut: () => res.destroy() })
  res.once('close', done)
  loading ??= load()
  const proxy = await loading
  req.headers = {
    ...framing(req, ['content-length', 'transfer-encoding']),
    ...merged(request.headers),
  }
  proxy.web(req, res, { target: request.origin + request.path }, error => failed(faultOf(error)))
}

/** Passes a WebSocket upgrade on. After `failed` with no answer the socket is still the caller's to refuse on. */
export async function passUpgrade(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  request: PassthroughRequest,
  events: PassthroughEvents,
): Promise<void> {
  const { failed, done } = once(events)
  passings.set(req, { request, ...events, failed, cut: () => socket.destroy() })
  socket.once('close', done)
  loading ??= load()
  const proxy = await loading
  req.headers = { ...framing(req, ['connection', 'upgrade']), ...merged(request.headers) }
  proxy.ws(req, socket, head, { target: request.origin + request.path }, error =>
    failed(faultOf(error)),
  )
}

function once({ failed, done }: PassthroughEvents): Pick<PassthroughEvents, 'failed' | 'done'> {
  let told = false
  const first = (tell: () => void): void => {
    if (told) return
    told = true
    tell()
  }
  return { failed: fault => first(() => failed(fault)), done: () => first(done) }
}

/** The fields that say how the body or the upgrade is framed: they are passed on as they came. */
function framing(req: IncomingMessage, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => {
      const value = req.headers[name]
      return value === undefined ? [] : [[name, String(value)]]
    }),
  )
}

function merged(raw: RawHeaders): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const before = headers[name]
    headers[name] = before === undefined ? raw[i + 1]! : [before, raw[i + 1]!].flat()
  }
  return headers
}
