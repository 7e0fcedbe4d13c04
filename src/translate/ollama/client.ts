import { decodeRequest } from '../chat/decode-request.ts'
import type { ClientCodec } from '../codec.ts'
import { encodeAnswer, encodeError, OllamaEncoder } from './encode-answer.ts'
import type { Way } from './line.ts'

/**
 * Clients of Ollama, once their request is one of Chat Completions (`chatRequest`, `generateRequest`): what an alias sets is
 * said in OpenAI's words, and so is put in before a provider's protocol is known.
 */
export const ollamaClient = (way: Way): ClientCodec => ({
  decodeRequest,
  stream: answering => new OllamaEncoder(way, answering),
  whole: (answer, answering, at) => encodeAnswer(way, answer, answering, at),
  encodeError,
})
