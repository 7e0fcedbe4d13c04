import type { ProviderApi } from './api.ts'

/**
 * Gemini: its OpenAI-compatible endpoint takes a bearer key, its own API takes `x-goog-api-key`.
 * https://ai.google.dev/gemini-api/docs/openai, https://ai.google.dev/api
 */
export const gemini = {
  authorize: (key, path) =>
    path.includes('/openai/') ? ['authorization', `Bearer ${key}`] : ['x-goog-api-key', key],
} satisfies ProviderApi
