import type { ClientCodec } from '../codec.ts'
import { decodeRequest } from './decode-request.ts'
import { encodeAnswer } from './encode-answer.ts'
import { MessagesEncoder } from './encode-stream.ts'
import { encodeError } from './error.ts'

/** Anthropic's Messages, as clients speak it. */
export const messagesClient: ClientCodec = {
  decodeRequest,
  stream: answering => new MessagesEncoder(answering),
  whole: encodeAnswer,
  encodeError,
}
