// The grammar of JSON, walked over byte by byte: where a value ends, and what is no JSON. Of strings only the end is found: an
// escape or a control character that JSON forbids is left for the provider to refuse.

import { isText, type Watcher } from './watch.ts'

export const QUOTE = 0x22
export const BACKSLASH = 0x5c
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
export const OPEN_ARRAY = 0x5b
export const CLOSE_ARRAY = 0x5d

/** Deeper than this no API goes, and a parser behind us may overflow its stack. */
const MAX_DEPTH = 1000

/** The bytes are not JSON: `message` says what was wrong, `offset` where, in bytes. */
export class JsonFault extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

export function skipSpace(body: Buffer, from: number): number {
  let at = from
  while (isSpace(body[at])) at++
  return at
}

/** Most bytes are none, which one comparison tells. */
export const isSpace = (byte: number | undefined): boolean =>
  byte !== undefined &&
  byte <= 0x20 &&
  (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)

/** The offset after the string that begins at `from`. -1 where it was left: it is to be called again with where `walk` stands. */
export function skipString(body: Buffer, from: number, walk?: Walk, start = from + 1): number {
  let at = start
  // Most strings are short, and a call into native code costs more than looking at fifty bytes here.
  let near = 48
  const until = walk ? walk.until : body.length
  for (;;) {
    if (at > until && walk) {
      walk.at = at
      return -1
    }
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
    // Only back to `at`: what stands before it is known to be whole.
    const isEnd = backslashesBefore(body, quote, at) % 2 === 0
    at = quote + 1
    if (isEnd) return at
  }
}

/** How many backslashes stand right before an offset, from another on. */
export function backslashesBefore(body: Buffer, at: number, from: number): number {
  let first = at
  while (first > from && body[first - 1] === BACKSLASH) first--
  return at - first
}

/** So many bytes of the smallest values are a step: they take half a millisecond. */
const stepBytes = 64 * 1024
const outside = new Uint8Array()

/** A scan that is left after so many bytes, to be taken up again. */
export class Walk {
  /** Where to leave it. */
  until: number
  /** Where it was left, and the closers of the containers of a value around it. */
  at = 0
  within = outside
  /** Of a string in which it was left: where that begins. -1: in none. */
  text = -1
  /** Of the member of an object in whose value it was left: the key, and the value. -1: in none. */
  key = -1
  keyEnd = 0
  value = 0

  constructor(start: number) {
    this.until = start + stepBytes
  }
}

/** Of the containers around a value. One for all scans: what is left takes its own away. */
const closers = new Uint8Array(MAX_DEPTH)

/**
 * The offset after the value that begins at `from`; nested values are walked without recursion. -1 where it was left: it is to be
 * called again from where `walk` stands.
 */
export function skipValue(body: Buffer, from: number, walk?: Walk, watcher?: Watcher): number {
  let depth = 0
  let at = from
  let text = -1
  if (walk) {
    closers.set(walk.within)
    depth = walk.within.length
    walk.within = outside
    text = walk.text
    walk.text = -1
  }
  for (;;) {
    if (walk && at > walk.until) return leave(walk, at, depth, -1)
    const byte = body[at]
    if (text >= 0 || byte === QUOTE) {
      if (text < 0) {
        watcher?.value(at)
        text = at++
      }
      at = skipString(body, text, walk, at)
      if (at < 0) return leave(walk!, walk!.at, depth, text)
      text = -1
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

/** Leaves a walk at an offset within so many containers, and within the string that begins at `text`. */
function leave(walk: Walk, at: number, depth: number, text: number): -1 {
  walk.until = at + stepBytes
  walk.at = at
  walk.within = closers.slice(0, depth)
  walk.text = text
  return -1
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

export function unexpected(body: Buffer, at: number, wanted: string): JsonFault {
  return at >= body.length
    ? new JsonFault('it ends too early', at)
    : new JsonFault(`${show(body, at)} where ${wanted} was expected`, at)
}

export function show(body: Buffer, at: number): string {
  const byte = body[at]!
  return byte > 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `byte 0x${byte.toString(16).padStart(2, '0')}`
}
