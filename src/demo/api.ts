// What OpenAI's API looks like from the inside: requests come in as checked JSON, answers and errors go out as data.
// The handlers are pure; server.ts is the only file here that speaks HTTP.

/** A JSON object as it came: every field is to be doubted. */
export type Body = Readonly<Record<string, unknown>>

/** A whole answer, or the events of a stream in order (`data: [DONE]` is added when they are sent). */
export type Answer = { readonly json: unknown } | { readonly events: readonly unknown[] }

/** An error in OpenAI's shape; `headers` go out with it. */
export class ApiError extends Error {
  readonly status: number
  readonly type: string
  readonly param: string | null
  readonly code: string | null
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    message: string,
    {
      type = 'invalid_request_error',
      param = null as string | null,
      code = null as string | null,
      headers = {} as Record<string, string>,
    } = {},
  ) {
    super(message)
    this.status = status
    this.type = type
    this.param = param
    this.code = code
    this.headers = headers
  }

  toJSON(): unknown {
    const { message, type, param, code } = this
    return { error: { message, type, param, code } }
  }
}

/** Narrows to a JSON object; arrays and null are none. */
export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The `model` of a request. Throws OpenAI's 400 when there is none. */
export function modelOf(body: Body): string {
  const { model } = body
  if (typeof model !== 'string' || model === '')
    throw new ApiError(400, 'you must provide a model parameter')
  return model
}

/** A field that must be there. Throws OpenAI's 400 when it is not. */
export function required(body: Body, param: string): unknown {
  const value = body[param]
  if (value === undefined || value === null)
    throw new ApiError(400, `Missing required parameter: '${param}'.`, {
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
    throw new ApiError(400, `Invalid type for '${param}': expected an integer.`, {
      param,
      code: 'invalid_type',
    })
  const number = value as number
  if (number < least)
    throw new ApiError(
      400,
      `Invalid '${param}': integer below minimum value. Expected a value >= ${least}, but got ${number} instead.`,
      { param, code: 'integer_below_min_value' },
    )
  if (number > most)
    throw new ApiError(
      400,
      `Invalid '${param}': integer above maximum value. Expected a value <= ${most}, but got ${number} instead.`,
      { param, code: 'integer_above_max_value' },
    )
  return number
}
