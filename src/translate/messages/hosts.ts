import type { Json } from '../values.ts'

/** Who has Claude besides Anthropic, and a way of their own to be asked. */
export type ClaudeHost = 'vertex' | 'bedrock'

/**
 * The body of a Messages request as these take it: the model stands in the path, as does for Bedrock whether to stream,
 * and Bedrock reads the values of `anthropic-beta` here. PROTOCOLS 2.2
 */
export function bodyForHost(body: Json, host: ClaudeHost, betas: readonly string[] = []): Json {
  const { model: _, ...rest } = body
  if (host === 'vertex') return { anthropic_version: 'vertex-2023-10-16', ...rest }
  const { stream: __, ...asked } = rest
  return {
    anthropic_version: 'bedrock-2023-05-31',
    ...(betas.length > 0 ? { anthropic_beta: betas } : {}),
    ...asked,
  }
}
