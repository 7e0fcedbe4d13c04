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
  /** Nothing more of it can be read: it is malformed, or too slow. */
  isUnreadable = false
  /** Its client has asked whether it may send its body, and was told so. */
  isToldToGoOn = false
  #taker: Taker | undefined
  #taken = false
  #heldUp = false

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
   * client asks for HTTP/2 with its first request, and any other protocol may be ignored (RFC 9110, section 7.8). The parser
   * stops behind such a request all the same: see `ignoresUpgrade`.
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

  /** What came in one piece with it is lost: what comes next on its connection may be the middle of something. */
  get ignoresUpgrade(): boolean {
    return this[asksUpgrade] === true && !this.upgrade
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

  /** Throws away what is still to come, and calls `then` at its end: on its connection nothing else can come before that. */
  discard(then: () => void = () => {}): void {
    if (this.destroyed) return
    this.unpipe()
    this.takeBody(chunk => {
      if (chunk === null) then()
      return true
    })
  }

  /** Its client has still some of a body to send, and does not wait to be told to. */
  get isSending(): boolean {
    const { complete, destroyed, headers } = this
    if (complete || destroyed || this.isUnreadable) return false
    if (headers.expect !== undefined && !this.isToldToGoOn) return false
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0
  }

  /** It is not the client that is slow, but whoever takes the body. */
  get isHeldUp(): boolean {
    return this.#heldUp
  }

  override _read(size: number): void {
    this.#heldUp = false
    super._read(size)
  }

  /** Called by node's parser, with null at the end of the body. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const taker = this.#taker
    if (taker && chunk === null) this.#taken = true
    let more = taker ? taker(chunk) : super.push(chunk, encoding)
    // It was the last that this one takes, and another one wants all that follow.
    if (this.#taker !== taker) more = true
    this.#heldUp = !more
    return more
  }
}
