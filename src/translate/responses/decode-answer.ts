// An answer of OpenAI's Responses API, streamed or whole -> events of the message model. PROTOCOLS 3.8
// Servers that imitate it send the arguments of a call only at its end, or an item without any deltas at all: whatever an
// item is said to be when it is done, and was not said before, is said then.

import { SseDecoder } from '../../wire/sse.ts'
import { Blocks } from '../blocks.ts'
import type { AnswerDecoder, Asked } from '../codec.ts'
import { brokenAnswer, errorWithin } from '../error-kind.ts'
import { parseExact } from '../exact.ts'
import type { AnswerEvent, FinishReason, OpenBlock, TokenUsage } from '../message.ts'
import { asArray, asNumber, asObject, asText, type Json } from '../values.ts'

export class ResponsesDecoder implements AnswerDecoder {
  readonly #asked: Asked
  readonly #sse = new SseDecoder()
  readonly #blocks = new Blocks()
  /** What was said of each block by now. */
  readonly #said = new Map<string, string>()
  readonly #items = new Map<number, Json>()
  /** Those that were said to be done: a response at its end says all of them again. */
  readonly #done = new Set<number>()
  #started = false
  #calls = false
  #over = false

  constructor(asked: Asked) {
    this.#asked = asked
  }

  push(chunk: Buffer): AnswerEvent[] {
    return this.#sse.push(chunk).flatMap(({ data }) => this.#read(data))
  }

  end(): AnswerEvent[] {
    const last = this.push(Buffer.from('\n\n'))
    if (this.#over) return last
    this.#over = true
    return [...last, { t: 'error', error: brokenAnswer('it ended before it was whole') }]
  }

  /** The events of a whole response. */
  whole(response: Json): AnswerEvent[] {
    return this.#ended(response)
  }

  #read(data: string): AnswerEvent[] {
    if (this.#over || data === '[DONE]') return []
    let event: Json | undefined
    try {
      event = asObject(parseExact(data))
    } catch {
      this.#over = true
      return [{ t: 'error', error: brokenAnswer('an event of it is not JSON') }]
    }
    return event ? this.#event(event) : []
  }

  #event(event: Json): AnswerEvent[] {
    const type = asText(event['type']) ?? ''
    const delta = asText(event['delta']) ?? ''
    const index = asNumber(event['output_index']) ?? 0
    const part = `${index}:${asNumber(event['content_index']) ?? 0}`
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
        return this.#start(asObject(event['response']) ?? {})
      case 'response.output_item.added':
        this.#items.set(index, asObject(event['item']) ?? {})
        return [...this.#start({}), ...this.#opened(index)]
      case 'response.output_text.delta':
        return this.#say(part, { t: 'text' }, delta)
      case 'response.refusal.delta':
        return this.#say(part, { t: 'refusal' }, delta)
      case 'response.output_text.annotation.added':
        return [{ t: 'citation', citation: asObject(event['annotation']) ?? {} }]
      case 'response.reasoning_summary_part.added': {
        const more = (asNumber(event['summary_index']) ?? 0) > 0
        return more ? this.#say(`${index}`, this.#reasoning(index, true), '\n\n') : []
      }
      case 'response.reasoning_summary_text.delta':
        return this.#say(`${index}`, this.#reasoning(index, true), delta)
      // As OpenAI calls it, and as Open Responses does.
      case 'response.reasoning_text.delta':
      case 'response.reasoning.delta':
        return this.#say(`${index}`, this.#reasoning(index, false), delta)
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta': {
        const call = this.#call(this.#items.get(index))
        return call ? this.#say(`${index}`, call, delta) : []
      }
      case 'response.output_item.done':
        return this.#itemDone(index, asObject(event['item']) ?? {})
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return this.#ended(asObject(event['response']) ?? {})
      case 'error':
        return this.#failed(event['error'] ?? event)
      default:
        return event['error'] ? this.#failed(event) : []
    }
  }

  #start(response: Json): AnswerEvent[] {
    if (this.#started) return []
    this.#started = true
    const id = asText(response['id'])
    const model = asText(response['model'])
    const created = asNumber(response['created_at'])
    return [
      {
        t: 'start',
        ...(id ? { id } : {}),
        ...(model ? { model } : {}),
        ...(created === undefined ? {} : { created }),
      },
    ]
  }

  /** A call begins when it is announced: its arguments may be long in coming. */
  #opened(index: number): AnswerEvent[] {
    const call = this.#call(this.#items.get(index))
    return call ? this.#say(`${index}`, call, '') : []
  }

  #say(key: string, block: OpenBlock, text: string): AnswerEvent[] {
    this.#said.set(key, (this.#said.get(key) ?? '') + text)
    return [...this.#start({}), ...this.#blocks.say(key, block, text)]
  }

  /** What of `text` has not been said of a block yet. */
  #rest(key: string, block: OpenBlock, text: string): AnswerEvent[] {
    const said = this.#said.get(key)
    if (said === undefined) return text === '' ? [] : this.#say(key, block, text)
    return said.length < text.length && text.startsWith(said)
      ? this.#say(key, block, text.slice(said.length))
      : []
  }

  #itemDone(index: number, item: Json): AnswerEvent[] {
    if (this.#done.has(index)) return []
    this.#done.add(index)
    this.#items.set(index, item)
    const events = this.#start({})
    const call = this.#call(item)
    if (call) {
      const args = asText(item['arguments']) ?? asText(item['input']) ?? ''
      if (!this.#said.has(`${index}`)) events.push(...this.#say(`${index}`, call, ''))
      events.push(...this.#rest(`${index}`, call, args))
      return events
    }
    if (item['type'] === 'reasoning') return [...events, ...this.#reasoningDone(index, item)]
    if (item['type'] === 'image_generation_call') {
      const base64 = asText(item['result'])
      if (!base64) return events
      const block = { t: 'image', base64, mime: 'image/png' } as const
      return [...events, ...this.#blocks.say(`${index}`, block, ''), ...this.#blocks.close()]
    }
    for (const [i, value] of asArray(item['content']).entries()) {
      const part = asObject(value) ?? {}
      const key = `${index}:${i}`
      const fresh = !this.#said.has(key)
      if (part['type'] === 'refusal') {
        events.push(...this.#rest(key, { t: 'refusal' }, asText(part['refusal']) ?? ''))
      } else events.push(...this.#rest(key, { t: 'text' }, asText(part['text']) ?? ''))
      if (fresh) {
        for (const one of asArray(part['annotations'])) {
          events.push({ t: 'citation', citation: asObject(one) ?? {} })
        }
      }
    }
    return events
  }

  #reasoningDone(index: number, item: Json): AnswerEvent[] {
    const texts = (parts: unknown): string =>
      asArray(parts)
        .map(part => asText(asObject(part)?.['text']) ?? '')
        .join('\n\n')
    const own = texts(item['content'])
    const value = asText(item['encrypted_content'])
    const key = `${index}`
    const block = this.#reasoning(index, own === '')
    const events = this.#rest(key, block, own || texts(item['summary']))
    if (value === undefined) return events
    if (!this.#said.has(key)) events.push(...this.#say(key, block, ''))
    const signature = { vendor: 'openai', value } as const
    return [...events, { t: 'signature', signature }, ...this.#blocks.close()]
  }

  #reasoning(index: number, summary: boolean): OpenBlock {
    const id = asText(this.#items.get(index)?.['id'])
    return { t: 'reasoning', ...(summary ? { summary } : {}), ...(id ? { id } : {}) }
  }

  #call(item: Json | undefined): Extract<OpenBlock, { t: 'tool_call' }> | undefined {
    const type = item?.['type']
    if (type !== 'function_call' && type !== 'custom_tool_call') return undefined
    this.#calls = true
    const name = asText(item?.['name']) ?? ''
    return {
      t: 'tool_call',
      id: asText(item?.['call_id']) ?? asText(item?.['id']) ?? this.#asked.newId('call_'),
      name: this.#asked.toolNames.get(name) ?? name,
      kind: type === 'custom_tool_call' ? 'custom' : 'function',
    }
  }

  #ended(response: Json): AnswerEvent[] {
    if (response['status'] === 'failed' || response['error']) {
      return [...this.#start(response), ...this.#failed(response['error'] ?? response)]
    }
    const start = this.#start(response)
    const items = asArray(response['output']).flatMap((item, i) =>
      this.#itemDone(i, asObject(item) ?? {}),
    )
    this.#over = true
    const usage = usageOf(asObject(response['usage']))
    return [
      ...start,
      ...items,
      ...this.#blocks.close(),
      ...(usage ? [{ t: 'usage', usage } as const] : []),
      { t: 'finish', finish: { reason: this.#reasonOf(response) } },
      { t: 'end' },
    ]
  }

  #reasonOf(response: Json): FinishReason {
    const why = asText(asObject(response['incomplete_details'])?.['reason'])
    if (why === 'content_filter') return 'filter'
    if (why !== undefined || response['status'] === 'incomplete') return 'length'
    return this.#calls ? 'tool_calls' : 'stop'
  }

  #failed(error: unknown): AnswerEvent[] {
    this.#over = true
    return [{ t: 'error', error: errorWithin(error) }]
  }
}

function usageOf(usage: Json | undefined): TokenUsage | undefined {
  if (!usage) return undefined
  const input = asObject(usage['input_tokens_details'])
  const output = asObject(usage['output_tokens_details'])
  const counts = {
    input: asNumber(usage['input_tokens']),
    cached: asNumber(input?.['cached_tokens']),
    cacheWrite: asNumber(input?.['cache_write_tokens']),
    output: asNumber(usage['output_tokens']),
    reasoning: asNumber(output?.['reasoning_tokens']),
  }
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== undefined))
}
