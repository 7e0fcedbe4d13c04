// JSON that is long, read and written piece by piece: five megabytes of small values take eighty milliseconds to be parsed, in
// which nobody else has a turn.

import {
  eachPiece,
  isArrayAt,
  isObjectAt,
  type ObjectScan,
  type Place,
  scanInSteps,
  scanObjectInSteps,
} from './json.ts'
import { JsonFault } from './json-walk.ts'
import type { Steps } from './steps.ts'

/** A piece has about so many characters: they take a millisecond at most. */
const pieceLength = 64 * 1024
/** Whatever stands deeper is one piece: each level is looked through once more. */
const mostLevels = 6

type Read = (text: string) => unknown
type Write = (value: unknown) => string
type Members = Readonly<Record<string, unknown>>

/** A body as `read` reads JSON, in steps; `scan` is its scan, where there is one already. Throws JsonFault. */
export function* parseInSteps(body: Buffer, read: Read, scan?: ObjectScan): Steps<unknown> {
  return body.length > 2 * pieceLength
    ? yield* readObject(body, scan ?? (yield* scanInSteps(body)), read, mostLevels)
    : readPiece(body, 0, body.length, read)
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
  if (levels > 0 && end - start > pieceLength) {
    if (isArrayAt(body, start)) return yield* readArray(body, start, read, levels - 1)
    if (isObjectAt(body, start)) {
      return yield* readObject(body, yield* scanObjectInSteps(body, start), read, levels - 1)
    }
  }
  return readPiece(body, start, end, read)
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
  const writer = new Writer(write)
  yield* writer.object(object, mostLevels)
  return writer.end()
}

class Writer {
  readonly #write: Write
  readonly #pieces: Buffer[] = []
  /** What comes into the next of them. */
  #text = ''
  /** The names in objects that have more than a thousand: to list them takes long. */
  readonly #names = new Map<object, readonly string[]>()

  constructor(write: Write) {
    this.#write = write
  }

  end(): Buffer[] {
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
      yield* this.#value(value, levels)
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
      if (next === at + 1) yield* this.#value(array[at], levels)
      else {
        this.#text += this.#write(array.slice(at, next)).slice(1, -1)
        yield* this.#step()
      }
    }
    this.#text += ']'
  }

  *#value(value: unknown, levels: number): Steps<void> {
    if (levels > 0 && value !== null && typeof value === 'object' && this.#isLong(value)) {
      if (Array.isArray(value)) yield* this.#array(value, levels - 1)
      else yield* this.object(value as Members, levels - 1)
    } else {
      // An element of an array may be undefined.
      this.#text += value === undefined ? 'null' : this.#write(value)
      yield* this.#step()
    }
  }

  *#step(): Steps<void> {
    if (this.#text.length < pieceLength / 2) return
    this.#cut()
    yield
  }

  #cut(): void {
    this.#pieces.push(Buffer.from(this.#text))
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
