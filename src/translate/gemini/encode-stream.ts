// Events of an answer -> the stream of streamGenerateContent: server-sent events, or without `alt=sse` one JSON array, of
// responses that each hold what is new. A call stands whole in one part.

import { encodeSse } from '../../wire/sse.ts'
import type { AnswerEncoder, Answering } from '../codec.ts'
import type {
  AnswerEvent,
  Finish,
  OpenBlock,
  Signature,
  TokenUsage,
  UpstreamError,
} from '../message.ts'
import type { Json } from '../values.ts'
import { answerParts, lastResponse, showsThoughts, signatureParts } from './encode-answer.ts'
import { encodeError } from './encode-error.ts'

export class GeminiStream implements AnswerEncoder {
  readonly contentType: string
  readonly #answering: Answering
  readonly #sse: boolean
  readonly #thoughts: boolean
  #head: { readonly modelVersion: string; readonly responseId: string } | undefined
  #wrote = false
  #block: OpenBlock | undefined
  #text = ''
  #signature: Signature | undefined
  readonly #citations: Json[] = []
  #usage: TokenUsage = {}
  #finish: Finish | undefined
  #calls = false
  #over = false

  constructor(answering: Answering) {
    const query = new URLSearchParams(answering.path.split('?')[1])
    this.#answering = answering
    this.#sse = (query.get('alt') ?? query.get('$alt')) === 'sse'
    this.#thoughts = showsThoughts(answering.request)
    this.contentType = this.#sse ? 'text/event-stream' : 'application/json; charset=UTF-8'
  }

  event(event: AnswerEvent, _at: number): string {
    if (this.#over) return ''
    switch (event.t) {
      case 'start':
        this.#usage = { ...this.#usage, ...event.usage }
        this.#begin(event)
        return ''
      case 'open':
        return this.#opened(event.block)
      case 'text':
        return this.#said(event.text)
      case 'args':
        this.#text += event.text
        return ''
      case 'signature':
        this.#signature = event.signature
        return ''
      case 'citation':
        this.#citations.push(event.citation)
        return ''
      case 'close':
        return this.#close()
      case 'usage':
        this.#usage = { ...this.#usage, ...event.usage }
        return ''
      case 'finish':
        this.#finish = event.finish
        return ''
      case 'ping':
        // Google's SDKs fail on a comment, and pass over white space, as JSON does between the elements of an array.
        return this.#sse ? '\n\n' : '\n'
      case 'error':
        return this.#failed(event.error)
      case 'end':
        return this.#end()
      default:
        return event satisfies never
    }
  }

  #begin({ id, model }: { readonly id?: string; readonly model?: string }) {
    const { model: name, target, newId } = this.#answering
    this.#head ??= { modelVersion: name ?? model ?? target, responseId: id ?? newId('') }
    return this.#head
  }

  #opened(block: OpenBlock): string {
    const before = this.#close()
    this.#block = block
    this.#text = ''
    this.#signature = undefined
    return before
  }

  #said(text: string): string {
    if (this.#block?.t !== 'reasoning') return this.#parts([{ text }])
    this.#text += text
    return this.#thoughts ? this.#parts([{ text, thought: true }]) : ''
  }

  #close(): string {
    const block = this.#block
    const signed = this.#signature ? { signature: this.#signature } : {}
    this.#block = undefined
    switch (block?.t) {
      case 'reasoning': {
        const { redacted } = block
        const proof = { ...signed, ...(redacted ? { redacted } : {}) }
        return this.#parts(signatureParts(proof, this.#text, this.#thoughts))
      }
      case 'tool_call': {
        const isFirst = !this.#calls
        this.#calls = true
        const call = { ...block, args: this.#text, ...signed }
        return this.#parts(answerParts(call, this.#thoughts, isFirst))
      }
      case 'image': {
        const { base64, mime } = block
        return this.#parts(answerParts({ t: 'image', source: { base64, mime } }, this.#thoughts))
      }
      case 'opaque':
        return this.#parts(answerParts(block, this.#thoughts))
      default:
        return ''
    }
  }

  #parts(parts: readonly Json[]): string {
    if (parts.length === 0) return ''
    return this.#response({ candidates: [{ content: { parts, role: 'model' }, index: 0 }] })
  }

  #response(response: Json): string {
    return this.#write({ ...response, ...this.#begin({}) })
  }

  #write(value: Json): string {
    const text = JSON.stringify(value)
    if (this.#sse) return encodeSse(text)
    const before = this.#wrote ? ',\n' : '['
    this.#wrote = true
    return before + text
  }

  #end(): string {
    const last = this.#close()
    const finish = this.#finish ?? { reason: this.#calls ? 'tool_calls' : 'stop' }
    const end = lastResponse([], { finish, usage: this.#usage, citations: this.#citations })
    const text = last + this.#response(end) + this.#tail()
    this.#over = true
    return text
  }

  #failed(error: UpstreamError): string {
    // A call that was not whole is nothing.
    const last = this.#block?.t === 'tool_call' ? '' : this.#close()
    const text = last + this.#write(encodeError(error).body) + this.#tail()
    this.#over = true
    return text
  }

  #tail(): string {
    return this.#sse ? '' : ']\n'
  }
}
