// Sockets that give undici what comes past the stream that node makes of it otherwise: that has 64 KB for each read, however
// little comes, and takes turns of the queue to say so. What undici does not take at once goes into the stream, and so does
// all behind it until undici has read it. And they know what undici does not tell: whether anything has come of a request, and
// that a `100 Continue` is no answer.

import { type OnReadOpts, Socket } from 'node:net'
import { copyLimit } from './copy-limit.ts'

/** One for all connections: what has come is copied out of it before anything else can come. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024)

/** What has just come, while undici is told of it; null at any other time. */
const fresh = Symbol('fresh')

/** No more comes. */
const over = Symbol('over')

/** A request has been sent, and its answer has not begun. */
const asked = Symbol('asked')

/** Nothing has come since, not even what is no answer yet. */
const silent = Symbol('silent')

/** How many requests have been sent. */
const sent = Symbol('sent')

/** What has come of a head that is not the last. */
const interim = Symbol('interim')

interface UpstreamSocket extends Socket {
  [asked]?: boolean
  [silent]?: boolean
  [sent]?: number
  [interim]?: Buffer | undefined
  [fresh]?: Buffer | null
  [over]?: boolean
}

/** What such a socket is made with. */
export const onread: OnReadOpts = { buffer, callback: came }

/** The socket, which was made with `onread`, is connected, and undici is to have it. */
export function readDirectly(socket: Socket): void {
  socket.on('error', renameReset)
  Object.assign(socket, { [fresh]: null, [over]: false, [interim]: undefined })
  Object.assign(socket, { [asked]: false, [silent]: false, [sent]: 0 })
  Object.assign(socket, { push, read, _write: writeOne, _writev: writeTogether })
}

/** The code of a connection that was reset. */
export const wasReset = 'UPSTREAM_RESET'

/** undici takes ECONNRESET for the end of a body that has no length: what is cut off would look whole (RFC 9112, section 8). */
function renameReset(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET') error.code = wasReset
}

interface Written {
  readonly chunk: string | Buffer
  readonly encoding: string
}

/** Whether a request was sent that is not the first on this connection, and nothing has come since. */
export function isUnheard(socket: Socket): boolean {
  const { [silent]: isSilent = false, [sent]: count = 0 } = socket as UpstreamSocket
  return isSilent && count > 1
}

/** Takes note of a request that is sent. Of what undici writes, heads are strings, and the sizes of chunks, with CR before. */
function note(socket: UpstreamSocket, chunk: string | Buffer): void {
  if (typeof chunk !== 'string' || chunk.startsWith('\r')) return
  socket[asked] = true
  socket[silent] = true
  socket[sent]!++
}

function writeOne(
  this: UpstreamSocket,
  chunk: string | Buffer,
  encoding: BufferEncoding,
  done: (error?: Error | null) => void,
): void {
  note(this, chunk)
  Socket.prototype._write.call(this, chunk, encoding, done)
}

/** The head of a request and a small body leave in one piece: node makes lists of pieces, and then copies all but the last as well. */
function writeTogether(
  this: UpstreamSocket,
  pieces: readonly Written[],
  done: (error?: Error | null) => void,
): void {
  note(this, pieces[0]!.chunk)
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
  let chunk: Buffer = Buffer.from(bytes.subarray(0, size))
  if (this[asked]) {
    this[silent] = false
    const answer = withoutContinue(this, chunk)
    if (!answer) return true
    chunk = answer
  }
  if (this.readableLength > 0 || this[fresh] === undefined) return this.push(chunk)
  this[fresh] = chunk
  this.emit('readable')
  const left = this[fresh]
  this[fresh] = null
  return left === null || this.push(left)
}

/** How the head of an answer begins that is not the last. */
const interimHead = 'HTTP/1.1 1'
/** In bytes: one that goes on for longer is for undici to refuse. */
const mostInterim = 16 * 1024

/**
 * What has come, without any `100 Continue` before the answer: some servers say so unasked, which a client has to bear (RFC
 * 9110, section 15.2), and undici takes for a broken answer. Undefined while nothing else has come.
 */
function withoutContinue(socket: UpstreamSocket, chunk: Buffer): Buffer | undefined {
  let rest = socket[interim] ? Buffer.concat([socket[interim], chunk]) : chunk
  socket[interim] = undefined
  const others: Buffer[] = []
  while (mayBeInterim(rest)) {
    const end = rest.indexOf('\r\n\r\n') + 4
    if (end < 4 && rest.length <= mostInterim) {
      if (rest.length > 0) socket[interim] = rest
      return others.length > 0 ? Buffer.concat(others) : undefined
    }
    if (end < 4) break
    if (!/^HTTP\/1\.1 100[ \r]/.test(rest.toString('latin1', 0, 13)))
      others.push(rest.subarray(0, end))
    rest = rest.subarray(end)
  }
  socket[asked] = false
  return others.length > 0 ? Buffer.concat([...others, rest]) : rest
}

const mayBeInterim = (bytes: Buffer): boolean =>
  // As nearly every answer begins.
  bytes[9] !== 0x32 && interimHead.startsWith(bytes.toString('latin1', 0, interimHead.length))

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
