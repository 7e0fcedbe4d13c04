import type { RawHeaders } from '../wire/headers.ts'
import type { Call, UpstreamFault, UpstreamHandler, UpstreamRequest } from './upstream.ts'

/** So many are under way at once. */
const atOnce = 8
/** So many bytes of answers are held in all. */
const heldLimit = 64 * 1024 * 1024

/**
 * Sends several requests as if they were one. When all have answered 200, their bodies, each of them JSON, come as one array
 * in their order, below the head of the first; else the first that fails, or answers anything else, is the answer, and the
 * others are dropped. `total` is the time for all; behind a gate they go in one by one.
 */
export function sendSeveral(
  requests: readonly UpstreamRequest[],
  handler: UpstreamHandler,
  send: (request: UpstreamRequest, handler: UpstreamHandler) => Call,
): Call {
  const sending = new Several(requests, handler, send)
  sending.start()
  return sending
}

class Several implements Call {
  readonly #requests: readonly UpstreamRequest[]
  readonly #handler: UpstreamHandler
  readonly #send: (request: UpstreamRequest, handler: UpstreamHandler) => Call
  readonly #parts: Part[] = []
  readonly #began = performance.now()
  #left: number
  #held = 0
  #over = false

  constructor(
    requests: readonly UpstreamRequest[],
    handler: UpstreamHandler,
    send: (request: UpstreamRequest, handler: UpstreamHandler) => Call,
  ) {
    this.#requests = requests
    this.#handler = handler
    this.#send = send
    this.#left = requests.length
  }

  start(): void {
    const many = this.#requests[0]!.gate ? 1 : atOnce
    for (let i = 0; i < many; i++) this.#next()
  }

  cancel(): void {
    this.#over = true
    for (const { call } of this.#parts) call?.cancel()
  }

  resume(): void {
    // Only one that was passed on as it came can have been stopped.
    for (const { call } of this.#parts) call?.resume()
  }

  /** Bytes of one have come; false where that is too many. */
  holds(bytes: number): boolean {
    this.#held += bytes
    return this.#held <= heldLimit
  }

  /** One has its whole answer. */
  ended(): void {
    if (this.#over) return
    this.#left--
    if (this.#left > 0) {
      this.#next()
      return
    }
    const [first] = this.#parts
    const bodies = this.#parts.flatMap(({ chunks }, i) => [i === 0 ? open : comma, ...chunks])
    this.#handler.head(200, first!.headers, first!.message)
    this.#handler.data(Buffer.concat([...bodies, close]))
    this.#handler.ended()
  }

  /** One is the answer: gives who hears of it, or undefined where another was before it. */
  takes(part: Part): UpstreamHandler | undefined {
    if (this.#over) return undefined
    this.#over = true
    for (const other of this.#parts) if (other !== part) other.call?.cancel()
    return this.#handler
  }

  #next(): void {
    const request = this.#requests[this.#parts.length]
    if (!request || this.#over) return
    const { total } = request.timeouts
    const left = total && Math.max(1, total - (performance.now() - this.#began))
    const part = new Part(this)
    this.#parts.push(part)
    part.call = this.#send({ ...request, timeouts: { ...request.timeouts, total: left } }, part)
  }
}

const open = Buffer.from('[')
const comma = Buffer.from(',')
const close = Buffer.from(']')

/** The answer to one of them: held while it is good, and passed on as it comes where it is not. */
class Part implements UpstreamHandler {
  call: Call | undefined
  headers: RawHeaders = []
  message = ''
  readonly chunks: Buffer[] = []
  readonly #all: Several
  #passed: UpstreamHandler | undefined

  constructor(all: Several) {
    this.#all = all
  }

  head(status: number, headers: RawHeaders, message: string): void {
    this.headers = headers
    this.message = message
    if (status === 200) return
    this.#passed = this.#all.takes(this)
    this.#passed?.head(status, headers, message)
  }

  data(chunk: Buffer): boolean {
    if (this.#passed) return this.#passed.data(chunk)
    this.chunks.push(chunk)
    if (this.#all.holds(chunk.length)) return true
    this.call?.cancel()
    this.failed({ kind: 'broken', reason: 'it has no end', stale: false })
    return false
  }

  ended(): void {
    if (this.#passed) this.#passed.ended()
    else this.#all.ended()
  }

  failed(fault: UpstreamFault): void {
    const handler = this.#passed ?? this.#all.takes(this)
    handler?.failed(fault)
  }
}
