// The door to http-proxy: requests whose model we need not see, and WebSocket upgrades, streamed both ways, nothing
// buffered. It is loaded when the first such request comes: most gateways never need it. It sends them on; their answers are passed
// on here, because it would put fields into them that are of another connection.

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type HttpProxy from 'http-proxy'
import type { Timeouts } from '../alias/alias.ts'
import { GatewayError, reasonOf } from '../errors.ts'
import { headersForClient, type RawHeaders } from '../wire/headers.ts'
import { answerOn } from './answer-on.ts'
import type { ClientResponse } from './client-response.ts'
import { holdBytes } from './hold-bytes.ts'
import { limitTime, OutOfTime } from './limit-time.ts'
import { reasonPhrase } from './reason-phrase.ts'
import type { UpstreamFault } from './upstream.ts'

export interface PassthroughRequest {
  readonly origin: string
  /** Path and query at the upstream, byte for byte. */
  readonly path: string
  /** What the upstream gets, besides Host and the fields of the connection itself. */
  readonly headers: RawHeaders
  /** Fields to add to the response. */
  readonly responseHeaders: RawHeaders
  readonly timeouts: Timeouts
}

/** What became of it; `failed` is told once, and not of what has ended. */
export interface PassthroughEvents {
  readonly answered: (status: number) => void
  readonly failed: (fault: UpstreamFault) => void
}

type Head = Record<string, string | string[]>

interface Passing extends PassthroughEvents {
  readonly request: PassthroughRequest
  readonly head: Head
  /** What is answered on; of an upgrade, where it is refused. */
  readonly res: ClientResponse<IncomingMessage>
  /** Cuts the connection to the client. */
  readonly cut: () => void
  /** Puts back what the client has sent before its upgrade was answered. */
  readonly release: () => void
  upstream?: ClientRequest
  /** The answer, once it has begun. */
  response?: IncomingMessage
}

/** By the client's request, because http-proxy's events carry nothing else of ours. */
const passings = new WeakMap<IncomingMessage, Passing>()

let loading: Promise<HttpProxy> | undefined

async function load(): Promise<HttpProxy> {
  const { default: httpProxy } = await import('http-proxy')
  const proxy = httpProxy.createProxyServer({
    changeOrigin: true,
    ignorePath: true,
    selfHandleResponse: true,
  })
  proxy.on('proxyReq', (upstream, req, res) => {
    const passing = passings.get(req)
    if (passing) follow(passing, upstream, req, res)
  })
  proxy.on('proxyReqWs', (upstream, req, socket) => {
    const passing = passings.get(req)
    if (passing) followUpgrade(passing, upstream, socket)
  })
  return proxy
}

/** Looks after a request that is about to be sent. */
function follow(
  passing: Passing,
  upstream: ClientRequest,
  req: IncomingMessage,
  res: ServerResponse,
): void {
  cancelWithClient(upstream, res)
  putRight(upstream, passing)
  limitTime(upstream, passing.request.timeouts, () => res.writableNeedDrain)
  // node hands the connection to whoever listens for this, and looks after it no more.
  upstream.once('upgrade', (_response, far) => {
    far.destroy()
    passing.failed(unfit(101))
  })
  // What the client still sends is thrown away: many read nothing before they have sent all, and would wait for ever.
  upstream.once('close', () => {
    req.unpipe(upstream)
    req.resume()
  })
  upstream.once('response', response => {
    answer(passing, response, () => {
      // An upstream that has answered may well read nothing more.
      if (!upstream.writableFinished) upstream.destroy()
      res.end()
    })
  })
}

/** The same for an upgrade, before http-proxy does so. */
function followUpgrade(passing: Passing, upstream: ClientRequest, socket: Socket): void {
  passing.upstream = upstream
  cancelWithClient(upstream, socket)
  putRight(upstream, passing)
  upstream.once('upgrade', (response, far) => {
    passing.release()
    passing.answered(101)
    response.headers = merged([
      ...['connection', 'Upgrade', 'upgrade', response.headers.upgrade ?? 'websocket'],
      ...fieldsFor(passing, response),
    ])
    // http-proxy 1.18 passes on a clean end of either side, but not a side that vanishes.
    far.once('close', () => {
      if (far.readableEnded) socket.destroySoon()
      else socket.destroy()
    })
    socket.once('close', () => far.destroy())
  })
}

/** The same, after it. */
function followRefusal(passing: Passing, upstream: ClientRequest, socket: Socket): void {
  const { request, res } = passing
  // http-proxy 1.18 passes a refusal on without its chunks, so that a client cannot read it, and with all of its fields.
  upstream.removeAllListeners('response')
  limitTime(upstream, request.timeouts, () => socket.writableNeedDrain)
  upstream.once('response', response => {
    if (isUnfit(passing, response)) return
    answerOn(socket, res)
    passing.release()
    socket.resume()
    answer(passing, response, () => res.end())
  })
}

/** Passes an answer on; `end` is called when all of it has come. */
function answer(passing: Passing, response: IncomingMessage, end: () => void): void {
  const { res } = passing
  const status = response.statusCode ?? 0
  if (isUnfit(passing, response)) return
  // The gateway has answered itself, e.g. because the rest of the request was malformed.
  if (res.headersSent || res.destroyed) {
    response.destroy()
    return
  }
  passing.response = response
  passing.answered(status)
  res.statusCode = status
  // node refuses to write some of what it reads: nobody would catch that.
  res.statusMessage = reasonPhrase(status, response.statusMessage ?? '')
  for (const [name, value] of Object.entries(merged(fieldsFor(passing, response)))) {
    res.setHeader(name, value)
  }
  // The body may be long in coming.
  res.flushHeaders()
  response.once('end', end)
  response.once('close', () => {
    if (response.complete) return
    passing.failed(
      faultOf(
        response.errored ?? new Error('the connection was closed in the middle of the answer'),
      ),
    )
    passing.cut()
  })
  response.pipe(res, { end: false })
}

/**
 * Says the head as it is meant: http-proxy 1.18 takes a path apart and puts it together otherwise, says of a DELETE or OPTIONS
 * with a chunked body that it has none, which is a request of its own then, and has no place for a field called `__proto__`.
 */
function putRight(upstream: ClientRequest, { head, request }: Passing): void {
  upstream.path = request.path
  if (!('content-length' in head)) upstream.removeHeader('content-length')
  // It is used for one request all the same. But an upstream that is told to close does so when it has answered, and what it
  // answered before the body was through is lost then.
  if (!('connection' in head)) upstream.setHeader('connection', 'keep-alive')
  for (const [name, value] of Object.entries(head)) {
    if (!upstream.hasHeader(name)) upstream.setHeader(name, value)
  }
}

/** http-proxy 1.18 does not cancel the upstream when the client leaves. */
function cancelWithClient(upstream: ClientRequest, client: ServerResponse | Duplex): void {
  client.once('close', () => upstream.destroy())
}

const fieldsFor = ({ request }: Passing, { rawHeaders }: IncomingMessage): RawHeaders => [
  ...headersForClient(rawHeaders),
  ...request.responseHeaders,
]

/** Whether its status is none that an answer ends with; that is told then. */
function isUnfit(passing: Passing, response: IncomingMessage): boolean {
  const status = response.statusCode ?? 0
  if (status >= 200) return false
  response.destroy()
  passing.failed(unfit(status))
  return true
}

const unfit = (status: number): UpstreamFault => ({
  kind: 'broken',
  reason: `it answered with the status ${status}`,
  stale: false,
})

function faultOf(error: Error): UpstreamFault {
  const reason = reasonOf(error)
  return error instanceof OutOfTime
    ? { kind: 'timeout', timeout: error.timeout, reason, stale: false }
    : { kind: 'unreachable', reason, stale: false }
}

/** Passes a request on with its body, and the response back. */
export async function passRequest(
  req: IncomingMessage,
  res: ClientResponse<IncomingMessage>,
  request: PassthroughRequest,
  events: PassthroughEvents,
): Promise<void> {
  const head = headOf(req, ['content-length', 'transfer-encoding'], request)
  const passing: Passing = {
    ...{ request, head, res, answered: events.answered },
    failed: onceUntilClosed(res, fault => {
      req.unpipe()
      events.failed(fault)
    }),
    cut: () => res.cut(),
    release: () => {},
  }
  passings.set(req, passing)
  loading ??= load()
  const proxy = await loading
  // Its client has left meanwhile, and nothing would tell the upstream.
  if (req.socket.destroyed) return
  req.headers = { ...head }
  proxy.web(req, res, { target: request.origin }, error => failedBy(error, passing))
}

/**
 * Passes a WebSocket upgrade on. A refusal goes to the client on `res`. After `failed` with no answer the socket is still the
 * caller's to refuse on.
 */
export async function passUpgrade(
  req: IncomingMessage,
  socket: Duplex,
  bytes: Buffer,
  res: ClientResponse<IncomingMessage>,
  request: PassthroughRequest,
  events: PassthroughEvents,
): Promise<void> {
  const head = headOf(req, ['connection', 'upgrade'], request)
  const release = holdBytes(socket, bytes)
  const passing: Passing = {
    ...{ request, head, res, answered: events.answered },
    failed: onceUntilClosed(socket, fault => {
      release()
      // It is not seen to leave otherwise.
      socket.resume()
      events.failed(fault)
    }),
    cut: () => socket.destroy(),
    release,
  }
  passings.set(req, passing)
  loading ??= load()
  const proxy = await loading
  if (socket.destroyed) return
  req.headers = { ...head }
  proxy.ws(req, socket, nothing, { target: request.origin }, error => failedBy(error, passing))
  if (passing.upstream) followRefusal(passing, passing.upstream, socket as Socket)
}

const nothing = Buffer.alloc(0)

/** What is told after an answer has come whole is no failure: an upstream may close the connection as it likes then. */
function failedBy(error: Error, { response, failed }: Passing): void {
  if (!response?.complete) failed(faultOf(error))
}

/** Tells the first fault, unless the client's side has closed by then: what comes after that is of no interest. */
function onceUntilClosed(
  client: ServerResponse | Duplex,
  failed: (fault: UpstreamFault) => void,
): (fault: UpstreamFault) => void {
  let told = false
  client.once('close', () => {
    told = true
  })
  return fault => {
    if (told) return
    told = true
    failed(fault)
  }
}

/** The head of the request, with the fields that say how its body or the upgrade is framed as they came. */
function headOf(
  req: IncomingMessage,
  framing: readonly string[],
  request: PassthroughRequest,
): Head {
  // What node would refuse as well, if it were given the path.
  if (/[^\x21-\xff]/.test(request.path)) {
    throw new GatewayError('bad_request', { reason: 'its path holds what no path may hold' })
  }
  const framed = framing.flatMap(name => {
    const value = req.headers[name]
    return value === undefined ? [] : [name, String(value)]
  })
  return merged([...framed, ...request.headers])
}

/** Without a prototype: a field may be called as something that every object has. */
function merged(raw: RawHeaders): Head {
  const headers: Head = Object.create(null)
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const before = headers[name]
    headers[name] = before === undefined ? raw[i + 1]! : [before, raw[i + 1]!].flat()
  }
  return headers
}
