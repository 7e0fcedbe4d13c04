// What Converse answers, streamed in AWS's frames or whole. Only calls of tools are begun in so many words; counts come after
// the end has been said; and what fails within a stream comes as a frame of another kind. PROTOCOLS 3.10

import { EventStreamDecoder, type Frame } from '../../wire/eventstream.ts'
import { Blocks } from '../blocks.ts'
import type { AnswerDecoder, Asked } from '../codec.ts'
import { argsAsInput } from '../custom-tools.ts'
import { brokenAnswer, errorWithin } from '../error-kind.ts'
import { exactJson, parseExact } from '../exact.ts'
import type {
  AnswerEvent,
  Finish,
  FinishReason,
  OpenBlock,
  TokenUsage,
  UpstreamError,
  Vendor,
} from '../message.ts'
import { jsonTool } from '../messages/json-tool.ts'
import { asArray, asNumber, asObject, asText, type Json } from '../values.ts'
import { errorOfFrame } from './aws-error.ts'
import { converseModel, factsBehind } from './model.ts'

/** Reads a stream of Converse. */
export class ConverseDecoder implements AnswerDecoder {
  readonly #frames = new EventStreamDecoder()
  readonly #events: ConverseEvents

  constructor(asked: Asked) {
    this.#events = new ConverseEvents(asked)
  }

  push(chunk: Buffer): AnswerEvent[] {
    const events = this.#frames.push(chunk).flatMap(frame => this.#take(frame))
    const { fault } = this.#frames
    return fault === undefined ? events : [...events, ...this.#events.fail(brokenAnswer(fault))]
  }

  end(): AnswerEvent[] {
    return this.#frames.inFrame
      ? this.#events.fail(brokenAnswer('it ended within a frame'))
      : this.#events.end()
  }

  #take({ fields, payload }: Frame): AnswerEvent[] {
    const error = errorOfFrame(fields, payload)
    if (error) return this.#events.fail(error)
    let value: unknown
    try {
      value = parseExact(payload.toString())
    } catch {
      return this.#events.fail(brokenAnswer('an event of it is not JSON'))
    }
    return this.#events.take(fields.get(':event-type') ?? '', asObject(value) ?? {})
  }
}

/** The events that a whole answer would have come in. */
export function decodeWhole(body: Json, asked: Asked): AnswerEvent[] {
  const events = new ConverseEvents(asked)
  const message = asObject(asObject(body['output'])?.['message'])
  if (!message) return events.fail(errorWithin(body))
  return [
    ...asArray(message['content']).flatMap((block, index) =>
      events.whole(index, asObject(block) ?? {}),
    ),
    ...events.take('messageStop', body),
    ...events.take('metadata', body),
    ...events.end(),
  ]
}

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'context',
  guardrail_intervened: 'filter',
  content_filtered: 'filter',
}

class ConverseEvents {
  readonly #asked: Asked
  readonly #json: string | undefined
  readonly #custom: ReadonlySet<string>
  readonly #signer: Vendor
  readonly #blocks = new Blocks()
  /** The block that each index stands for, and what of it must be whole before it can be said. */
  readonly #open = new Map<
    unknown,
    { readonly key: string; readonly block: OpenBlock; held: string; signature: string }
  >()
  #count = 0
  #started = false
  #calls = false
  #finish: Finish | undefined
  #usage: TokenUsage | undefined
  #over = false

  constructor(asked: Asked) {
    const { request, far } = asked
    this.#asked = asked
    this.#json = jsonTool(request, factsBehind(far))
    this.#signer = converseModel(far.model).signer
    this.#custom = new Set(
      request.tools.filter(({ kind }) => kind === 'custom').map(({ name }) => name),
    )
  }

  take(type: string, event: Json): AnswerEvent[] {
    if (this.#over) return []
    const index = event['contentBlockIndex']
    switch (type) {
      case 'messageStart':
        return this.#begun()
      case 'contentBlockStart':
        return this.#start(index, asObject(event['start']) ?? {})
      case 'contentBlockDelta':
        return this.#delta(index, asObject(event['delta']) ?? {})
      case 'contentBlockStop':
        return this.#stop(index)
      case 'messageStop':
        return this.#stopped(event)
      case 'metadata':
        this.#usage = usageOf(asObject(event['usage']) ?? {})
        return []
      default:
        return []
    }
  }

  /** One block of a whole answer. */
  whole(index: number, block: Json): AnswerEvent[] {
    const call = asObject(block['toolUse'])
    const cited = asArray(asObject(block['citationsContent'])?.['content'])
    const { reasoningText, redactedContent } = asObject(block['reasoningContent']) ?? {}
    const deltas: Json[] = call
      ? [{ toolUse: { input: exactJson(call['input'] ?? {}) } }]
      : block['reasoningContent']
        ? [{ reasoningContent: asObject(reasoningText) ?? { redactedContent } }]
        : [{ text: block['text'] }, ...cited.map(part => ({ text: asObject(part)?.['text'] }))]
    return [
      ...(call ? this.#start(index, { toolUse: call }) : []),
      ...deltas.flatMap(delta => this.#delta(index, delta)),
      ...this.#stop(index),
    ]
  }

  fail(error: UpstreamError): AnswerEvent[] {
    if (this.#over) return []
    this.#over = true
    return [{ t: 'error', error }]
  }

  /** No event follows: the last ones of an answer that was whole, or an error. */
  end(): AnswerEvent[] {
    const finish = this.#finish
    if (!finish) return this.fail(brokenAnswer('it ended before it was whole'))
    if (this.#over) return []
    this.#over = true
    const reason = finish.reason === 'stop' && this.#calls ? 'tool_calls' : finish.reason
    // Only the tool that nobody has was called: that is no call.
    const none = reason === 'tool_calls' && !this.#calls
    return [
      ...this.#begun(),
      ...[...this.#open.keys()].flatMap(index => this.#stop(index)),
      ...this.#blocks.close(),
      ...(this.#usage ? [{ t: 'usage', usage: this.#usage } as const] : []),
      { t: 'finish', finish: { ...finish, reason: none ? 'stop' : reason } },
      { t: 'end' },
    ]
  }

  #begun(): AnswerEvent[] {
    if (this.#started) return []
    this.#started = true
    return [{ t: 'start' }]
  }

  #start(index: unknown, start: Json): AnswerEvent[] {
    const call = asObject(start['toolUse'])
    if (!call) return this.#begun()
    const sent = asText(call['name']) ?? ''
    if (sent === this.#json) return this.#say(index, { t: 'text' }, '')
    const name = this.#asked.toolNames.get(sent) ?? sent
    this.#calls = true
    return this.#say(
      index,
      {
        t: 'tool_call',
        id: asText(call['toolUseId']) ?? this.#asked.newId('tooluse_'),
        name,
        kind: this.#custom.has(name) ? 'custom' : 'function',
      },
      '',
    )
  }

  #delta(index: unknown, delta: Json): AnswerEvent[] {
    const { text } = delta
    const input = asObject(delta['toolUse'])?.['input']
    const thought = asObject(delta['reasoningContent'])
    if (typeof input === 'string') {
      const open = this.#open.get(index)
      if (open?.block.t !== 'tool_call' || open.block.kind !== 'custom') {
        return open ? this.#say(index, open.block, input) : []
      }
      open.held += input
      return []
    }
    if (thought) return this.#think(index, thought)
    return typeof text === 'string' && text !== '' ? this.#say(index, { t: 'text' }, text) : []
  }

  #think(index: unknown, { text, signature, redactedContent }: Json): AnswerEvent[] {
    const events: AnswerEvent[] = []
    const hidden = asText(redactedContent)
    if (hidden !== undefined) {
      const redacted = { vendor: 'bedrock', value: hidden } as const
      return [
        ...this.#stop(index),
        ...this.#say(index, { t: 'reasoning', redacted }, ''),
        ...this.#stop(index),
      ]
    }
    if (asText(text) !== undefined || signature !== undefined) {
      events.push(...this.#say(index, { t: 'reasoning' }, asText(text) ?? ''))
    }
    const open = this.#open.get(index)
    if (open && typeof signature === 'string') open.signature += signature
    return events
  }

  /** More of the block of an index; one of another kind than it had is a new block. */
  #say(index: unknown, block: OpenBlock, text: string): AnswerEvent[] {
    const before = this.#open.get(index)
    const ended = before && before.block.t !== block.t ? this.#stop(index) : []
    let open = this.#open.get(index)
    if (!open) {
      open = { key: String(this.#count++), block, held: '', signature: '' }
      this.#open.set(index, open)
    }
    return [...this.#begun(), ...ended, ...this.#blocks.say(open.key, open.block, text)]
  }

  #stop(index: unknown): AnswerEvent[] {
    const open = this.#open.get(index)
    if (!open) return []
    this.#open.delete(index)
    const { key, block, held, signature } = open
    const events: AnswerEvent[] = []
    if (held !== '') events.push(...this.#blocks.say(key, block, argsAsInput(held)))
    if (signature !== '') {
      events.push(...this.#blocks.sign(key, { vendor: this.#signer, value: signature }))
    }
    return this.#blocks.open === block ? [...events, ...this.#blocks.close()] : events
  }

  #stopped(event: Json): AnswerEvent[] {
    const word = asText(event['stopReason']) ?? ''
    if (word.startsWith('malformed_')) {
      return this.fail(brokenAnswer(`the model's answer made no sense: ${word}`))
    }
    const fields = asObject(event['additionalModelResponseFields']) ?? {}
    const met =
      asText(fields['stop_sequence']) ?? asText(asObject(fields['delta'])?.['stop_sequence'])
    this.#finish = {
      reason: reasons[word] ?? 'stop',
      ...(word === 'stop_sequence' && met !== undefined ? { stopSequence: met } : {}),
      ...(word === 'guardrail_intervened' ? { detail: 'a guardrail intervened' } : {}),
    }
    return []
  }
}

/** Its input, like Anthropic's, is without what a cache had to do with. */
function usageOf(usage: Json): TokenUsage {
  const cached = asNumber(usage['cacheReadInputTokens'])
  const cacheWrite = asNumber(usage['cacheWriteInputTokens'])
  const uncached = asNumber(usage['inputTokens'])
  const hour = asArray(usage['cacheDetails'])
    .map(detail => asObject(detail) ?? {})
    .find(detail => detail['ttl'] === '1h')
  const counts = {
    input: uncached === undefined ? undefined : uncached + (cached ?? 0) + (cacheWrite ?? 0),
    cached,
    cacheWrite,
    cacheWrite1h: asNumber(hour?.['inputTokens']),
    output: asNumber(usage['outputTokens']),
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined))
}
