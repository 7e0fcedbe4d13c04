import { header, type RawHeaders } from '../wire/headers.ts'
import { type ObjectScan, readValue, scanBody } from '../wire/json.ts'
import type { Protocol } from '../wire/protocol.ts'
import { SseDecoder, type SseEvent } from '../wire/sse.ts'
import { streamEnd } from '../wire/stream.ts'
import { type Told, tell } from '../wire/usage.ts'

/** A JSON body up to this size is scanned whole; of a stream, so much of the end is kept. */
const wholeLimit = 256 * 1024
const tailSize = 16 * 1024

const nothing: Told = { model: undefined, usage: undefined }

/**
 * Reads along while a response passes, and says afterwards what it told of itself. It copies nothing while bytes pass,
 * and parses only once they are gone. Of a stream it looks at the end, where usage stands; a body that is compressed or
 * too large tells nothing, which is logged as unknown and not as zero.
 */
export class Observer {
  /** When its first bytes came, in milliseconds of `performance.now()`. */
  firstAt: number | undefined
  readonly #stream: boolean
  readonly #limit: number
  #chunks: Buffer[] = []
  #size = 0
  #blind: boolean
  #events: readonly SseEvent[] | undefined

  constructor(contentType: string, encoding: string | undefined) {
    this.#stream = isEventStream(contentType)
    this.#limit = this.#stream ? tailSize : wholeLimit
    this.#blind =
      (encoding !== undefined && encoding !== 'identity') ||
      !(this.#stream || contentType.startsWith('application/json'))
  }

  get isStream(): boolean {
    return this.#stream
  }

  chunk(bytes: Buffer): void {
    if (this.firstAt === undefined) this.firstAt = performance.now()
    if (this.#blind) return
    this.#chunks.push(bytes)
    this.#size += bytes.length
    if (this.#size <= this.#limit) return
    if (!this.#stream) {
      this.#blind = true
      this.#chunks = []
      return
    }
    // What is left must still hold the limit, so the first goes only if the others do.
    let drop = 0
    while (this.#size - this.#chunks[drop]!.length >= this.#limit) {
      this.#size -= this.#chunks[drop]!.length
      drop++
    }
    if (drop > 0) this.#chunks.splice(0, drop)
  }

  told(): Told {
    if (this.#blind || this.#size === 0) return nothing
    try {
      return this.#stream ? tellStream(this.#lastEvents) : tellBody(this.#bytes)
    } catch {
      // Not what it said it was: the client has the bytes all the same.
      return nothing
    }
  }

  /** How a stream stands that brings no more. */
  streamEnd(protocol: Protocol): ReturnType<typeof streamEnd> {
    return streamEnd(protocol, this.#lastEvents)
  }

  get #bytes(): Buffer {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
  }

  /** Asked for when nothing more comes. The first may have lost its beginning. */
  get #lastEvents(): readonly SseEvent[] {
    // The last event of a stream may lack its empty line.
    this.#events ??= new SseDecoder().push(Buffer.concat([...this.#chunks, emptyLine]))
    return this.#events
  }
}

const emptyLine = Buffer.from('\n\n')

/** A stream of events that can be looked into. */
export const isPlainEventStream = (headers: RawHeaders): boolean =>
  isEventStream(header(headers, 'content-type') ?? '') &&
  (header(headers, 'content-encoding') ?? 'identity') === 'identity'

export const isEventStream = (contentType: string): boolean =>
  contentType.startsWith('text/event-stream')

function tellBody(bytes: Buffer): Told {
  const scan = scanBody(bytes, ['model', 'usage'])
  return tell({ model: member(bytes, scan, 'model'), usage: member(bytes, scan, 'usage') })
}

function member(bytes: Buffer, scan: ObjectScan, name: string): unknown {
  const found = scan.members.get(name)?.at(-1)
  return found && readValue(bytes, found)
}

/** From the last event backwards, until both are known. */
function tellStream(events: readonly SseEvent[]): Told {
  let told = nothing
  for (const { data } of events.toReversed().slice(0, 16)) {
    if (!data.startsWith('{')) continue
    const { model, usage } = tell(JSON.parse(data))
    told = { model: told.model ?? model, usage: told.usage ?? usage }
    if (told.model && told.usage) break
  }
  return told
}
