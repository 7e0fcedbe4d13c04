import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { ClientRequest } from './client-request.ts'
import { copyLimit } from './copy-limit.ts'

const nothing = Buffer.alloc(0)
/** How long a client may go on to send what nobody reads, in milliseconds. */
const lingerMs = 5_000

/**
 * A response whose bytes can be passed on for less than `write` and `end` take: node hands its socket four pieces for each chunk,
 * and three for a body with a length, which took a sixth of what it costs to pass an event on. Here each is one piece.
 */
export class ClientResponse<
  Request extends IncomingMessage = ClientRequest,
> extends ServerResponse<Request> {
  // Not documented, but what libraries have gone by since there is an http module.
  declare private readonly _header: string | null
  declare private _headerSent: boolean
  /** Its connection is closed behind it. */
  declare private _last: boolean
  declare private _send: (data: string, encoding: BufferEncoding) => boolean

  /** Ends it, while it waits for its client to have sent all. */
  #finish: (() => void) | undefined

  /** As ever; but beside fields that were set before, node 20 writes only the last of several that have one name. */
  override writeHead(...args: unknown[]): this {
    const fields = args.at(-1)
    if (!Array.isArray(fields) || this.getHeaderNames().length === 0) {
      return super.writeHead(...(args as [number]))
    }
    for (let i = 0; i < fields.length; i += 2) this.appendHeader(fields[i], fields[i + 1])
    return super.writeHead(...(args.slice(0, -1) as [number]))
  }

  /** As `write`. */
  pass(data: Buffer | string): boolean {
    const { socket } = this
    // One that has to wait for the response before it on its connection has no socket yet.
    const ready = socket && !socket.destroyed && this.chunkedEncoding
    if (!ready || data.length === 0 || data.length > copyLimit) return this.write(data)
    if (!this._headerSent) this.flushHeaders()
    else gather(socket)
    // By `write` node takes note that somebody waits for `drain`.
    return socket.write(chunkOf(data)) || this.write(nothing)
  }

  /** As `end`, of a body that comes in one piece and has a length. */
  passWhole(body: Buffer): void {
    const { socket, _header: head } = this
    const ready = socket && head !== null && !this._headerSent && !this.chunkedEncoding
    if (!ready || body.length > copyLimit) {
      this.end(body)
      return
    }
    const bytes = Buffer.allocUnsafe(head.length + body.length)
    bytes.write(head, 'latin1')
    bytes.set(body, head.length)
    this._headerSent = true
    socket.write(bytes)
    this.end()
  }

  /**
   * As ever; but where the connection is closed with it while the client still sends, the end waits for that, with all said before.
   * Many clients read nothing until they have sent all, and what a connection that is closed has not read takes the answer with
   * it (RFC 9112, section 9.6).
   */
  override end(...args: unknown[]): this {
    const { req } = this as { req: IncomingMessage }
    if (!this._last || !(req instanceof ClientRequest) || !req.isSending) {
      return super.end(...(args as []))
    }
    const [data] = args
    if (data) this.write(data)
    const finish = (): void => {
      super.end()
    }
    this.#finish = finish
    const timer = setTimeout(finish, lingerMs)
    this.once('close', () => clearTimeout(timer))
    // One that has read its answer may leave: before node cuts it, or it would count as one that went without.
    req.socket.prependOnceListener('end', finish)
    req.discard(finish)
    return this
  }

  /** Ends it at once, where all was said and its end waits for the client; false where it does not. */
  endNow(): boolean {
    this.#finish?.()
    return this.#finish !== undefined
  }

  /** What comes with the head leaves with it. */
  override flushHeaders(): void {
    if (this.socket) gather(this.socket)
    if (this._header === null) this.writeHead(this.statusCode)
    // Not by node's own: it writes a head as UTF-8 that is Latin-1, as fields are.
    if (!this._headerSent) this._send('', 'latin1')
  }

  /** Ends the connection, so that what has been said is seen not to be all; but that is said. */
  cut(): void {
    const { socket } = this
    // What has just been written leaves with the next turn of the queue.
    process.nextTick(() => {
      const isFramed =
        this.chunkedEncoding ||
        /\r\n(?:content-length|transfer-encoding):/i.test(this._header ?? '')
      // Where the end of the connection is the end of the body, a clean one would say that it is whole.
      if (socket && this._headerSent && !isFramed) socket.resetAndDestroy()
      else this.destroy()
    })
  }
}

/** What is written in one turn is sent together. */
function gather(socket: Socket): void {
  if (socket.writableCorked > 0) return
  socket.cork()
  process.nextTick(uncork, socket)
}

const uncork = (socket: Socket): void => socket.uncork()

const CR = 0x0d
const LF = 0x0a

/** RFC 9112, section 7.1. Byte by byte: a call into native code for so few takes several times as long. */
function chunkOf(data: Buffer | string): Buffer {
  const length = typeof data === 'string' ? Buffer.byteLength(data) : data.length
  const size = length.toString(16)
  const start = size.length + 2
  const end = start + length
  const chunk = Buffer.allocUnsafe(end + 2)
  for (let i = 0; i < size.length; i++) chunk[i] = size.charCodeAt(i)
  chunk[start - 2] = CR
  chunk[start - 1] = LF
  if (typeof data === 'string') chunk.write(data, start)
  else chunk.set(data, start)
  chunk[end] = CR
  chunk[end + 1] = LF
  return chunk
}
