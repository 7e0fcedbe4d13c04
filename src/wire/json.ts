// JSON without parsing it: find the members of an object by scanning bytes, and splice other values in their place, so
// that every byte that is not replaced is what the client sent (1.0 stays 1.0, duplicate keys stay, key order stays).
//
// The scan checks the grammar of everything it passes but the inside of strings, of which it only finds the end: an
// escape or a control character that JSON forbids is left for the provider to refuse.

import { atOnce, type Steps } from './steps.ts'
import { isText, nothingSeen, type Watch, Watcher } from './watch.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

/** Deeper than this no API goes, and a parser behind us may overflow its stack. */
const MAX_DEPTH = 1000

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

/** The bytes are not JSON: `message` says what was wrong, `offset` where, in bytes. */
export class JsonFault extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** A replacement of the bytes from `start` to `end` (exclusive). */
export interface Splice extends Place {
  readonly bytes: Buffer
}

/** Scans the whole body, which must be one JSON object. Throws JsonFault. */
export const scanBody = (body: Buffer, watch?: Watch): BodyScan => atOnce(scanInSteps(body, watch))

/** The same in steps: small values take five milliseconds for each megabyte of them. */
export function* scanInSteps(body: Buffer, watch?: Watch): Steps<BodyScan> {
  const watcher = watch && new Watcher(body, watch)
  const start = skipSpace(body, 0)
  if (start === body.length) throw new JsonFault('it is empty', start)
  if (isMarked(body) || isWide(body))
    throw new JsonFault('it begins with a byte order mark (send UTF-8 without one)', 0)
  if (body[start] !== OPEN_OBJECT) throw new JsonFault('an object must begin with {', start)
  const scan = yield* objectInSteps(body, start, walkOf(body), watcher)
  const rest = skipSpace(body, scan.end)
  if (rest < body.length)
    throw new JsonFault(`unexpected ${show(body, rest)} after the object`, rest)
  const { end, members } = scan
  // Not `...scan`: V8 before Node 22 takes as long for that as for the scan.
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

/** The same for an object anywhere in a body, at the offset of its `{`. */
export const scanObject = (body: Buffer, start: number): ObjectScan =>
  atOnce(objectInSteps(body, start))

/** The same in steps, where it is long. */
export const scanObjectInSteps = (body: Buffer, { start, end }: Place): Steps<ObjectScan> =>
  objectInSteps(body, start, end - start > stepBytes ? walkOf(body, start) : undefined)

function* objectInSteps(
  body: Buffer,
  start: number,
  walk?: Walk,
  watcher?: Watcher,
): Steps<ObjectScan> {
  const members: Member[] = []
  let at = skipSpace(body, start + 1)
  if (body[at] === CLOSE_OBJECT) return { start, end: at + 1, members }
  for (;;) {
    const key = at
    if (body[at] !== QUOTE) throw unexpected(body, at, 'a key in quotes')
    const keyEnd = skipString(body, at)
    if (hasEscape(body, key, keyEnd)) keyName(body, key, keyEnd)
    at = skipSpace(body, keyEnd)
    if (body[at] !== COLON) throw unexpected(body, at, ':')
    const valueStart = skipSpace(body, at + 1)
    let valueEnd = skipValue(body, valueStart, walk, watcher)
    while (valueEnd < 0) {
      yield
      valueEnd = skipValue(body, walk!.at, walk, watcher)
    }
    members.push({ key, keyEnd, start: valueStart, end: valueEnd })
    at = skipSpace(body, valueEnd)
    if (body[at] === CLOSE_OBJECT) return { start, end: at + 1, members }
    if (body[at] !== COMMA) throw unexpected(body, at, ', or }')
    at = skipSpace(body, at + 1)
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
export function* eachElement(body: Buffer, start: number): Generator<Place | undefined, void> {
  const walk = walkOf(body, start)
  let at = skipSpace(body, start + 1)
  while (at < body.length && body[at] !== CLOSE_ARRAY) {
    let end = skipValue(body, at, walk)
    while (end < 0) {
      yield undefined
      end = skipValue(body, walk!.at, walk)
    }
    yield { start: at, end }
    at = skipSpace(body, end)
    if (body[at] === COMMA) at = skipSpace(body, at + 1)
  }
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

function skipSpace(body: Buffer, from: number): number {
  let at = from
  while (isSpace(body[at])) at++
  return at
}

/** Most bytes are none, which one comparison tells. */
const isSpace = (byte: number | undefined): boolean =>
  byte !== undefined &&
  byte <= 0x20 &&
  (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)

/** The offset after the string that begins at `from`. */
function skipString(body: Buffer, from: number): number {
  let at = from + 1
  // Most strings are short, and a call into native code costs more than looking at fifty bytes here.
  let near = 48
  for (;;) {
    const far = Math.min(body.length, at + near)
    for (; at < far; at++) {
      const byte = body[at]
      if (byte === QUOTE) return at + 1
      if (byte === BACKSLASH) at++
    }
    const quote = body.indexOf(QUOTE, at)
    if (quote < 0) throw new JsonFault('a string does not end', from)
    // Of a text with many quotes, as JSON within JSON has.
    near = quote - at < 6 ? 48 : 0
    let escapes = 0
    // Only back to `at`: what stands before it is known to be whole.
    while (quote - 1 - escapes >= at && body[quote - 1 - escapes] === BACKSLASH) escapes++
    at = quote + 1
    if (escapes % 2 === 0) return at
  }
}

/** So many bytes of the smallest values are a step: they take half a millisecond. */
const stepBytes = 64 * 1024

/** A scan that is left after so many bytes, to be taken up again. */
interface Walk {
  /** Where to leave it. */
  until: number
  /** Where it was left, and the closers of the containers of a value around it. */
  at: number
  within: Uint8Array
}

const outside = new Uint8Array()

/** Undefined where it is not worth it. */
const walkOf = (body: Buffer, start = 0): Walk | undefined =>
  body.length - start > stepBytes
    ? { until: start + stepBytes, at: start, within: outside }
    : undefined

/** Of the containers around a value. One for all scans: what is left takes its own away. */
const closers = new Uint8Array(MAX_DEPTH)

/**
 * The offset after the value that begins at `from`; nested values are walked without recursion. -1 where it was left: to be
 * called again, from where.
 */
function skipValue(body: Buffer, from: number, walk?: Walk, watcher?: Watcher): number {
  let depth = 0
  let at = from
  let until = body.length + 1
  if (walk) {
    until = walk.until
    closers.set(walk.within)
    depth = walk.within.length
    walk.within = outside
  }
  for (;;) {
    if (at > until && walk) {
      walk.until = at + stepBytes
      walk.at = at
      walk.within = closers.slice(0, depth)
      return -1
    }
    const byte = body[at]
    if (byte === QUOTE) {
      watcher?.value(at)
      at = skipString(body, at)
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth === MAX_DEPTH) throw new JsonFault('it is nested too deeply', at)
      const closer = byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY
      const next = skipSpace(body, at + 1)
      if (body[next] !== closer) {
        closers[depth++] = closer
        at = byte === OPEN_OBJECT ? skipKey(body, next, watcher) : next
        continue
      }
      at = next + 1
    } else at = skipLiteral(body, at, watcher)
    // After a value: what follows belongs to the containers around it.
    for (;;) {
      if (depth === 0) return at
      at = skipSpace(body, at)
      const closer = closers[depth - 1]!
      if (body[at] === COMMA) {
        at = skipSpace(body, at + 1)
        if (closer === CLOSE_OBJECT) at = skipKey(body, at, watcher)
        break
      }
      if (body[at] !== closer) throw unexpected(body, at, `, or ${String.fromCharCode(closer)}`)
      depth--
      at++
    }
  }
}

function skipKey(body: Buffer, from: number, watcher: Watcher | undefined): number {
  if (body[from] !== QUOTE) throw unexpected(body, from, 'a key in quotes')
  watcher?.key(from)
  const colon = skipSpace(body, skipString(body, from))
  if (body[colon] !== COLON) throw unexpected(body, colon, ':')
  return skipSpace(body, colon + 1)
}

/** The offset after a value that is neither a string nor has others within it. */
function skipLiteral(body: Buffer, from: number, watcher: Watcher | undefined): number {
  switch (body[from]) {
    case 0x74:
      if (isText(body, from, 'true')) return from + 4
      break
    case 0x66:
      if (isText(body, from, 'false')) return from + 5
      break
    case 0x6e:
      if (isText(body, from, 'null')) return from + 4
  }
  return skipNumber(body, from, watcher)
}

function skipNumber(body: Buffer, from: number, watcher: Watcher | undefined): number {
  let at = body[from] === 0x2d ? from + 1 : from
  at = body[at] === 0x30 ? at + 1 : skipDigits(body, at, from, 'a value')
  if (body[at] === 0x2e) at = skipDigits(body, at + 1, at + 1, 'a digit')
  if (body[at] === 0x65 || body[at] === 0x45) {
    at++
    if (body[at] === 0x2b || body[at] === 0x2d) at++
    at = skipDigits(body, at, at, 'a digit')
    watcher?.longNumber()
  } else if (at - from > 15) watcher?.longNumber()
  return at
}

/** Where there is none, `wanted` was expected at `start`. */
function skipDigits(body: Buffer, from: number, start: number, wanted: string): number {
  let at = from
  while (body[at]! >= 0x30 && body[at]! <= 0x39) at++
  if (at === from) throw unexpected(body, start, wanted)
  return at
}

function unexpected(body: Buffer, at: number, wanted: string): JsonFault {
  return at >= body.length
    ? new JsonFault('it ends too early', at)
    : new JsonFault(`${show(body, at)} where ${wanted} was expected`, at)
}

function show(body: Buffer, at: number): string {
  const byte = body[at]!
  return byte > 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `byte 0x${byte.toString(16).padStart(2, '0')}`
}
