import type { ProviderApi } from './api.ts'

/** The part of a base URL's path that makes it Google's OpenAI-compatible endpoint. */
const compatible = /\/openai$/

/**
 * Gemini's API, which takes `x-goog-api-key`, and where the base URL ends in `/openai` Google's OpenAI-compatible
 * endpoint as well, which takes a bearer. https://ai.google.dev/api, https://ai.google.dev/gemini-api/docs/openai
 */
export const gemini = {
  says: "Gemini's API",
  path({ protocol, path }, base, model) {
    if (protocol === 'gemini') {
      return `${base.replace(compatible, '')}/models/${encodeURIComponent(model)}${path}`
    }
    return protocol !== 'messages' && compatible.test(base) ? base + path : undefined
  },
  authorize: (key, path) =>
    path.includes('/openai/') ? ['authorization', `Bearer ${key}`] : ['x-goog-api-key', key],
} satisfies ProviderApi
