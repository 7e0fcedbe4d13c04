import { upstreamError } from '../translate/error-kind.ts'
import type { ProviderApi } from './api.ts'

const claude = /(^|\/)claude/
const gemini = /^(google\/)?gemini/

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
    const name = encodeURIComponent(model.replace(/^(google|anthropic)\//, ''))
    switch (protocol) {
      case 'messages':
        if (!claude.test(model)) return undefined
        return path === '/messages/count_tokens'
          ? `${root}/publishers/anthropic/models/count-tokens:rawPredict`
          : `${root}/publishers/anthropic/models/${name}:${streamed ? 'streamRawPredict' : 'rawPredict'}`
      case 'gemini':
        return gemini.test(model) ? `${root}/publishers/google/models/${name}${path}` : undefined
      case 'chat':
        // Google's imitation collapses parallel calls of tools, and drops what it does not know.
        if (claude.test(model) || gemini.test(model)) return undefined
        return `${root === base ? `${root}/endpoints/openapi` : base}${path}`
      case 'responses':
      case 'converse':
        return undefined
      default:
        return `${root === base ? `${root}/endpoints/openapi` : base}${path}`
    }
  },
  decodeError: upstreamError,
  authorize: key => ['authorization', `Bearer ${key}`],
}
