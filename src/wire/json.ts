// JSON without parsing it: find the members of an object by scanning bytes, and splice other values in their place, so
// that every byte that is not replaced is what the client sent (1.0 stays 1.0, duplicate keys stay, key order stays).

import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isSpace,
  JsonFault,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  show,
  skipSpace,
  skipString,
  skipValue,
  unexpected,
  Walk,
} from './json-walk.ts'
import { atOnce, type Steps } from './steps.ts'
import { isText, nothingSeen, type Watch, Watcher } from './watch.ts'

/** Where a value stands: byte offsets, the end exclusive. */
export interface Place {
  readonly start: number
  readonly end: number
}

/** Where one member stands: its value, and its key with the quotes. */
export interface Member extends Place {
  readonly key: number
  readonly keyEnd: number
}

/** Where an object stands, and every member of it, in order: a name that occurs twice is there twice. */
export interface ObjectScan extends Place {
  readonly members: readonly Member[]
}

/** The scan of a whole body. */
export interface BodyScan extends ObjectScan {
  /** The watched words that were met inside its members, as they are written without escapes. */
  readonly seen: ReadonlySet<string>
  /** Whether it may have numbers that JavaScript cannot hold; so it may where nothing was watched. */
  readonly mayRound: boolean
}

/** A body that was scanned. */
export interface Scanned {
  readonly bytes: Buffer
  readonly scan: BodyScan
}

/** A replacement of the bytes from `start` to `end` (exclusive). */
export interface Splice extends Place {
  readonly bytes: Buffer
}

/** Scans the whole body, which must be one JSON object. Throws JsonFault. */
export function scanBody(body: Buffer, watch?: Watch): BodyScan {
  const watcher = watch && new Watcher(body, watch)
  const start = startOf(body)
  const members: Member[] = []
  const end = scanMembers(body, start, members, undefined, watcher)
  return scanned(body, { start, end, members }, watcher)
}

/** The same in steps: small values take three milliseconds for each megabyte of them. */
export function* scanInSteps(body: Buffer, watch?: Watch): Steps<BodyScan> {
  const watcher = watch && new Watcher(body, watch)
  return scanned(body, yield* scanObjectInSteps(body, startOf(body), watcher), watcher)
}

/** Where the object begins that a body must be. */
function startOf(body: Buffer): number {
  const start = skipSpace(body, 0)
  if (start === body.length) throw new JsonFault('it is empty', start)
  if (isMarked(body) || isWide(body))
    throw new JsonFault('it begins with a byte order mark (send UTF-8 without one)', 0)
  if (body[start] !== OPEN_OBJECT) throw new JsonFault('an object must begin with {', start)
  return start
}

function scanned(body: Buffer, object: ObjectScan, watcher: Watcher | undefined): BodyScan {
  const { start, end, members } = object
  const rest = skipSpace(body, end)
  if (rest < body.length)
    throw new JsonFault(`unexpected ${show(body, rest)} after the object`, rest)
  // Not `...object`: V8 before Node 22 takes as long for that as for the scan.
  return {
    start,
    end,
    members,
    seen: watcher?.seen ?? nothingSeen,
    mayRound: watcher?.metLongNumber ?? true,
  }
}

/** Whether it begins with the byte order mark of UTF-8, which has three bytes. */
export const isMarked = (body: Buffer): boolean => body[0] === 0xef && body[1] === 0xbb

/** Whether with that of UTF-16. */
const isWide = (body: Buffer): boolean =>
  (body[0] === 0xff && body[1] === 0xfe) || (body[0] === 0xfe && body[1] === 0xff)

/** The text of JSON that somebody else wrote: some servers begin it with a byte order mark. */
export const jsonText = (bytes: Buffer): string => bytes.toString().replace(/^\ufeff/, '')

/** Scans an object anywhere in a body, at the offset of its `{`. */
export function scanObject(body: Buffer, start: number): ObjectScan {
  const members: Member[] = []
  return { start, end: scanMembers(body, start, members), members }
}

/** The same in steps. */
export function* scanObjectInSteps(
  body: Buffer,
  start: number,
  watcher?: Watcher,
): Steps<ObjectScan> {
  const members: Member[] = []
  const walk = new Walk(start)
  for (;;) {
    const end = scanMembers(body, start, members, walk, watcher)
    if (end >= 0) return { start, end, members }
    yield
  }
}

/** The offset after the value that begins at `start`, in steps. */
export function* skipInSteps(body: Buffer, start: number): Steps<number> {
  const walk = new Walk(start)
  for (let at = start; ; at = walk.at) {
    const end = skipValue(body, at, walk)
    if (end >= 0) return end
    yield
  }
}

const unmoved = { at: 0, key: -1, keyEnd: 0, value: 0 }

/** The offset after the object that begins at `start`; -1 where it was left, to be called again for the rest. */
function scanMembers(
  body: Buffer,
  start: number,
  members: Member[],
  walk?: Walk,
  watcher?: Watcher,
): number {
  let { key, keyEnd, value, at } = walk ?? unmoved
  if (key < 0) {
    at = skipSpace(body, start + 1)
    if (body[at] === CLOSE_OBJECT) return at + 1
  }
  for (;;) {
    if (key < 0) {
      key = at
      if (body[at] !== QUOTE) throw unexpected(body, at, 'a key in quotes')
      keyEnd = skipString(body, at)
      if (hasEscape(body, key, keyEnd)) keyName(body, key, keyEnd)
      at = skipSpace(body, keyEnd)
      if (body[at] !== COLON) throw unexpected(body, at, ':')
      value = at = skipSpace(body, at + 1)
    }
    at = skipValue(body, at, walk, watcher)
    if (at < 0) {
      walk!.key = key
      walk!.keyEnd = keyEnd
      walk!.value = value
      return -1
    }
    members.push({ key, keyEnd, start: value, end: at })
    at = skipSpace(body, at)
    if (body[at] === CLOSE_OBJECT) return at + 1
    if (body[at] !== COMMA) throw unexpected(body, at, ', or }')
    at = skipSpace(body, at + 1)
    key = -1
  }
}

/** The members of a name, which is ASCII; one that is written with escapes counts. */
export const membersNamed = (body: Buffer, { members }: ObjectScan, name: string): Member[] =>
  members.filter(member => isNamed(body, member, name))

/** The last of them, which counts: so do most parsers read it. */
export const memberNamed = (
  body: Buffer,
  { members }: ObjectScan,
  name: string,
): Member | undefined => members.findLast(member => isNamed(body, member, name))

/** Where each element of the array stands whose `[` is at `start`. The array must have been scanned before. */
export const elementsOf = (body: Buffer, start: number): Place[] =>
  atOnce(elementsInSteps(body, start))

/** The same in steps. */
export function* elementsInSteps(body: Buffer, start: number): Steps<Place[]> {
  const elements: Place[] = []
  for (const element of eachElement(body, start)) {
    if (element) elements.push(element)
    else yield
  }
  return elements
}

/** The same one by one, for whoever does not want them all; undefined for a step on the way to the next. */
export const eachElement = (body: Buffer, start: number): Generator<Place | undefined, void> =>
  eachPiece(body, start, 0)

/** Elements that follow each other. */
export interface Piece extends Place {
  readonly isOne: boolean
}

/** The same, with as many together as have so many bytes, and one that has more by itself. */
export function* eachPiece(
  body: Buffer,
  start: number,
  most: number,
): Generator<Piece | undefined, void> {
  const walk = new Walk(start)
  let at = skipSpace(body, start + 1)
  let [from, to, count] = [at, at, 0]
  while (at < body.length && body[at] !== CLOSE_ARRAY) {
    let end = skipValue(body, at, walk)
    while (end < 0) {
      yield undefined
      end = skipValue(body, walk.at, walk)
    }
    if (count > 0 && end - from > most) {
      yield { start: from, end: to, isOne: count === 1 }
      count = 0
    }
    if (count++ === 0) from = at
    to = end
    at = skipSpace(body, end)
    if (body[at] === COMMA) at = skipSpace(body, at + 1)
  }
  if (count > 0) yield { start: from, end: to, isOne: count === 1 }
}

/** Where the last element of an array ends; undefined where it has none. */
export function endOfElements(body: Buffer, { start, end }: Place): number | undefined {
  let at = end - 1
  while (isSpace(body[at - 1])) at--
  return at === start + 1 ? undefined : at
}

/** The name of a member. */
export const nameOf = (body: Buffer, { key, keyEnd }: Member): string => keyName(body, key, keyEnd)

export const isObjectAt = (body: Buffer, at: number): boolean => body[at] === OPEN_OBJECT
export const isTextAt = (body: Buffer, at: number): boolean => body[at] === QUOTE
export const isTrueAt = (body: Buffer, { start }: Place): boolean => body[start] === 0x74
export const isArrayAt = (body: Buffer, at: number): boolean => body[at] === OPEN_ARRAY

/** A value as JavaScript has it. For small ones: the bytes are parsed. Throws SyntaxError where they are not JSON. */
export function readValue(body: Buffer, { start, end }: Place): unknown {
  return isPlainText(body, start, end)
    ? body.toString('utf8', start + 1, end - 1)
    : JSON.parse(body.toString('utf8', start, end))
}

/** The text of a string; undefined for any other value, and for one with a bad escape. */
export function readText(body: Buffer, place: Place): string | undefined {
  if (!isTextAt(body, place.start)) return undefined
  try {
    return readValue(body, place) as string
  } catch {
    return undefined
  }
}

/** A string that means what stands between its quotes. */
function isPlainText(body: Buffer, start: number, end: number): boolean {
  if (body[start] !== QUOTE || end - start > 256) return false
  for (let at = start + 1; at < end - 1; at++) {
    const byte = body[at]!
    if (byte < 0x20 || byte === BACKSLASH || byte === QUOTE) return false
  }
  return end - start > 1
}

/** The body with other bytes in some places. The splices must not overlap; any order. */
export function applySplices(body: Buffer, splices: readonly Splice[]): Buffer {
  return splices.length === 0 ? body : Buffer.concat(partsOf(body, splices))
}

/** So many bytes are copied in a step: to memory that is new they take half a millisecond. */
const copyBytes = 512 * 1024

/** The same in steps. */
export function* applyInSteps(body: Buffer, splices: readonly Splice[]): Steps<Buffer> {
  if (splices.length === 0) return body
  const parts = partsOf(body, splices)
  const whole = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    for (let from = 0; from < part.length; from += copyBytes) {
      at += part.copy(whole, at, from, from + copyBytes)
      if (from + copyBytes < part.length) yield
    }
  }
  return whole
}

/** The same in pieces, of which those that do not change are no copies. */
export function partsOf(body: Buffer, splices: readonly Splice[]): Buffer[] {
  const parts: Buffer[] = []
  let from = 0
  const ordered = splices.length > 1 ? [...splices].sort(inOrder) : splices
  for (const { start, end, bytes } of ordered) {
    parts.push(body.subarray(from, start), bytes)
    from = end
  }
  parts.push(body.subarray(from))
  return parts
}

/** What is inserted at a place comes before what is replaced from there on. */
const inOrder = (a: Splice, b: Splice): number => a.start - b.start || a.end - b.end

function isNamed(body: Buffer, { key, keyEnd }: Member, name: string): boolean {
  const length = keyEnd - key - 2
  if (length === name.length) return isText(body, key + 1, name)
  // With escapes a name is longer than it is.
  return length > name.length && hasEscape(body, key, keyEnd) && keyName(body, key, keyEnd) === name
}

function hasEscape(body: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (body[at] === BACKSLASH) return true
  return false
}

function keyName(body: Buffer, start: number, end: number): string {
  const name = body.toString('utf8', start + 1, end - 1)
  if (!name.includes('\\')) return name
  try {
    return JSON.parse(body.toString('utf8', start, end))
  } catch {
    throw new JsonFault('a key has a bad escape', start)
  }
}
