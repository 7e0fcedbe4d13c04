// What a model said -> GenerateContentResponse. https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse

import type { Answering } from '../codec.ts'
import type { Answer, Finish, ModelRequest, Part, TokenUsage } from '../message.ts'
import { asText, type Json } from '../values.ts'
import { argsObject } from './args.ts'
import { finishReason } from './finish.ts'
import { type Proof, thoughtSignature, unsigned } from './signature.ts'
import { usageMetadata } from './usage.ts'

/** Google shows no thoughts that were not asked for, and many clients take every text for the answer. */
export const showsThoughts = ({ reasoning }: ModelRequest): boolean => reasoning?.show !== undefined

/**
 * The parts that a part becomes; none for what this client cannot read. `thoughts`: it has asked for them. `isFirstCall`: of
 * those that were made at once.
 */
export function answerParts(part: Part, thoughts: boolean, isFirstCall = false): Json[] {
  switch (part.t) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }]
    case 'reasoning': {
      const { text } = part
      const shown = thoughts && text !== '' ? [{ text, thought: true }] : []
      return [...shown, ...signatureParts(part, text, thoughts)]
    }
    case 'tool_call': {
      // Google's newest models refuse a conversation whose calls are not signed, or said to be another's.
      const signed = thoughtSignature(part) ?? (isFirstCall ? unsigned : undefined)
      const args = part.kind === 'custom' ? { input: part.args } : argsObject(part.args)
      return [
        {
          functionCall: { id: part.id, name: part.name, args },
          ...(signed === undefined ? {} : { thoughtSignature: signed }),
        },
      ]
    }
    case 'image':
      return 'base64' in part.source
        ? [{ inlineData: { mimeType: part.source.mime, data: part.source.base64 } }]
        : []
    case 'opaque':
      return part.vendor === 'google' ? [part.raw] : []
    default:
      return []
  }
}

/** The signature of reasoning, after its text. Google's of no reasoning is that of the text before it. */
export function signatureParts(proof: Proof, text: string, thoughts: boolean): Json[] {
  const signed = thoughtSignature(proof)
  if (signed === undefined) return []
  if (proof.signature?.vendor === 'google' && text === '') {
    return [{ text: '', thoughtSignature: signed }]
  }
  return thoughts ? [{ text: '', thought: true, thoughtSignature: signed }] : []
}

/** How an answer ends: the last of its responses, or the only one. */
export function lastResponse(
  parts: readonly Json[],
  end: {
    readonly finish: Finish
    readonly usage: TokenUsage
    readonly citations: readonly unknown[]
  },
): Json {
  const groundingChunks = end.citations.flatMap(citation => {
    const { url, title } = (citation ?? {}) as Json
    return asText(url) === undefined ? [] : [{ web: { uri: url, title: asText(title) ?? '' } }]
  })
  return {
    candidates: [
      {
        // Clients drop an answer from their history that has a content without parts.
        content: { parts: parts.length > 0 ? parts : [{ text: '' }], role: 'model' },
        finishReason: finishReason(end.finish),
        index: 0,
        ...(groundingChunks.length > 0 ? { groundingMetadata: { groundingChunks } } : {}),
      },
    ],
    usageMetadata: usageMetadata(end.usage),
  }
}

export function encodeWhole(answer: Answer, { request, model, target, newId }: Answering): Json {
  const { parts, finish, usage } = answer
  const thoughts = showsThoughts(request)
  const first = parts.find(({ t }) => t === 'tool_call')
  const citations = parts.flatMap(part => (part.t === 'text' ? (part.citations ?? []) : []))
  return {
    ...lastResponse(
      parts.flatMap(part => answerParts(part, thoughts, part === first)),
      { finish, usage, citations },
    ),
    modelVersion: model ?? answer.model ?? target,
    responseId: answer.id ?? newId(''),
  }
}
