import { addAll } from '../../add-all.ts'
import { SseDecoder } from '../../wire/sse.ts'
import { Blocks } from '../blocks.ts'
import type { AnswerDecoder, Asked } from '../codec.ts'
import { brokenAnswer, errorWithin } from '../error-kind.ts'
import { parseExact } from '../exact.ts'
import type { AnswerEvent, OpenBlock, ReasoningPart } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { joinedText } from './decode-parts.ts'
import { finishMeaning } from './finish.ts'
import { CallReader } from './read-calls.ts'
import { blockPart, detailPart, reasoningText } from './reasoning.ts'
import { ThinkTags } from './think-tags.ts'
import { usageIn } from './usage.ts'

/** Reads the chunks of a chat completion: the first choice of it, also of the older Completions. PROTOCOLS 3.6 */
export class ChatDecoder implements AnswerDecoder {
  readonly #sse = new SseDecoder()
  readonly #reader: ChunkReader
  #over = false

  constructor(asked: Asked) {
    this.#reader = new ChunkReader(asked)
  }

  push(chunk: Buffer): AnswerEvent[] {
    const events: AnswerEvent[] = []
    for (const { event, data } of this.#sse.push(chunk)) {
      if (this.#over) break
      events.push(...this.#read(event, data.trim()))
      const last = events.at(-1)?.t
      this.#over = last === 'end' || last === 'error'
    }
    return events
  }

  end(): AnswerEvent[] {
    // Not every server ends its last event.
    const events = this.push(Buffer.from('\n\n'))
    if (this.#over) return events
    this.#over = true
    return [...events, ...this.#reader.end(false)]
  }

  #read(event: string, data: string): AnswerEvent[] {
    if (data === '') return []
    if (data === '[DONE]') return this.#reader.end(true)
    let value: unknown
    try {
      value = parseExact(data)
    } catch {
      return [{ t: 'error', error: brokenAnswer('it is not JSON') }]
    }
    return event === 'error'
      ? [{ t: 'error', error: errorWithin(value) }]
      : this.#reader.read(value)
  }
}

/** A whole chat completion: it says at once what a stream says in chunks. PROTOCOLS 3.5 */
export function decodeWhole(body: Json, asked: Asked): AnswerEvent[] {
  const reader = new ChunkReader(asked)
  const events = reader.read(body, 'message')
  if (events.at(-1)?.t === 'error') return events
  if (asArray(body['choices']).length === 0)
    return [...events, { t: 'error', error: brokenAnswer('it has no choices') }]
  return [...events, ...reader.end(true)]
}

const textBlock: OpenBlock = { t: 'text' }
const thoughtBlock: OpenBlock = { t: 'reasoning' }

class ChunkReader {
  readonly #asked: Asked
  readonly #blocks = new Blocks()
  readonly #calls: CallReader
  readonly #tags: ThinkTags | undefined
  #started = false
  #images = 0
  #finish: string | undefined
  #stopSequence: string | undefined

  constructor(asked: Asked) {
    this.#asked = asked
    this.#calls = new CallReader(asked, this.#blocks)
    this.#tags = asked.far.quirks.thinkTags ? new ThinkTags() : undefined
  }

  /** One chunk, or a whole completion, whose `message` counts first. */
  read(value: unknown, first: 'delta' | 'message' = 'delta'): AnswerEvent[] {
    const chunk = asObject(value)
    if (!chunk) return [{ t: 'error', error: brokenAnswer('it is not a JSON object') }]
    const choice = asArray(chunk['choices']).map(asObject).find(isFirst)
    const failed = [chunk, choice].find(part => part?.['error'])
    if (failed) return [{ t: 'error', error: errorWithin(failed) }]
    const events: AnswerEvent[] = []
    if (choice) {
      events.push(...this.#start(chunk))
      // Perplexity says both: beside every delta the whole message so far, and beside the message of a whole one no delta.
      const said = asObject(choice[first]) ?? asObject(choice['delta'] ?? choice['message'])
      addAll(events, this.#say(said ?? { content: choice['text'] }))
      const finish = asText(choice['finish_reason'])
      // OpenRouter says `stop` where the vendor behind it was lost.
      const why = broken[asText(choice['native_finish_reason']) ?? ''] ?? broken[finish ?? '']
      if (why !== undefined) return [...events, { t: 'error', error: brokenAnswer(why) }]
      this.#finish ??= finish
      this.#stopSequence ??= asText(choice['stop_reason'])
    }
    const usage = usageIn(chunk, choice)
    if (usage) events.push({ t: 'usage', usage })
    return events
  }

  /** `said`: the server says that it is over, and has not merely stopped. */
  end(said: boolean): AnswerEvent[] {
    const whole = this.#finish !== undefined || (said && this.#started)
    if (!whole) {
      return [{ t: 'error', error: brokenAnswer('it ended before it was whole') }]
    }
    const events = this.#tagged(this.#tags?.end() ?? [])
    const calls = this.#calls.end()
    if (!calls) {
      const message = 'it calls a tool that it does not name'
      return [...events, { t: 'error', error: brokenAnswer(message) }]
    }
    addAll(events, calls)
    addAll(events, this.#blocks.close())
    const reason = finishMeaning(this.#finish, this.#calls.any)
    const stopSequence =
      this.#stopSequence === undefined ? {} : { stopSequence: this.#stopSequence }
    events.push({ t: 'finish', finish: { reason, ...stopSequence } }, { t: 'end' })
    return events
  }

  #start({ id, model, created }: Json): AnswerEvent[] {
    if (this.#started) return []
    this.#started = true
    const own = { id: asText(id), model: asText(model), created }
    return [
      {
        t: 'start',
        ...(own.id === undefined ? {} : { id: own.id }),
        ...(own.model === undefined ? {} : { model: own.model }),
        ...(typeof created === 'number' && created > 0 ? { created } : {}),
      },
    ]
  }

  #say(message: Json): AnswerEvent[] {
    const events = [...this.#think(message), ...this.#content(message['content'])]
    const refusal = asText(message['refusal'])
    if (refusal !== undefined)
      events.push(...this.#blocks.say('refusal', { t: 'refusal' }, refusal))
    for (const annotation of asArray(message['annotations'])) {
      const citation = asObject(annotation)
      if (citation && this.#blocks.open?.t === 'text') events.push({ t: 'citation', citation })
    }
    for (const image of asArray(message['images'])) events.push(...this.#image(image))
    for (const call of asArray(message['tool_calls'])) events.push(...this.#calls.read(call))
    const legacy = asObject(message['function_call'])
    if (legacy) events.push(...this.#calls.read({ index: 0, function: legacy }))
    return events
  }

  /** Of what a chunk says twice, the text is taken once. */
  #think(message: Json): AnswerEvent[] {
    const text = reasoningText(message) ?? ''
    const details = asArray(message['reasoning_details']).flatMap(detailPart)
    const blocks = asArray(message['thinking_blocks']).flatMap(blockPart)
    const parts = details.length > 0 ? details : blocks
    const told = parts.some(part => part.text !== '')
    const events = !told && text !== '' ? this.#blocks.say('thought', thoughtBlock, text) : []
    return [...events, ...parts.flatMap(part => this.#thought(part))]
  }

  #thought(part: ReasoningPart): AnswerEvent[] {
    const { redacted, id, summary, text, signature } = part
    const own = id === undefined ? {} : { id }
    if (redacted) {
      // Google signs calls, which OpenRouter tells among its details.
      if (redacted.vendor === 'google' && id !== undefined) {
        this.#asked.far.memory.remember(id, redacted)
        return []
      }
      const block: OpenBlock = { t: 'reasoning', redacted, ...own }
      return this.#blocks.say(`sealed ${redacted.value}`, block, '')
    }
    // What seals a summary comes after it, in a piece of its own.
    const open = this.#blocks.open
    const seals = text === '' && open?.t === 'reasoning' && open.summary
    const key = summary || seals ? 'summary' : 'thought'
    const block: OpenBlock = { t: 'reasoning', ...(summary ? { summary } : {}), ...own }
    const events = this.#blocks.say(key, block, text)
    return signature ? [...events, ...this.#blocks.sign(key, signature)] : events
  }

  #content(content: unknown): AnswerEvent[] {
    if (typeof content === 'string') {
      if (content === '') return []
      return this.#tags
        ? this.#tagged(this.#tags.push(content))
        : this.#blocks.say('text', textBlock, content)
    }
    return asArray(content).flatMap(value => {
      const part = asObject(value) ?? {}
      const thinking = joinedText(part['thinking'])
      const events = thinking === '' ? [] : this.#blocks.say('thought', thoughtBlock, thinking)
      const text = asText(part['text'])
      return text === undefined ? events : [...events, ...this.#blocks.say('text', textBlock, text)]
    })
  }

  #tagged(pieces: ReturnType<ThinkTags['push']>): AnswerEvent[] {
    return pieces.flatMap(({ thought, text }) =>
      thought
        ? this.#blocks.say('thought', thoughtBlock, text)
        : this.#blocks.say('text', textBlock, text),
    )
  }

  #image(value: unknown): AnswerEvent[] {
    const url = asText(asObject(asObject(value)?.['image_url'])?.['url']) ?? ''
    const [, mime, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? []
    if (mime === undefined || base64 === undefined) return []
    const block: OpenBlock = { t: 'image', base64, mime }
    return this.#blocks.say(`image ${this.#images++}`, block, '')
  }
}

const isFirst = (choice: Json | undefined): boolean => (choice?.['index'] ?? 0) === 0

/** Reasons to finish that are none: the host has failed. */
const broken: Readonly<Record<string, string>> = {
  error: 'it ended with an error',
  network_error: 'the provider was lost',
  insufficient_system_resource: 'the provider has no room for it',
}
