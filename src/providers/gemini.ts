import { upstreamError } from '../translate/error-kind.ts'
import type { ProviderApi } from './api.ts'

/**
 * What Google's OpenAI-compatible endpoint is left to do: it collapses parallel calls of tools in conversations, and knows
 * no base64 of embeddings, which OpenAI's SDKs ask for.
 */
const compatible = new Set(['media', 'completions'])

/**
 * Gemini's API, which takes `x-goog-api-key`, and beside it, below `/openai`, Google's OpenAI-compatible endpoint, which
 * takes a bearer. The base URL may be that of either.
 * https://ai.google.dev/api, https://ai.google.dev/gemini-api/docs/openai
 */
export const gemini: ProviderApi = {
  says: "Gemini's API",
  path({ protocol, path }, base, model) {
    const root = base.replace(/\/openai$/, '')
    if (protocol === 'gemini') return `${root}/models/${encodeURIComponent(model)}${path}`
    return compatible.has(protocol) ? `${root}/openai${path}` : undefined
  },
  decodeError: upstreamError,
  authorize: (key, path) =>
    path.includes('/openai/') ? ['authorization', `Bearer ${key}`] : ['x-goog-api-key', key],
}
