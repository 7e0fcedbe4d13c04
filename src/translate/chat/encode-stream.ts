import { encodeSse } from '../../wire/sse.ts'
import type { AnswerEncoder, Answering } from '../codec.ts'
import { dataUrl } from '../data-url.ts'
import type {
  AnswerEvent,
  Finish,
  OpenBlock,
  ReasoningPart,
  Signature,
  TokenUsage,
} from '../message.ts'
import type { Json } from '../values.ts'
import { errorBody } from './encode-error.ts'
import { finishWord } from './finish.ts'
import { annotationOf, callOf, imageOf, isLegacy, type OpenCall, proofOf } from './said.ts'
import { chatUsage } from './usage.ts'

/** The chunks of a chat completion. PROTOCOLS 3.3 */
export class ChatEncoder implements AnswerEncoder {
  readonly contentType = 'text/event-stream; charset=utf-8'
  readonly #answering: Answering
  readonly #legacy: boolean
  /** How every chunk begins, as JSON: it costs more than the rest of one. Undefined before the first. */
  #head: string | undefined
  #block: OpenBlock | undefined
  /** Of open reasoning, for the client to replay it. */
  #text = ''
  #signature: Signature | undefined
  /** An open call has been given arguments. */
  #hasArgs = false
  /** Calls so far. Their number is the index of the next: clients keep lists of calls, not of blocks. */
  #calls = 0
  /** Length of the text so far, and where in it the open block began. */
  #length = 0
  #start = 0
  #usage: TokenUsage = {}
  #finish: Finish | undefined
  #refused = false
  #ended = false

  constructor(answering: Answering) {
    this.#answering = answering
    this.#legacy = isLegacy(answering.raw)
  }

  event(event: AnswerEvent, at: number): string {
    if (this.#ended) return ''
    switch (event.t) {
      case 'start':
        this.#usage = { ...this.#usage, ...event.usage }
        return this.#begin(event, at)
      case 'usage':
        this.#usage = { ...this.#usage, ...event.usage }
        return ''
      case 'finish':
        this.#finish ??= event.finish
        return ''
      case 'ping':
        return ': ping\n\n'
      case 'error':
        return this.#fail(errorBody(event.error))
      case 'end':
        return this.#end(at)
      default:
        return this.#say(event, at)
    }
  }

  /** A part of what is said: of the answer's beginning too, where nobody told it. */
  #say(event: AnswerEvent, at: number): string {
    const begun = this.#begin({}, at)
    switch (event.t) {
      case 'open':
        return begun + this.#close() + this.#open(event.block)
      case 'text':
        return begun + this.#delta(event.text)
      case 'args':
        return begun + this.#args(event.text)
      case 'signature':
        this.#signature = event.signature
        return begun
      case 'citation': {
        const annotation = annotationOf(event.citation, this.#start, this.#length)
        return begun + (annotation ? this.#chunk({ annotations: [annotation] }) : '')
      }
      case 'close':
        return begun + this.#close()
      default:
        return begun
    }
  }

  #begin(
    { id, model, created }: { id?: string; model?: string; created?: number },
    at: number,
  ): string {
    if (this.#head) return ''
    const answering = this.#answering
    const head = {
      id: id ?? answering.newId('chatcmpl-'),
      object: 'chat.completion.chunk',
      created: created ?? Math.floor(at / 1000),
      model: answering.model ?? model ?? answering.target,
    }
    this.#head = `data: ${JSON.stringify(head).slice(0, -1)},`
    return this.#chunk({ role: 'assistant', content: '' })
  }

  #open(block: OpenBlock): string {
    this.#block = block
    this.#text = ''
    this.#signature = undefined
    this.#hasArgs = false
    this.#start = this.#length
    if (block.t === 'image') {
      return this.#chunk({ images: [imageOf(dataUrl(block.mime, block.base64))] })
    }
    if (block.t !== 'tool_call') return ''
    this.#calls++
    return this.#legacy
      ? this.#legacyChunk({ name: block.name, arguments: '' })
      : this.#callChunk(callOf(block, ''))
  }

  #delta(text: string): string {
    if (text === '') return ''
    switch (this.#block?.t) {
      case 'text':
        this.#length += text.length
        return this.#chunk({ content: text })
      case 'reasoning':
        this.#text += text
        return this.#chunk({ reasoning_content: text })
      case 'refusal':
        this.#refused = true
        return this.#chunk({ refusal: text })
      default:
        return ''
    }
  }

  #args(text: string): string {
    const call = this.#block
    if (text === '' || call?.t !== 'tool_call') return ''
    this.#hasArgs = true
    if (this.#legacy) return this.#legacyChunk({ arguments: text })
    const said =
      call.kind === 'custom' ? { custom: { input: text } } : { function: { arguments: text } }
    return this.#callChunk(said)
  }

  /** Says what is known of a block only at its end. */
  #close(): string {
    const block = this.#block
    this.#block = undefined
    if (block?.t === 'reasoning') return this.#proof(block)
    return block?.t === 'tool_call' ? this.#closeCall(block) : ''
  }

  #proof(block: Extract<OpenBlock, { t: 'reasoning' }>): string {
    const signed = this.#signature ? { signature: this.#signature } : {}
    const part: ReasoningPart = { ...block, text: this.#text, ...signed }
    const proof = proofOf(part)
    return Object.keys(proof).length > 0 ? this.#chunk(proof as Json) : ''
  }

  #closeCall(call: OpenCall): string {
    const signature = this.#signature
    if (signature) this.#answering.memory.remember(call.id, signature)
    // Clients parse the arguments: none at all are no JSON.
    const missing = !this.#hasArgs && call.kind === 'function'
    if (this.#legacy) return missing ? this.#legacyChunk({ arguments: '{}' }) : ''
    const { extra_content } = callOf(call, '', signature)
    if (!missing && extra_content === undefined) return ''
    return this.#callChunk({
      // The AI SDK refuses a piece of a call without it.
      ...(call.kind === 'function' ? { function: { arguments: missing ? '{}' : '' } } : {}),
      ...(extra_content === undefined ? {} : { extra_content }),
    })
  }

  #callChunk(call: Json): string {
    return this.#chunk({ tool_calls: [{ index: this.#calls - 1, ...call }] })
  }

  /** There was one call in an answer then. */
  #legacyChunk(function_call: Json): string {
    return this.#calls === 1 ? this.#chunk({ function_call }) : ''
  }

  #end(at: number): string {
    if (!this.#finish) return this.#fail(errorBody({ kind: 'server', message: endedEarly }))
    const begun = this.#begin({}, at) + this.#close()
    const { reason, detail } = this.#finish
    const why =
      reason === 'filter' && detail && !this.#refused ? this.#chunk({ refusal: detail }) : ''
    const word = finishWord(reason, this.#calls > 0)
    const last = this.#chunk({}, this.#legacy && word === 'tool_calls' ? 'function_call' : word)
    this.#ended = true
    const counted = `${this.#head}"choices":[],"usage":${JSON.stringify(chatUsage(this.#usage))}}\n\n`
    const usage = this.#answering.request.includeUsage ? counted : ''
    return `${begun}${why}${last}${usage}data: [DONE]\n\n`
  }

  /** Clients throw on it; that nothing follows tells them that it is not whole. */
  #fail(body: Json): string {
    this.#ended = true
    return encodeSse(JSON.stringify(body))
  }

  #chunk(delta: Json, finish?: string): string {
    const choice = `"index":0,"delta":${JSON.stringify(delta)},"logprobs":null`
    const reason = finish === undefined ? 'null' : `"${finish}"`
    const usage = this.#answering.request.includeUsage ? ',"usage":null' : ''
    return `${this.#head}"choices":[{${choice},"finish_reason":${reason}}]${usage}}\n\n`
  }
}

const endedEarly = 'the answer ended before it was whole'
