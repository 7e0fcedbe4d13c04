import type { Operation } from '../wire/protocol.ts'
import type { EmbeddingClient, EmbeddingProvider } from './embedding.ts'
import { embeddingsClient } from './embeddings/client.ts'
import { embeddingsProvider } from './embeddings/provider.ts'
import { batchEmbedContentsClient, embedContentClient } from './gemini/embed-client.ts'
import { batchEmbedContents, embedContent, predict } from './gemini/embed-provider.ts'
import { invoker } from './invoke/provider.ts'
import type { Embedder, Embedding } from './routes.ts'

/** The ways in which clients ask for embeddings, by the path of the operation. */
export const embeddingClients: Readonly<
  Record<string, { readonly embedding: Embedding; readonly client: EmbeddingClient }>
> = {
  '/embeddings': { embedding: 'embeddings', client: embeddingsClient },
  ':embedContent': { embedding: 'embedContent', client: embedContentClient },
  ':batchEmbedContents': { embedding: 'batchEmbedContents', client: batchEmbedContentsClient },
}

interface Way {
  readonly operation: Operation
  readonly codec: (model: string) => EmbeddingProvider
}

/** The ways in which providers are asked for them. */
export const embedderWays: Readonly<Record<Embedder, Way>> = {
  embeddings: {
    operation: { protocol: 'embeddings', path: '/embeddings' },
    codec: () => embeddingsProvider,
  },
  batchEmbedContents: {
    operation: { protocol: 'gemini', path: ':batchEmbedContents' },
    codec: () => batchEmbedContents,
  },
  embedContent: {
    operation: { protocol: 'gemini', path: ':embedContent' },
    codec: () => embedContent,
  },
  predict: { operation: { protocol: 'gemini', path: ':predict' }, codec: predict },
  // Asked only where there is one.
  invoke: { operation: { protocol: 'invoke', path: '/invoke' }, codec: model => invoker(model)! },
}
