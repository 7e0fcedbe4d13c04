import { header } from '../wire/headers.ts'
import type { ProviderApi } from './api.ts'

/**
 * Anthropic's Messages, which takes `x-api-key` and refuses a request without `anthropic-version`. Its imitation of Chat
 * Completions is left alone: it drops what it does not know in silence.
 * https://docs.anthropic.com/en/api/overview, https://docs.anthropic.com/en/api/openai-sdk
 */
export const anthropic: ProviderApi = {
  says: "Anthropic's API",
  path: ({ protocol, path }, base) => (protocol === 'messages' ? base + path : undefined),
  authorize(key, _path, given) {
    const version =
      header(given, 'anthropic-version') === undefined ? ['anthropic-version', '2023-06-01'] : []
    return ['x-api-key', key, ...version]
  },
}
