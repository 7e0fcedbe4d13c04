import {
  encodingOf,
  header,
  headersForClient,
  type RawHeaders,
  withoutHeader,
} from '../wire/headers.ts'
import { WholeElements } from '../wire/json-elements.ts'
import { OPEN_ARRAY, skipSpace } from '../wire/json-walk.ts'
import type { Protocol } from '../wire/protocol.ts'
import { renameInElements, renameInEvents, renameModel } from '../wire/rename.ts'
import { emptyLine, WholeEvents } from '../wire/sse.ts'
import { type EventError, errorInElements, isPartOfEvent } from '../wire/stream.ts'
import type { Told } from '../wire/usage.ts'
import { withoutUsageEvent } from '../wire/usage-event.ts'
import type { ClientResponse } from './client-response.ts'
import { isEventStream, Observer } from './observer.ts'
import { forget, type Waiting, watch } from './pulse.ts'
import type { Call, UpstreamFault } from './upstream.ts'

/** What keeps a silent stream open: `bytes` after every so many milliseconds without any. */
export interface KeepAlive {
  readonly every: number
  readonly bytes: string
}

export interface RelayOptions {
  readonly res: ClientResponse
  /** Fields to add to the response's own. */
  readonly headers: RawHeaders
  /** The name to put in place of the model's own, in the body or in every event. */
  readonly respondAs: string | undefined
  /** The event with the usage was not asked for by the client, who does not get it. */
  readonly dropUsage: boolean
  /** In which the upstream answers. */
  readonly protocol: Protocol
  /** The answer may be a stream of Google's in one array of JSON. */
  readonly mayBeArray: boolean
  readonly keepAlive: KeepAlive | undefined
  /** The bytes that tell a client that a stream has failed, in its own protocol: an event, or the element of an array. */
  readonly brokenStream: (fault: UpstreamFault, inArray: boolean) => string
  /** Answers with an error in place of an answer of which nothing has been sent. */
  readonly brokenAnswer: (fault: UpstreamFault) => void
}

/** An event or element larger than this is passed on in parts: memory per stream stays bounded. */
const heldLimit = 1024 * 1024
/** A body larger than this is passed on with the name it has. */
const renameLimit = 64 * 1024 * 1024

/**
 * Passes one response on as it comes: status, fields, bytes. Of a stream only whole events leave, or whole elements of an
 * array, so that an upstream that dies in the middle of one leaves the client a stream that it can still read, ended by an error.
 * A client that does not read stops the reading from upstream.
 */
export class Relay implements Waiting {
  readonly #observer: Observer
  readonly #res: ClientResponse
  readonly #options: RelayOptions
  /** Undefined of what is no stream of events. */
  readonly #events: WholeEvents | undefined
  /** Undefined of what cannot be an array. */
  readonly #elements: WholeElements | undefined
  /** The error that is one of its elements. */
  #errorElement: EventError | undefined
  #call: Call | undefined
  readonly #rename: string | undefined
  /** The head, until the body begins. */
  #head:
    | { readonly status: number; readonly message: string; readonly fields: string[] }
    | undefined
  /** The body is held until it is. */
  #whole: boolean
  #parts: Buffer[] = []
  #size = 0
  /** How many bytes are to come of a body whose length is known; otherwise not a number. */
  #left = Number.NaN
  #waiting = false
  quiet = 0
  place = -1
  /** The last event or element left in part. */
  #inPart = false

  constructor(options: RelayOptions, status: number, headers: RawHeaders, message: string) {
    const type = header(headers, 'content-type') ?? ''
    const encoding = encodingOf(headers)
    this.#options = options
    this.#res = options.res
    // An error is as it is, whatever type it has: to one who asked for a stream some servers say it is one.
    const isStream = status < 400 && isEventStream(type) && encoding === undefined
    this.#events = isStream ? new WholeEvents() : undefined
    this.#observer = new Observer(type, encoding)
    // A body whose length changes is sent without one; it can only be changed when it is whole.
    this.#rename =
      options.respondAs !== undefined && encoding === undefined ? options.respondAs : undefined
    this.#whole = this.#rename !== undefined && !isStream && type.startsWith('application/json')
    const passed = headersForClient(headers)
    // A stream may grow by a word that keeps it open, or by an error.
    const asItIs = this.#rename === undefined && !isStream
    const out = asItIs ? passed : withoutHeader(passed, 'content-length')
    if (asItIs) this.#left = Number(header(passed, 'content-length') ?? Number.NaN)
    const isJson = status < 400 && type.startsWith('application/json') && encoding === undefined
    // What has a length has no room for an error.
    if (options.mayBeArray && isJson && !header(headers, 'content-length'))
      this.#elements = new WholeElements()
    out.push(...options.headers)
    this.#head = { status, message, fields: out }
    if (isStream) {
      this.#begin()
      // The client learns now that its request was taken, although the first event may be minutes away.
      this.#res.flushHeaders()
    }
    if (options.keepAlive && (isStream || this.#elements)) watch(this, options.keepAlive.every)
  }

  #begin(): void {
    if (!this.#head) return
    const { status, message, fields } = this.#head
    this.#head = undefined
    this.#res.writeHead(status, message, fields)
  }

  /** Reads on when the client has taken what it was sent. */
  attach(call: Call): void {
    this.#call = call
  }

  /** What the response said of itself. */
  told(tell: (told: Told) => void): void {
    this.#observer.told(tell)
  }

  /** When the first bytes of a stream came, on the clock of performance.now(); undefined of any other answer. */
  get firstEventAt(): number | undefined {
    const isStream = this.#observer.isStream || this.#elements?.count
    return isStream ? this.#observer.firstAt : undefined
  }

  data(chunk: Buffer): boolean {
    this.#observer.chunk(chunk)
    if (this.#elements && chunk[skipSpace(chunk, 0)] === OPEN_ARRAY && this.#size === 0)
      this.#whole = false
    if (this.#whole) {
      this.#parts.push(chunk)
      this.#size += chunk.length
      if (this.#size <= renameLimit) return true
      this.#whole = false
      return this.#pass(Buffer.concat(this.#parts.splice(0)))
    }
    const wholes = this.#events ?? this.#elements
    return wholes ? this.#passWholes(wholes, chunk) : this.#pass(chunk)
  }

  /** The fault, where a stream ended before it had said all, or by saying that it failed. */
  ended(): UpstreamFault | undefined {
    this.stop()
    this.#begin()
    if (this.#elements?.isOpen) return this.#break(early)
    if (this.#errorElement) {
      this.#res.end()
      return { ...broken(ownError), status: this.#errorElement.status }
    }
    if (this.#whole) this.#res.end(renameModel(Buffer.concat(this.#parts), this.#rename!))
    else if (this.#events) return this.#endEvents(this.#events)
    else this.#res.end()
    return undefined
  }

  /** The fault, unless all had been said by then. */
  failed(fault: UpstreamFault): UpstreamFault | undefined {
    this.stop()
    if (this.#head) {
      this.#options.brokenAnswer(fault)
      return fault
    }
    if (this.#elements?.isOver) {
      this.#res.end()
      return this.#errorElement && { ...fault, status: this.#errorElement.status }
    }
    if (!this.#events) return this.#break(fault)
    const state = this.#observer.streamEnd(this.#options.protocol)
    if (state !== 'done' && typeof state !== 'object') return this.#break(fault)
    // All has been said, also that it failed; but the last word may be here still.
    const last = lastOf(this.#events)
    this.#res.end(last && !isPartOfEvent(last) ? this.#said(last) : undefined)
    return state === 'done' ? undefined : { ...fault, status: state.status }
  }

  /** The client has left. */
  stop(): void {
    if (this.#options.keepAlive) forget(this, this.#options.keepAlive.every)
  }

  silent(): void {
    if (this.#inPart || (this.#elements && !this.#elements.isOpen)) return
    // A client that does not even read needs no reason to stay, and what it is sent would pile up.
    if (!this.#res.writableNeedDrain) this.#res.write(this.#options.keepAlive!.bytes)
  }

  #endEvents(events: WholeEvents): UpstreamFault | undefined {
    const state = this.#observer.streamEnd(this.#options.protocol)
    const last = lastOf(events)
    if (state === 'cut' || this.#inPart || (last && isPartOfEvent(last))) return this.#break(early)
    this.#res.end(last && this.#said(last).subarray(0, -emptyLine.length))
    return typeof state === 'object' ? { ...broken(ownError), status: state.status } : undefined
  }

  #break(fault: UpstreamFault): UpstreamFault {
    const words = this.#options.brokenStream(fault, this.#elements !== undefined)
    // What left of the last event would swallow the error.
    if (this.#events) this.#res.end(this.#inPart ? `\n\n${words}` : words)
    else if (this.#elements?.isOpen && !this.#inPart)
      this.#res.end(`${this.#elements.count > 0 ? ',' : ''}${words}]`)
    // Any other answer has no place for an error: the connection ends, and the client sees it is not whole.
    else this.#res.cut()
    return fault
  }

  #passWholes(wholes: WholeEvents | WholeElements, chunk: Buffer): boolean {
    let said = wholes.push(chunk)
    if (said.length > 0) this.#inPart = false
    if (this.#elements) this.#errorElement ??= errorInElements(said)
    if (wholes.held > heldLimit || (this.#inPart && wholes.held > 0)) {
      const rest = wholes.take()
      said = said.length > 0 ? Buffer.concat([said, rest]) : rest
      this.#inPart = true
    }
    if (said.length > 0) said = this.#said(said)
    return said.length === 0 || this.#pass(said)
  }

  /** Whole events, or elements, as the client gets them. */
  #said(wholes: Buffer): Buffer {
    const left = this.#options.dropUsage ? withoutUsageEvent(wholes) : wholes
    if (this.#rename === undefined || left.length === 0) return left
    return this.#elements
      ? renameInElements(left, this.#rename, this.#elements.isOver)
      : renameInEvents(left, this.#rename)
  }

  #pass(bytes: Buffer): boolean {
    this.#begin()
    this.quiet = 0
    if (bytes.length === this.#left) {
      // The last of it goes with the end: to send the end by itself costs some more turns of node's.
      this.#res.passWhole(bytes)
      return true
    }
    this.#left -= bytes.length
    if (this.#res.pass(bytes)) return true
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

/** What came last of a stream, and lacks only the empty line that makes an event of it. */
const lastOf = (events: WholeEvents): Buffer | undefined =>
  events.held > 0 ? events.take(emptyLine) : undefined

const broken = (reason: string): UpstreamFault => ({ kind: 'broken', reason, stale: false })

const ownError = 'it ended by an error of its own'
/** Ended by itself, and cleanly. */
const early = broken('it ended before its answer was whole')
