import type { ProviderCodec } from '../codec.ts'
import { upstreamError } from '../error-kind.ts'
import { asObject, asText, type Json } from '../values.ts'
import { ConverseDecoder, decodeWhole } from './decode-answer.ts'
import { encodeRequest } from './encode-request.ts'

/** Amazon Bedrock's Converse, which it has for every model. */
export const converseProvider: ProviderCodec = {
  encodeRequest,
  decodeStream: asked => new ConverseDecoder(asked),
  decodeWhole,
  decodeError: (status, body, header) =>
    upstreamError(status, awsError(body, header('x-amzn-errortype')), header),
  wantsBytes: url => !url.startsWith('s3://'),
}

/** AWS says in a header what kind of an error it is: `ValidationException:http://...`. */
export function awsError(body: string, type = ''): string {
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
