// multipart/form-data (RFC 7578), read while it passes, to find the `model` field. A file may come before it or
// after it; the bytes of files are only looked at for the boundary, and none are kept.

/** The boundary that a content type names; undefined where it names none. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2]
}

/** Where a field's value stands in all the bytes so far, and what it says. */
export interface Field {
  readonly start: number
  readonly end: number
  readonly value: string
}

/** The fields of a part and the value of the one that is sought stay below this, or the form is not one. */
export const headLimit = 16 * 1024
const valueLimit = 128 * 1024

const CRLF = Buffer.from('\r\n')
export const HEAD_END = Buffer.from('\r\n\r\n')

/** Finds the first field of a name that is no file. Takes the bytes in any split. */
export class FieldFinder {
  readonly #delimiter: Buffer
  readonly #name: string
  /** Bytes that may be the beginning of what is looked for next. */
  #held: Buffer = Buffer.alloc(0)
  /** Where `#held` begins in all the bytes. */
  #offset = 0
  #state: 'preamble' | 'delimiter' | 'head' | 'value' | 'skip' | 'end' = 'preamble'
  found: Field | undefined

  constructor(boundary: string, name: string) {
    // The line break belongs to the delimiter; the first one may do without, so one is made up before it.
    this.#delimiter = Buffer.from(`\r\n--${boundary}`)
    this.#name = name
    this.#held = CRLF
    this.#offset = -CRLF.length
  }

  /** True when nothing more can change: the field is found, or the form has ended. */
  get done(): boolean {
    return this.found !== undefined || this.#state === 'end'
  }

  /** Looks at more bytes. Throws an Error whose message says what is wrong with the form. */
  push(chunk: Buffer): void {
    if (this.done) return
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk
    while (this.#step()) {}
  }

  /** One step; false where more bytes are needed. */
  #step(): boolean {
    const held = this.#held
    switch (this.#state) {
      case 'preamble':
      case 'skip': {
        const at = held.indexOf(this.#delimiter)
        if (at < 0) {
          this.#drop(Math.max(0, held.length - this.#delimiter.length + 1))
          return false
        }
        this.#drop(at + this.#delimiter.length)
        this.#state = 'delimiter'
        return true
      }
      case 'delimiter': {
        if (held.length < 2) return false
        // White space may stand between the boundary and the end of its line.
        const line = held.indexOf(CRLF)
        if (held.toString('latin1', 0, 2) === '--') this.#state = 'end'
        else if (line < 0) return this.#need(held.length, 256, 'a boundary has no line end')
        else {
          this.#drop(line)
          this.#state = 'head'
          return true
        }
        return false
      }
      case 'head': {
        // It begins with the line break of the boundary, so that a head without fields ends at once.
        const end = held.indexOf(HEAD_END)
        if (end < 0) return this.#need(held.length, headLimit, 'the fields of a part do not end')
        const sought = fieldOf(held.toString('utf8', 0, end)) === this.#name
        this.#drop(end + HEAD_END.length)
        this.#state = sought ? 'value' : 'skip'
        return true
      }
      case 'value': {
        const at = held.indexOf(this.#delimiter)
        if (at < 0)
          return this.#need(held.length, valueLimit, `the field "${this.#name}" does not end`)
        this.found = {
          start: this.#offset,
          end: this.#offset + at,
          value: held.toString('utf8', 0, at),
        }
        return false
      }
      case 'end':
        return false
      default:
        return this.#state satisfies never
    }
  }

  #need(length: number, limit: number, reason: string): false {
    if (length > limit) throw new Error(reason)
    return false
  }

  #drop(count: number): void {
    this.#held = this.#held.subarray(count)
    this.#offset += count
  }
}

/** The name of a part by its fields; undefined for a file and for what is none of a form. */
export function fieldOf(head: string): string | undefined {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
  const [, quoted, plain] = /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(disposition) ?? []
  return /;\s*filename\*?=/i.test(disposition) ? undefined : (quoted ?? plain)
}
