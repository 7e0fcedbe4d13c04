import { SseDecoder, type SseEvent } from '../../wire/sse.ts'
import type { AnswerDecoder, Asked } from '../codec.ts'
import { brokenAnswer } from '../error-kind.ts'
import { parseExact } from '../exact.ts'
import type { AnswerEvent } from '../message.ts'
import { asObject, type Json } from '../values.ts'
import { MessagesEvents } from './decode-answer.ts'

/** Reads a stream of Messages as server-sent events. */
export class MessagesDecoder implements AnswerDecoder {
  readonly #sse = new SseDecoder()
  readonly #events: MessagesEvents

  constructor(asked: Asked) {
    this.#events = new MessagesEvents(asked)
  }

  push(chunk: Buffer): AnswerEvent[] {
    return this.#sse.push(chunk).flatMap(event => this.#take(event))
  }

  end(): AnswerEvent[] {
    // What stands after the last empty line may be the last event all the same: some servers end without one.
    const last = this.push(Buffer.from('\n\n'))
    if (this.#events.over) return last
    const message = 'it ended before it was whole'
    return [...last, ...this.#events.fail(brokenAnswer(message))]
  }

  #take({ event, data }: SseEvent): AnswerEvent[] {
    if (this.#events.over || data === '[DONE]') return []
    let value: unknown
    try {
      value = parseExact(data)
    } catch {
      const message = event === 'error' ? data : 'an event of it is not JSON'
      return this.#events.fail(brokenAnswer(message))
    }
    const fields = asObject(value)
    return fields ? this.#events.take(fields, event) : []
  }
}

/** The events that a whole answer would have come in. */
export function decodeWhole(body: Json, asked: Asked): AnswerEvent[] {
  const events = new MessagesEvents(asked)
  if (body['type'] === 'error' || body['error'] !== undefined) return events.take(body, 'error')
  if (!Array.isArray(body['content'])) {
    return events.fail(brokenAnswer('it has no content'))
  }
  return [
    ...events.take({ type: 'message_start', message: body }),
    ...events.take({ type: 'message_stop' }),
  ]
}
