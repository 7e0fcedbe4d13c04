// What the demo provider's endpoints give: answers and errors as data. The handlers are pure; server.ts is the only file
// here that speaks HTTP.

import type { AnswerEncoder } from '../translate/codec.ts'
import type { AnswerEvent, UpstreamError } from '../translate/message.ts'

/** A JSON object as it came: every field is to be doubted. */
export type Body = Readonly<Record<string, unknown>>

/** A request that has been understood, and is still to be answered. */
export interface Understood {
  readonly model: string
  /** What it asks: a magic word may stand there. */
  readonly says: readonly string[]
  readonly answer: () => Answer
}

/** A whole answer, or a stream in its steps. */
export type Answer = { readonly json: unknown } | Stream

export interface Stream {
  readonly contentType: string
  /** Each writes what comes next, which may be nothing. To be called in order. */
  readonly steps: readonly (() => string)[]
  /** What ends it in its middle. */
  readonly fail: (error: UpstreamError) => string
}

/** A stream of the events that one encoder writes. `now` in milliseconds. */
export const streamOf = (
  encoder: AnswerEncoder,
  events: readonly AnswerEvent[],
  now: number,
): Stream => ({
  contentType: encoder.contentType,
  steps: events.map(event => () => encoder.event(event, now)),
  fail: error => encoder.event({ t: 'error', error }, now),
})

/** An error, to be said as the protocol of the request says it; `headers` go out with it. */
export class ApiError extends Error {
  readonly error: UpstreamError
  readonly headers: Readonly<Record<string, string>>

  constructor(error: UpstreamError, headers: Readonly<Record<string, string>> = {}) {
    super(error.message)
    this.error = error
    this.headers = headers
  }
}

/** A request that makes no sense, in OpenAI's words. */
export const invalid = (
  message: string,
  blame: { readonly param?: string; readonly code?: string } = {},
): ApiError => new ApiError({ kind: 'invalid', message, ...blame })

/** Narrows to a JSON object; arrays and null are none. */
export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The `model` of a request. Throws OpenAI's 400 when there is none. */
export function modelOf(body: Body): string {
  const { model } = body
  if (typeof model !== 'string' || model === '') throw invalid('you must provide a model parameter')
  return model
}

/** A field that must be there. Throws OpenAI's 400 when it is not. */
export function required(body: Body, param: string): unknown {
  const value = body[param]
  if (value === undefined || value === null)
    throw invalid(`Missing required parameter: '${param}'.`, {
      param,
      code: 'missing_required_parameter',
    })
  return value
}

/** An optional integer between `least` and `most`. Throws OpenAI's 400 for anything else. */
export function integer(
  body: Body,
  param: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = body[param]
  if (value === undefined || value === null) return undefined
  if (!Number.isInteger(value))
    throw invalid(`Invalid type for '${param}': expected an integer.`, {
      param,
      code: 'invalid_type',
    })
  const number = value as number
  if (number < least)
    throw invalid(
      `Invalid '${param}': integer below minimum value. Expected a value >= ${least}, but got ${number} instead.`,
      { param, code: 'integer_below_min_value' },
    )
  if (number > most)
    throw invalid(
      `Invalid '${param}': integer above maximum value. Expected a value <= ${most}, but got ${number} instead.`,
      { param, code: 'integer_above_max_value' },
    )
  return number
}
