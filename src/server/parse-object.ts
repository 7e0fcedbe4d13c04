import { bodyError } from '../alias/body.ts'
import { GatewayError } from '../errors.ts'
import { parseExact } from '../translate/exact.ts'
import { asObject, type Json } from '../translate/values.ts'
import type { BodyScan } from '../wire/json.ts'
import { parseInSteps } from '../wire/json-pieces.ts'
import type { Steps } from '../wire/steps.ts'

/**
 * A body as the JSON object that it must be; `scan` is its scan, where there is one. Throws `body_invalid`, also for what the scan
 * leaves to be found, within strings, and `bad_request`.
 */
export function* parseObject(bytes: Buffer, scan?: BodyScan): Steps<Json> {
  // To look for the numbers that are not read as they are takes half as long as to read them all.
  const read = scan?.mayRound === false ? JSON.parse : parseExact
  let value: Json | undefined
  try {
    value = asObject(yield* parseInSteps(bytes, read, scan))
  } catch (fault) {
    throw bodyError(fault)
  }
  if (!value) throw new GatewayError('bad_request', { reason: 'the body is not a JSON object' })
  return value
}
