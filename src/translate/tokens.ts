// How many tokens a text has, without a vocabulary: that of OpenAI's o200k weighs 30 MB, and a pass with it takes longer
// than a request may. The text is cut into words much as its tokenizer does, and each counts what such words have. Over code,
// prose in many languages, JSON, logs and hashes that comes to somewhat more than there are: test/translate/tokens.ts

import type { Steps } from '../wire/steps.ts'

/** So many characters take less than a millisecond. */
const stepLength = 64 * 1024

const lower = 1
const upper = 2
const digit = 3
const space = 4
const mark = 5

const kinds = new Uint8Array(128)
for (let c = 0; c < 128; c++) {
  const char = String.fromCharCode(c)
  kinds[c] = /[a-z]/.test(char)
    ? lower
    : /[A-Z]/.test(char)
      ? upper
      : /[0-9]/.test(char)
        ? digit
        : /\s/.test(char)
          ? space
          : mark
}

const NEWLINE = 10
/** Ends every piece. */
const beyond = 0x10000

/** An estimate of the tokens that o200k makes of a text, and seldom less than those. */
export function tokensIn(text: string): number {
  let count = 0
  // The piece that is being read, what stood before it, and where in it, if it is white space, the last line ended.
  let kind = 0
  let length = 0
  let before = 0
  let line = -1
  // One loop without calls, and no read beyond an array: a megabyte is counted while a client waits.
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : beyond
    const next = c < 128 ? kinds[c]! : 0
    if (next === kind && next !== 0 && !(next === digit && length === 3)) {
      length++
      if (c === NEWLINE) line = i
      continue
    }
    let begun = 1
    if (kind === upper && next === lower) {
      // The last of several begins the next word: XMLParser.
      if (length > 1) count += wordOf(length - 1)
      begun = 2
    } else if (kind === lower || kind === upper) count += wordOf(length)
    else if (kind === digit) count += 1
    else if (kind === mark) count += 0.65 + 0.35 * length
    else if (kind === space) {
      // One space belongs to the word that follows, a line's end to the marks before it.
      const since = line < 0 ? length : i - 1 - line
      if (since > 1 || (since === 1 && next === digit)) count += 1
      if (line >= 0) count += before === mark ? 0.3 : 1
    }
    if (c > 127 && c < beyond) count += weightOf(c)
    before = kind
    kind = next
    length = begun
    line = c === NEWLINE ? i : -1
  }
  return Math.ceil(count)
}

/** The same in steps where the text is long, to a token for each of them. */
export function* tokensInSteps(text: string): Steps<number> {
  let count = 0
  for (let at = 0; at < text.length; at += stepLength) {
    count += tokensIn(text.slice(at, at + stepLength))
    yield
  }
  return count
}

/** Of a word of so many letters: long ones are seldom known whole. */
const wordOf = (length: number): number => 1.05 + 0.05 * length + 0.13 * Math.max(0, length - 7)

/** Of a character beyond ASCII. */
function weightOf(c: number): number {
  if (c < 0x250) return 0.8
  if (c < 0x0900) return 0.5
  if (c < 0x2000) return 0.75
  if (c < 0x2e80) return 2.2
  if (c >= 0xd800 && c < 0xe000) return 1.3
  return 1.12
}
