import type { ProviderApi } from './api.ts'

/** OpenAI's API, and every server that speaks it. https://platform.openai.com/docs/api-reference/authentication */
export const openai = {
  authorize: key => ['authorization', `Bearer ${key}`],
} satisfies ProviderApi
