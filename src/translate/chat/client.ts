import type { ClientCodec } from '../codec.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeAnswer } from './encode-answer.ts'
import { encodeError } from './encode-error.ts'
import { ChatEncoder } from './encode-stream.ts'

/** Clients of Chat Completions. https://platform.openai.com/docs/api-reference/chat */
export const chatClient: ClientCodec = {
  decodeRequest,
  stream: answering => new ChatEncoder(answering),
  whole: encodeAnswer,
  encodeError,
}
