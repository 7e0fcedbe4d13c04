import type { Understood } from './api.ts'
import { completions } from './completions.ts'
import { type Asked, converse, countTokensOf, type Language } from './conversation.ts'
import { embedContents, embeddings, predict } from './embeddings.ts'
import { anthropicModels, type Catalog, geminiModels, openaiModels } from './models.ts'

type Handler = (asked: Asked, match: readonly string[]) => Understood

export interface Route {
  readonly method: 'GET' | 'POST'
  /** Matches the end of a path: providers have their base URLs, and the demo provider plays them all. */
  readonly path: RegExp
  /** In which errors are said. */
  readonly language: Language
  readonly handle: Handler
}

const talk = (path: RegExp, language: Language): Route => ({
  method: 'POST',
  path,
  language,
  handle: asked => converse(language, asked),
})

const count = (path: RegExp, language: Language, operation: string): Route => ({
  method: 'POST',
  path,
  language,
  handle: asked => countTokensOf(operation, asked),
})

const models = (path: string, language: Language, { list, show }: Catalog): Route[] => [
  { method: 'GET', path: new RegExp(`${path}/models$`), language, handle: list },
  {
    method: 'GET',
    path: new RegExp(`${path}/models/(.+)$`),
    language,
    handle: (_, [id]) => show(id!),
  },
]

/** Everything it serves: the first that matches. What a group catches of a path is the name of a model. */
export const routes: readonly Route[] = [
  talk(/\/chat\/completions$/, 'chat'),
  {
    method: 'POST',
    path: /(?<!\/chat)\/completions$/,
    language: 'chat',
    handle: ({ body, now }) => completions(body, now),
  },
  {
    method: 'POST',
    path: /\/embeddings$/,
    language: 'chat',
    handle: ({ body }) => embeddings(body),
  },
  talk(/\/responses$/, 'responses'),
  count(/\/responses\/input_tokens$/, 'responses', '/responses/input_tokens'),
  talk(/\/messages$/, 'messages'),
  count(/\/messages\/count_tokens$/, 'messages', '/messages/count_tokens'),
  talk(/\/publishers\/anthropic\/models\/([^/]+):(?:streamR|r)awPredict$/, 'messages'),
  talk(/\/models\/([^/]+):(?:g|streamG)enerateContent$/, 'gemini'),
  count(/\/models\/([^/]+):countTokens$/, 'gemini', ':countTokens'),
  {
    method: 'POST',
    path: /\/models\/([^/]+):(embedContent|batchEmbedContents)$/,
    language: 'gemini',
    handle: ({ body }, [model, method]) => embedContents(method!, body, model!),
  },
  {
    method: 'POST',
    path: /\/models\/([^/]+):predict$/,
    language: 'gemini',
    handle: ({ body }, [model]) => predict(body, model!),
  },
  ...models('/v1beta', 'gemini', geminiModels),
  ...models('/anthropic/v1', 'messages', anthropicModels),
  ...models('', 'chat', openaiModels),
]
