// The demo provider's own idea of a token, simple enough to check by hand and near enough to be honest:
//
//   a word of up to 12 letters is one token, a longer one is one for each 12 begun; an ending like 's or 't is one more;
//   up to three digits are one; up to four marks of punctuation in a row are one; a line break, however long, is one;
//   a character of Chinese or Japanese is one. Spaces belong to what follows them.
//
// Around them, what OpenAI documents for its chat models: 3 for each message, its role as text, 3 to prime the answer. A text is streamed in these very pieces, so that the usage is what the client saw.

import type { ModelRequest, Part } from '../translate/message.ts'

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

/** The text among the parts of a message. */
export function textOf(parts: readonly Part[]): string {
  return parts
    .flatMap(part => (part.t === 'text' && part.text !== '' ? [part.text] : []))
    .join('\n')
}

/** How many tokens a request is, with the tools it offers. */
export function countPrompt({ messages, tools }: Pick<ModelRequest, 'messages' | 'tools'>): number {
  let count = priming
  for (const { role, parts } of messages) {
    count += perMessage + countTokens(role)
    for (const part of parts) count += countPart(part)
  }
  return tools.length > 0 ? count + countTokens(JSON.stringify(tools)) : count
}

function countPart(part: Part): number {
  switch (part.t) {
    case 'text':
    case 'refusal':
      return countTokens(part.text)
    case 'image':
      return perImage
    case 'tool_call':
      return countTokens(part.name) + countTokens(part.args)
    case 'tool_result':
      return part.parts.reduce((sum, part) => sum + countPart(part), 0)
    default:
      // Thoughts of earlier turns are not read again, and of files and sounds nothing is.
      return 0
  }
}
