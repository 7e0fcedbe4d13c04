// Numbers that are in JSON and not in JavaScript: an id of nineteen digits is rounded by JSON.parse, and 1e400 becomes null.
// Whatever is translated is parsed and written anew, so such a number goes through the gateway as a text with a mark that
// nobody else can write, and is a number again in what is sent. Node 20 has no JSON.rawJSON.
// An agent that got back another id than it was given asked for it forever: earendil-works/pi#8943.

import { randomBytes } from 'node:crypto'
import { jsonInSteps, parseTextInSteps } from '../wire/json-pieces.ts'
import type { Steps } from '../wire/steps.ts'

const mark = `\u007f${randomBytes(12).toString('hex')}:`
/** In JSON within JSON its quotes are escaped, and their escapes. */
const marked = new RegExp(String.raw`\\*"${mark}([-+.\deE]+)\\*"`, 'g')

/** Whether there may be such a number: many digits, or a large exponent. */
const mayHave = /\d(?:[\d.]{15}|[eE][-+]?\d{3})/
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y

/** As `JSON.parse`, and numbers that would not be the same are texts with a mark. */
export const parseExact = (text: string): unknown =>
  JSON.parse(mayHave.test(text) ? withMarks(text) : text)

/** The same in steps, where it is long. */
export const parseExactInSteps = (text: string): Steps<unknown> =>
  parseTextInSteps(text, parseExact)

/** As `JSON.stringify`, with these numbers as they were. */
export const exactJson = (value: unknown): string => exact(JSON.stringify(value))

/** The same in steps, where it is long. */
export const exactJsonInSteps = (value: unknown): Steps<string> => jsonInSteps(value, exactJson)

/** JSON, or something with JSON in it, with these numbers as they were. */
export const exact = (text: string): string =>
  text.includes(mark) ? text.replaceAll(marked, '$1') : text

function withMarks(text: string): string {
  let out = ''
  let from = 0
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      at = endOfString(text, at)
      continue
    }
    number.lastIndex = at
    const found =
      code === 0x2d || (code >= 0x30 && code <= 0x39) ? number.exec(text)?.[0] : undefined
    if (found !== undefined && !isSame(found)) {
      out += `${text.slice(from, at)}"${mark}${found}"`
      from = at + found.length
    }
    at += found?.length ?? 1
  }
  return out + text.slice(from)
}

/** The offset after the string that begins at `from`, or of the end where it has none: the parser will say so. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    let escapes = 0
    while (quote - 1 - escapes >= at && text[quote - 1 - escapes] === '\\') escapes++
    at = quote + 1
    if (escapes % 2 === 0) return at
  }
}

/** Whether JavaScript writes a number as the one that it read. Fifteen digits it always keeps; of whole ones all count. */
function isSame(text: string): boolean {
  const value = Number(text)
  if (!Number.isFinite(value)) return false
  // It is written as 0, which is the same to whoever computes with it.
  if (text === '-0') return true
  if (/^-?\d+$/.test(text)) return String(value) === text
  if (value === 0) return !/[1-9]/.test(text.split(/[eE]/)[0]!)
  return (
    text.replace(/[eE].*|[^\d]/g, '').replace(/^0+|0+$/g, '').length <= 15 || String(value) === text
  )
}
