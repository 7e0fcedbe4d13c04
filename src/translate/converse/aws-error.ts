// How AWS says that something failed: by a header of the answer, or by a frame of another kind within a stream. PROTOCOLS 4.1

import type { Frame } from '../../wire/eventstream.ts'
import type { ProviderCodec } from '../codec.ts'
import { errorWithin, upstreamError } from '../error-kind.ts'
import type { UpstreamError } from '../message.ts'
import { asObject, asText, type Json } from '../values.ts'

/** The error that a frame is; undefined for any other frame. */
export function errorOfFrame(fields: Frame['fields'], payload: Buffer): UpstreamError | undefined {
  const type = fields.get(':message-type')
  if (type === 'error') {
    return errorWithin({
      type: fields.get(':error-code'),
      message: fields.get(':error-message') ?? fields.get(':error-code'),
    })
  }
  if (type !== 'exception') return undefined
  const exception = fields.get(':exception-type')
  let said: Json = {}
  try {
    said = asObject(JSON.parse(payload.toString())) ?? {}
  } catch {
    // Its type says enough.
  }
  const message = asText(said['message']) ?? asText(said['Message']) ?? exception
  return errorWithin({ ...said, type: exception, message })
}

/** An answer that is an error: AWS says in a header of which kind, as in `ValidationException:http://...`. */
export const awsError: ProviderCodec['decodeError'] = (status, body, header) =>
  upstreamError(status, withType(body, header('x-amzn-errortype')), header)

function withType(body: string, type = ''): string {
  let said: Json | undefined
  try {
    said = asObject(JSON.parse(body))
  } catch {
    // A page of a proxy's.
  }
  const name = /([A-Za-z]+)(?::|$)/.exec(type.split('#').at(-1)!)?.[1]
  if (!said || name === undefined) return body
  const message = asText(said['message']) ?? asText(said['Message']) ?? name
  return JSON.stringify({ ...said, message, type: name })
}
