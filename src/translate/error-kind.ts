// What an upstream's error means, whoever says it: by its words, its codes, and its status, in this order. PROTOCOLS 4

import { errorText, messageOf } from './error-text.ts'
import type { ErrorKind, UpstreamError } from './message.ts'
import { span } from './span.ts'
import { asArray, asObject, asText, type Json } from './values.ts'

/** Finds a field of the answer by its lower-case name. */
type Header = (name: string) => string | undefined

/** An answer with a status of 400 or more; `body` is JSON or not. */
export function upstreamError(status: number, body: string, header: Header): UpstreamError {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    // Told by its text.
  }
  const error = meant(value, errorText(body, status), status)
  const retryAfter = retryAfterOf(header) ?? error.retryAfter
  return { ...error, status, ...(retryAfter === undefined ? {} : { retryAfter }) }
}

/** An error within a stream or an answer that began well: what stands there as JSON, e.g. `{"error":{...}}`. */
export function errorWithin(value: unknown): UpstreamError {
  const codes = fieldsOf(value).flatMap(({ code, status_code }) => [code, status_code])
  const status = codes.map(Number).find(code => code >= 400 && code < 600)
  return meant(value, messageOf(value) ?? 'it is an error without words', status)
}

/** An answer that makes no sense, or is not whole: `message` says why, of `it`. */
export const brokenAnswer = (message: string): UpstreamError => ({
  kind: 'server',
  message,
  broken: true,
})

function meant(value: unknown, message: string, status: number | undefined): UpstreamError {
  const fields = fieldsOf(value)
  const words = fields.flatMap(({ type, code, status, __type }) =>
    [code, type, status, __type].filter(word => typeof word === 'string'),
  )
  const code = fields.map(error => asText(error['code'])).find(text => text !== undefined)
  const param = fields.map(error => asText(error['param'])).find(text => text !== undefined)
  const kind = kindOf(message, words, status)
  const tokens = kind === 'context_length' ? tokensIn(message, fields) : undefined
  const retryAfter = retryDelay(fields) ?? waitIn(message)
  return {
    kind,
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}

/** The objects that may say what it is, from the outside in. */
function fieldsOf(value: unknown): Json[] {
  const fields = asObject(Array.isArray(value) ? value[0] : value)
  if (!fields) return []
  return [fields, ...fieldsOf(fields['error'])]
}

const contextWords =
  /context_length|context length|context[_ ]size|context window|maximum prompt length|context limit|prompt is too long|input is too long|token limit reached|too many tokens:|input token count.*exceeds|tokens exceed the configured limit|too large for model with/i

/** Codes, types and Google's statuses as they are, AWS's exceptions without what follows the name. */
const kinds: readonly (readonly [RegExp, ErrorKind])[] = [
  [/^(insufficient_quota|billing_error|billing_hard_limit_reached|credit_.*)$/, 'quota'],
  [
    /^(invalid_api_key|authentication_error|UNAUTHENTICATED|UnrecognizedClient|ExpiredToken|InvalidSignature|IncompleteSignature|MissingAuthenticationToken)/,
    'auth',
  ],
  [/^(permission_error|permission_denied|PERMISSION_DENIED|AccessDeniedException)/, 'permission'],
  [/^(model_not_found|not_found_error|NOT_FOUND|ResourceNotFoundException)/, 'not_found'],
  [/^request_too_large$/, 'too_large'],
  [
    /^(rate_limit|RESOURCE_EXHAUSTED|[Tt]hrottling|TooManyRequestsException|ServiceQuotaExceeded)/,
    'rate_limit',
  ],
  [/^(overloaded|UNAVAILABLE|[Ss]erviceUnavailable|ModelNotReadyException)/, 'overloaded'],
  [/^(timeout|DEADLINE_EXCEEDED|[Mm]odelTimeoutException)/, 'timeout'],
  [/^([Mm]odelError|[Mm]odelStreamError|[Ii]nternalServer)Exception/, 'server'],
]

function kindOf(message: string, words: readonly string[], status = 0): ErrorKind {
  // A server that fails may say anything; so may a limit of tokens in a minute.
  const refused = status !== 429 && status !== 401 && status !== 403
  if (refused && [message, ...words].some(text => contextWords.test(text))) return 'context_length'
  if (/api key not valid|API_KEY_INVALID|invalid api key|incorrect api key/i.test(message))
    return 'auth'
  for (const [pattern, kind] of kinds) {
    if (words.some(word => pattern.test(word))) return kind
  }
  const byStatus = statuses[status]
  if (byStatus) return byStatus
  if (status >= 400 && status < 500) return 'invalid'
  return words.some(word => /^(invalid_|INVALID_ARGUMENT|[Vv]alidationException)/.test(word))
    ? 'invalid'
    : 'server'
}

const statuses: Readonly<Record<number, ErrorKind>> = {
  401: 'auth',
  402: 'quota',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  413: 'too_large',
  429: 'rate_limit',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
}

/** How vendors say by how much it was too long. Figures may have commas. */
const counts = [
  /too long: (?<asked>[\d,]+)(?: tokens)? > (?<limit>[\d,]+)/,
  /limit: (?<asked>[\d,]+) \+ (?<output>[\d,]+) > (?<limit>[\d,]+)/,
  /maximum context length (?:is|of) (?<limit>[\d,]+) tokens.*?(?:requested|resulted in)(?: about)? (?<all>[\d,]+) tokens(?: \((?<asked>[\d,]+)[^,]*, (?<output>[\d,]+))?/s,
  /input token count \(?(?<asked>[\d,]+)\)? exceeds .*? \(?(?<limit>[\d,]+)\)?/,
  /limit of (?<limit>[\d,]+) tokens.*?resulted in (?<asked>[\d,]+) tokens/s,
  /maximum prompt length is (?<limit>[\d,]+).*?contains (?<asked>[\d,]+)/s,
  /contains (?<asked>[\d,]+) tokens.*?with (?<limit>[\d,]+) maximum context/s,
  /too long: (?<asked>[\d,]+), model maximum context length: (?<limit>[\d,]+)/,
  /\((?<asked>[\d,]+) tokens\) exceeds the available context size \((?<limit>[\d,]+)/,
  /maximum context length (?:is|of) (?<limit>[\d,]+)/,
]

function tokensIn(message: string, fields: readonly Json[]): UpstreamError['tokens'] {
  for (const pattern of counts) {
    const found = pattern.exec(message)?.groups
    if (found) return figures(found['asked'] ?? found['all'], found['output'], found['limit'])
  }
  // llama.cpp says them beside the words.
  const { n_prompt_tokens, n_ctx } = fields.find(error => error['n_ctx'] !== undefined) ?? {}
  return figures(n_prompt_tokens, undefined, n_ctx)
}

function figures(asked: unknown, output: unknown, limit: unknown): UpstreamError['tokens'] {
  const said = Object.entries({ asked, output, limit })
    .map(([name, text]) => [name, Number(String(text).replaceAll(',', ''))] as const)
    .filter(([, number]) => Number.isFinite(number))
  return said.length > 0 ? Object.fromEntries(said) : undefined
}

/** Google's `RetryInfo`. */
function retryDelay(fields: readonly Json[]): number | undefined {
  const details = fields.flatMap(error => asArray(error['details']))
  const delay = details.map(detail => asText(asObject(detail)?.['retryDelay'])).find(Boolean)
  return delay === undefined ? undefined : span(delay)
}

/** `Please try again in 1.2s` */
const waitIn = (message: string): number | undefined =>
  span(/try again in ((?:[\d.]+(?:ms|[smh]))+)/.exec(message)?.[1] ?? '')

function retryAfterOf(header: Header): number | undefined {
  const ms = header('retry-after-ms') ?? header('x-ms-retry-after-ms')
  if (ms !== undefined && Number(ms) >= 0) return Number(ms)
  const after = header('retry-after')
  if (after !== undefined) {
    if (Number(after) >= 0) return Number(after) * 1000
    // A date is as far off as it is from the time that the answer itself was made.
    const wait = Date.parse(after) - Date.parse(header('date') ?? '')
    if (wait >= 0) return wait
  }
  for (const what of ['requests', 'tokens']) {
    if (header(`x-ratelimit-remaining-${what}`) === '0')
      return span(header(`x-ratelimit-reset-${what}`) ?? '')
  }
  return undefined
}
