import type { ProviderCodec } from '../codec.ts'
import { upstreamError } from '../error-kind.ts'
import type { Part } from '../message.ts'
import { ChatDecoder, decodeWhole } from './decode-answer.ts'
import { encodeRequest } from './encode-request.ts'

/** Servers that speak Chat Completions: OpenAI, and most others. */
export const chatProvider: ProviderCodec = {
  encodeRequest,
  decodeStream: asked => new ChatDecoder(asked),
  decodeWhole,
  decodeError: upstreamError,
  // Files have no URL in this protocol; an image may, but not every server fetches it.
  wantsBytes: (url, { parts }, { quirks }) =>
    !quirks.imageUrls || parts.some(part => filesOf(part).includes(url)),
}

/** The URLs of the files in a part, results of tools included. */
function filesOf(part: Part): string[] {
  if (part.t === 'tool_result') return part.parts.flatMap(filesOf)
  return part.t === 'file' && 'url' in part.source ? [part.source.url] : []
}
