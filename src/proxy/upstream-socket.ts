// Sockets that give undici what comes past the stream that node makes of it otherwise: that has 64 KB for each read, however
// little comes, and takes turns of the queue to say so. What undici does not take at once goes into the stream, and so does
// all behind it until undici has read it.

import { type OnReadOpts, Socket } from 'node:net'
import { copyLimit } from './copy-limit.ts'

/** One for all connections: what has come is copied out of it before anything else can come. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024)

/** What has just come, while undici is told of it; null at any other time. */
const fresh = Symbol('fresh')

/** No more comes. */
const over = Symbol('over')

interface UpstreamSocket extends Socket {
  [fresh]?: Buffer | null
  [over]?: boolean
}

/** What such a socket is made with. */
export const onread: OnReadOpts = { buffer, callback: came }

/** The socket, which was made with `onread`, is connected, and undici is to have it. */
export function readDirectly(socket: Socket): void {
  Object.assign(socket, { [fresh]: null, [over]: false, push, read, _writev: writeTogether })
}

interface Written {
  readonly chunk: string | Buffer
  readonly encoding: string
}

/** The head of a request and a small body leave in one piece: node makes lists of pieces, and then copies all but the last as well. */
function writeTogether(
  this: UpstreamSocket,
  pieces: readonly Written[],
  done: (error?: Error | null) => void,
): void {
  let size = 0
  let isPlain = true
  for (const { chunk, encoding } of pieces) {
    size += chunk.length
    if (typeof chunk === 'string' && encoding !== 'latin1') isPlain = false
  }
  if (size > copyLimit || !isPlain) {
    Socket.prototype._writev!.call(this, pieces as never, done)
    return
  }
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const { chunk } of pieces) {
    if (typeof chunk === 'string') bytes.write(chunk, at, 'latin1')
    else bytes.set(chunk, at)
    at += chunk.length
  }
  Socket.prototype._write.call(this, bytes, 'buffer' as BufferEncoding, done)
}

function came(this: UpstreamSocket, size: number, bytes: Uint8Array): boolean {
  const chunk = Buffer.from(bytes.subarray(0, size))
  if (this.readableLength > 0 || this[fresh] === undefined) return this.push(chunk)
  this[fresh] = chunk
  this.emit('readable')
  const left = this[fresh]
  this[fresh] = null
  return left === null || this.push(left)
}

function push(this: UpstreamSocket, chunk: Buffer | null): boolean {
  if (chunk === null) this[over] = true
  return Socket.prototype.push.call(this, chunk)
}

function read(this: UpstreamSocket, size?: number): Buffer | null {
  if (this[over]) return readLast(this, size)
  // What is to be read of the stream, or was not asked for by undici.
  if (this.readableLength > 0 || size !== undefined) return Socket.prototype.read.call(this, size)
  const chunk = this[fresh]!
  this[fresh] = null
  return chunk
}

/**
 * The stream ends when undici has read all and asks for more, not when nothing is left: an end that comes while undici does
 * not read is a failed assertion there, and the end of the process. https://github.com/nodejs/undici/issues/5360
 */
function readLast(socket: UpstreamSocket, size: number | undefined): Buffer | null {
  return size === 0 ? null : Socket.prototype.read.call(socket, socket.readableLength)
}
