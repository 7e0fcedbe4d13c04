import type { GatewayError } from '../errors.ts'
import type { RawHeaders } from '../wire/headers.ts'
import { encodeSse } from '../wire/sse.ts'

/** Whose form an error takes: that of the API the client speaks. */
export type Dialect = 'openai' | 'anthropic' | 'gemini' | 'ollama'

/** Anthropic's `error.type` by status. https://docs.anthropic.com/en/api/errors */
const anthropicTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
}

/** Google's `error.status` by status. https://cloud.google.com/apis/design/errors */
const geminiStatuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

const words = (error: GatewayError): string =>
  error.hint ? `${error.message} (${error.hint})` : error.message

/** The body of an error of the gateway's own; `source` tells it from a provider's. */
export function errorBody(error: GatewayError, dialect: Dialect): unknown {
  const message = words(error)
  switch (dialect) {
    case 'openai':
      return {
        error: {
          message,
          type: error.type,
          param: error.param,
          code: error.code,
          source: 'gateway',
        },
      }
    case 'anthropic':
      return {
        type: 'error',
        error: {
          type: anthropicTypes[error.status] ?? 'api_error',
          message,
          code: error.code,
          source: 'gateway',
        },
      }
    case 'gemini':
      return {
        error: {
          code: error.status,
          message,
          status: geminiStatuses[error.status] ?? 'INTERNAL',
          source: 'gateway',
        },
      }
    case 'ollama':
      return { error: message, code: error.code, source: 'gateway' }
    default:
      return dialect satisfies never
  }
}

/** Fields that an error brings besides its body. */
export function errorHeaders(error: GatewayError): RawHeaders {
  const allow = error.facts['allow']
  return error.code === 'method_not_allowed' ? ['allow', String(allow)] : []
}

/** What a stream of events ends with when it fails: never a clean end. PROTOCOLS "Mid-stream". */
export function brokenStream(error: GatewayError, dialect: Dialect): string {
  const body = JSON.stringify(errorBody(error, dialect))
  // Ollama's streams are lines of JSON.
  if (dialect === 'ollama') return `${body}\n`
  return encodeSse(body, dialect === 'anthropic' ? 'error' : '')
}
