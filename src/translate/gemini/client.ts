import type { ClientCodec } from '../codec.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeWhole } from './encode-answer.ts'
import { encodeError } from './encode-error.ts'
import { GeminiStream } from './encode-stream.ts'

/** Gemini's generateContent and streamGenerateContent, as its clients speak them. */
export const geminiClient = {
  decodeRequest,
  stream: answering => new GeminiStream(answering),
  whole: encodeWhole,
  encodeError,
} satisfies ClientCodec
