import type { Embedded, EmbeddingProvider } from '../embedding.ts'
import { AnswerFault } from '../translation.ts'
import { asNumber, asObject, asText, type Json } from '../values.ts'
import { vectorOf } from './vector.ts'

/** OpenAI's Embeddings, and every server that has them. */
export const embeddingsProvider: EmbeddingProvider = {
  most: 2048,
  takes: () => ['extra'],
  encode: ({ texts, dimensions, extra }, model) => ({
    model,
    input: texts,
    ...(dimensions === undefined ? {} : { dimensions }),
    ...extra,
  }),
  decode,
}

function decode(answer: Json): Embedded {
  if (!Array.isArray(answer['data'])) throw new AnswerFault('it has no embeddings')
  const items = answer['data'].map(item => asObject(item) ?? {})
  // Their order is not promised, their index is.
  const ordered = items.toSorted((a, b) => Number(a['index'] ?? 0) - Number(b['index'] ?? 0))
  return {
    vectors: ordered.map(({ embedding }) => vectorOf(embedding)),
    model: asText(answer['model']),
    tokens: asNumber(asObject(answer['usage'])?.['prompt_tokens']),
  }
}
