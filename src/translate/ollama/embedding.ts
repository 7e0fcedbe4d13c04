import { tell } from '../../wire/usage.ts'
import { AnswerFault } from '../translation.ts'
import { asArray, asObject, type Json } from '../values.ts'
import type { Say } from '../whole-answer.ts'
import { nanoseconds } from './line.ts'

export interface EmbeddingOptions {
  /** `embed` takes many inputs; `embeddings`, the older, takes one and answers with the vector alone. */
  readonly way: 'embed' | 'embeddings'
  /** The name to answer with; undefined for the upstream's own. */
  readonly model: string | undefined
  /** When the client asked, in milliseconds since the epoch. */
  readonly started: number
}

/** The answer to `/api/embed` or `/api/embeddings`, from OpenAI's Embeddings. */
export const sayEmbedding =
  ({ way, model, started }: EmbeddingOptions): Say =>
  (answer, at) => {
    const vectors = vectorsOf(answer)
    if (way === 'embeddings') return { embedding: vectors[0] ?? [] }
    const { model: own, usage } = tell(answer)
    return {
      model: model ?? own ?? '',
      embeddings: vectors,
      total_duration: nanoseconds(started, at),
      load_duration: 0,
      prompt_eval_count: usage?.input,
    }
  }

function vectorsOf(answer: Json): (readonly unknown[])[] {
  if (!Array.isArray(answer['data'])) throw new AnswerFault('it has no embeddings')
  const items = answer['data'].map(item => asObject(item) ?? {})
  // Their order is not promised, their index is.
  const ordered = items.toSorted((a, b) => Number(a['index'] ?? 0) - Number(b['index'] ?? 0))
  return ordered.map(({ embedding }) => asArray(embedding))
}
