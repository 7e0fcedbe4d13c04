import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** What takes a body: each chunk as it comes, and null at the end. It gives false to be given no more. */
export type Taker = (chunk: Buffer | null) => boolean

/**
 * A request whose body can be taken as node's parser gives it, past the stream that is made of it otherwise: the stream's
 * buffers, listeners and turns of the queue took a tenth of what it costs to pass a request on. Whoever does not take it has
 * the stream.
 */
export class ClientRequest extends IncomingMessage {
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
