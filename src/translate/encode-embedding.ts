import type { EmbeddingClient, EmbeddingProvider, EmbeddingRequest } from './embedding.ts'
import type { Json } from './values.ts'

/**
 * The bodies that ask a model for embeddings, as many as it takes, and the fields that it could not be told, by the client's
 * names.
 */
export function encodeEmbedding(
  request: EmbeddingRequest,
  { names }: EmbeddingClient,
  provider: EmbeddingProvider,
  model: string,
): { readonly bodies: readonly Json[]; readonly dropped: readonly string[] } {
  const { texts, task, title, extra } = request
  const { most } = provider
  const takes = provider.takes(task)
  const wishes = { task, title }
  const rest = Object.keys(extra)
  const passes = takes.includes('extra')
  return {
    bodies: Array.from({ length: Math.ceil(texts.length / most) }, (_, i) =>
      provider.encode({ ...request, texts: texts.slice(i * most, (i + 1) * most) }, model),
    ),
    dropped: [
      ...request.dropped,
      ...(['task', 'title'] as const)
        .filter(name => wishes[name] !== undefined && !takes.includes(name))
        .map(name => names[name])
        .filter(name => !passes || !rest.includes(name)),
      // What is said in another way is no longer said in its own.
      ...(passes ? [] : rest.filter(name => name !== names.task || task === undefined)),
    ],
  }
}
