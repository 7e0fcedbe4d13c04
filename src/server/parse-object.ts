import { GatewayError } from '../errors.ts'
import { parseExact } from '../translate/exact.ts'
import { asObject, type Json } from '../translate/values.ts'
import { parseInSteps } from '../wire/json-pieces.ts'
import type { Steps } from '../wire/steps.ts'

/** A body as the JSON object that it must be. Throws `bad_request`. */
export function* parseObject(bytes: Buffer): Steps<Json> {
  let value: Json | undefined
  try {
    value = asObject(yield* parseInSteps(bytes, parseExact))
  } catch (error) {
    throw new GatewayError('bad_request', { reason: (error as Error).message })
  }
  if (!value) throw new GatewayError('bad_request', { reason: 'the body is not a JSON object' })
  return value
}
