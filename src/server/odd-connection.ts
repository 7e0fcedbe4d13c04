// Connections on which something came that node does not read: it is malformed, or stands behind requests that are not answered.

import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Limits } from '../config/config.ts'
import { GatewayError } from '../errors.ts'
import type { Exchange } from './exchange.ts'
import { refuse } from './refuse.ts'

/**
 * What node's parser refuses: the client gets a reason it can read, also where there is no request to answer to. `running` are
 * the requests of its connection that are not answered yet.
 */
export function refuseMalformed(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  running: readonly Exchange[],
  limits: Limits,
): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const sending = running.find(({ req }) => !req.complete)
  if (!sending) {
    // What those ask that came before it was not malformed.
    if (running.length > 0) closeAfter(running, socket as Socket)
    else refuse(socket, malformed(error, limits))
    return
  }
  // It has been answered, and what it still sends was to be thrown away.
  if (sending.res.endNow()) return
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  if (isSlow && sending.req.isHeldUp) return
  // It has closed its side in the middle of a body: it has left, and nothing of it was malformed.
  if (error.code === 'HPE_INVALID_EOF_STATE') socket.destroy()
  else {
    sending.onCancel?.()
    sending.req.isUnreadable = true
    sending.fail(malformed(error, limits))
  }
}

function malformed({ code }: NodeJS.ErrnoException, { header }: Limits): GatewayError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new GatewayError('request_too_slow')
  return code === 'HPE_HEADER_OVERFLOW'
    ? new GatewayError('header_too_large', { limit: header })
    : new GatewayError('bad_request', { reason: 'it is not HTTP/1.1' })
}

/** Those that are closed once their requests are answered. */
const leaving = new WeakSet<Socket>()

/**
 * Answers the requests of a connection on which an upgrade has come behind them, or what is none, and closes it: by that the
 * client sees that nobody has heard of what came last (RFC 9112, section 9.3.2). node looks after such a connection no more.
 */
export function closeAfter(running: readonly Exchange[], socket: Socket): void {
  // Of what is malformed node tells again with all that comes behind it.
  if (leaving.has(socket)) return
  leaving.add(socket)
  socket.on('error', () => socket.destroy())
  socket.on('end', () => socket.destroy())
  socket.on('drain', () => {
    for (const { res } of running) if (res.socket === socket) res.emit('drain')
  })
  // What comes behind it is thrown away; only so is it seen that the client leaves.
  socket.resume()
  for (const { res } of running) {
    res.on('close', () => {
      if (running.every(exchange => exchange.res.closed)) socket.destroySoon()
    })
  }
}
