/**
 * The API that a request is written in, as far as the gateway looks into it. `media` are OpenAI's endpoints of which it
 * reads nothing but the model: images, audio, moderations, and rerank, which others put beside them.
 * `converse` and `invoke`, where each model has a form of its own, are Amazon Bedrock's, which no client of ours speaks.
 */
export type Protocol =
  | 'chat'
  | 'completions'
  | 'embeddings'
  | 'responses'
  | 'media'
  | 'messages'
  | 'gemini'
  | 'converse'
  | 'invoke'

/** What a request asks of a model: its protocol, and the path as that protocol has it below its base URL. */
export interface Operation {
  readonly protocol: Protocol
  /** `/chat/completions`; for Gemini what follows the model, as in `:generateContent`. */
  readonly path: string
  /** Whether the answer is to be streamed, where an API wants that in its path. */
  readonly streamed?: boolean
}
