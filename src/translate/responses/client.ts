import { chatClient } from '../chat/client.ts'
import type { Answering, ClientCodec } from '../codec.ts'
import type { Answer } from '../message.ts'
import type { Json } from '../values.ts'
import { decodeRequest } from './decode-request.ts'
import { ResponsesStream } from './encode-stream.ts'
import { Items } from './items.ts'
import { responseObject, statusOf } from './response.ts'

/** OpenAI's Responses, as its clients speak it. Its errors are those of all of OpenAI's API. */
export const responsesClient = {
  decodeRequest,
  stream: answering => new ResponsesStream(answering),
  whole,
  encodeError: chatClient.encodeError,
} satisfies ClientCodec

function whole(answer: Answer, answering: Answering, at: number): Json {
  const { id, model, usage, finish, parts } = answer
  const seconds = Math.floor(at / 1000)
  return responseObject(
    {
      id: id?.startsWith('resp_') ? id : answering.newId('resp_'),
      model: answering.model ?? model ?? answering.target,
      created: Math.floor(answering.started / 1000),
      completed: seconds,
      status: statusOf(finish),
      output: new Items(answering).all(parts),
      usage,
      finish,
    },
    answering,
  )
}
