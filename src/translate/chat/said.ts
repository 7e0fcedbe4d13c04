// Pieces of an answer as this protocol has them, whole and in chunks alike.

import type { OpenBlock, ReasoningPart, Signature } from '../message.ts'
import { asObject, asText, type Json } from '../values.ts'
import { reasoningDetails, signedCall, thinkingBlock } from './reasoning.ts'

/** The fields beside the text of reasoning that let it be replayed; none for what nobody signed. */
export function proofOf(part: ReasoningPart): {
  thinking_blocks?: Json[]
  reasoning_details?: Json[]
} {
  const block = thinkingBlock(part)
  if (block) return { thinking_blocks: [block] }
  return part.signature || part.redacted ? { reasoning_details: reasoningDetails(part) } : {}
}

export type OpenCall = Extract<OpenBlock, { t: 'tool_call' }>

/** A call of a tool, or as much of its arguments as there is. */
export function callOf({ id, name, kind }: OpenCall, args: string, signature?: Signature): Json {
  const called = kind === 'custom' ? { name, input: args } : { name, arguments: args }
  return { id, type: kind, [kind]: called, ...signedCall(signature) }
}

/** An image that a model made has no place; clients of OpenRouter know this one. */
export const imageOf = (url: string): Json => ({ type: 'image_url', image_url: { url } })

/** Where what is said comes from. `start` and `end` are of the text that it belongs to; undefined for what is no page. */
export function annotationOf(citation: Json, start: number, end: number): Json | undefined {
  if (asObject(citation['url_citation'])) return citation
  const url = asText(citation['url'])
  if (url === undefined) return undefined
  const title = asText(citation['title']) ?? url
  const place = {
    start_index: citation['start_index'] ?? start,
    end_index: citation['end_index'] ?? end,
  }
  return { type: 'url_citation', url_citation: { url, title, ...place } }
}

/** The client speaks of `functions`, as before there were tools, and reads the answer in that form. */
export const isLegacy = (raw: Json): boolean => Array.isArray(raw['functions'])
