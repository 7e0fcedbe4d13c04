import { GatewayError } from '../../errors.ts'
import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import { exactJsonInSteps } from '../exact.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { imageUrl } from './image.ts'

/** Who is told of fields that have no place in a chat. */
export interface Dropping {
  drop(name: string): void
}

/** The content of a message: a text, or the parts of one that has images. */
export function contentOf(text: string, urls: readonly string[]): unknown {
  if (urls.length === 0) return text
  const images = urls.map(url => ({ type: 'image_url', image_url: { url } }))
  return text === '' ? images : [{ type: 'text', text }, ...images]
}

/** Ollama's messages as those of a chat completion. Throws `bad_request`. */
export function chatMessages(messages: readonly unknown[], dropping: Dropping): Steps<Json[]> {
  const calls = new Calls()
  return flatMapInSteps(messages, (value, i) => chatMessage(value, i, calls, dropping))
}

function* chatMessage(value: unknown, i: number, calls: Calls, dropping: Dropping): Steps<Json[]> {
  const message = asObject(value)
  const role = asText(message?.['role'])
  const content = message?.['content'] ?? ''
  if (!message || role === undefined) throw refused(`messages[${i}] has no role`)
  if (typeof content !== 'string') throw refused(`messages[${i}].content is not a string`)
  // OpenAI refuses fields that it does not know.
  if (asText(message['thinking'])) dropping.drop('messages.thinking')
  if (role === 'tool') return [{ role, tool_call_id: calls.answered(message), content }]
  const urls = asArray(message['images']).map((image, n) =>
    imageUrl(image, `messages[${i}].images[${n}]`),
  )
  const toolCalls = yield* flatMapInSteps(asArray(message['tool_calls']), (call, n) =>
    calls.made(call, `messages[${i}].tool_calls[${n}]`),
  )
  if (toolCalls.length === 0) return [{ role, content: contentOf(content, urls) }]
  return [{ role, content: content === '' ? null : content, tool_calls: toolCalls }]
}

/** Gives calls ids, which Ollama's clients may leave out: a result then belongs to the first open call of its name. */
class Calls {
  #open: { readonly id: string; readonly name: string }[] = []
  #count = 0

  answered(message: Json): string {
    const id = asText(message['tool_call_id'])
    const name = asText(message['tool_name'])
    const found =
      this.#open.find(call => (id === undefined ? call.name === name : call.id === id)) ??
      (id === undefined ? this.#open[0] : undefined)
    this.#open = this.#open.filter(call => call !== found)
    return id ?? found?.id ?? this.#newId()
  }

  *made(value: unknown, where: string): Steps<Json[]> {
    const call = asObject(value)
    const called = asObject(call?.['function'])
    const name = asText(called?.['name'])
    if (name === undefined) throw refused(`${where} names no function`)
    const id = asText(call?.['id']) ?? this.#newId()
    this.#open.push({ id, name })
    const given = called?.['arguments'] ?? {}
    const args = typeof given === 'string' ? given : yield* exactJsonInSteps(given)
    return [{ id, type: 'function', function: { name, arguments: args } }]
  }

  /** Nine letters and digits, the only form that Mistral takes. */
  #newId(): string {
    return `call${String(++this.#count).padStart(5, '0')}`
  }
}

const refused = (reason: string): GatewayError => new GatewayError('bad_request', { reason })
