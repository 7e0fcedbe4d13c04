import { header } from '../../wire/headers.ts'
import type { Translate } from '../translation.ts'
import { OllamaAnswer, type OllamaAnswerOptions } from './answer.ts'
import { type EmbeddingOptions, OllamaEmbedding } from './embedding.ts'
import { OllamaError } from './error.ts'

/** The answers to `/api/chat` and `/api/generate`, from Chat Completions and Completions. */
export const toOllama =
  (options: OllamaAnswerOptions): Translate =>
  (status, headers) =>
    isGood(status)
      ? new OllamaAnswer(
          options,
          header(headers, 'content-type')?.startsWith('text/event-stream') === true,
        )
      : new OllamaError(status)

/** The answers to `/api/embed` and `/api/embeddings`, from Embeddings. */
export const toOllamaEmbedding =
  (options: EmbeddingOptions): Translate =>
  status =>
    isGood(status) ? new OllamaEmbedding(options) : new OllamaError(status)

const isGood = (status: number): boolean => status >= 200 && status < 300
