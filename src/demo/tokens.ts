// The demo provider's own idea of a token, simple enough to check by hand and near enough to be honest:
//
//   a word of up to 12 letters is one token, a longer one is one for each 12 begun; an ending like 's or 't is one more;
//   up to three digits are one; up to four marks of punctuation in a row are one; a line break, however long, is one;
//   a character of Chinese or Japanese is one. Spaces belong to what follows them.
//
// Around them, what OpenAI documents for its chat models: 3 for each message, its role and name as text, 3 to prime the
// answer. A text is streamed in these very pieces, so that the usage is what the client saw.

import { isObject } from './api.ts'

const piece =
  /\s*\n\s*|[^\S\n]*(?:'(?:[sdmt]|ll|ve|re)(?!\p{L})|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}]{1,12}|\p{N}{1,3}|[^\s\p{L}\p{M}\p{N}]{1,4})|[^\S\n]+/gu

const perMessage = 3
const priming = 3
// What OpenAI counts for an image in low detail; the demo provider looks at none.
const perImage = 85

/** The text in the pieces that count as one token each; joined, they are the text again. */
export function pieces(text: string): string[] {
  return text.match(piece) ?? []
}

/** How many tokens a text is. */
export function countTokens(text: string): number {
  let count = 0
  for (const _ of text.matchAll(piece)) count += 1
  return count
}

/** The text of a message's `content`: a string, or the text parts of a list. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map(part => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .filter(text => text !== '')
    .join('\n')
}

/** How many tokens a chat prompt is, with the tools it offers. */
export function countPrompt(messages: readonly unknown[], tools: unknown): number {
  let count = priming
  for (const message of messages) {
    if (!isObject(message)) continue
    count += perMessage
    for (const [key, value] of Object.entries(message)) {
      if (key === 'content' && Array.isArray(value)) {
        const images = value.filter(part => isObject(part) && part['type'] === 'image_url')
        count += countTokens(textOf(value)) + images.length * perImage
      } else if (typeof value === 'string') count += countTokens(value)
      else if (value !== null) count += countTokens(JSON.stringify(value))
    }
  }
  return Array.isArray(tools) ? count + countTokens(JSON.stringify(tools)) : count
}
