// Who is asked to embed as Gemini is, and at Vertex AI.

import { given } from '../chat/fields.ts'
import type { Embedded, EmbeddingProvider, EmbeddingRequest } from '../embedding.ts'
import { vectorOf } from '../embeddings/vector.ts'
import { AnswerFault } from '../translation.ts'
import { asNumber, asObject, type Json } from '../values.ts'

const takes: EmbeddingProvider['takes'] = () => ['task', 'title']

const wishes = ({ dimensions, task, title }: EmbeddingRequest) =>
  given({ taskType: task?.toUpperCase(), title, outputDimensionality: dimensions })

const contentOf = (text: string): Json => ({ parts: [{ text }] })

const countIn = (answer: Json): number | undefined =>
  asNumber(asObject(answer['usageMetadata'])?.['promptTokenCount'])

/** Gemini's, of many texts. https://ai.google.dev/api/embeddings */
export const batchEmbedContents: EmbeddingProvider = {
  most: 100,
  takes,
  encode: (request, model) => ({
    requests: request.texts.map(text => ({
      model: `models/${model}`,
      content: contentOf(text),
      ...wishes(request),
    })),
  }),
  decode: answer => ({
    vectors: listIn(answer, 'embeddings').map(one => vectorOf(one['values'])),
    tokens: countIn(answer),
  }),
}

/** Of one text, which is all that Vertex AI has for its newer models. */
export const embedContent: EmbeddingProvider = {
  most: 1,
  takes,
  encode: request => ({ content: contentOf(request.texts[0]!), ...wishes(request) }),
  decode: answer => ({
    vectors: [vectorOf(asObject(answer['embedding'])?.['values'])],
    tokens: countIn(answer),
  }),
}

/** Vertex AI's older models. https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
export const predict = (model: string): EmbeddingProvider => ({
  most: model.includes('gemini') ? 1 : 250,
  takes,
  encode: ({ texts, dimensions, task, title }) => ({
    instances: texts.map(content => ({
      content,
      ...given({ task_type: task?.toUpperCase(), title }),
    })),
    ...(dimensions === undefined ? {} : { parameters: { outputDimensionality: dimensions } }),
  }),
  decode(answer): Embedded {
    const found = listIn(answer, 'predictions').map(one => asObject(one['embeddings']) ?? {})
    const counts = found.map(one => asNumber(asObject(one['statistics'])?.['token_count']))
    const counted = counts.every(count => count !== undefined)
    return {
      vectors: found.map(one => vectorOf(one['values'])),
      tokens: counted ? counts.reduce((sum, count) => sum + count, 0) : undefined,
    }
  },
})

function listIn(answer: Json, name: string): Json[] {
  const list = answer[name]
  if (!Array.isArray(list)) throw new AnswerFault('it has no embeddings')
  return list.map(item => asObject(item) ?? {})
}
