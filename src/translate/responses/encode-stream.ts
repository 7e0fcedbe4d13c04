// Events of an answer -> the stream of Responses: typed events, numbered, each item announced before its parts and said
// whole at its end. Codex builds its history from `output_item.done` alone, and waits for `response.completed`.
// PROTOCOLS 3.8, https://platform.openai.com/docs/api-reference/responses-streaming

import { encodeSse } from '../../wire/sse.ts'
import type { AnswerEncoder, Answering } from '../codec.ts'
import type {
  AnswerEvent,
  Finish,
  OpenBlock,
  ReasoningPart,
  Signature,
  TokenUsage,
  UpstreamError,
} from '../message.ts'
import type { Json } from '../values.ts'
import { annotation, Items, inputOf, ownReasoning, textPart } from './items.ts'
import { type ResponseState, responseObject, statusOf } from './response.ts'

/** The item that is being said. */
interface OpenItem {
  readonly id: string
  readonly index: number
  /** Of a message: its parts that are whole. */
  readonly content: Json[]
}

export class ResponsesStream implements AnswerEncoder {
  readonly contentType = 'text/event-stream'
  readonly #answering: Answering
  readonly #items: Items
  readonly #output: Json[] = []
  #head: Pick<ResponseState, 'id' | 'model' | 'created'> | undefined
  #number = 0
  #item: OpenItem | undefined
  #block: OpenBlock | undefined
  #text = ''
  #annotations: Json[] = []
  #signature: Signature | undefined
  #usage: TokenUsage | undefined
  #finish: Finish | undefined
  #over = false

  constructor(answering: Answering) {
    this.#answering = answering
    this.#items = new Items(answering)
  }

  event(event: AnswerEvent, at: number): string {
    if (this.#over) return ''
    const begun = this.#head ? '' : this.#begin(event.t === 'start' ? event : {}, at)
    return begun + this.#say(event, at)
  }

  #say(event: AnswerEvent, at: number): string {
    switch (event.t) {
      case 'start':
        return ''
      case 'open':
        return this.#closeBlock() + this.#open(event.block)
      case 'text':
        return this.#ensureText() + this.#delta(event.text)
      case 'args':
        // Arguments of nothing can be said nowhere.
        return this.#block?.t === 'tool_call' ? this.#delta(event.text) : ''
      case 'signature':
        this.#signature = event.signature
        return ''
      case 'citation':
        return this.#cite(event.citation)
      case 'close':
        return this.#closeBlock()
      case 'usage':
        this.#usage = { ...this.#usage, ...event.usage }
        return ''
      case 'finish':
        this.#finish = event.finish
        return ''
      case 'ping':
        return ': ping\n\n'
      case 'error':
        return this.#end('failed', at, event.error)
      case 'end':
        return this.#end(statusOf(this.#finish ?? { reason: 'stop' }), at)
      default:
        return event satisfies never
    }
  }

  #begin(start: { readonly id?: string; readonly model?: string }, at: number): string {
    const { model, target, newId } = this.#answering
    this.#head = {
      id: start.id?.startsWith('resp_') ? start.id : newId('resp_'),
      model: model ?? start.model ?? target,
      created: Math.floor(at / 1000),
    }
    const response = this.#response('in_progress')
    return (
      this.#event('response.created', { response }) +
      this.#event('response.in_progress', { response })
    )
  }

  /** Text that belongs to no block that could have it gets one of its own. */
  #ensureText(): string {
    const open = this.#block?.t
    if (open === 'text' || open === 'refusal' || open === 'reasoning') return ''
    return this.#closeBlock() + this.#open({ t: 'text' })
  }

  #open(block: OpenBlock): string {
    const isText = block.t === 'text' || block.t === 'refusal'
    // Texts that follow each other are parts of one message.
    const before = isText && this.#isMessage ? '' : this.#closeItem()
    this.#block = block
    this.#text = ''
    this.#annotations = []
    this.#signature = undefined
    switch (block.t) {
      case 'text':
      case 'refusal':
        return before + this.#openText(block.t)
      case 'reasoning':
        // What shows nothing, and is sealed for nobody, is no item.
        return before
      case 'tool_call': {
        const item = this.#newItem(this.#items.newId(this.#items.isCustom(block) ? 'ctc_' : 'fc_'))
        const call = this.#items.call(item.id, block)
        return before + this.#event('response.output_item.added', this.#added(item, call))
      }
      case 'image': {
        const item = this.#newItem(this.#items.newId('ig_'))
        const image = { ...this.#items.image(block.base64), id: item.id }
        return (
          before +
          this.#event('response.output_item.added', this.#added(item, image)) +
          this.#itemDone(image)
        )
      }
      case 'opaque':
        return before
      default:
        return block satisfies never
    }
  }

  get #isMessage(): boolean {
    return this.#item?.id.startsWith('msg_') ?? false
  }

  #openText(kind: 'text' | 'refusal'): string {
    let out = ''
    if (!this.#isMessage) {
      const item = this.#newItem(this.#items.newId('msg_'))
      const message = this.#items.message(item.id, [], 'in_progress')
      out = this.#event('response.output_item.added', this.#added(item, message))
    }
    const part = kind === 'text' ? textPart('') : { type: 'refusal', refusal: '' }
    return out + this.#event('response.content_part.added', this.#ofPart({ part }))
  }

  #delta(delta: string): string {
    const first = this.#text === ''
    this.#text += delta
    const block = this.#block!
    switch (block.t) {
      case 'text':
        return this.#event('response.output_text.delta', this.#ofPart({ delta, logprobs: [] }))
      case 'refusal':
        return this.#event('response.refusal.delta', this.#ofPart({ delta }))
      case 'reasoning': {
        const part = { type: 'summary_text', text: '' }
        return (
          (first
            ? this.#beginReasoning(block) +
              this.#event('response.reasoning_summary_part.added', this.#ofSummary({ part }))
            : '') + this.#event('response.reasoning_summary_text.delta', this.#ofSummary({ delta }))
        )
      }
      case 'tool_call':
        // The input of a custom tool stands within JSON that is not whole yet.
        return this.#items.isCustom(block)
          ? ''
          : this.#event('response.function_call_arguments.delta', this.#ofItem({ delta }))
      default:
        return ''
    }
  }

  #cite(citation: Json): string {
    if (this.#block?.t !== 'text') return ''
    return annotation(citation, this.#text)
      .map(one => {
        this.#annotations.push(one)
        const index = this.#annotations.length - 1
        const fields = this.#ofPart({ annotation_index: index, annotation: one })
        return this.#event('response.output_text.annotation.added', fields)
      })
      .join('')
  }

  #closeBlock(): string {
    const block = this.#block
    this.#block = undefined
    switch (block?.t) {
      case 'text': {
        const part = textPart(this.#text, this.#annotations)
        const done = this.#ofPart({ text: this.#text, logprobs: [] })
        return this.#event('response.output_text.done', done) + this.#partDone(part)
      }
      case 'refusal': {
        const part = { type: 'refusal', refusal: this.#text }
        const done = this.#ofPart({ refusal: this.#text })
        return this.#event('response.refusal.done', done) + this.#partDone(part)
      }
      case 'reasoning':
        return this.#closeReasoning(block)
      case 'tool_call':
        return this.#closeCall(block)
      default:
        return ''
    }
  }

  #partDone(part: Json): string {
    const out = this.#event('response.content_part.done', this.#ofPart({ part }))
    this.#item!.content.push(part)
    return out
  }

  #beginReasoning({ id }: Extract<OpenBlock, { t: 'reasoning' }>): string {
    const item = this.#newItem(id ?? this.#items.newId(ownReasoning))
    return this.#event('response.output_item.added', this.#added(item, this.#reasoning([])))
  }

  #closeReasoning(block: Extract<OpenBlock, { t: 'reasoning' }>): string {
    const text = this.#text
    let out = ''
    if (text === '') {
      if (!this.#items.isSealed(this.#proof(block))) return ''
      out += this.#beginReasoning(block)
    } else {
      out += this.#event('response.reasoning_summary_text.done', this.#ofSummary({ text }))
      const part = { type: 'summary_text', text }
      out += this.#event('response.reasoning_summary_part.done', this.#ofSummary({ part }))
    }
    return out + this.#itemDone(this.#reasoning(text === '' ? [] : [text], block))
  }

  #reasoning(texts: readonly string[], block: { redacted?: Signature } = {}): Json {
    return this.#items.reasoning(this.#item!.id, texts, this.#proof(block))
  }

  #proof({ redacted }: { redacted?: Signature }): Partial<ReasoningPart> {
    return {
      ...(this.#signature ? { signature: this.#signature } : {}),
      ...(redacted ? { redacted } : {}),
    }
  }

  #closeCall(block: Extract<OpenBlock, { t: 'tool_call' }>): string {
    if (this.#signature) this.#answering.memory.remember(block.id, this.#signature)
    const item = this.#items.call(this.#item!.id, block, this.#text)
    if (!this.#items.isCustom(block)) {
      const done = this.#ofItem({ name: block.name, arguments: item['arguments'] })
      return this.#event('response.function_call_arguments.done', done) + this.#itemDone(item)
    }
    const input = inputOf(block, this.#text)
    return (
      (input === ''
        ? ''
        : this.#event('response.custom_tool_call_input.delta', this.#ofItem({ delta: input }))) +
      this.#event('response.custom_tool_call_input.done', this.#ofItem({ input })) +
      this.#itemDone(item)
    )
  }

  /** Ends a message: only then is it known that no more of it comes. */
  #closeItem(): string {
    const out = this.#closeBlock()
    if (!this.#item) return out
    const { id, content } = this.#item
    return out + this.#itemDone(this.#items.message(id, content, 'completed'))
  }

  #newItem(id: string): OpenItem {
    this.#item = { id, index: this.#output.length, content: [] }
    return this.#item
  }

  #added({ index }: OpenItem, item: Json): Json {
    return { output_index: index, item }
  }

  #itemDone(item: Json): string {
    const { index } = this.#item!
    this.#output.push(item)
    this.#item = undefined
    this.#block = undefined
    return this.#event('response.output_item.done', { output_index: index, item })
  }

  /** What is said of the open item. */
  #ofItem(fields: Json): Json {
    const { id, index } = this.#item!
    return { item_id: id, output_index: index, ...fields }
  }

  /** Of its part that is open. */
  #ofPart(fields: Json): Json {
    return this.#ofItem({ content_index: this.#item!.content.length, ...fields })
  }

  #ofSummary(fields: Json): Json {
    return this.#ofItem({ summary_index: 0, ...fields })
  }

  #end(status: ResponseState['status'], at: number, error?: UpstreamError): string {
    const last = this.#closeItem()
    this.#over = true
    const response = this.#response(status, {
      ...(error ? { error } : {}),
      ...(this.#finish ? { finish: this.#finish } : {}),
      usage: this.#usage ?? {},
      completed: Math.floor(at / 1000),
    })
    return last + this.#event(`response.${status}`, { response })
  }

  #response(status: ResponseState['status'], more: Partial<ResponseState> = {}): Json {
    const state = { ...this.#head!, status, output: this.#output.slice(), ...more }
    return responseObject(state, this.#answering)
  }

  #event(type: string, fields: Json): string {
    const data = { type, sequence_number: this.#number++, ...fields }
    return encodeSse(JSON.stringify(data), type)
  }
}
