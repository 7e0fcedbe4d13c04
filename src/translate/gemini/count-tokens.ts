// Counting tokens: `:countTokens`, to clients and at providers. https://ai.google.dev/api/tokens

import type { Steps } from '../../wire/steps.ts'
import type { ModelRequest } from '../message.ts'
import { asNumber, type Json } from '../values.ts'
import { decodeRequest } from './decode-request.ts'
import type { Host } from './encode-request.ts'
import { objectIn } from './fields.ts'

/** What a client wants counted: bare contents, or a whole request. Throws as `decodeRequest` does. */
export function decodeCountRequest(body: Json, model: string): Steps<ModelRequest> {
  const whole = objectIn(body, 'generateContentRequest') ?? body
  return decodeRequest(whole, model, ':generateContent')
}

export const encodeCount = (tokens: number): Json => ({ totalTokens: tokens })

/** What Vertex counts of a request: it refuses all other fields. */
const countedAtVertex = ['contents', 'systemInstruction', 'tools', 'generationConfig']

/** Has a request counted that was encoded for this model. */
export const encodeCountRequest = (body: Json, model: string, host: Host): Json =>
  host === 'gemini'
    ? { generateContentRequest: { model: `models/${model}`, ...body } }
    : Object.fromEntries(Object.entries(body).filter(([name]) => countedAtVertex.includes(name)))

/** Undefined where it is no count. */
export const decodeCount = (answer: Json): number | undefined => asNumber(answer['totalTokens'])
