// JSON that is long, read and written piece by piece: five megabytes of small values take eighty milliseconds to be parsed, in
// which nobody else has a turn.

import {
  eachPiece,
  isArrayAt,
  isObjectAt,
  isTextAt,
  type ObjectScan,
  type Place,
  scanInSteps,
  scanObjectInSteps,
  skipInSteps,
} from './json.ts'
import { BACKSLASH, backslashesBefore, JsonFault, skipSpace, unexpected } from './json-walk.ts'
import type { Steps } from './steps.ts'

/** A piece has about so many characters: they take a millisecond at most. */
const pieceLength = 64 * 1024
/** Whatever stands deeper is one piece: each level is looked through once more. */
const mostLevels = 6

type Read = (text: string) => unknown
type Write = (value: unknown) => string
type Members = Readonly<Record<string, unknown>>

/** An object or array as `read` reads JSON, in steps; `scan` is its scan, where there is one already. Throws JsonFault. */
export function* parseInSteps(body: Buffer, read: Read, scan?: ObjectScan): Steps<unknown> {
  if (body.length <= 2 * pieceLength) return readPiece(body, 0, body.length, read)
  const start = scan?.start ?? skipSpace(body, 0)
  if (!isArrayAt(body, start))
    return yield* readObject(body, scan ?? (yield* scanInSteps(body)), read, mostLevels)
  const rest = skipSpace(body, yield* skipInSteps(body, start))
  if (rest < body.length) throw unexpected(body, rest, 'nothing more')
  return yield* readArray(body, start, read, mostLevels)
}

/** A text as `read` reads JSON, in steps where it is an object that is long. Throws SyntaxError. */
export function* parseTextInSteps(text: string, read: Read): Steps<unknown> {
  // Of half a character bytes would be another one.
  if (text.length > 2 * pieceLength && /^\s*\{/.test(text) && text.isWellFormed()) {
    try {
      return yield* parseInSteps(Buffer.from(text), read)
    } catch (fault) {
      // It may be nested more deeply than a body may be.
      if (!(fault instanceof JsonFault)) throw fault
    }
  }
  return read(text)
}

/** What stands from an offset to another; between brackets, which are no part of the body, several values. */
function readPiece(
  body: Buffer,
  start: number,
  end: number,
  read: Read,
  [open, close] = ['', ''],
): unknown {
  const bytes = body.subarray(start, end)
  // To put the brackets around the text would copy it in the heap.
  const text = (
    open === '' ? bytes : Buffer.concat([Buffer.from(open), bytes, Buffer.from(close)])
  ).toString()
  try {
    return read(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // V8 says where in the text, in characters, which `read` may have changed before.
    const [reason, at = '0'] = error.message.split(/ in JSON at position (\d+).*/s)
    const offset = Buffer.byteLength(text.slice(0, Number(at))) - open.length
    throw new JsonFault(reason!, start + Math.max(0, offset))
  }
}

function* readLong(
  body: Buffer,
  { start, end }: Place,
  read: Read,
  levels: number,
): Steps<unknown> {
  yield
  if (end - start > pieceLength) {
    if (isTextAt(body, start)) return yield* readText(body, start + 1, end - 1, read)
    if (levels > 0 && isArrayAt(body, start)) return yield* readArray(body, start, read, levels - 1)
    if (levels > 0 && isObjectAt(body, start)) {
      return yield* readObject(body, yield* scanObjectInSteps(body, start), read, levels - 1)
    }
  }
  return readPiece(body, start, end, read)
}

/** The text of a string, which stands between its quotes. */
function* readText(body: Buffer, start: number, end: number, read: Read): Steps<string> {
  const texts: string[] = []
  for (let from = start, to = start; from < end; from = to) {
    to = Math.min(from + pieceLength, end)
    while (to < end && isWithin(body, from, to)) to++
    texts.push(readPiece(body, from, to, read, ['"', '"']) as string)
    yield
  }
  return texts.join('')
}

/** Whether an offset is within a character of a string, or within an escape, where none is at `from`. */
function isWithin(body: Buffer, from: number, at: number): boolean {
  if ((body[at]! & 0xc0) === 0x80) return true
  // The longest is \u and four digits.
  for (let last = at - 1; last >= Math.max(from, at - 5); last--) {
    if (body[last] !== BACKSLASH) continue
    const isEscape = backslashesBefore(body, last, from) % 2 === 0
    return isEscape && (last === at - 1 || body[last + 1] === 0x75)
  }
  return false
}

function* readArray(body: Buffer, start: number, read: Read, levels: number): Steps<unknown[]> {
  const array: unknown[] = []
  for (const piece of eachPiece(body, start, pieceLength)) {
    if (!piece) yield
    else if (piece.isOne) array.push(yield* readLong(body, piece, read, levels))
    else {
      const elements = readPiece(body, piece.start, piece.end, read, ['[', ']']) as unknown[]
      for (const element of elements) array.push(element)
      yield
    }
  }
  return array
}

function* readObject(
  body: Buffer,
  { members }: ObjectScan,
  read: Read,
  levels: number,
): Steps<Record<string, unknown>> {
  const object: Record<string, unknown> = {}
  for (let at = 0, next = 0; at < members.length; at = next) {
    const first = members[at]!
    next = at + 1
    while (next < members.length && members[next]!.end - first.key <= pieceLength) next++
    if (next === at + 1) {
      const name = readPiece(body, first.key, first.keyEnd, read) as string
      put(object, name, yield* readLong(body, first, read, levels))
    } else {
      const piece = readPiece(body, first.key, members[next - 1]!.end, read, ['{', '}'])
      for (const [name, value] of Object.entries(piece as object)) put(object, name, value)
      yield
    }
  }
  return object
}

/** As JSON.parse does it: to set `__proto__` would be something else. */
function put(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value
  else {
    const own = { value, enumerable: true, configurable: true, writable: true }
    Object.defineProperty(object, name, own)
  }
}

/** An object as `write` writes JSON, as bytes in pieces, and a step for each of them. */
export function* jsonPieces(object: Members, write: Write): Steps<Buffer[]> {
  const writer = new Writer(write, text => Buffer.from(text))
  yield* writer.object(object, mostLevels)
  return writer.end()
}

/** Any value as `write` writes JSON, in steps where it is long. */
export function* jsonInSteps(value: unknown, write: Write): Steps<string> {
  const writer = new Writer(write, text => text)
  yield* writer.value(value, mostLevels)
  return writer.end().join('')
}

/** Where a long text may be cut: within no escape, no character and no number, for which `write` may look in what it wrote. */
const seam = /[\sg-zG-Z\u0250-\ud7ff]/g

function cut(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0, to = 0; from < text.length; from = to) {
    seam.lastIndex = from + pieceLength
    to = seam.exec(text)?.index ?? text.length
    pieces.push(text.slice(from, to))
  }
  return pieces
}

class Writer<Piece> {
  readonly #write: Write
  readonly #made: (text: string) => Piece
  readonly #pieces: Piece[] = []
  /** What comes into the next of them. */
  #text = ''
  /** The names in objects that have more than a thousand: to list them takes long. */
  readonly #names = new Map<object, readonly string[]>()

  constructor(write: Write, made: (text: string) => Piece) {
    this.#write = write
    this.#made = made
  }

  end(): Piece[] {
    this.#cut()
    return this.#pieces
  }

  *object(object: Members, levels: number): Steps<void> {
    let before = '{'
    for (const name of this.#namesIn(object)) {
      const value = object[name]
      if (value === undefined) continue
      this.#text += `${before}${JSON.stringify(name)}:`
      before = ','
      yield* this.value(value, levels)
    }
    this.#text += before === '{' ? '{}' : '}'
  }

  *#array(array: readonly unknown[], levels: number): Steps<void> {
    this.#text += '['
    for (let at = 0, next = 0; at < array.length; at = next) {
      if (at > 0) this.#text += ','
      let room = this.#roomAfter(array[at], pieceLength)
      next = at + 1
      while (next < array.length && room > 0) {
        room = this.#roomAfter(array[next], room)
        if (room > 0) next++
      }
      if (next === at + 1) yield* this.value(array[at], levels)
      else {
        this.#text += this.#write(array.slice(at, next)).slice(1, -1)
        yield* this.#step()
      }
    }
    this.#text += ']'
  }

  *value(value: unknown, levels: number): Steps<void> {
    if (levels > 0 && value !== null && typeof value === 'object' && this.#isLong(value)) {
      if (Array.isArray(value)) yield* this.#array(value, levels - 1)
      else yield* this.object(value as Members, levels - 1)
    } else if (typeof value === 'string' && value.length > pieceLength) {
      yield* this.#long(value)
    } else {
      // An element of an array may be undefined.
      this.#text += value === undefined ? 'null' : this.#write(value)
      yield* this.#step()
    }
  }

  *#long(text: string): Steps<void> {
    const pieces = cut(text)
    // Of a number that goes as a text with a mark `write` makes no text.
    if (pieces.length === 1) this.#text += this.#write(text)
    else {
      this.#text += '"'
      for (const piece of pieces) {
        this.#text += this.#write(piece).slice(1, -1)
        yield* this.#step()
      }
      this.#text += '"'
    }
  }

  *#step(): Steps<void> {
    if (this.#text.length < pieceLength / 2) return
    this.#cut()
    yield
  }

  #cut(): void {
    this.#pieces.push(this.#made(this.#text))
    this.#text = ''
  }

  #isLong(value: object): boolean {
    return this.#roomAfter(value, pieceLength) < 0
  }

  /** What is left of so many characters once a value was written, about: less than nothing where it is longer. */
  #roomAfter(value: unknown, room: number): number {
    if (typeof value === 'string') return room - value.length - 3
    if (value === null || typeof value !== 'object') return room - 6
    let left = room - 3
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length && left >= 0; i++) left = this.#roomAfter(value[i], left)
      return left
    }
    for (const name of this.#namesIn(value)) {
      if (left < 0) break
      left = this.#roomAfter((value as Members)[name], left - name.length - 3)
    }
    return left
  }

  #namesIn(object: object): readonly string[] {
    const known = this.#names.get(object)
    if (known) return known
    const names = Object.keys(object)
    if (names.length > 1000) this.#names.set(object, names)
    return names
  }
}
