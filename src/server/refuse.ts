import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Limits } from '../config/config.ts'
import { GatewayError } from '../errors.ts'
import { errorBody, errorHeaders } from './respond.ts'

export const tooManyConnections = ({ connections }: Limits): GatewayError =>
  new GatewayError('too_many_connections', { limit: connections, wait: 1000 })

/** Answers on a connection that has no request, and ends it. */
export function refuse(socket: Duplex, error: GatewayError): void {
  const { status } = error
  const body = JSON.stringify(errorBody(error, 'openai'))
  const headers = [
    ...['connection', 'close', 'content-type', 'application/json'],
    ...['content-length', String(Buffer.byteLength(body)), ...errorHeaders(error)],
  ]
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
  socket.end(`${head}\r\n${body}`)
  // What it still sends is thrown away for a moment: an answer is lost where bytes wait that nobody reads. Then it is cut.
  socket.resume()
  setTimeout(() => socket.destroy(), 1000).unref()
}
