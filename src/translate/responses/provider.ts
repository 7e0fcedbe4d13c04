import type { ProviderCodec } from '../codec.ts'
import { upstreamError } from '../error-kind.ts'
import { ResponsesDecoder } from './decode-answer.ts'
import { encodeRequest } from './encode-request.ts'

/** OpenAI's Responses, as its servers speak it. */
export const responsesProvider = {
  encodeRequest,
  decodeStream: asked => new ResponsesDecoder(asked),
  decodeWhole: (body, asked) => new ResponsesDecoder(asked).whole(body),
  decodeError: upstreamError,
} satisfies ProviderCodec
