// How many tokens a text has, without a vocabulary: that of OpenAI's o200k weighs 30 MB, and a pass with it takes longer
// than a request may. The text is cut into words much as its tokenizer does, and each counts what such words have. Over code,
// prose in many languages, JSON, logs and hashes that comes to somewhat more than there are: test/translate/tokens.ts

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

/** An estimate of the tokens that o200k makes of a text, and seldom less than those. */
export function tokensIn(text: string): number {
  let count = 0
  let before = 0
  for (let i = 0; i < text.length; ) {
    const start = i
    const c = text.charCodeAt(i++)
    const kind = kinds[c] ?? 0
    switch (kind) {
      case lower:
        while (kinds[text.charCodeAt(i)] === lower) i++
        count += wordOf(i - start)
        break
      case upper:
        while (kinds[text.charCodeAt(i)] === upper) i++
        if (kinds[text.charCodeAt(i)] === lower) {
          // The last of several begins the next word: XMLParser.
          if (i - start > 1) i--
          else while (kinds[text.charCodeAt(i)] === lower) i++
        }
        count += wordOf(i - start)
        break
      case digit:
        while (i - start < 3 && kinds[text.charCodeAt(i)] === digit) i++
        count += 1
        break
      case space:
        count += spaces(c)
        break
      case mark:
        while (kinds[text.charCodeAt(i)] === mark) i++
        count += 0.65 + 0.35 * (i - start)
        break
      default:
        count += weightOf(c)
    }
    before = kind

    function spaces(first: number): number {
      let newlines = first === NEWLINE
      let since = newlines ? 0 : 1
      for (let at = text.charCodeAt(i); kinds[at] === space; at = text.charCodeAt(++i)) {
        if (at === NEWLINE) {
          newlines = true
          since = 0
        } else since++
      }
      // One space belongs to the word that follows, a line's end to the marks before it.
      const next = kinds[text.charCodeAt(i)]
      const alone = since > 1 || (since === 1 && next === digit) ? 1 : 0
      return alone + (newlines && before !== mark ? 1 : newlines ? 0.3 : 0)
    }
  }
  return Math.ceil(count)
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
