import type { EncodedError } from '../codec.ts'
import type { ErrorKind, UpstreamError } from '../message.ts'

/** Google's statuses. https://cloud.google.com/apis/design/errors; PROTOCOLS 4.2 */
const statuses: Readonly<Record<ErrorKind, readonly [status: number, word: string]>> = {
  invalid: [400, 'INVALID_ARGUMENT'],
  context_length: [400, 'INVALID_ARGUMENT'],
  auth: [401, 'UNAUTHENTICATED'],
  permission: [403, 'PERMISSION_DENIED'],
  quota: [429, 'RESOURCE_EXHAUSTED'],
  not_found: [404, 'NOT_FOUND'],
  too_large: [413, 'INVALID_ARGUMENT'],
  rate_limit: [429, 'RESOURCE_EXHAUSTED'],
  overloaded: [503, 'UNAVAILABLE'],
  timeout: [504, 'DEADLINE_EXCEEDED'],
  server: [500, 'INTERNAL'],
}

export function encodeError({ kind, message, retryAfter }: UpstreamError): EncodedError {
  const [code, status] = statuses[kind]
  const details =
    retryAfter === undefined
      ? {}
      : {
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.RetryInfo',
              retryDelay: `${retryAfter / 1000}s`,
            },
          ],
        }
  return { status: code, body: { error: { code, message, status, ...details } } }
}
