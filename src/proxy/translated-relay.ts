import type { GatewayError } from '../errors.ts'
import { answerHeaders } from '../translate/headers.ts'
import type { ErrorKind } from '../translate/message.ts'
import type { Translation } from '../translate/translation.ts'
import { encodingOf, header, headersForClient, type RawHeaders } from '../wire/headers.ts'
import { atOnce, type Steps } from '../wire/steps.ts'
import type { Told } from '../wire/usage.ts'
import type { ClientResponse } from './client-response.ts'
import { isEventStream, Observer } from './observer.ts'
import { forget, type Waiting, watch } from './pulse.ts'
import type { KeepAlive, RelayOptions } from './relay.ts'
import type { Call, UpstreamFault } from './upstream.ts'

export interface TranslatedRelayOptions extends Pick<RelayOptions, 'res'> {
  /** Fields to add to the response's own, asked for when its head is sent. */
  readonly headers: () => RawHeaders
  readonly keepAlive: KeepAlive | undefined
  /** A fault in the gateway's words. */
  readonly errorOf: (fault: UpstreamFault) => GatewayError
  /** The bytes that tell a client that a stream has failed, where the translation has none of its own. */
  readonly brokenStream: (fault: UpstreamFault) => string
  /** Answers with an error in place of an answer of which nothing has been sent. */
  readonly brokenAnswer: (fault: UpstreamFault) => void
  /** The client is told this status, which may not be the upstream's, and no other attempt follows. */
  readonly sent: (status: number) => void
  /** How long a stream is held that has nothing to say yet, and may still be an error, in milliseconds; undefined: it is not. */
  readonly patience: number | undefined
  /** The body of an error with what all attempts did. */
  readonly withAttempts: (body: Buffer) => Buffer
  /** What the upstream says is no answer, before it has ended; `failed` has not been called. */
  readonly broke: (relay: TranslatedRelay, fault: UpstreamFault) => void
}

/** So much may come without a word that can be passed on: an answer, or one event of it, has to be held until it is whole. */
const heldLimit = 64 * 1024 * 1024

/**
 * What a Relay is, where the client speaks another protocol than the upstream: every byte passes through a translation.
 * An answer that is no stream is sent when it is whole, with a length.
 */
export class TranslatedRelay implements Waiting {
  quiet = 0
  place = -1
  readonly #res: ClientResponse
  readonly #options: TranslatedRelayOptions
  readonly #translation: Translation
  readonly #observer: Observer | undefined
  readonly #status: number
  readonly #headers: RawHeaders
  readonly #encoded: string | undefined
  // A clock that cannot be set back while the answer comes.
  readonly #epoch = Date.now() - performance.now()
  #call: Call | undefined
  #keepAlive: KeepAlive | undefined
  #parts = ''
  #isRead = false
  /** What was thrown when it was read. */
  #wrong: string | undefined
  /** The head has been sent. */
  #begun = false
  /** It was told of a fault, after which nothing more of the answer counts: several chunks may have been held. */
  #isBroken = false
  /** Bytes that came since the last that was passed on. */
  #held = 0
  /** When the first bytes of a stream came, on the clock of performance.now(); undefined of any other answer. */
  firstEventAt: number | undefined

  constructor(
    options: TranslatedRelayOptions,
    translation: Translation,
    status: number,
    headers: RawHeaders,
  ) {
    this.#options = options
    this.#res = options.res
    this.#status = status
    this.#headers = headers
    this.#encoded = encodingOf(headers)
    this.#translation = translation
    if (!this.#translation.told) {
      this.#observer = new Observer(header(headers, 'content-type') ?? '', this.#encoded)
    }
    if (!this.#translation.streamed) return
    if (options.patience === undefined) this.#begin()
    else watch(this, options.patience)
  }

  /** Nothing of the answer has been sent: of one that is no stream nothing is before it is whole. */
  get isHeld(): boolean {
    return !this.#begun && this.#status < 400
  }

  /** Reads on when the client has taken what it was sent. */
  attach(call: Call): void {
    this.#call = call
  }

  /** What the answer said of itself. */
  told(tell: (told: Told) => void): void {
    const told = this.#translation.told?.()
    if (told) tell(told)
    else this.#observer!.told(tell)
  }

  data(chunk: Buffer): boolean {
    if (this.#isBroken) return false
    if (this.#translation.streamed) this.firstEventAt ??= performance.now()
    this.#observer?.chunk(chunk)
    this.#held += chunk.length
    const text = this.#encoded === undefined ? this.#translation.push(chunk, this.#now()) : ''
    const fault = this.#fault()
    if (fault) {
      this.#isBroken = true
      // The upstream has no more to say that could be understood, but it may not know that.
      this.#call?.cancel()
      if (this.#begun) this.#res.write(text)
      this.#options.broke(this, fault)
      return false
    }
    if (text === '') return true
    if (!this.#translation.streamed) {
      this.#parts += text
      return true
    }
    if (!this.#begun) this.#begin()
    this.quiet = 0
    this.#held = 0
    if (this.#res.pass(text)) return true
    if (this.#res.listenerCount('drain') === 0) {
      this.#res.once('drain', () => this.#call?.resume())
    }
    return false
  }

  /** What takes long of `read`, in steps to be taken before it; undefined for nothing. */
  reading(): Steps<void> | undefined {
    return this.#translation.isLong ? this.#readingEnd() : undefined
  }

  /** Reads what is left when the upstream has ended, and gives the fault that shows then; sends nothing. */
  read(): UpstreamFault | undefined {
    if (!this.#isRead) atOnce(this.#readingEnd())
    return this.#fault()
  }

  *#readingEnd(): Steps<void> {
    try {
      this.#parts += yield* this.#translation.end(this.#now())
    } catch (error) {
      // Of an answer that nobody thought of: no reason to leave everybody else without theirs.
      this.#wrong = `it could not be read (${(error as Error).message})`
    }
    this.#isRead = true
  }

  /** The fault, where the upstream ended before it had said all. */
  ended(): UpstreamFault | undefined {
    const fault = this.read()
    const text = this.#parts
    if (fault) {
      if (this.#begun) this.#res.write(text)
      this.failed(fault)
      return fault
    }
    if (this.#translation.streamed && !this.#begun) this.#begin()
    this.stop()
    if (this.#translation.streamed) this.#res.end(text)
    else {
      const status = this.#translation.status ?? this.#status
      this.#sendWhole(status, text, status >= 400)
    }
    return undefined
  }

  /** The fault, unless all had been said by then. */
  failed(fault: UpstreamFault): UpstreamFault | undefined {
    this.stop()
    const begun = this.#begun
    const { finished, fault: said } = this.#translation
    if (begun && finished) {
      this.#res.end()
      return undefined
    }
    if (this.#translation.broken && (begun || said !== undefined)) {
      const error = this.#options.errorOf(fault)
      const { status = error.status, text } = this.#translation.broken(
        { kind: kindOf(error), message: error.message, status: error.status, code: error.code },
        this.#now(),
        begun,
      )
      if (begun) this.#res.end(text)
      else this.#sendWhole(status, text, true)
    } else if (begun) this.#res.end(this.#options.brokenStream(fault))
    else this.#options.brokenAnswer(fault)
    return fault
  }

  /** The client has left. */
  stop(): void {
    forget(this, this.#begun ? (this.#keepAlive?.every ?? 0) : (this.#options.patience ?? 0))
  }

  silent(): void {
    if (!this.#begun) {
      this.#begin()
      return
    }
    // What leaves here are whole events, so there is always a place for one more.
    if (!this.#res.writableNeedDrain) this.#res.write(this.#keepAlive!.bytes)
  }

  /** Sends the head of a stream. */
  #begin(): void {
    this.stop()
    this.#begun = true
    const { contentType } = this.#translation
    this.#send(this.#status, contentType)
    this.#res.flushHeaders()
    // What keeps a stream of events open would break lines or an array of JSON.
    if (isEventStream(contentType)) this.#keepAlive = this.#options.keepAlive
    if (this.#keepAlive) watch(this, this.#keepAlive.every)
  }

  #sendWhole(status: number, text: string, isError = false): void {
    const said = Buffer.from(text)
    const body = isError ? this.#options.withAttempts(said) : said
    this.#send(status, isError ? 'application/json' : this.#translation.contentType, body.length)
    this.#res.passWhole(body)
  }

  #send(status: number, contentType: string, length?: number): void {
    const { asking = 'chat', headers: more = [] } = this.#translation
    const out = answerHeaders(headersForClient(this.#headers), asking, this.#now())
    out.push('content-type', contentType)
    if (length !== undefined) out.push('content-length', String(length))
    this.#options.sent(status)
    this.#res.writeHead(status, [...out, ...more, ...this.#options.headers()])
  }

  #fault(): UpstreamFault | undefined {
    const reason =
      this.#encoded === undefined
        ? (this.#translation.fault ??
          this.#wrong ??
          (this.#held > heldLimit ? 'it has no end' : undefined))
        : `it is compressed (${this.#encoded}), although that was not asked for`
    return reason === undefined
      ? undefined
      : { kind: 'broken', reason, stale: false, status: this.#translation.errorStatus }
  }

  #now(): number {
    return this.#epoch + performance.now()
  }
}

const kindOf = ({ status }: GatewayError): ErrorKind => (status === 504 ? 'timeout' : 'server')
