import type { EncodedError } from '../codec.ts'
import type { ErrorKind, UpstreamError } from '../message.ts'
import type { Json } from '../values.ts'

/** Status and `error.type` of each kind. https://docs.anthropic.com/en/api/errors, PROTOCOLS 4.2 */
const kinds: Readonly<Record<ErrorKind, readonly [status: number, type: string]>> = {
  invalid: [400, 'invalid_request_error'],
  context_length: [400, 'invalid_request_error'],
  auth: [401, 'authentication_error'],
  permission: [403, 'permission_error'],
  quota: [402, 'billing_error'],
  not_found: [404, 'not_found_error'],
  too_large: [413, 'request_too_large'],
  rate_limit: [429, 'rate_limit_error'],
  overloaded: [529, 'overloaded_error'],
  timeout: [504, 'timeout_error'],
  server: [500, 'api_error'],
}

/** An error as Messages says it. */
export function encodeError(error: UpstreamError): EncodedError {
  const [status, type] = kinds[error.kind]
  const own = error.kind === 'server' && error.status !== undefined && error.status >= 500
  return {
    status: own ? error.status : status,
    body: { type: 'error', error: { type, message: messageOf(error) } } satisfies Json,
  }
}

/**
 * Of a context that is full, one of the two texts that Claude Code reads: on the first it sums up the conversation, on the
 * second it asks for a shorter answer. https://github.com/anthropics/claude-code/issues/3622
 */
function messageOf({ kind, message, tokens = {} }: UpstreamError): string {
  if (kind !== 'context_length') return message
  const { asked, output, limit } = tokens
  if (asked === undefined || limit === undefined) {
    return /prompt is too long/i.test(message) ? message : `prompt is too long: ${message}`
  }
  return output === undefined || asked > limit
    ? `prompt is too long: ${asked} tokens > ${limit} maximum`
    : `input length and \`max_tokens\` exceed context limit: ${asked} + ${output} > ${limit}, decrease input length or \`max_tokens\` and try again`
}
