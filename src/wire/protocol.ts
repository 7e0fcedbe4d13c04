/** The API that a body is written in, as far as the gateway looks into it. */
export type Protocol = 'chat' | 'completions' | 'embeddings' | 'responses' | 'messages'
