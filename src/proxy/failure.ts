import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { GatewayError } from '../errors.ts'
import { encodingOf, header, headerText, type RawHeaders, withoutHeader } from '../wire/headers.ts'
import { applySplices, isObjectAt, memberNamed, scanBody, scanObject } from '../wire/json.ts'
import type { EventError } from '../wire/stream.ts'
import type { Answer } from './answer.ts'
import type { TranslatedRelay } from './translated-relay.ts'
import type { UpstreamFault } from './upstream.ts'

/** One attempt that failed. */
export interface Failure {
  /** `provider/model` */
  readonly target: string
  readonly ms: number
  /** What it answered; undefined where there was no answer to speak of. */
  readonly answer?: Answer
  /** The first event of its stream, where that was an error. */
  readonly event?: EventError
  /** Why there was no answer. */
  readonly error?: GatewayError
  /** One of which nothing had been sent, and is broken: how that is said to the client, if it is. */
  readonly held?: Held
}

export interface Held {
  readonly answer: Answer
  readonly relay: TranslatedRelay
  readonly fault: UpstreamFault
}

/** What an attempt did, as a client is told. */
export interface AttemptReport {
  readonly target: string
  readonly status?: number
  /** A code of errors.ts, where there was no status. */
  readonly error?: string
  readonly ms: number
}

/** Where and how long an attempt was. */
export const placeOf = ({ attempt, began }: Answer): Pick<Failure, 'target' | 'ms'> => ({
  target: attempt.target,
  ms: Math.round(performance.now() - began),
})

const statusOf = ({ event, held, answer }: Failure): number | undefined =>
  event?.status ?? held?.fault.status ?? answer?.status

/** The failure in one word: a status, or the code of an error. */
export const reasonOfFailure = (failure: Failure): string =>
  String(statusOf(failure) ?? failure.error!.code)

export function reportOf(failure: Failure): AttemptReport {
  const { target, ms, error } = failure
  const status = statusOf(failure)
  return { target, ...(status === undefined ? { error: error!.code } : { status }), ms }
}

/** Why an answer that is to be translated is none; undefined where it may be one. A client would follow a redirect itself. */
export function noAnswer({ status, headers, attempt }: Answer): GatewayError | undefined {
  const { provider } = attempt
  if ([204, 205, 304].includes(status))
    return new GatewayError('upstream_empty', { provider, status })
  if (status < 300 || status >= 400) return undefined
  const [location] = (header(headers, 'location') ?? 'nowhere').split('?')
  return new GatewayError('upstream_redirect', {
    provider,
    status,
    location: headerText(location!),
  })
}

/** Whether the target is to blame: not the client, and not what the config lacks. 409 is about what was asked. */
export function isOfTarget(failure: Failure): boolean {
  const status = statusOf(failure)
  return status === undefined
    ? failure.error!.code.startsWith('upstream_')
    : isStatusOfTarget(status)
}

export const isStatusOfTarget = (status: number): boolean =>
  status >= 500 || status === 429 || status === 408

/** Attempts as a header tells them: `2; up/a 503 12ms, up/b 200 340ms`; one alone is told by the rest of the response. */
export function story(attempts: readonly AttemptReport[]): string {
  if (attempts.length === 1) return '1'
  const each = attempts.map(
    ({ target, status, error, ms }) => `${headerText(target)} ${status ?? error} ${ms}ms`,
  )
  return `${attempts.length}; ${each.join(', ')}`
}

/**
 * The failure that tells the client most: what a provider said before what nobody said, what can be acted on (wait, ask
 * otherwise) before what cannot, and of two alike the later one.
 */
export function mostInformative(failures: readonly Failure[]): Failure {
  return failures.reduce((best, next) => (weight(next) >= weight(best) ? next : best))
}

function weight(failure: Failure): number {
  const status = statusOf(failure)
  if (status !== undefined) return status === 429 ? 6 : status < 500 ? 5 : 4
  switch (failure.error!.code) {
    case 'provider_busy':
    case 'upstream_timeout':
      return 3
    case 'upstream_broken':
    case 'upstream_empty':
    case 'upstream_redirect':
      return 2
    case 'upstream_unreachable':
      return 1
    default:
      // The config is to blame, and another target was there all the same.
      return 0
  }
}

/** A whole response in place of an answer that was given up. */
export interface Said {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** Words for a body that is no error in a form that attempts can be added to. */
export type Wrap = (status: number, body: string, attempts: readonly AttemptReport[]) => unknown

/**
 * What a failed answer said, with `attempts` in its `error`: every other byte of it is as the provider sent it. Undefined
 * where its body cannot be unpacked.
 */
export function sayWithAttempts(
  { answer, event }: Failure,
  attempts: readonly AttemptReport[],
  wrap: Wrap,
): Said | undefined {
  const { headers } = answer!
  const status = event?.status ?? answer!.status
  const bytes = event ? Buffer.from(event.body) : bodyOf(answer!)
  if (!bytes) return undefined
  const body =
    addedTo(bytes, attempts) ??
    Buffer.from(JSON.stringify(wrap(status, bytes.toString(), attempts)))
  return { status, headers: [...withJson(headers, body), ...noMoreTries(headers)], body }
}

/** The fields of an answer that has this body in place of its own. */
export function withJson(headers: RawHeaders, body: Buffer): string[] {
  let rest = headers
  for (const name of ['content-type', 'content-length', 'content-encoding', 'etag']) {
    rest = withoutHeader(rest, name)
  }
  return [...rest, 'content-type', 'application/json', 'content-length', String(body.length)]
}

/** The gateway has tried again already: three tries of a client's own would make nine of them. */
export const noMoreTries = (headers: RawHeaders): RawHeaders =>
  ['x-should-retry', 'retry-after', 'retry-after-ms'].some(name => header(headers, name))
    ? []
    : ['x-should-retry', 'false']

/** The body with one more member at the end of its `error`; undefined where it has no such object. */
export function addedTo(body: Buffer, attempts: readonly AttemptReport[]): Buffer | undefined {
  try {
    const found = memberNamed(body, scanBody(body), 'error')
    if (!found || !isObjectAt(body, found.start)) return undefined
    const { members } = scanObject(body, found.start)
    const at = found.end - 1
    const bytes = Buffer.from(
      `${members.length > 0 ? ',' : ''}"attempts":${JSON.stringify(attempts)}`,
    )
    return applySplices(body, [{ start: at, end: at, bytes }])
  } catch {
    return undefined
  }
}

const decoders: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
}

/** What is held of an error is small; what it unpacks to is kept so. */
const unpackedLimit = 1024 * 1024

/** What is held of an error, unpacked; undefined where that cannot be done. */
export function bodyOf(answer: Answer): Buffer | undefined {
  const encoding = encodingOf(answer.headers)
  if (encoding === undefined) return answer.body
  try {
    return decoders[encoding]?.(answer.body, { maxOutputLength: unpackedLimit })
  } catch {
    return undefined
  }
}

/** The error with what every attempt did among its facts. */
export const withAttempts = (
  error: GatewayError,
  attempts: readonly AttemptReport[],
): GatewayError => new GatewayError(error.code, { ...error.facts, attempts }, error.cause)
