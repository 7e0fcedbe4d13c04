// AWS's event streams: frames of a prelude (length of all, length of the header fields, checksum of the two), header fields,
// a payload, and a checksum of all before it. https://smithy.io/2.0/aws/amazon-eventstream.html

import { crc32 } from 'node:zlib'

export interface Frame {
  /** The fields that are texts, by name: `:message-type`, `:event-type`, `:exception-type`. */
  readonly fields: ReadonlyMap<string, string>
  readonly payload: Buffer
}

/** Lengths, their checksum; and the checksum of the frame. */
const prelude = 12
const trailer = 4
/** AWS sends none larger: 16 MiB of payload, 128 KiB of fields. */
const largest = 16 * 1024 ** 2 + 128 * 1024 + prelude + trailer

/** Turns bytes in any split into frames. Holds the bytes of one unfinished frame, no more. */
export class EventStreamDecoder {
  /** Why nothing is read any more; undefined while all is well. */
  fault: string | undefined
  #chunks: Buffer[] = []
  #held = 0
  /** So many bytes are needed before there is anything to read. */
  #wanted = prelude

  /** A frame has begun and is not whole. */
  get inFrame(): boolean {
    return this.#held > 0
  }

  /** The frames that these bytes complete, up to one that makes no sense. */
  push(chunk: Buffer): Frame[] {
    if (this.fault !== undefined || chunk.length === 0) return []
    this.#chunks.push(chunk)
    this.#held += chunk.length
    if (this.#held < this.#wanted) return []
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const frames: Frame[] = []
    for (;;) {
      this.#wanted = prelude
      if (bytes.length < prelude) break
      const length = bytes.readUInt32BE(0)
      this.fault = faultOfPrelude(bytes, length)
      if (this.fault !== undefined) return frames
      this.#wanted = length
      if (bytes.length < length) break
      const frame = readFrame(bytes.subarray(0, length))
      if (typeof frame === 'string') {
        this.fault = frame
        return frames
      }
      frames.push(frame)
      bytes = bytes.subarray(length)
    }
    this.#chunks = bytes.length > 0 ? [bytes] : []
    this.#held = bytes.length
    return frames
  }
}

function faultOfPrelude(bytes: Buffer, length: number): string | undefined {
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) return 'a frame has a wrong checksum'
  const fields = bytes.readUInt32BE(4)
  return length > largest || prelude + fields + trailer > length
    ? 'a frame has an impossible length'
    : undefined
}

function readFrame(bytes: Buffer): Frame | string {
  const end = bytes.length - trailer
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) {
    return 'a frame has a wrong checksum'
  }
  const payload = prelude + bytes.readUInt32BE(4)
  const fields = readFields(bytes.subarray(prelude, payload))
  // The bytes are the connection's: what is kept of them would keep all.
  return fields
    ? { fields, payload: Buffer.from(bytes.subarray(payload, end)) }
    : 'a frame has fields that make no sense'
}

/** Lengths of the values by their type: true, false, of 1, 2, 4 and 8 bytes; bytes; text; a time; a UUID. */
const lengths: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]
const text = 7

function readFields(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>()
  let at = 0
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes[at]!
    const type = bytes[nameEnd]
    if (type === undefined || type >= lengths.length) return undefined
    let from = nameEnd + 1
    let length = lengths[type]
    if (length === undefined) {
      if (from + 2 > bytes.length) return undefined
      length = bytes.readUInt16BE(from)
      from += 2
    }
    if (from + length > bytes.length) return undefined
    if (type === text) {
      fields.set(
        bytes.toString('utf8', at + 1, nameEnd),
        bytes.toString('utf8', from, from + length),
      )
    }
    at = from + length
  }
  return fields
}
