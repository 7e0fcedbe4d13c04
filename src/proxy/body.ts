import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../errors.ts'

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
  let size = 0
  let finished = false
  const finish = (result: Buffer | GatewayError | typeof clientLeft): void => {
    if (finished) return
    finished = true
    done(result)
  }
  req.on('data', (chunk: Buffer) => {
    if (finished) return
    size += chunk.length
    if (size > limit) {
      req.pause()
      finish(new GatewayError('body_too_large', { limit }))
    } else chunks.push(chunk)
  })
  req.on('end', () => finish(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)))
  req.on('error', () => finish(clientLeft))
  req.on('close', () => finish(clientLeft))
}
