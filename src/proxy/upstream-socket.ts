import { Socket } from 'node:net'
import { buildConnector } from 'undici'

/** One for all connections: what has come is copied out of it before anything else can come. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024)

/** What has just come, while undici is told of it; null at any other time. */
const fresh = Symbol('fresh')

interface UpstreamSocket extends Socket {
  [fresh]?: Buffer | null
}

/**
 * Connects as undici does, and gives it what comes past the stream that node makes of it otherwise: that has 64 KB for each
 * read, however little comes, and takes turns of the queue to say so. What undici does not take at once goes into the stream,
 * and so does all behind it until undici has read it. `timeout` in milliseconds.
 */
export function buildUpstreamConnector(timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, onread: { buffer, callback: came } })
  return (options, callback) =>
    connect(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (!socket) {
        callback(error!, null)
        return
      }
      Object.assign(socket, { [fresh]: null, read })
      callback(null, socket)
    })
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
