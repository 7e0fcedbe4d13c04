// Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html reads them:
// - a line ends with LF, CR or CRLF; an empty line ends an event; a line that begins with a colon is a comment;
// - one space after the colon of a field is dropped; several `data` lines are joined by LF; other fields are ignored;
// - an event without data is none; what stands after the last empty line is not an event.
// Bytes come in any split, also within a character or between CR and LF.

export interface SseEvent {
  /** The `event` field; empty where there is none, which clients take as `message`. */
  readonly event: string
  readonly data: string
}

/** What makes an event of the lines before it. */
export const emptyLine = Buffer.from('\n\n')

const LF = 0x0a
const CR = 0x0d

/** A chunk of one byte takes a hundred times its room: past so many they are put together. */
const mostParts = 256

/** Turns bytes into events. Holds the bytes of one unfinished event, no more. */
export class SseDecoder {
  /** Of a line that has not ended. */
  #rest: Buffer[] = []
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
    if (this.#rest.length > 0) {
      // What was held back has no line end in it, and is copied when there is one: a long line comes in many chunks.
      if (end < 0 && this.#rest.length < mostParts) {
        this.#rest.push(bytes)
        return events
      }
      const held = Buffer.concat(this.#rest)
      bytes = Buffer.concat([held, bytes])
      if (end >= 0) end += held.length
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
    this.#rest = from < bytes.length ? [bytes.subarray(from)] : []
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

/** How far a stream of events may be passed on so that only whole ones leave: 0 where none ends in these bytes. */
export function wholeEvents(bytes: Buffer): number {
  // As nearly every chunk ends. To look for the last CR costs a pass over all of it.
  if (bytes[bytes.length - 1] === LF && bytes[bytes.length - 2] === LF) return bytes.length
  for (let end = bytes.length; end > 1; ) {
    const newline = Math.max(bytes.lastIndexOf(LF, end - 1), bytes.lastIndexOf(CR, end - 1))
    if (newline < 1) return 0
    const before = bytes[newline - 1]
    if (before === LF || (before === CR && bytes[newline] === CR)) return newline + 1
    if (before === CR && newline >= 2 && (bytes[newline - 2] === LF || bytes[newline - 2] === CR)) {
      return newline + 1
    }
    end = newline
  }
  return 0
}

/** Where the next line ends, at its LF or CR; -1 where none does. */
export function lineEnd(bytes: Buffer, from: number): number {
  const lf = bytes.indexOf(LF, from)
  // A CR matters only before that LF; looking for one in all that follows would cost a pass over it per line.
  const cr = (lf < 0 ? bytes : bytes.subarray(0, lf)).indexOf(CR, from)
  return cr < 0 ? lf : cr
}
