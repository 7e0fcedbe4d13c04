// How the demo provider misbehaves when it is asked to. A magic word is `demo:` and one of the names below; it may stand in
// the last user message (or the prompt, or the input), in the header `x-demo` (there also without `demo:`), or in the
// name of the model, so that an alias can have a target that always fails. Several words may be combined.

import type { UpstreamError } from '../translate/message.ts'
import { ApiError } from './api.ts'

/** What happens to one answer. */
export interface Behaviour {
  /** Milliseconds before the head. */
  readonly latency: number
  /** Milliseconds between the events of a stream. */
  readonly pace: number
  readonly fault: Fault | undefined
}

export type Fault = (typeof faults)[number]

/** 401, 429, 500, 503: that error. `die`: the connection is cut in mid-answer. `hang`: no answer ever.
 *  `empty`: a 200 without a body. `error-in-stream`: an error event in mid-stream, and then the end. */
export const faults = [
  '401',
  '429',
  '500',
  '503',
  'die',
  'hang',
  'empty',
  'error-in-stream',
] as const

const slowPace = 400
// Longer than any timeout worth testing, and short of what a timer can hold.
const longest = 3_600_000

/** Reads the magic words in `places` on top of the usual behaviour; words that mean nothing are ignored. */
export function behave(
  usual: { readonly latency: number; readonly pace: number },
  header: string,
  places: readonly string[],
): Behaviour {
  const behaviour = { ...usual, fault: undefined as Fault | undefined }
  const words = [
    ...header.split(/[\s,;]+/).map(word => word.replace(/^demo:/, '')),
    ...places.flatMap(text => Array.from(text.matchAll(/\bdemo:([\w=-]+)/g), match => match[1]!)),
  ]
  for (const word of words) {
    const [name, value] = word.split('=') as [string, string?]
    if (name === 'slow') behaviour.pace = slowPace
    else if (name === 'latency' || name === 'pace') {
      if (value && /^\d{1,9}$/.test(value)) behaviour[name] = Math.min(Number(value), longest)
    } else behaviour.fault = faults.find(fault => fault === word) ?? behaviour.fault
  }
  return behaviour
}

/** The error that an answer with this fault is, if it is one. */
export function errorFor(fault: Fault | undefined, model: string): ApiError | undefined {
  switch (fault) {
    case '401':
      return new ApiError({
        kind: 'auth',
        message: 'Incorrect API key provided: demo. (You asked for demo:401.)',
      })
    case '429':
      return new ApiError(
        {
          kind: 'rate_limit',
          message: `Rate limit reached for ${model} in organization demo on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 2s.`,
          retryAfter: 2000,
        },
        { 'retry-after': '2' },
      )
    case '500':
      return new ApiError(serverError)
    case '503':
      return new ApiError({
        kind: 'overloaded',
        message: 'The engine is currently overloaded, please try again later.',
      })
    default:
      return undefined
  }
}

/** A fault of the provider's own, in OpenAI's words. */
export const serverError: UpstreamError = {
  kind: 'server',
  status: 500,
  message: 'The server had an error while processing your request. Sorry about that!',
}
