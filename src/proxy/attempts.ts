import { GatewayError } from '../errors.ts'
import type { Translate } from '../translate/translation.ts'
import type { RawHeaders } from '../wire/headers.ts'
import { Relay, type RelayOptions } from './relay.ts'
import { TranslatedRelay } from './translated-relay.ts'
import {
  type Call,
  send,
  type UpstreamFault,
  type UpstreamRequest,
  type Upstreams,
} from './upstream.ts'

/** One thing to try: where to, and what to send there. */
export interface Attempt {
  readonly provider: string
  readonly origin: string
  readonly connectTimeout: number
  readonly request: UpstreamRequest
}

export interface AttemptsOptions extends Omit<RelayOptions, 'headers'> {
  readonly upstreams: Upstreams
  /** How many targets there are. */
  readonly count: number
  /** Makes the n-th attempt; what it throws fails the attempt. */
  readonly prepare: (index: number) => Attempt
  /** Fields to add to the response of the n-th target, which has this status. */
  readonly headers: (index: number, status: number) => RawHeaders
  /** A response is being passed on: its status, from the n-th target. */
  readonly answered: (index: number, status: number) => void
  /** Ended, well or badly; `relay` tells what the response said of itself. */
  readonly done: (relay: Relay | TranslatedRelay, fault: UpstreamFault | undefined) => void
  /** What the answer of the n-th target passes through; undefined where the client speaks the same protocol. */
  readonly translate?: (index: number) => Translate | undefined
  /** Answers with an error in place of an answer that broke off before any of it was sent. */
  readonly brokenAnswer: (fault: UpstreamFault) => void
  /** No target gave a response; nothing has been sent to the client. */
  readonly failed: (error: GatewayError) => void
}

/** A status that another target may not give: the client is not to blame, or may ask again. */
const worthAnother = (status: number): boolean =>
  status === 408 || status === 409 || status === 429 || status >= 500

/** The attempts of one request: each target in order, until one answers. Nothing is tried once the client has a byte. */
export class Attempts {
  readonly #options: AttemptsOptions
  #call: Call | undefined
  #cancelled = false

  constructor(options: AttemptsOptions) {
    this.#options = options
  }

  start(): void {
    this.#try(0, false)
  }

  /** The client has left. */
  cancel(): void {
    this.#cancelled = true
    this.#call?.cancel()
  }

  #try(index: number, again: boolean): void {
    const { upstreams, prepare, count } = this.#options
    let attempt: Attempt
    try {
      attempt = prepare(index)
    } catch (error) {
      this.#next(index, asGatewayError(error))
      return
    }
    const { provider, origin, connectTimeout, request } = attempt
    let relay: Relay | TranslatedRelay | undefined
    let call: Call | undefined
    const once = request.body !== null && !Buffer.isBuffer(request.body)
    call = send(upstreams.pool(origin, connectTimeout, once), request, {
      head: (status, headers, message) => {
        if (worthAnother(status) && index + 1 < count) {
          call?.cancel()
          this.#try(index + 1, false)
          return
        }
        const options = { ...this.#options, headers: this.#options.headers(index, status) }
        const translate = this.#options.translate?.(index)
        relay = translate
          ? new TranslatedRelay(options, translate, status, headers)
          : new Relay(options, status, headers, message)
        if (call) relay.attach(call)
        this.#options.answered(index, status)
      },
      data: chunk => relay?.data(chunk) ?? true,
      ended: () => {
        if (relay) this.#options.done(relay, relay.ended())
      },
      failed: fault => {
        if (relay) {
          relay.failed(fault)
          this.#options.done(relay, fault)
        } else if (fault.stale && !again && !once) {
          // The upstream had closed an idle connection just as it was used: it never saw the request.
          this.#try(index, true)
        } else
          this.#next(index, faultError(fault, provider, origin, request.timeouts, connectTimeout))
      },
    })
    this.#call = call
    if (this.#cancelled) call.cancel()
  }

  #next(index: number, error: GatewayError): void {
    if (this.#cancelled) return
    if (index + 1 < this.#options.count) this.#try(index + 1, false)
    else this.#options.failed(error)
  }
}

const asGatewayError = (error: unknown): GatewayError =>
  error instanceof GatewayError
    ? error
    : new GatewayError('internal', { reason: (error as Error).message }, error)

const deeds = {
  connect: 'take the connection',
  firstByte: 'begin to answer',
  idle: 'go on with its answer',
} as const

/** A fault of the upstream in the gateway's words. */
export function faultError(
  fault: UpstreamFault,
  provider: string,
  origin: string,
  timeouts: { readonly firstByte: number; readonly idle: number },
  connect: number,
): GatewayError {
  if (fault.error) return fault.error
  if (fault.timeout) {
    return new GatewayError('upstream_timeout', {
      provider,
      what: deeds[fault.timeout],
      limit: `${{ connect, ...timeouts }[fault.timeout] / 1000} s`,
      key: fault.timeout,
    })
  }
  return fault.kind === 'unreachable'
    ? new GatewayError('upstream_unreachable', { provider, origin, reason: fault.reason })
    : new GatewayError('upstream_broken', { provider, reason: fault.reason })
}
