import { GatewayError } from '../errors.ts'
import type { ClientRequest } from './client-request.ts'

/** In bytes. */
const large = 128 * 1024
/** A chunk of one byte takes five hundred times its room: past so many small ones they are put together. */
const mostParts = 1024
/** In bytes, what so many are together where they are not small. */
const smallParts = 1024 * 1024

/** In bytes, what is taken in one turn of the event loop, or a little more: node would read two megabytes before anybody else is heard. */
const mostAtOnce = 512 * 1024

/** The client went away before its request was whole. */
export const clientLeft = Symbol('client left')

/**
 * Reads a request's body whole. `done` is called once: with the bytes, with `body_too_large` past `limit` bytes, or with
 * `clientLeft`. A callback, because a promise here would cost every request a turn of the queue.
 */
export function readBody(
  req: ClientRequest,
  limit: number,
  done: (result: Buffer | GatewayError | typeof clientLeft) => void,
): void {
  const declared = Number(req.headers['content-length'])
  if (declared > limit) {
    done(new GatewayError('body_too_large', { limit }))
    return
  }
  const chunks: Buffer[] = []
  /** From here on they are as they came, and so many bytes. */
  let loose = 0
  let looseSize = 0
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk)
    looseSize += chunk.length
    if (chunks.length - loose < mostParts) return
    if (looseSize < smallParts) chunks.push(Buffer.concat(chunks.splice(loose)))
    loose = chunks.length
    looseSize = 0
  }
  /** Of a large body, each chunk goes to its place as it comes: at the end a copy of all would block the event loop. */
  let whole: Buffer | undefined
  let size = 0
  /** So many have come in earlier turns. */
  let before = 0
  let finished = false
  const finish = (result: Buffer | GatewayError | typeof clientLeft): void => {
    if (finished) return
    finished = true
    done(result)
  }
  /** False where others have their turn first; the rest is asked for in the next. */
  const takesMore = (): boolean => {
    if (size - before < mostAtOnce) return true
    before = size
    setImmediate(() => finished || req._read(0))
    return false
  }
  req.takeBody(chunk => {
    if (finished) return false
    if (chunk === null) {
      finish(whole ?? (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)))
      return true
    }
    if (declared > large) {
      whole ??= Buffer.allocUnsafeSlow(declared)
      size += chunk.copy(whole, size)
      return takesMore()
    }
    size += chunk.length
    if (size <= limit) keep(chunk)
    else finish(new GatewayError('body_too_large', { limit }))
    return !finished && takesMore()
  })
  req.on('close', () => finish(clientLeft))
}
