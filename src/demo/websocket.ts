import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const largest = 1 << 20
const close = 8
const ping = 9
const pong = 10

/**
 * Accepts a WebSocket (RFC 6455) and sends every frame back as it came, so that a gateway's pass-through of realtime APIs
 * can be tried. Answers pings, closes when asked to; ends on a frame that is not masked or larger than 1 MiB.
 */
export function echoWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const key = request.headers['sec-websocket-key']
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || !key) {
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    return
  }
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  // A client may offer subprotocols (realtime does), and fails when none of them is chosen.
  const protocol = request.headers['sec-websocket-protocol']?.split(',')[0]?.trim()
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept.digest('base64')}\r\n${protocol ? `sec-websocket-protocol: ${protocol}\r\n` : ''}\r\n`,
  )
  let bytes: Buffer = Buffer.alloc(0)
  const take = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    for (let frame = readFrame(bytes); frame; frame = readFrame(bytes)) {
      if (frame === 'bad') return void socket.destroy()
      bytes = bytes.subarray(frame.end)
      if (frame.opcode === close) return void socket.end(writeFrame(0x80 | close, frame.payload))
      if (frame.opcode === ping) socket.write(writeFrame(0x80 | pong, frame.payload))
      else if (frame.opcode !== pong) socket.write(writeFrame(frame.first, frame.payload))
    }
  }
  // The server's sockets are half open: without an end of our own, a client that left would never be let go.
  socket.on('data', take).on('end', () => socket.end())
  socket.on('error', () => socket.destroy())
  take(head)
}

interface Frame {
  /** The first byte: FIN, and the opcode. */
  readonly first: number
  readonly opcode: number
  readonly payload: Uint8Array
  /** Where the next one begins. */
  readonly end: number
}

/** The first frame, undefined when it is not whole yet. */
function readFrame(bytes: Buffer): Frame | 'bad' | undefined {
  if (bytes.length < 2) return undefined
  if (!(bytes[1]! & 0x80)) return 'bad'
  const short = bytes[1]! & 0x7f
  const start = short === 127 ? 10 : short === 126 ? 4 : 2
  if (bytes.length < start + 4) return undefined
  const length =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
  if (length > largest) return 'bad'
  const end = start + 4 + length
  if (bytes.length < end) return undefined
  const mask = bytes.subarray(start, start + 4)
  const payload = bytes.subarray(start + 4, end).map((byte, i) => byte ^ mask[i % 4]!)
  return { first: bytes[0]!, opcode: bytes[0]! & 0x0f, payload, end }
}

function writeFrame(first: number, payload: Uint8Array): Buffer {
  const { length } = payload
  const head = Buffer.alloc(length < 126 ? 2 : length < 65536 ? 4 : 10)
  head[0] = first
  head[1] = length < 126 ? length : length < 65536 ? 126 : 127
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}
