import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../errors.ts'

/** In bytes. */
const large = 128 * 1024

/** The client went away before its request was whole. */
export const clientLeft = Symbol('client left')

/**
 * Reads a request's body whole. `done` is called once: with the bytes, with `body_too_large` past `limit` bytes, or with
 * `clientLeft`. A callback, because a promise here would cost every request a turn of the queue.
 */
export function readBody(
  req: IncomingMessage,
  limit: number,
  done: (result: Buffer | GatewayError | typeof clientLeft) => void,
): void {
  const declared = Number(req.headers['content-length'])
  if (declared > limit) {
    done(new GatewayError('body_too_large', { limit }))
    return
  }
  const chunks: Buffer[] = []
  /** Of a large body, each chunk goes to its place as it comes: at the end a copy of all would block the event loop. */
  let whole: Buffer | undefined
  let size = 0
  let finished = false
  const finish = (result: Buffer | GatewayError | typeof clientLeft): void => {
    if (finished) return
    finished = true
    done(result)
  }
  req.on('data', (chunk: Buffer) => {
    if (finished) return
    if (declared > large) {
      whole ??= Buffer.allocUnsafeSlow(declared)
      size += chunk.copy(whole, size)
      return
    }
    size += chunk.length
    if (size > limit) {
      req.pause()
      finish(new GatewayError('body_too_large', { limit }))
    } else chunks.push(chunk)
  })
  req.on('end', () => {
    finish(whole ?? (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)))
  })
  req.on('error', () => finish(clientLeft))
  req.on('close', () => finish(clientLeft))
}
