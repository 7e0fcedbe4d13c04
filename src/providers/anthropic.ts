import { header } from '../wire/headers.ts'
import type { ProviderApi } from './api.ts'

/**
 * Anthropic: Chat Completions through its OpenAI-compatible endpoint, which takes a bearer key, and below `/anthropic/`
 * its own API, which takes `x-api-key` and refuses a request without `anthropic-version`.
 * https://docs.anthropic.com/en/api/overview, https://docs.anthropic.com/en/api/openai-sdk
 */
export const anthropic = {
  authorize(key, path, given) {
    if (path.endsWith('/chat/completions')) return ['authorization', `Bearer ${key}`]
    const version =
      header(given, 'anthropic-version') === undefined ? ['anthropic-version', '2023-06-01'] : []
    return ['x-api-key', key, ...version]
  },
} satisfies ProviderApi
