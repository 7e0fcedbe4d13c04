// JSON that is long, read and written piece by piece: five megabytes of small values take eighty milliseconds to be parsed, in
// which nobody else has a turn.

import {
  elementsInSteps,
  isArrayAt,
  isObjectAt,
  type Member,
  nameOf,
  type ObjectScan,
  type Place,
  scanInSteps,
  scanObjectInSteps,
} from './json.ts'
import type { Steps } from './steps.ts'

/** A piece has about so many characters: they take a millisecond at most. */
const pieceLength = 64 * 1024
/** Whatever stands deeper is one piece: each level is looked through once more. */
const mostLevels = 8

type Read = (text: string) => unknown
type Write = (value: unknown) => string

/**
 * A body as `read` reads JSON, in steps; `scan` is its scan, where there is one already. Throws what `read` throws, and
 * JsonFault for what is no object.
 */
export function* parseInSteps(body: Buffer, read: Read, scan?: ObjectScan): Steps<unknown> {
  const whole = { start: 0, end: body.length }
  if (body.length <= pieceLength) return readText(body, whole, read)
  try {
    return yield* readObject(body, scan ?? (yield* scanInSteps(body)), read, mostLevels)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // It says a place, which is that in a piece.
    return readText(body, whole, read)
  }
}

const readText = (body: Buffer, { start, end }: Place, read: Read): unknown =>
  read(body.toString('utf8', start, end))

/** To put them around a text would copy it in the heap. */
const readWithin = (open: string, piece: Buffer, close: string, read: Read): unknown =>
  read(Buffer.concat([Buffer.from(open), piece, Buffer.from(close)]).toString())

function* readLong(body: Buffer, place: Place, read: Read, levels: number): Steps<unknown> {
  yield
  if (levels > 0 && place.end - place.start > pieceLength) {
    if (isArrayAt(body, place.start)) return yield* readArray(body, place, read, levels - 1)
    if (isObjectAt(body, place.start)) {
      return yield* readObject(body, yield* scanObjectInSteps(body, place.start), read, levels - 1)
    }
  }
  return readText(body, place, read)
}

function* readArray(body: Buffer, { start }: Place, read: Read, levels: number): Steps<unknown[]> {
  const array: unknown[] = []
  const elements = yield* elementsInSteps(body, start)
  for (let at = 0, next = 0; at < elements.length; at = next) {
    const first = elements[at]!
    next = endOfPiece(elements, at, first.start)
    if (next === at + 1) array.push(yield* readLong(body, first, read, levels))
    else {
      const piece = body.subarray(first.start, elements[next - 1]!.end)
      for (const element of readWithin('[', piece, ']', read) as unknown[]) array.push(element)
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
    next = endOfPiece(members, at, first.key)
    if (next === at + 1)
      put(object, nameOf(body, first), yield* readLong(body, first, read, levels))
    else {
      const piece = body.subarray(first.key, members[next - 1]!.end)
      for (const [name, value] of Object.entries(readWithin('{', piece, '}', read) as object)) {
        put(object, name, value)
      }
      yield
    }
  }
  return object
}

/** How many of them are in the pieces up to the one that begins with this, at this offset. */
function endOfPiece(places: readonly (Place | Member)[], at: number, start: number): number {
  let next = at + 1
  while (next < places.length && places[next]!.end - start <= pieceLength) next++
  return next
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
export function* jsonPieces(
  object: Readonly<Record<string, unknown>>,
  write: Write,
): Steps<Buffer[]> {
  const writer = new Writer(write)
  yield* writer.object(object, mostLevels)
  return writer.end()
}

class Writer {
  readonly #write: Write
  readonly #pieces: Buffer[] = []
  /** What comes into the next of them. */
  #text = ''

  constructor(write: Write) {
    this.#write = write
  }

  end(): Buffer[] {
    this.#cut()
    return this.#pieces
  }

  *object(object: Readonly<Record<string, unknown>>, levels: number): Steps<void> {
    let before = '{'
    for (const [name, value] of Object.entries(object)) {
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
      let room = roomAfter(array[at], pieceLength)
      next = at + 1
      while (next < array.length && room > 0) {
        room = roomAfter(array[next], room)
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
    if (levels > 0 && value !== null && typeof value === 'object' && isLong(value)) {
      if (Array.isArray(value)) yield* this.#array(value, levels - 1)
      else yield* this.object(value as Readonly<Record<string, unknown>>, levels - 1)
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
}

const isLong = (value: object): boolean => roomAfter(value, pieceLength) < 0

/** What is left of so many characters once a value was written, about: less than nothing where it is longer. */
function roomAfter(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length - 3
  if (value === null || typeof value !== 'object') return room - 6
  let left = room - 3
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && left >= 0; i++) left = roomAfter(value[i], left)
  } else {
    for (const name in value) {
      if (left < 0) break
      left = roomAfter((value as Record<string, unknown>)[name], left - name.length - 3)
    }
  }
  return left
}
