// Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html reads them:
// - a line ends with LF, CR or CRLF; an empty line ends an event; a line that begins with a colon is a comment;
// - one space after the colon of a field is dropped; several `data` lines are joined by LF; other fields are ignored;
// - an event without data is none; what stands after the last empty line is not an event.
// Bytes come in any split, also within a character or between CR and LF.

import { Held } from './held.ts'

export interface SseEvent {
  /** The `event` field; empty where there is none, which clients take as `message`. */
  readonly event: string
  readonly data: string
}

/** What makes an event of the lines before it. */
export const emptyLine = Buffer.from('\n\n')
const nothing = Buffer.alloc(0)

const LF = 0x0a
const CR = 0x0d

/** Turns bytes into events. Holds the bytes of one unfinished event, no more. */
export class SseDecoder {
  /** Of a line that has not ended: there is no line end in it. */
  readonly #rest = new Held()
  #event = ''
  #data: string[] = []
  #skipLf = false
  #first = true

  /** The events that these bytes complete. */
  push(chunk: Buffer): SseEvent[] {
    const events: SseEvent[] = []
    let bytes = chunk
    if (this.#skipLf && bytes.length > 0) {
      if (bytes[0] === LF) bytes = bytes.subarray(1)
      this.#skipLf = false
    }
    let end = lineEnd(bytes, 0)
    if (end >= 0) {
      end += this.#rest.size
      bytes = this.#rest.with(bytes)
    }
    let from = 0
    while (end >= 0) {
      this.#line(bytes.toString('utf8', from, end), events)
      from = end + 1
      if (bytes[end] === CR) {
        if (from === bytes.length) this.#skipLf = true
        else if (bytes[from] === LF) from++
      }
      end = lineEnd(bytes, from)
    }
    if (from < bytes.length) this.#rest.add(bytes.subarray(from))
    return events
  }

  #line(text: string, events: SseEvent[]): void {
    let line = text
    if (this.#first) {
      this.#first = false
      if (line.startsWith('\uFEFF')) line = line.slice(1)
    }
    if (line === '') {
      if (this.#data.length > 0) events.push({ event: this.#event, data: this.#data.join('\n') })
      this.#event = ''
      this.#data = []
      return
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    if (field !== 'data' && field !== 'event') return
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') this.#data.push(value)
    else this.#event = value
  }
}

/** One event as bytes to send; every line of the data gets a field of its own. */
export function encodeSse(data: string, event = ''): string {
  const head = event === '' ? '' : `event: ${event}\n`
  return `${head}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`
}

/** Holds back of a stream what is no whole event yet. Each byte is looked at once and copied once, in chunks of any size. */
export class WholeEvents {
  readonly #held = new Held()
  /** The last two bytes since the last whole event: the end of one may come in several chunks. */
  #seam: Buffer = nothing

  /** In bytes. */
  get held(): number {
    return this.#held.size
  }

  /** The whole events that these bytes complete. */
  push(chunk: Buffer): Buffer {
    const whole = wholeEvents(chunk) || this.#acrossSeam(chunk)
    if (whole === 0) {
      this.#hold(chunk)
      return nothing
    }
    this.#seam = nothing
    if (whole === chunk.length) return this.#held.with(chunk)
    const events = this.#held.with(chunk.subarray(0, whole))
    this.#hold(chunk.subarray(whole))
    return events
  }

  /** What is held, which it is no more, with these bytes behind. */
  take(behind: Buffer = nothing): Buffer {
    return this.#held.with(behind)
  }

  #hold(bytes: Buffer): void {
    this.#seam = (bytes.length > 1 ? bytes : Buffer.concat([this.#seam, bytes])).subarray(-2)
    this.#held.add(bytes)
  }

  #acrossSeam(chunk: Buffer): number {
    if (this.#seam.length === 0) return 0
    const around = Buffer.concat([this.#seam, chunk.subarray(0, 2)])
    return Math.max(0, wholeEvents(around) - this.#seam.length)
  }
}

/** How far a stream of events may be passed on so that only whole ones leave: 0 where none ends in these bytes. */
export function wholeEvents(bytes: Buffer): number {
  // As nearly every chunk ends.
  if (bytes[bytes.length - 1] === LF && bytes[bytes.length - 2] === LF) return bytes.length
  if (!bytes.includes(CR)) {
    const last = bytes.lastIndexOf(emptyLine)
    return last < 0 ? 0 : last + emptyLine.length
  }
  for (let at = bytes.length - 1; at > 0; at--) if (isEndOfEvent(bytes, at)) return at + 1
  return 0
}

/** Whether the line that ends at an offset, with an LF or CR there, is an empty one. */
function isEndOfEvent(bytes: Buffer, at: number): boolean {
  const byte = bytes[at]!
  if (byte !== LF && byte !== CR) return false
  const before = bytes[at - 1]!
  if (before !== CR || byte === CR) return before === LF || before === CR
  return at >= 2 && (bytes[at - 2] === LF || bytes[at - 2] === CR)
}

/** Where the next line ends, at its LF or CR; -1 where none does. */
export function lineEnd(bytes: Buffer, from: number): number {
  // An empty or short line, which two calls into native code would take longer to find, and a pass over all that follows.
  const near = Math.min(bytes.length, from + 16)
  for (let at = from; at < near; at++) if (bytes[at] === LF || bytes[at] === CR) return at
  const lf = bytes.indexOf(LF, near)
  // A CR matters only before that LF; looking for one in all that follows would cost a pass over it per line.
  const cr = (lf < 0 ? bytes : bytes.subarray(0, lf)).indexOf(CR, near)
  return cr < 0 ? lf : cr
}

/** The offset after the event that begins at `from`, and after its empty line where that is there. */
export function endOfEvent(bytes: Buffer, from: number): number {
  for (let start = from; ; ) {
    const end = lineEnd(bytes, start)
    if (end < 0) return bytes.length
    const isCrlf = bytes[end] === CR && bytes[end + 1] === LF
    const next = end + (isCrlf ? 2 : 1)
    if (end === start) return next
    start = next
  }
}
