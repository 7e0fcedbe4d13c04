// What is asked and answered where texts become vectors, whoever says it: PROTOCOLS 3.11. As in a conversation, a client's
// protocol reads requests and writes answers, and a provider's writes requests and reads answers.

import type { ClientCodec } from './codec.ts'
import type { Asking } from './routes.ts'
import type { Json } from './values.ts'

/** What the vectors are for, in Gemini's words in small letters: who else asks knows only some of them. */
export type EmbeddingTask =
  | 'retrieval_query'
  | 'retrieval_document'
  | 'semantic_similarity'
  | 'classification'
  | 'clustering'
  | 'question_answering'
  | 'fact_verification'
  | 'code_retrieval_query'

export interface EmbeddingRequest {
  readonly texts: readonly string[]
  readonly dimensions?: number
  readonly task?: EmbeddingTask
  readonly title?: string
  /** The client wants base64 of 32-bit numbers. */
  readonly base64: boolean
  /** Fields that nobody knows, for a provider that speaks the same protocol. */
  readonly extra: Json
  /** Fields that have no place anywhere. */
  readonly dropped: readonly string[]
}

/** What an answer says. */
export interface Embedded {
  readonly vectors: readonly (readonly number[])[]
  readonly model?: string | undefined
  /** Undefined where they were not counted. */
  readonly tokens?: number | undefined
}

/** All of what a client is told. */
export interface EmbeddingAnswer extends Embedded {
  readonly model: string
  readonly tokens: number
  readonly request: EmbeddingRequest
  /** When it was asked and when it was answered, in milliseconds since the epoch. */
  readonly started: number
  readonly at: number
}

/** A protocol in which clients ask. */
export interface EmbeddingClient {
  /** In whose form errors are. */
  readonly asking: Asking
  readonly contentType?: string
  /** The client's names for what others may not take. */
  readonly names: { readonly task: string; readonly title: string }
  /** Throws `bad_request` and `untranslatable`. */
  readonly decode: (body: Json) => EmbeddingRequest
  readonly encode: (answer: EmbeddingAnswer) => Json
  readonly encodeError: ClientCodec['encodeError']
}

/** A protocol in which providers are asked, for one model. */
export interface EmbeddingProvider {
  /** How many texts one request may have; what is more becomes several requests. */
  readonly most: number
  /** What it can be told besides texts and dimensions. */
  readonly takes: (task: EmbeddingTask | undefined) => readonly ('task' | 'title' | 'extra')[]
  readonly encode: (request: EmbeddingRequest, model: string) => Json
  /** `header` finds a field of the answer by its lower-case name. Throws AnswerFault. */
  readonly decode: (answer: Json, header: (name: string) => string | undefined) => Embedded
}
