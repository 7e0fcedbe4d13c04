// The events of a Messages stream, read one by one: they come as server-sent events, in AWS's frames, or are those that a
// whole answer would have been. PROTOCOLS 3.3

import { Blocks } from '../blocks.ts'
import type { Asked } from '../codec.ts'
import { argsAsInput } from '../custom-tools.ts'
import { brokenAnswer, errorWithin } from '../error-kind.ts'
import { exactJson, parseExact } from '../exact.ts'
import type { AnswerEvent, Finish, OpenBlock, UpstreamError } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { jsonTool } from './json-tool.ts'
import { finishOf } from './stop.ts'
import { Counts } from './usage.ts'

/** A block that is being read. */
interface Reading {
  readonly key: string
  /** What it becomes; undefined for one that can only be told when it is whole. */
  readonly block: OpenBlock | undefined
  readonly raw: Json
  /** Arguments of a call that came with its beginning. */
  readonly input: Json | undefined
  /** The arguments must be whole before they can be said: those of a custom tool, and of Anthropic's own. */
  readonly held: boolean
  args: string
  signature: string
}

export class MessagesEvents {
  /** All was said, or it failed. */
  over = false
  readonly #asked: Asked
  readonly #json: string | undefined
  readonly #custom: ReadonlySet<string>
  readonly #blocks = new Blocks()
  readonly #reading = new Map<unknown, Reading>()
  readonly #counts = new Counts()
  #started = false
  #calls = false
  #finish: Finish | undefined
  #count = 0

  constructor(asked: Asked) {
    const { request, far } = asked
    this.#asked = asked
    this.#json = jsonTool(request, far.facts)
    this.#custom = new Set(
      request.tools.filter(({ kind }) => kind === 'custom').map(({ name }) => name),
    )
  }

  /** What one event says; `name` is the event's, for those that do not repeat it inside. */
  take(event: Json, name = ''): AnswerEvent[] {
    if (this.over) return []
    const type = asText(event['type']) ?? name
    switch (type) {
      case 'message_start':
        return this.#start(asObject(event['message']) ?? {})
      case 'content_block_start':
        return [...this.#begun(), ...this.#open(event['index'], asObject(event['content_block']))]
      case 'content_block_delta':
        return [...this.#begun(), ...this.#delta(event['index'], asObject(event['delta']) ?? {})]
      case 'content_block_stop':
        return this.#close(event['index'])
      case 'message_delta':
        this.#counts.add(asObject(event['usage']))
        return this.#ending(asObject(event['delta']) ?? {})
      case 'message_stop':
        this.#finish ??= { reason: this.#calls ? 'tool_calls' : 'stop' }
        return this.end()
      case 'ping':
        return [{ t: 'ping' }]
      default:
        return type === 'error' || event['error'] !== undefined ? this.fail(errorWithin(event)) : []
    }
  }

  fail(error: UpstreamError): AnswerEvent[] {
    if (this.over) return []
    this.over = true
    return [{ t: 'error', error }]
  }

  /** No event follows: the last ones of an answer that was whole, or an error. */
  end(): AnswerEvent[] {
    if (this.over) return []
    const finish = this.#finish
    if (!finish) return this.fail(brokenAnswer('it ended before it was whole'))
    this.over = true
    const rest = [...this.#reading.keys()].flatMap(index => this.#close(index))
    const events: AnswerEvent[] = [...this.#begun(), ...rest, ...this.#blocks.close()]
    // Why it refused is told at the end, and the client's protocol may have a place for it.
    const { reason, detail } = finish
    if (reason === 'filter' && detail !== undefined) {
      events.push(
        { t: 'open', block: { t: 'refusal' } },
        { t: 'text', text: detail },
        { t: 'close' },
      )
    }
    const usage = this.#counts.usage()
    // Only the tool that nobody has was called: that is no call.
    const called = reason === 'tool_calls' && this.#json !== undefined && !this.#calls
    return [
      ...events,
      { t: 'usage', usage },
      { t: 'finish', finish: called ? { ...finish, reason: 'stop' } : finish },
      { t: 'end' },
    ]
  }

  /** Relays have been seen to begin a message twice: the first counts. */
  #start(message: Json): AnswerEvent[] {
    this.#counts.add(asObject(message['usage']))
    if (this.#started) return []
    this.#started = true
    const id = asText(message['id'])
    const model = asText(message['model'])
    const usage = this.#counts.usage()
    return [
      {
        t: 'start',
        ...(id === undefined ? {} : { id }),
        ...(model === undefined ? {} : { model }),
        ...(usage.input ? { usage } : {}),
      },
      // A message may begin with what a container's tools have said by then, and end with that.
      ...asArray(message['content']).flatMap((block, n) => {
        const index = `start ${n}`
        return [...this.#open(index, asObject(block)), ...this.#close(index)]
      }),
      ...this.#ending(message),
    ]
  }

  #begun(): AnswerEvent[] {
    return this.#started ? [] : this.#start({})
  }

  #open(index: unknown, raw: Json = {}): AnswerEvent[] {
    const before = this.#reading.has(index) ? this.#close(index) : []
    const input = asObject(raw['input'])
    const block = this.#blockOf(raw)
    const held = !block || (block.t === 'tool_call' && block.kind === 'custom')
    const key = String(this.#count++)
    const reading: Reading = { key, block, raw, input, held, args: '', signature: '' }
    this.#reading.set(index, reading)
    if (block?.t === 'tool_call') this.#calls = true
    if (!block) return before
    const text = isCall(raw) ? '' : (asText(raw['text']) ?? asText(raw['thinking']) ?? '')
    const events = [...before, ...this.#blocks.say(key, block, text)]
    reading.signature = asText(raw['signature']) ?? ''
    for (const citation of asArray(raw['citations']).map(asObject)) {
      if (citation) events.push({ t: 'citation', citation })
    }
    return events
  }

  #blockOf({ type, id, name, data }: Json): OpenBlock | undefined {
    switch (type) {
      case 'text':
        return { t: 'text' }
      case 'thinking':
        return { t: 'reasoning' }
      case 'redacted_thinking':
        return { t: 'reasoning', redacted: { vendor: 'anthropic', value: String(data ?? '') } }
      case 'tool_use': {
        const sent = String(name ?? '')
        if (sent === this.#json) return { t: 'text' }
        const known = this.#asked.toolNames.get(sent) ?? sent
        return {
          t: 'tool_call',
          id: asText(id) ?? this.#asked.newId('toolu_'),
          name: known,
          kind: this.#custom.has(known) ? 'custom' : 'function',
        }
      }
      default:
        return undefined
    }
  }

  #delta(index: unknown, delta: Json): AnswerEvent[] {
    const { text, thinking, partial_json, signature, citation } = delta
    const said = asText(text) ?? asText(thinking) ?? asText(partial_json)
    const reading = this.#reading.get(index)
    if (!reading) {
      // Some hosts begin a text without saying so.
      const type = text !== undefined ? 'text' : thinking !== undefined ? 'thinking' : undefined
      if (type === undefined) return []
      return [...this.#open(index, { type }), ...this.#delta(index, delta)]
    }
    if (typeof signature === 'string') reading.signature += signature
    const cited = asObject(citation)
    if (cited && this.#blocks.open?.t === 'text') return [{ t: 'citation', citation: cited }]
    if (said === undefined) return []
    if (partial_json !== undefined) reading.args += said
    return reading.held || !reading.block ? [] : this.#blocks.say(reading.key, reading.block, said)
  }

  #close(index: unknown): AnswerEvent[] {
    const reading = this.#reading.get(index)
    if (!reading) return []
    this.#reading.delete(index)
    const { key, block, raw, input, held, signature } = reading
    if (!block) return [...this.#blocks.close(), ...this.#opaque(reading)]
    const events: AnswerEvent[] = []
    if (isCall(raw) && (held || reading.args === '')) {
      const args = reading.args === '' ? exactJson(input ?? {}) : reading.args
      events.push(...this.#blocks.say(key, block, held ? argsAsInput(args) : args))
    }
    if (signature !== '') {
      events.push(...this.#blocks.sign(key, { vendor: 'anthropic', value: signature }))
    }
    return this.#blocks.open === block ? [...events, ...this.#blocks.close()] : events
  }

  /** Blocks of Anthropic's own tools, for who understands them: whole, with the input that came in parts. */
  #opaque({ raw, args }: Reading): AnswerEvent[] {
    if (typeof raw['type'] !== 'string') return []
    let input = raw['input']
    try {
      if (args !== '') input = parseExact(args)
    } catch {
      // It stays what it began as.
    }
    const whole = input === undefined ? raw : { ...raw, input }
    return [{ t: 'open', block: { t: 'opaque', vendor: 'anthropic', raw: whole } }, { t: 'close' }]
  }

  #ending(delta: Json): AnswerEvent[] {
    if (typeof delta['stop_reason'] === 'string') this.#finish = finishOf(delta)
    return []
  }
}

const isCall = ({ type }: Json): boolean => type === 'tool_use'
