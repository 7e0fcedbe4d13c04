import { encodingOf, header, type RawHeaders } from '../wire/headers.ts'
import { jsonText, readValue, scanObject } from '../wire/json.ts'
import type { Protocol } from '../wire/protocol.ts'
import { emptyLine, SseDecoder, type SseEvent, wholeEvents } from '../wire/sse.ts'
import { type StreamEnd, streamEnd } from '../wire/stream.ts'
import { mergeTold, nothing, type Told, tell } from '../wire/usage.ts'
import { type Unpacking, unpack } from './unpack.ts'

/** A JSON body up to this size is parsed. Of a larger one, and of a stream, so much of both ends is kept. */
const wholeLimit = 256 * 1024
const headSize = 4 * 1024
const tailSize = 16 * 1024
/** Of a stream, so much is kept before all but `tailSize` is let go. */
const tailRoom = 24 * 1024

/**
 * Reads along while a response passes, and says afterwards what it told of itself. It parses only once the bytes are gone.
 * Usage stands at the end, and the model at the beginning or the end. What is compressed is unpacked beside the path; what
 * is not understood tells nothing, which is logged as unknown, not as zero.
 * Of a body the chunks are kept as they are. What is kept of a stream is copied: a hundred small chunks, each with what node
 * has around it, take several times the memory of what is in them.
 */
export class Observer {
  /** When its first bytes came, in milliseconds of `performance.now()`. */
  firstAt: number | undefined
  readonly isStream: boolean
  readonly #blind: boolean
  readonly #unpacking: Unpacking | undefined
  /** The beginning, once it is not in what is kept any more. */
  #head: Buffer | undefined
  readonly #tail: GrowingBuffer | undefined
  #whole = true
  #chunks: Buffer[] = []
  #size = 0
  #last: readonly SseEvent[] | undefined

  constructor(contentType: string, encoding: string | undefined) {
    this.isStream = isEventStream(contentType)
    if (this.isStream) this.#tail = new GrowingBuffer()
    const speaks = this.isStream || contentType.startsWith('application/json')
    const packed = encoding !== undefined
    if (speaks && packed) this.#unpacking = unpack(encoding, bytes => this.#keep(bytes))
    this.#blind = !speaks || (packed && !this.#unpacking)
  }

  chunk(bytes: Buffer): void {
    if (this.firstAt === undefined) this.firstAt = performance.now()
    if (this.#blind) return
    if (this.#unpacking) this.#unpacking.write(bytes)
    else this.#keep(bytes)
  }

  #keep(bytes: Buffer): void {
    const tail = this.#tail
    if (tail) {
      if (tail.length + bytes.length > tailRoom) {
        this.#head ??= Buffer.from(startOf(Buffer.concat([tail.bytes, bytes])))
        tail.keepLast(Math.min(tail.length, Math.max(0, tailSize - bytes.length)))
      }
      tail.push(bytes)
      return
    }
    this.#chunks.push(bytes)
    this.#size += bytes.length
    if (this.#size <= wholeLimit) return
    this.#head ??= Buffer.concat(this.#chunks, headSize)
    // What is left must still hold the end, so the first goes only if the others do.
    let drop = 0
    while (this.#size - this.#chunks[drop]!.length >= tailSize) {
      this.#size -= this.#chunks[drop]!.length
      drop++
    }
    this.#whole = false
    this.#chunks.splice(0, drop)
  }

  /** Calls `tell` when no more bytes come: at once, or for what was compressed when all of it is unpacked. */
  told(tell: (told: Told) => void): void {
    if (this.#unpacking) this.#unpacking.end(() => tell(this.#read()))
    else tell(this.#read())
  }

  #read(): Told {
    try {
      if (!this.isStream && this.#whole)
        return this.#size > 0 ? tell(JSON.parse(jsonText(this.#bytes))) : nothing
      const said = this.isStream
        ? mergeTold(this.#newest.slice(-newest).reverse().map(tellEvent))
        : nothing
      // An answer in one piece, or with all of itself in its last event, is longer than what was kept of it.
      const last = isWhole(said.usage) ? said : mergeTold([said, tellEnd(this.#bytes)])
      return last.model !== undefined && last.usage?.input !== undefined
        ? last
        : mergeTold([
            last,
            tellStart(this.#head ?? startOf(this.#bytes), this.isStream),
            ...(this.isStream ? [] : [tellModel(this.#bytes, lastModel)]),
          ])
    } catch {
      // Not what it said it was: the client has the bytes all the same.
      return nothing
    }
  }

  /** How a stream stands that brings no more. */
  streamEnd(protocol: Protocol): StreamEnd {
    // Where some were let go, what was kept may be one without its beginning.
    const areAll = this.#head === undefined
    const end = streamEnd(protocol, this.#newest, areAll)
    // What comes last may say nothing of it.
    return end === undefined || end === 'cut'
      ? streamEnd(protocol, eventsOf(this.#bytes), areAll)
      : end
  }

  get #bytes(): Buffer {
    if (this.#tail) return this.#tail.bytes
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
  }

  /** The last events. Asked for when nothing more comes. The first may have lost its beginning. */
  get #newest(): readonly SseEvent[] {
    this.#last ??= eventsOf(endOf(this.#bytes))
    return this.#last
  }
}

/**
 * Bytes in one piece, to which more are added. It grows in few and large steps: each old piece is rubbish that V8 counts as
 * memory of its own and finds only when it goes through all of the heap, which a thousand streams had it do twice a second.
 */
class GrowingBuffer {
  #buffer = noBytes
  length = 0

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.length)
  }

  push(bytes: Buffer): void {
    const needed = this.length + bytes.length
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(
        needed <= headSize ? headSize : Math.max(needed, tailRoom),
      )
      grown.set(this.bytes)
      this.#buffer = grown
    }
    this.#buffer.set(bytes, this.length)
    this.length = needed
  }

  /** Forgets all but the last `count` bytes. */
  keepLast(count: number): void {
    this.#buffer.copyWithin(0, this.length - count, this.length)
    this.length = count
  }
}

const noBytes = Buffer.alloc(0)

/** The last event of a stream may lack its empty line. */
const eventsOf = (bytes: Buffer): SseEvent[] =>
  new SseDecoder().push(Buffer.concat([bytes, emptyLine]))

/** So many events, from the end on, say how a stream stands and what it counted. */
const newest = 16

/** The first events of a stream, so many as are short; where the first is long already, all that are whole. */
const startOf = (bytes: Buffer): Buffer =>
  bytes.subarray(0, wholeEvents(bytes.subarray(0, headSize)) || wholeEvents(bytes))

/** The end of a stream, with that many events in it: to read all that was kept would take as long as to pass it on. */
function endOf(bytes: Buffer): Buffer {
  let at = bytes.length
  for (let n = 0; n <= newest; n++) {
    at = at > 0 ? bytes.lastIndexOf(emptyLine, at - 1) : -1
    // In another spelling of the ends of lines, or there are no more.
    if (at < 0) return bytes
  }
  return bytes.subarray(at + emptyLine.length)
}

/** A stream of events that can be looked into. */
export const isPlainEventStream = (headers: RawHeaders): boolean =>
  isEventStream(header(headers, 'content-type') ?? '') && encodingOf(headers) === undefined

export const isEventStream = (contentType: string): boolean =>
  /^text\/event-stream\b/i.test(contentType)

function tellEvent({ data }: SseEvent): Told {
  if (!data.startsWith('{')) return nothing
  try {
    return tell(JSON.parse(data))
  } catch {
    // What the other events say is true all the same.
    return nothing
  }
}

const isWhole = (usage: Told['usage']): boolean =>
  usage?.input !== undefined && usage.output !== undefined

/** An event that lost its beginning cannot be parsed, but its usage stands behind everything that was said. */
function tellEnd(bytes: Buffer): Told {
  for (const name of ['usage', 'usageMetadata']) {
    const value = lastObject(bytes, name)
    if (value) return tell({ [name]: value })
  }
  return nothing
}

function tellStart(bytes: Buffer, isStream: boolean): Told {
  return isStream
    ? mergeTold(new SseDecoder().push(bytes).map(tellEvent))
    : tellModel(bytes, /^\s*\{(?:[^{}[\]]*,)?\s*"model"\s*:\s*("(?:[^"\\]|\\.)*")/)
}

/** Where it stands behind all that was said, as vectors have it. In a string its quotes would be escaped. */
const lastModel = /^.*"model"\s*:\s*("(?:[^"\\]|\\.)*")/s

function tellModel(bytes: Buffer, where: RegExp): Told {
  const [, model] = where.exec(bytes.toString()) ?? []
  return model === undefined ? nothing : tell({ model: JSON.parse(model) })
}

/** The last object that stands under a name, at any depth. In a string its quotes would be escaped. */
function lastObject(bytes: Buffer, name: string): unknown {
  for (let at = bytes.length; ; at--) {
    at = bytes.lastIndexOf(`"${name}"`, at)
    if (at < 0) return undefined
    if (bytes[at - 1] === 0x5c) continue
    const start = bytes.indexOf('{', at)
    if (!/^\s*:\s*$/.test(bytes.toString('latin1', at + name.length + 2, Math.max(0, start))))
      continue
    try {
      return readValue(bytes, scanObject(bytes, start))
    } catch {
      return undefined
    }
  }
}
