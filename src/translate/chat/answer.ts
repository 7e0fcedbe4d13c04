import { SseDecoder } from '../../wire/sse.ts'
import { tell, type Usage } from '../../wire/usage.ts'
import { errorText } from '../error-text.ts'
import { AnswerFault } from '../translation.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'

/** What one chunk of a chat completion adds, or all that a whole one says. */
export interface ChatPiece {
  readonly model: string | undefined
  readonly text: string
  readonly thinking: string
  /** Parts of tool calls, as they came. */
  readonly toolCalls: readonly unknown[]
  readonly finish: string | undefined
  readonly usage: Usage | undefined
}

/**
 * Reads the answer of a Chat Completions server, a stream or whole, of bytes in any split: the first choice of it, also of
 * the older Completions. What is no such answer, and an error that a stream carries, are thrown as an AnswerFault once the
 * pieces before it were given.
 */
export class ChatAnswer {
  readonly #sse: SseDecoder | undefined
  readonly #chunks: Buffer[] = []
  /** The stream has said that it is over, or the answer is whole. */
  done = false

  /** `stream`: it comes as events. */
  constructor(stream: boolean) {
    this.#sse = stream ? new SseDecoder() : undefined
  }

  *push(chunk: Buffer): Generator<ChatPiece> {
    if (!this.#sse) {
      this.#chunks.push(chunk)
      return
    }
    for (const { data } of this.#sse.push(chunk)) {
      if (this.done) return
      if (data.trim() === '[DONE]') this.done = true
      else yield pieceOf(parse(data))
    }
  }

  *end(): Generator<ChatPiece> {
    if (this.#sse) {
      // Not every server ends its last event.
      yield* this.push(Buffer.from('\n\n'))
      return
    }
    const value = parse(Buffer.concat(this.#chunks).toString())
    const piece = pieceOf(value)
    if (asArray(value['choices']).length === 0) throw new AnswerFault('it has no choices')
    yield piece
    this.done = true
  }
}

function pieceOf(value: Json): ChatPiece {
  const error = value['error']
  if (error !== undefined && error !== null)
    throw new AnswerFault(errorText(JSON.stringify(value), 500))
  // Azure sends chunks without choices, and so does everyone for the usage at the end.
  const choice = asArray(value['choices']).map(asObject).find(isFirst)
  const message = asObject(choice?.['delta']) ?? asObject(choice?.['message'])
  const { model, usage } = tell(value)
  return {
    model,
    text:
      asText(message?.['content']) ??
      asText(message?.['refusal']) ??
      asText(choice?.['text']) ??
      '',
    thinking: asText(message?.['reasoning_content']) ?? asText(message?.['reasoning']) ?? '',
    toolCalls: asArray(message?.['tool_calls']),
    finish: asText(choice?.['finish_reason']),
    usage,
  }
}

const isFirst = (choice: Json | undefined): boolean => (choice?.['index'] ?? 0) === 0

function parse(json: string): Json {
  let value: Json | undefined
  try {
    value = asObject(JSON.parse(json))
  } catch {
    throw new AnswerFault('it is not JSON')
  }
  if (!value) throw new AnswerFault('it is not a JSON object')
  return value
}
