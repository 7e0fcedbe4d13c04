import { STATUS_CODES } from 'node:http'
import type { Alias } from '../alias/alias.ts'
import { type Code, GatewayError } from '../errors.ts'
import type { Fields } from '../log.ts'
import type { ClientRequest } from '../proxy/client-request.ts'
import type { ClientResponse } from '../proxy/client-response.ts'
import type { Place } from '../proxy/gate.ts'
import type { Upstreams } from '../proxy/upstream.ts'
import { headerText, type RawHeaders } from '../wire/headers.ts'
import type { Told } from '../wire/usage.ts'
import { type Aim, cancelled, type Ended, type Metrics } from './metrics.ts'
import { type Dialect, errorBody, errorHeaders } from './respond.ts'
import type { Snapshot } from './snapshot.ts'

/** How one request ended. */
export type Outcome = 'finished' | 'failed' | 'cancelled'

/** Asks a response what it said of itself, and of a stream when that began on the clock of performance.now(): now or later. */
type Ask = (tell: (told: Told, firstEventAt: number | undefined) => void) => void

/** One request and its response, from the first byte to the log line. */
export class Exchange {
  readonly id: string
  readonly req: ClientRequest
  readonly res: ClientResponse
  readonly snapshot: Snapshot
  readonly upstreams: Upstreams
  /** The host that the request's target names, where it is a whole URL. */
  readonly authority: string | undefined
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
  /** The provider that the path names, and the path below it. */
  scope: { readonly provider: string; readonly rest: string } | undefined
  /** Whose form errors take. */
  dialect: Dialect = 'openai'
  /** What the endpoint's path captured, e.g. the id of `/v1/models/{id}`. */
  parameter = ''
  /** Where it stands among the running exchanges of the server. */
  place = 0
  /** Nothing more goes to its client, and it was counted. */
  isOver = false
  /** Its place among those that are served at once. */
  turn: Place | undefined
  /** Called when the client leaves before its answer is whole. */
  onCancel: (() => void) | undefined
  /** All metrics of the gateway, in Prometheus's text format. */
  readonly scrape: () => Promise<string>

  readonly #metrics: Metrics
  readonly #started = performance.now()
  #firstByte: number | undefined
  #status: number | undefined
  #requested: string | undefined
  #alias: string | undefined
  #target: string | undefined
  #attempts: number | undefined
  #told: Told | undefined
  #ask: Ask | undefined
  #closedAt = 0
  #aim: Aim | undefined
  #firstToken: number | undefined
  #overhead: number | undefined
  #working: number | undefined
  #error: string | undefined
  /** Of `#error`, which may be an upstream's own words. */
  #code: Code | undefined

  constructor(
    id: string,
    req: ClientRequest,
    res: ClientResponse,
    snapshot: Snapshot,
    upstreams: Upstreams,
    metrics: Metrics,
    scrape: () => Promise<string>,
  ) {
    this.id = id
    this.req = req
    this.res = res
    this.snapshot = snapshot
    this.upstreams = upstreams
    this.#metrics = metrics
    this.scrape = scrape
    let url = req.url ?? '/'
    if (!url.startsWith('/')) {
      // As a proxy is asked: http://host/path (RFC 9112, section 3.2.2).
      const [whole = '', authority] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? []
      this.authority = authority
      url = whole === '' ? url : url.slice(whole.length) || '/'
    }
    const mark = url.indexOf('?')
    this.path = mark < 0 ? url : url.slice(0, mark)
    this.query = mark < 0 ? '' : url.slice(mark)
  }

  /** The fields that every response to an inference carries. */
  responseHeaders(alias: Alias | undefined, target: string, name: string): RawHeaders {
    const headers = ['x-gateway-request-id', this.id]
    if (alias) headers.push('x-gateway-alias', headerText(name))
    headers.push('x-gateway-target', headerText(target))
    return headers
  }

  asked(model: string, alias: Alias | undefined): void {
    if (alias) this.#alias = model
    else this.#requested = model
  }

  tried(target: string, attempts: number): void {
    this.#target = target
    this.#attempts = attempts
  }

  /** Which target it is for. */
  aimed(aim: Aim): void {
    this.#aim = aim
  }

  /** The gateway itself has something to do for it, until it is sent or answered. */
  works(): void {
    this.#working = performance.now()
  }

  /** It is on its way to the target. */
  sent(): void {
    this.#waits()
    if (this.#aim) this.#metrics.attempt(this.#aim.provider.name)
  }

  #waits(): void {
    if (this.#working === undefined) return
    this.#overhead = (this.#overhead ?? 0) + performance.now() - this.#working
    this.#working = undefined
  }

  /** An answer has come, or, when that was held, is sent: the last time counts. */
  answered(status: number): void {
    this.#firstByte = performance.now()
    this.#status = status
    this.#waits()
  }

  /** Takes whom to ask what its response has said of itself. */
  expect(ask: Ask): void {
    this.#ask = ask
  }

  /** Nothing more goes to the client. */
  closed(): void {
    this.#closedAt = performance.now()
  }

  /** Calls `then` when its response has told what it had to: mostly at once. */
  whenTold(then: () => void): void {
    if (!this.#ask) {
      then()
      return
    }
    this.#ask((told, firstEventAt) => {
      this.#told = told
      this.#firstToken = firstEventAt
      then()
    })
  }

  /** The upstream failed after the response had begun. */
  broke(reason: string): void {
    this.#error = reason
    this.#code = 'upstream_broken'
  }

  /** Answers with JSON of the gateway's own. */
  json(status: number, body: unknown, headers: RawHeaders = []): void {
    // Something else has answered, e.g. that the rest of the request is malformed: there is nobody to catch what node would throw.
    if (this.res.headersSent) return
    const bytes = Buffer.from(`${JSON.stringify(body)}\n`)
    this.answered(status)
    // What was set for an answer of somebody else's is not said with this one.
    for (const name of this.res.getHeaderNames()) {
      if (!ofOurs.has(name)) this.res.removeHeader(name)
    }
    this.res.writeHead(status, STATUS_CODES[status], [
      'content-type',
      'application/json',
      'content-length',
      String(bytes.length),
      'x-gateway-request-id',
      this.id,
      ...headers,
    ])
    this.res.end(this.req.method === 'HEAD' ? undefined : bytes)
  }

  /** Answers with an error in the client's dialect. Anything but a GatewayError is a fault of ours. */
  fail(error: unknown): void {
    const known =
      error instanceof GatewayError
        ? error
        : new GatewayError('internal', { reason: (error as Error).message ?? String(error) }, error)
    if (known.code === 'client_left') {
      this.res.destroy()
      return
    }
    this.#error = known.code
    this.#code = known.code
    if (this.res.headersSent || this.res.destroyed) {
      this.res.destroy()
      return
    }
    // A body that was not read to its end would be taken for the next request of the connection.
    if (!this.req.complete) this.res.setHeader('connection', 'close')
    this.json(known.status, errorBody(known, this.dialect), [
      ...this.#trail(),
      ...errorHeaders(known),
    ])
  }

  /** As far as a request came that the gateway itself answers with an error. */
  #trail(): RawHeaders {
    if (this.#target === undefined) return []
    return [
      ...(this.#alias === undefined ? [] : ['x-gateway-alias', headerText(this.#alias)]),
      ...['x-gateway-target', headerText(this.#target)],
      // Of several the error tells.
      ...(this.#attempts === 1 ? ['x-gateway-attempts', '1'] : []),
    ]
  }

  get outcome(): Outcome {
    const status = this.#status ?? this.res.statusCode
    if (this.#error !== undefined || status >= 500) return 'failed'
    // A WebSocket has no end but that one side leaves.
    return this.res.writableFinished || status === 101 ? 'finished' : 'cancelled'
  }

  /** Everything worth counting. */
  get ended(): Ended {
    const { outcome } = this
    const status = this.#status ?? 0
    return {
      error:
        outcome === 'cancelled'
          ? cancelled
          : (this.#code ?? (status >= 400 ? String(status) : undefined)),
      total: this.#closedAt - this.#started,
      firstToken: this.#firstToken === undefined ? undefined : this.#firstToken - this.#started,
      overhead: this.#overhead,
      aim: this.#aim,
      told: this.#told,
    }
  }

  /** Everything worth a log line; nothing of what was said. Times in milliseconds. */
  logFields(): Fields {
    const ms = (at: number | undefined): number | undefined =>
      at === undefined ? undefined : Math.round((at - this.#started) * 10) / 10
    const usage = this.#told?.usage
    return {
      id: this.id,
      status: this.#status,
      outcome: this.outcome === 'finished' ? undefined : this.outcome,
      alias: logged(this.#alias),
      asked: logged(this.#requested),
      target: logged(this.#target),
      model: this.#told?.model,
      attempts: this.#attempts === 1 ? undefined : this.#attempts,
      error: this.#error,
      first: ms(this.#firstByte),
      total: ms(this.#closedAt),
      in: usage?.input,
      out: usage?.output,
      cached: usage?.cached,
      reasoning: usage?.reasoning,
      generation: this.snapshot.generation,
      client: this.req.headers['user-agent']?.slice(0, 60),
    }
  }
}

/** Fields that are set before it is known who answers. */
const ofOurs = new Set(['connection', 'access-control-allow-origin', 'vary'])

/** A client may send a name of any length, and the log is kept on the disk. */
const logged = (name: string | undefined): string | undefined =>
  name !== undefined && name.length > 200 ? `${name.slice(0, 200)}...` : name
