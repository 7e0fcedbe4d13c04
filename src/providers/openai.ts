import type { Quirks } from '../translate/quirks.ts'
import type { ProviderApi } from './api.ts'

/**
 * OpenAI's API, and every server that speaks it; some of them speak Anthropic's Messages as well. `keyField` is the field
 * that carries the bare key where that is no bearer: Azure's `api-key`.
 * https://platform.openai.com/docs/api-reference/authentication
 */
export const openai = (quirks: Quirks, keyField?: string): ProviderApi => ({
  says: "OpenAI's API",
  path({ protocol, path }, base) {
    switch (protocol) {
      case 'messages':
        return quirks.messagesAt && path.startsWith('/messages')
          ? quirks.messagesAt + path
          : undefined
      case 'responses':
        // Azure's older API, by deployments, has none.
        if (!quirks.responses || base.includes('/deployments/')) return undefined
        return path === '/responses' || quirks.openaiFields ? base + path : undefined
      case 'gemini':
      case 'converse':
      case 'invoke':
        return undefined
      default:
        return base + path
    }
  },
  authorize(key, path) {
    if (keyField !== undefined) return [keyField, key]
    const bearer = ['authorization', `Bearer ${key}`]
    // Of those who imitate Anthropic some take its field, some the one they know.
    const isMessages = path.endsWith('/messages') || path.endsWith('/messages/count_tokens')
    return isMessages ? [...bearer, 'x-api-key', key] : bearer
  },
})
