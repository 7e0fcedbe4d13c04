import type { ServerResponse } from 'node:http'
import type { Translate, Translation } from '../translate/translation.ts'
import { header, headersForClient, type RawHeaders, withoutHeader } from '../wire/headers.ts'
import { Observer } from './observer.ts'
import type { RelayOptions } from './relay.ts'
import type { Call, UpstreamFault } from './upstream.ts'

export interface TranslatedRelayOptions
  extends Pick<RelayOptions, 'res' | 'headers' | 'brokenStream'> {
  /** Answers with an error in place of an answer of which nothing has been sent. */
  readonly brokenAnswer: (fault: UpstreamFault) => void
  /** Ended by what the upstream said, not by how its connection ended. */
  readonly done: (relay: TranslatedRelay, fault: UpstreamFault) => void
}

/** Fields that speak of the bytes that the upstream sent; the client gets others. */
const ofBytes = ['content-type', 'content-length', 'content-encoding', 'etag', 'accept-ranges']

/**
 * What a Relay is, where the client speaks another protocol than the upstream: every byte passes through a translation.
 * An answer that is no stream is sent when it is whole, with a length.
 */
export class TranslatedRelay {
  readonly observer: Observer
  readonly #res: ServerResponse
  readonly #options: TranslatedRelayOptions
  readonly #translation: Translation
  readonly #send: (length?: number) => void
  readonly #encoded: string | undefined
  // A clock that cannot be set back while the answer comes.
  readonly #epoch = Date.now() - performance.now()
  #call: Call | undefined
  #parts = ''

  constructor(
    options: TranslatedRelayOptions,
    translate: Translate,
    status: number,
    headers: RawHeaders,
  ) {
    const type = header(headers, 'content-type') ?? ''
    const encoding = header(headers, 'content-encoding')
    this.#options = options
    this.#res = options.res
    this.#encoded = encoding === 'identity' ? undefined : encoding
    this.#translation = translate(status, headers)
    this.observer = new Observer(type, encoding)
    this.#send = length => {
      let out = headersForClient(headers)
      for (const name of ofBytes) out = withoutHeader(out, name)
      out.push('content-type', this.#translation.contentType)
      if (length !== undefined) out.push('content-length', String(length))
      this.#res.writeHead(status, [...out, ...options.headers])
    }
    if (this.#translation.streamed) {
      this.#send()
      this.#res.flushHeaders()
    }
  }

  /** Reads on when the client has taken what it was sent. */
  attach(call: Call): void {
    this.#call = call
  }

  data(chunk: Buffer): boolean {
    this.observer.chunk(chunk)
    const text = this.#encoded === undefined ? this.#translation.push(chunk, this.#now()) : ''
    const fault = this.#fault()
    if (fault) {
      // The upstream has no more to say that could be understood, but it may not know that.
      this.#call?.cancel()
      if (this.#translation.streamed) this.#res.write(text)
      this.failed(fault)
      this.#options.done(this, fault)
      return false
    }
    if (text === '') return true
    if (!this.#translation.streamed) {
      this.#parts += text
      return true
    }
    if (this.#res.write(text)) return true
    if (this.#res.listenerCount('drain') === 0) {
      this.#res.once('drain', () => this.#call?.resume())
    }
    return false
  }

  /** The fault, where the upstream ended before it had said all. */
  ended(): UpstreamFault | undefined {
    const text = this.#parts + this.#translation.end(this.#now())
    const fault = this.#fault()
    if (fault) {
      if (this.#translation.streamed) this.#res.write(text)
      this.failed(fault)
    } else {
      if (!this.#translation.streamed) this.#send(Buffer.byteLength(text))
      this.#res.end(text)
    }
    return fault
  }

  failed(fault: UpstreamFault): void {
    if (!this.#translation.streamed) this.#options.brokenAnswer(fault)
    else if (this.#translation.finished) this.#res.end()
    else this.#res.end(this.#options.brokenStream(fault))
  }

  /** The client has left. */
  stop(): void {}

  #fault(): UpstreamFault | undefined {
    const reason =
      this.#encoded === undefined
        ? this.#translation.fault
        : `it is compressed (${this.#encoded}), although that was not asked for`
    return reason === undefined ? undefined : { kind: 'broken', reason, stale: false }
  }

  #now(): number {
    return this.#epoch + performance.now()
  }
}
