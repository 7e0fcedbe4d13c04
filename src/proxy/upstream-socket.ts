// Sockets that give undici what comes past the stream that node makes of it otherwise: that has 64 KB for each read, however
// little comes, and takes turns of the queue to say so. What undici does not take at once goes into the stream, and so does
// all behind it until undici has read it.

import { type OnReadOpts, Socket } from 'node:net'

/** One for all connections: what has come is copied out of it before anything else can come. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024)

/** What has just come, while undici is told of it; null at any other time. */
const fresh = Symbol('fresh')

interface UpstreamSocket extends Socket {
  [fresh]?: Buffer | null
}

/** What such a socket is made with. */
export const onread: OnReadOpts = { buffer, callback: came }

/** The socket, which was made with `onread`, is connected, and undici is to have it. */
export function readDirectly(socket: Socket): void {
  Object.assign(socket, { [fresh]: null, read })
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

function read(this: UpstreamSocket, size?: number): Buffer | null {
  // What is to be read of the stream, or was not asked for by undici.
  if (this.readableLength > 0 || size !== undefined) return Socket.prototype.read.call(this, size)
  const chunk = this[fresh]!
  this[fresh] = null
  return chunk
}
