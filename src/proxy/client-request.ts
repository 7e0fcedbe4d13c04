import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** What takes a body: each chunk as it comes, and null at the end. It gives false to be given no more. */
export type Taker = (chunk: Buffer | null) => boolean

const asksUpgrade = Symbol('asksUpgrade')

/**
 * A request whose body can be taken as node's parser gives it, past the stream that is made of it otherwise: the stream's
 * buffers, listeners and turns of the queue took a tenth of what it costs to pass a request on. Whoever does not take it has
 * the stream.
 */
export class ClientRequest extends IncomingMessage {
  /** What the parser found, which may say so before any field of this class is there. */
  declare private [asksUpgrade]: boolean | null
  #taker: Taker | undefined
  #taken = false

  static {
    const { get } = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableEnded')!
    // By this node sees that it is done with a request. A connection would hold the last one otherwise, until the next.
    Object.defineProperty(ClientRequest.prototype, 'readableEnded', {
      get(this: ClientRequest) {
        return this.#taken || get!.call(this)
      },
    })
  }

  /**
   * Whether node takes it for an upgrade, by which it gives up the connection and reads no body. Only a WebSocket is one: Java's
   * client asks for HTTP/2 with its first request, and any other protocol may be ignored (RFC 9110, section 7.8).
   */
  get upgrade(): boolean | null {
    return (
      this[asksUpgrade] &&
      (this.method === 'CONNECT' || /\bwebsocket\b/i.test(this.headers.upgrade ?? ''))
    )
  }

  set upgrade(asked: boolean | null) {
    this[asksUpgrade] = asked
  }

  /** Gives `taker` all of the body: what has come before, and what comes from now on. */
  takeBody(taker: Taker): void {
    // Of a request that waited for its turn some is in the stream.
    while (this.readableLength > 0) taker(this.read())
    if (this.complete) {
      this.#taken = true
      taker(null)
      return
    }
    this.#taker = taker
    // As a stream does that is read: node lets go of what nobody has begun to read.
    this._read(0)
  }

  /** Called by node's parser, with null at the end of the body. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const taker = this.#taker
    if (!taker) return super.push(chunk, encoding)
    if (chunk === null) this.#taken = true
    return taker(chunk)
  }
}
