import type { ProviderCodec } from '../codec.ts'
import { awsError } from './aws-error.ts'
import { ConverseDecoder, decodeWhole } from './decode-answer.ts'
import { encodeRequest } from './encode-request.ts'

/** Amazon Bedrock's Converse, which it has for every model. */
export const converseProvider: ProviderCodec = {
  encodeRequest,
  decodeStream: asked => new ConverseDecoder(asked),
  decodeWhole,
  decodeError: awsError,
  wantsBytes: url => !url.startsWith('s3://'),
}
