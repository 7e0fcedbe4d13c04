import { GatewayError } from '../errors.ts'
import { parseExact } from '../translate/exact.ts'
import { asObject, type Json } from '../translate/values.ts'

/** A body as the JSON object that it must be. Throws `bad_request`. */
export function parseObject(bytes: Buffer): Json {
  let value: Json | undefined
  try {
    value = asObject(parseExact(bytes.toString()))
  } catch (error) {
    throw new GatewayError('bad_request', { reason: (error as Error).message })
  }
  if (!value) throw new GatewayError('bad_request', { reason: 'the body is not a JSON object' })
  return value
}
