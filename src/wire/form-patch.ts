import { fieldOf, HEAD_END, headLimit } from './multipart.ts'

/** Changes to the fields of a form that are no files; the values of each, which may be several or none. */
export interface FormPatch {
  /** Always so: in the place of the first of that name, else at the end. */
  readonly set: ReadonlyMap<string, readonly string[]>
  /** Only where the form has no such field. */
  readonly default: ReadonlyMap<string, readonly string[]>
  readonly remove: ReadonlySet<string>
}

const CRLF = Buffer.from('\r\n')

/**
 * Makes the changes while a form (RFC 7578) passes, in any split. Files pass as they come, and nothing but the fields of
 * one part is held; every byte of a part that is not named stays as it was.
 */
export class FormPatcher {
  readonly #boundary: string
  readonly #delimiter: Buffer
  readonly #patch: FormPatch
  readonly #seen = new Set<string>()
  // The line break belongs to the delimiter; the first one may do without, so one is made up before it.
  #held: Buffer = CRLF
  #madeUp = CRLF.length
  #state: 'pass' | 'drop' | 'part' | 'end' = 'pass'
  #out: Buffer[] = []

  constructor(boundary: string, patch: FormPatch) {
    this.#boundary = boundary
    this.#delimiter = Buffer.from(`\r\n--${boundary}`)
    this.#patch = patch
  }

  /** What goes on of these bytes and those before. Throws an Error whose message says what is wrong with the form. */
  push(chunk: Buffer): Buffer {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk
    while (this.#step()) {}
    return this.#taken()
  }

  /** What is left of a form that has come to its end, or was cut off. */
  end(): Buffer {
    if (this.#state !== 'drop') this.#pass(this.#held.length)
    return this.#taken()
  }

  /** One step; false where more bytes are needed. */
  #step(): boolean {
    const held = this.#held
    switch (this.#state) {
      case 'pass':
      case 'drop': {
        const at = held.indexOf(this.#delimiter)
        const count = at < 0 ? Math.max(0, held.length - this.#delimiter.length + 1) : at
        if (this.#state === 'pass') this.#pass(count)
        else this.#drop(count)
        if (at < 0) return false
        this.#state = 'part'
        return true
      }
      case 'part': {
        const { length } = this.#delimiter
        if (held.length < length + 2) return false
        if (held.toString('latin1', length, length + 2) === '--') {
          this.#addMissing()
          this.#state = 'end'
          return true
        }
        const end = held.indexOf(HEAD_END, length)
        if (end < 0) {
          if (held.length > headLimit) throw new Error('the fields of a part do not end')
          return false
        }
        this.#part(held.toString('utf8', length, end), end + HEAD_END.length)
        return true
      }
      case 'end':
        this.#pass(held.length)
        return false
      default:
        return this.#state satisfies never
    }
  }

  /** A part whose head ends at `end`. */
  #part(head: string, end: number): void {
    const { set, remove } = this.#patch
    const name = fieldOf(head)
    const values = name === undefined ? undefined : set.get(name)
    const again = name !== undefined && this.#seen.has(name)
    if (name !== undefined) this.#seen.add(name)
    if (name === undefined || (!values && !remove.has(name))) {
      this.#pass(end)
      this.#state = 'pass'
      return
    }
    this.#drop(end)
    if (values && !again) this.#add(name, values)
    this.#state = 'drop'
  }

  #addMissing(): void {
    for (const fields of [this.#patch.set, this.#patch.default]) {
      for (const [name, values] of fields) {
        if (!this.#seen.has(name)) this.#add(name, values)
        this.#seen.add(name)
      }
    }
  }

  #add(name: string, values: readonly string[]): void {
    for (const value of values) {
      this.#emit(
        Buffer.from(
          `\r\n--${this.#boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}`,
        ),
      )
    }
  }

  #pass(count: number): void {
    this.#emit(this.#held.subarray(0, count))
    this.#drop(count)
  }

  #drop(count: number): void {
    this.#held = this.#held.subarray(count)
  }

  #emit(bytes: Buffer): void {
    // Whatever goes first begins with the line break that was made up.
    this.#out.push(bytes.subarray(this.#madeUp))
    this.#madeUp = Math.max(0, this.#madeUp - bytes.length)
  }

  #taken(): Buffer {
    const out = Buffer.concat(this.#out)
    this.#out = []
    return out
  }
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
const quoted = (name: string): string =>
  name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
