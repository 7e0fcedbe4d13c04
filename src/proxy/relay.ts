import type { ServerResponse } from 'node:http'
import { header, headersForClient, type RawHeaders, withoutHeader } from '../wire/headers.ts'
import { renameInEvents, renameModel } from '../wire/rename.ts'
import { wholeEvents } from '../wire/sse.ts'
import { isEventStream, Observer } from './observer.ts'
import type { Call, UpstreamFault } from './upstream.ts'

export interface RelayOptions {
  readonly res: ServerResponse
  /** Fields to add to the response's own. */
  readonly headers: RawHeaders
  /** The name to put in place of the model's own, in the body or in every event. */
  readonly respondAs: string | undefined
  /** The bytes that tell a client that a stream of events has failed, in its own protocol. */
  readonly brokenStream: (fault: UpstreamFault) => string
}

/** An event larger than this is passed on in parts: memory per stream stays bounded. */
const heldLimit = 1024 * 1024

/**
 * Passes one response on as it comes: status, fields, bytes. Of a stream of events only whole ones leave, so that an
 * upstream that dies in the middle of one leaves the client a stream that it can still read, ended by an error.
 * A client that does not read stops the reading from upstream.
 */
export class Relay {
  readonly observer: Observer
  readonly #res: ServerResponse
  readonly #options: RelayOptions
  readonly #events: boolean
  #call: Call | undefined
  #held: Buffer | undefined
  readonly #rename: string | undefined
  readonly #whole: boolean
  readonly #parts: Buffer[] = []
  #waiting = false

  constructor(options: RelayOptions, status: number, headers: RawHeaders, message: string) {
    const type = header(headers, 'content-type') ?? ''
    const encoding = header(headers, 'content-encoding')
    this.#options = options
    this.#res = options.res
    this.#events = isEventStream(type) && (encoding ?? 'identity') === 'identity'
    this.observer = new Observer(type, encoding)
    // A body whose length changes is sent without one; it can only be changed when it is whole.
    this.#rename =
      options.respondAs !== undefined && (encoding ?? 'identity') === 'identity'
        ? options.respondAs
        : undefined
    this.#whole = this.#rename !== undefined && !this.#events && type.startsWith('application/json')
    const passed = headersForClient(headers)
    const out = this.#rename === undefined ? passed : withoutHeader(passed, 'content-length')
    out.push(...options.headers)
    this.#res.writeHead(status, message, out)
    // The client learns now that its request was taken, although the first event may be minutes away.
    if (this.#events) this.#res.flushHeaders()
  }

  /** Reads on when the client has taken what it was sent. */
  attach(call: Call): void {
    this.#call = call
  }

  data(chunk: Buffer): boolean {
    this.observer.chunk(chunk)
    if (this.#whole) {
      this.#parts.push(chunk)
      return true
    }
    return this.#events ? this.#passEvents(chunk) : this.#pass(chunk)
  }

  ended(): undefined {
    if (this.#whole) this.#res.end(renameModel(Buffer.concat(this.#parts), this.#rename!))
    else if (this.#held) this.#res.end(this.#held)
    else this.#res.end()
  }

  failed(fault: UpstreamFault): void {
    // A response without events has no place for an error: the connection ends, and the client sees it is not whole.
    if (this.#events) this.#res.end(this.#options.brokenStream(fault))
    else this.#res.destroy()
  }

  #passEvents(chunk: Buffer): boolean {
    const bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk
    const whole = bytes.length > heldLimit ? bytes.length : wholeEvents(bytes)
    this.#held = whole < bytes.length ? bytes.subarray(whole) : undefined
    if (whole === 0) return true
    const events = whole < bytes.length ? bytes.subarray(0, whole) : bytes
    return this.#pass(this.#rename === undefined ? events : renameInEvents(events, this.#rename))
  }

  #pass(bytes: Buffer): boolean {
    if (this.#res.write(bytes)) return true
    if (!this.#waiting) {
      this.#waiting = true
      this.#res.once('drain', () => {
        this.#waiting = false
        this.#call?.resume()
      })
    }
    return false
  }
}
