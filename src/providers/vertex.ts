import { upstreamError } from '../translate/error-kind.ts'
import type { ProviderApi } from './api.ts'

const claude = /(^|\/)claude/
const gemini = /^(google\/)?gemini/

/** Google's models that embed texts, of which those before the second Gemini are asked by `:predict`. */
const embeds = /^(google\/)?(gemini-embedding|text-(multilingual-)?embedding|textembedding-gecko)/
const predicts = /^(google\/)?(gemini-embedding-001|text)/

/**
 * Vertex AI: Gemini and Claude are asked in their vendors' own protocols, and what else there is in OpenAI's API. The base
 * URL ends in the location, or in an endpoint of OpenAI's API there.
 * https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude
 */
export const vertex: ProviderApi = {
  says: "Vertex AI's APIs",
  claude: 'vertex',
  path({ protocol, path, streamed }, base, model) {
    const root = base.replace(/\/endpoints\/[^/]+$/, '')
    const compatible = `${root === base ? `${root}/endpoints/openapi` : base}${path}`
    const name = encodeURIComponent(model.replace(/^(google|anthropic)\//, ''))
    switch (protocol) {
      case 'messages':
        if (!claude.test(model)) return undefined
        return path === '/messages/count_tokens'
          ? `${root}/publishers/anthropic/models/count-tokens:rawPredict`
          : `${root}/publishers/anthropic/models/${name}:${streamed ? 'streamRawPredict' : 'rawPredict'}`
      case 'gemini':
        return asks(path, model) ? `${root}/publishers/google/models/${name}${path}` : undefined
      case 'embeddings':
        return embeds.test(model) ? undefined : compatible
      case 'chat':
        // Google's imitation collapses parallel calls of tools, and drops what it does not know.
        if (claude.test(model) || gemini.test(model)) return undefined
        return compatible
      case 'responses':
      case 'converse':
      case 'invoke':
        return undefined
      default:
        return compatible
    }
  },
  decodeError: upstreamError,
  authorize: key => ['authorization', `Bearer ${key}`],
}

/** Whether a model is asked by this method of Google's protocol: embeddings are, of each by one alone. */
function asks(path: string, model: string): boolean {
  switch (path) {
    case ':batchEmbedContents':
      return false
    case ':embedContent':
      return embeds.test(model) && !predicts.test(model)
    case ':predict':
      return embeds.test(model) && predicts.test(model)
    default:
      return gemini.test(model)
  }
}
