import type { ProviderApi } from './api.ts'

/** OpenAI's API, and every server that speaks it. https://platform.openai.com/docs/api-reference/authentication */
export const openai = {
  says: "OpenAI's API",
  path: ({ protocol, path }, base) =>
    protocol === 'messages' || protocol === 'gemini' ? undefined : base + path,
  authorize: key => ['authorization', `Bearer ${key}`],
} satisfies ProviderApi

/** The same, with the bare key in a field of another name: Azure's `api-key`. */
export const openaiWithHeader = (name: string): ProviderApi => ({
  ...openai,
  authorize: key => [name, key],
})
