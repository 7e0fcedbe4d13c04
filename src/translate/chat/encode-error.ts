import type { EncodedError } from '../codec.ts'
import type { ErrorKind, UpstreamError } from '../message.ts'
import type { Json } from '../values.ts'

interface Said {
  readonly status: number
  readonly type: string
  readonly code: string | null
}

const invalid = 'invalid_request_error'

/** What OpenAI's clients know. PROTOCOLS 4.2 */
const kinds: Readonly<Record<ErrorKind, Said>> = {
  invalid: { status: 400, type: invalid, code: null },
  context_length: { status: 400, type: invalid, code: 'context_length_exceeded' },
  auth: { status: 401, type: invalid, code: 'invalid_api_key' },
  permission: { status: 403, type: invalid, code: 'permission_denied' },
  quota: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  not_found: { status: 404, type: invalid, code: 'model_not_found' },
  too_large: { status: 413, type: invalid, code: null },
  rate_limit: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  overloaded: { status: 503, type: 'server_error', code: 'overloaded' },
  timeout: { status: 504, type: 'timeout', code: null },
  server: { status: 502, type: 'server_error', code: null },
}

/** An error in OpenAI's form. */
export function encodeError(error: UpstreamError): EncodedError {
  const { status } = kinds[error.kind]
  // 500 and 502 are both a server's own.
  const said = error.kind === 'server' && error.status !== undefined && error.status >= 500
  return { status: said ? error.status! : status, body: errorBody(error) }
}

export function errorBody({ kind, message, code, param }: UpstreamError): Json {
  const said = kinds[kind]
  // Only of what a client did wrong is the vendor's own code of use: every other one is known by ours.
  const own = kind === 'invalid' ? (code ?? null) : said.code
  return { error: { message, type: said.type, param: param ?? null, code: own } }
}
