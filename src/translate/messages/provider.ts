import type { ProviderCodec } from '../codec.ts'
import { upstreamError } from '../error-kind.ts'
import { decodeWhole, MessagesDecoder } from './decode-stream.ts'
import { encodeRequest } from './encode-request.ts'

/** Anthropic's Messages, as providers speak it. */
export const messagesProvider: ProviderCodec = {
  encodeRequest,
  decodeStream: asked => new MessagesDecoder(asked),
  decodeWhole,
  decodeError: upstreamError,
  wantsBytes: (_url, _message, { quirks }) => !quirks.imageUrls,
}
