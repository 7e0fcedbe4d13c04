import type { GatewayError } from '../errors.ts'
import { type AttemptReport, story } from '../proxy/failure.ts'
import type { KeepAlive } from '../proxy/relay.ts'
import { errorText } from '../translate/error-text.ts'
import type { RawHeaders } from '../wire/headers.ts'
import type { Protocol } from '../wire/protocol.ts'
import { encodeSse } from '../wire/sse.ts'

/** Whose form an error takes: that of the API the client speaks. */
export type Dialect = 'openai' | 'anthropic' | 'gemini' | 'ollama'

/** Anthropic's `error.type` by status. https://docs.anthropic.com/en/api/errors */
const anthropicTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
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
  const attempts = error.facts['attempts'] as readonly AttemptReport[] | undefined
  return form(dialect, {
    status: error.status,
    type: error.type,
    param: error.param,
    code: error.code,
    message: words(error),
    more: { source: 'gateway', ...(attempts ? { attempts } : {}) },
  })
}

/** The same for an error of a provider that is in no form that its API knows, such as a proxy's page. */
export function upstreamErrorBody(
  status: number,
  body: string,
  dialect: Dialect,
  attempts: readonly AttemptReport[],
): unknown {
  return form(dialect, {
    status,
    type: status < 500 ? 'invalid_request_error' : 'server_error',
    param: null,
    code: null,
    message: errorText(body, status),
    more: attempts.length > 0 ? { attempts } : {},
  })
}

interface Form {
  readonly status: number
  readonly type: string
  readonly param: string | null
  readonly code: string | null
  readonly message: string
  readonly more: Readonly<Record<string, unknown>>
}

function form(dialect: Dialect, { status, type, param, code, message, more }: Form): unknown {
  switch (dialect) {
    case 'openai':
      return { error: { message, type, param, code, ...more } }
    case 'anthropic':
      return {
        type: 'error',
        error: { type: anthropicTypes[status] ?? 'api_error', message, code, ...more },
      }
    case 'gemini':
      return {
        error: { code: status, message, status: geminiStatuses[status] ?? 'INTERNAL', ...more },
      }
    case 'ollama':
      return { error: message, code, ...more }
    default:
      return dialect satisfies never
  }
}

/** Fields that an error brings besides its body. */
export function errorHeaders(error: GatewayError): RawHeaders {
  const { allow, attempts, wait } = error.facts
  const told = attempts
    ? // The gateway has tried again already: what an SDK would add to that helps nobody.
      [
        ...['x-gateway-attempts', story(attempts as readonly AttemptReport[])],
        ...['x-should-retry', 'false'],
      ]
    : []
  if (error.code === 'method_not_allowed') return ['allow', String(allow)]
  if (typeof wait === 'number') {
    return [...told, 'retry-after', String(Math.max(1, Math.ceil(wait / 1000)))]
  }
  return told
}

/**
 * What a stream of events ends with when it fails: never a clean end. PROTOCOLS "Mid-stream". The client of Responses
 * waits for a response that has failed; an event named `error` would make it miss that. `inArray`: the stream is one array of JSON,
 * and this is to be an element of it.
 */
export function brokenStream(
  error: GatewayError,
  dialect: Dialect,
  protocol: Protocol,
  id: string,
  inArray: boolean,
): string {
  // Ollama's streams are lines of JSON.
  if (dialect === 'ollama') return `${JSON.stringify(errorBody(error, dialect))}\n`
  if (protocol === 'responses') {
    const { code } = error
    const response = {
      id: `resp_${id}`,
      object: 'response',
      status: 'failed',
      error: { code, message: words(error) },
      output: [],
    }
    const event = { type: 'response.failed', response, source: 'gateway' }
    return encodeSse(JSON.stringify(event), 'response.failed')
  }
  const body = JSON.stringify(errorBody(error, dialect))
  if (inArray) return body
  return encodeSse(body, dialect === 'anthropic' ? 'error' : '')
}

const pulses: Readonly<Partial<Record<Protocol, string>>> = {
  messages: encodeSse('{"type": "ping"}', 'ping'),
  // Google's SDKs fail on a comment: https://github.com/googleapis/go-genai/blob/main/api_client.go
  gemini: '\n\n',
}

/** What keeps a silent stream open: an event that Anthropic's clients know, or a comment, which no client reads. */
export const keepAlive = (protocol: Protocol, every: number): KeepAlive => ({
  every,
  bytes: pulses[protocol] ?? ': keep-alive\n\n',
})
