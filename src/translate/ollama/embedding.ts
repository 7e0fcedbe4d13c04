import type { EmbeddingClient } from '../embedding.ts'
import { decode } from '../embeddings/client.ts'
import { encodeError } from './encode-answer.ts'
import { nanoseconds } from './line.ts'

/** Clients of Ollama, once their request is one of OpenAI's Embeddings (`embedRequest`, `embeddingsRequest`). */
const common = {
  asking: 'ollama',
  contentType: 'application/json; charset=utf-8',
  names: { task: 'input_type', title: 'title' },
  decode,
  encodeError,
} as const

/** `/api/embed`, of many inputs. */
export const embedClient: EmbeddingClient = {
  ...common,
  encode: ({ model, vectors, tokens, started, at }) => ({
    model,
    embeddings: vectors,
    total_duration: nanoseconds(started, at),
    load_duration: 0,
    prompt_eval_count: tokens,
  }),
}

/** `/api/embeddings`, the older, of one: it answers with the vector alone. */
export const olderEmbedClient: EmbeddingClient = {
  ...common,
  encode: ({ vectors }) => ({ embedding: vectors[0] }),
}
