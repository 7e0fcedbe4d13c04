import type { Patch } from '../../wire/patch.ts'

/** Who has Claude besides Anthropic, and a way of their own to be asked. */
export type ClaudeHost = 'vertex' | 'bedrock'

/**
 * What makes the body of a Messages request one that these take: the model stands in the path, as does for Bedrock whether to
 * stream, and Bedrock reads the values of `anthropic-beta` here. PROTOCOLS 2.2
 */
export const patchForHost = (host: ClaudeHost, betas: readonly string[] = []): Patch =>
  host === 'vertex'
    ? { set: {}, default: { anthropic_version: 'vertex-2023-10-16' }, remove: ['model'] }
    : {
        set: {},
        default: {
          anthropic_version: 'bedrock-2023-05-31',
          ...(betas.length > 0 ? { anthropic_beta: betas } : {}),
        },
        remove: ['model', 'stream'],
      }
