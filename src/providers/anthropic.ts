import { header } from '../wire/headers.ts'
import type { ProviderApi } from './api.ts'

/**
 * Anthropic's Messages, which takes `x-api-key` and refuses a request without `anthropic-version`.
 * https://docs.anthropic.com/en/api/overview
 */
export const anthropic = {
  says: "Anthropic's API",
  path: ({ protocol, path }, base) => (protocol === 'messages' ? base + path : undefined),
  authorize(key, _path, given) {
    const version =
      header(given, 'anthropic-version') === undefined ? ['anthropic-version', '2023-06-01'] : []
    return ['x-api-key', key, ...version]
  },
} satisfies ProviderApi

/**
 * Anthropic itself: beside Messages it has Chat Completions, which takes the key as a bearer.
 * https://docs.anthropic.com/en/api/openai-sdk
 */
export const anthropicItself = {
  ...anthropic,
  says: "Anthropic's API and Chat Completions",
  path: (operation, base) =>
    operation.protocol === 'chat' ? base + operation.path : anthropic.path(operation, base),
  authorize: (key, path, given) =>
    path.includes('/chat/completions')
      ? ['authorization', `Bearer ${key}`]
      : anthropic.authorize(key, path, given),
} satisfies ProviderApi
