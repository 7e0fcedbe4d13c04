import type { Quirks } from '../translate/quirks.ts'
import type { ProviderApi } from './api.ts'
import { gemini } from './gemini.ts'
import { openai } from './openai.ts'

/** The demo provider as itself: OpenAI's API, Anthropic's Messages and Gemini's API, all at one address. */
export const demo = (quirks: Quirks): ProviderApi => {
  const { path, ...others } = openai(quirks)
  return {
    ...others,
    says: "OpenAI's, Anthropic's and Gemini's APIs",
    path: (operation, base, model) =>
      operation.protocol === 'gemini'
        ? gemini.path(operation, '/v1beta', model)
        : path(operation, base, model),
  }
}

/** Where the demo provider speaks as a provider of this API does, below its origin. */
export const demoPaths = {
  openai: '/v1',
  anthropic: '/anthropic/v1',
  gemini: '/v1beta',
  vertex: '/v1/projects/demo/locations/global',
} as const
