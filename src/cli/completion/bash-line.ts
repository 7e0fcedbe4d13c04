// A command line as bash has it: taken apart by its quotes, and what is put in its place so that bash reads it as meant.
// bash(1), "Programmable Completion": a reply replaces the text after the last character of COMP_WORDBREAKS, and after an
// opening quote.

type Quote = '' | '"' | "'"

export interface BashLine {
  /** The words, without their quotes; the last is the one at the cursor, and may be empty. */
  readonly words: readonly string[]
  /** The quote that is open at the end. */
  readonly quote: Quote
  /** The beginning of the last word that a reply does not replace. */
  readonly kept: string
}

/** Takes the text up to the cursor apart. `breaks` are the characters of COMP_WORDBREAKS. */
export function readBashLine(text: string, breaks: string): BashLine {
  const words: string[] = []
  let word: string | undefined
  let kept = ''
  let quote: Quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    const next = text[i + 1]
    if (quote !== '') {
      if (char === quote) quote = ''
      else if (char === '\\' && quote === '"' && next !== undefined && '"\\$`'.includes(next)) {
        word += next
        i++
      } else word += char
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
      kept = word
    } else if (char === '\\') {
      word = (word ?? '') + (next ?? '')
      i++
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
      kept = ''
    } else {
      word = (word ?? '') + char
      if (breaks.includes(char)) kept = word
    }
  }
  return { words: [...words, word ?? ''], quote, kept }
}

/** What bash is to put in: the rest of a value that begins with what is kept, quoted for where it comes to stand. */
export function bashReply(value: string, { quote, kept }: BashLine): string {
  const rest = value.slice(kept.length)
  if (quote === "'") return rest.replaceAll("'", "'\\''")
  if (quote === '"') return rest.replace(/["\\$`]/g, '\\$&')
  return rest.replace(/[\s"'\\$`&|;<>()*?[\]{}!]|^[#~]/g, '\\$&')
}
