import type { ProviderCodec } from '../codec.ts'
import { upstreamError } from '../error-kind.ts'
import { GeminiDecoder } from './decode-answer.ts'
import { encodeRequest, type Host } from './encode-request.ts'
import { isGoogleUrl } from './google-url.ts'

const speaking = (host: Host) =>
  ({
    encodeRequest: (request, far) => encodeRequest(request, far, host),
    decodeStream: asked => new GeminiDecoder(asked),
    decodeWhole: (body, asked) => new GeminiDecoder(asked).whole(body),
    decodeError: upstreamError,
    wantsBytes: url => !isGoogleUrl(url),
  }) satisfies ProviderCodec

/** Gemini's generateContent. */
export const geminiProvider = speaking('gemini')

/** The same at Vertex. */
export const vertexGeminiProvider = speaking('vertex')
