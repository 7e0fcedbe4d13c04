// A stream as Messages has it: `message_start`, `ping`, then blocks one after the other, counted from 0, each with its
// start, its deltas and its stop; `message_delta` and `message_stop`, or an `error` and nothing more. Whatever the events,
// nothing else can come of this machine. PROTOCOLS 3.6, https://docs.anthropic.com/en/docs/build-with-claude/streaming

import type { AnswerEncoder, Answering } from '../codec.ts'
import { exactJson } from '../exact.ts'
import { textKey } from '../hash.ts'
import type { AnswerEvent, Finish, OpenBlock, Signature, TokenUsage } from '../message.ts'
import type { Json } from '../values.ts'
import { isOwnCitation } from './citation.ts'
import { callId, messageFields, pictureText, proofOf, startFields } from './encode-answer.ts'
import { encodeError } from './error.ts'
import { stopFields } from './stop.ts'
import { usageFields } from './usage.ts'

/** What a block is that the client has been told of. */
type Shown = 'text' | 'thinking' | 'tool_use'

const line = (type: string, rest: string): string =>
  `event: ${type}\ndata: {"type":"${type}"${rest}}\n\n`

export class MessagesEncoder implements AnswerEncoder {
  readonly contentType = 'text/event-stream; charset=utf-8'
  readonly #answering: Answering
  #started = false
  #over = false
  /** How many blocks were begun. */
  #count = 0
  /** The block that the upstream has open; the client hears of it when it has something in it. */
  #block: OpenBlock | undefined
  #shown: Shown | undefined
  #signature: Signature | undefined
  /** What the text says that was begun last. */
  #said = ''
  /** A signature of Google's, which comes after the text that it is of, and is no thinking to be shown. */
  #held: { readonly proof: Signature; readonly id: string | undefined } | undefined
  /** Of a text that has not begun. */
  #citations: Json[] = []
  #usage: TokenUsage = {}
  #finish: Finish | undefined
  #refusal = ''
  readonly #callIds = new Set<string>()

  constructor(answering: Answering) {
    this.#answering = answering
  }

  event(event: AnswerEvent): string {
    if (this.#over) return ''
    switch (event.t) {
      case 'start':
        return this.#start(event)
      case 'open':
        return this.#close() + this.#open(event.block)
      case 'text':
        return event.text === '' ? '' : this.#text(event.text)
      case 'args':
        return this.#args(event.text)
      case 'signature':
        return this.#sign(event.signature)
      case 'citation':
        return this.#cite(event.citation)
      case 'close':
        return this.#close()
      case 'usage':
        this.#usage = { ...this.#usage, ...event.usage }
        return ''
      case 'finish':
        this.#finish ??= event.finish
        return ''
      case 'ping':
        return this.#started ? line('ping', '') : ''
      case 'error':
        this.#over = true
        return errorLine(event.error)
      case 'end':
        return this.#end()
      default:
        return event satisfies never
    }
  }

  #start(event: Extract<AnswerEvent, { t: 'start' }>): string {
    if (this.#started) return ''
    this.#started = true
    // Claude Code shows how full its context is by what stands here.
    const usage = event.usage ?? { input: this.#answering.estimate() }
    this.#usage = { ...usage, ...this.#usage }
    const message = messageFields(event, this.#answering, [], startFields, {
      ...usage,
      output: usage.output ?? 0,
    })
    return line('message_start', `,"message":${JSON.stringify(message)}`) + line('ping', '')
  }

  #open(block: OpenBlock): string {
    this.#block = block
    switch (block.t) {
      case 'tool_call': {
        const { name } = block
        const own = callId(block.id, this.#answering)
        const id = this.#callIds.has(own) ? this.#answering.newId('toolu_') : own
        this.#callIds.add(id)
        this.#block = { ...block, id }
        const begin = this.#begin('tool_use', { type: 'tool_use', id, name, input: {} })
        return block.kind === 'custom' ? begin + this.#json('{"input":"') : begin
      }
      case 'image':
        return this.#text(pictureText(block.mime))
      case 'opaque':
        return this.#opaque(block)
      case 'text':
      case 'reasoning':
      case 'refusal':
        return ''
      default:
        return block satisfies never
    }
  }

  #text(text: string): string {
    if (this.#block?.t === 'reasoning') {
      return (
        this.#show('thinking') + this.#delta(`"thinking_delta","thinking":${JSON.stringify(text)}`)
      )
    }
    if (this.#block?.t === 'refusal') this.#refusal += text
    const begun = (this.#block?.t === 'tool_call' ? this.#close() : '') + this.#show('text')
    this.#said += text
    const citations = this.#citations.map(citation => this.#citation(citation)).join('')
    this.#citations = []
    return begun + citations + this.#delta(`"text_delta","text":${JSON.stringify(text)}`)
  }

  /** OpenAI's citations point to pages, Anthropic's to what was found in the request: only its own are shown. */
  #cite(citation: Json): string {
    if (!isOwnCitation(citation)) return ''
    if (this.#shown === 'text') return this.#citation(citation)
    this.#citations.push(citation)
    return ''
  }

  #citation(citation: Json): string {
    return this.#delta(`"citations_delta","citation":${JSON.stringify(citation)}`)
  }

  #args(text: string): string {
    if (this.#shown !== 'tool_use' || this.#block?.t !== 'tool_call' || text === '') return ''
    return this.#json(this.#block.kind === 'custom' ? JSON.stringify(text).slice(1, -1) : text)
  }

  #sign(signature: Signature): string {
    if (this.#block?.t === 'reasoning') this.#signature = signature
    else if (this.#block?.t === 'tool_call') {
      this.#answering.memory.remember(this.#block.id, signature)
    }
    return ''
  }

  #close(): string {
    const block = this.#block
    const signature = this.#signature
    this.#block = undefined
    this.#signature = undefined
    this.#citations = []
    if (block?.t === 'reasoning') return this.#closeThinking(block, signature)
    const rest = block?.t === 'tool_call' && block.kind === 'custom' ? this.#json('"}') : ''
    return rest + this.#stop()
  }

  /** Nobody's signature is shown as Anthropic's, and none is made up: what nobody signed stays unsigned. */
  #closeThinking(
    block: Extract<OpenBlock, { t: 'reasoning' }>,
    signature: Signature | undefined,
  ): string {
    const { redacted, id } = block
    if (redacted && this.#shown === undefined) {
      const data = proofOf(redacted, id)
      return this.#begin(undefined, { type: 'redacted_thinking', data }) + this.#stop()
    }
    const proof = signature ?? redacted
    if (proof === undefined) return this.#stop()
    if (this.#shown === undefined && proof.vendor === 'google' && this.#said !== '') {
      this.#held = { proof, id }
      return ''
    }
    return this.#show('thinking') + this.#signed(proof, id) + this.#stop()
  }

  #signed(proof: Signature, id: string | undefined): string {
    return this.#delta(`"signature_delta","signature":${JSON.stringify(proofOf(proof, id))}`)
  }

  /** Blocks of Anthropic's own tools, which came from there. */
  #opaque({ vendor, raw }: Extract<OpenBlock, { t: 'opaque' }>): string {
    this.#block = undefined
    if (vendor !== 'anthropic') return ''
    if (raw['input'] === undefined) return this.#begin(undefined, raw) + this.#stop()
    return (
      this.#begin('tool_use', { ...raw, input: {} }) +
      this.#json(exactJson(raw['input'])) +
      this.#stop()
    )
  }

  /** Makes sure that a block of this kind is open. */
  #show(kind: 'text' | 'thinking'): string {
    if (this.#shown === kind) return ''
    const fields =
      kind === 'text'
        ? { type: 'text', text: '' }
        : { type: 'thinking', thinking: '', signature: '' }
    return this.#stop() + this.#begin(kind, fields)
  }

  #begin(kind: Shown | undefined, block: object): string {
    const start = this.#release() + (this.#started ? '' : this.#start({ t: 'start' }))
    this.#shown = kind ?? 'text'
    this.#said = ''
    const index = this.#count++
    return `${start}${line('content_block_start', `,"index":${index},"content_block":${JSON.stringify(block)}`)}`
  }

  /** At the end of an answer some would take it for what the answer says: Claude Code prints the last block. */
  #release(): string {
    if (!this.#held) return ''
    const { proof, id } = this.#held
    this.#held = undefined
    return this.#show('thinking') + this.#signed(proof, id) + this.#stop()
  }

  #delta(rest: string): string {
    return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#count - 1},"delta":{"type":${rest}}}\n\n`
  }

  #json(text: string): string {
    return this.#delta(`"input_json_delta","partial_json":${JSON.stringify(text)}`)
  }

  #stop(): string {
    if (this.#shown === undefined) return ''
    this.#shown = undefined
    return line('content_block_stop', `,"index":${this.#count - 1}`)
  }

  #end(): string {
    const finish = this.#finish
    this.#over = true
    // An empty success would be taken for one: https://github.com/BerriAI/litellm/issues/32475
    if (!finish)
      return errorLine({ kind: 'server', message: 'the answer ended before it was whole' })
    const start = this.#started ? '' : this.#start({ t: 'start' })
    const said = { calls: this.#callIds.size > 0, refusal: this.#refusal }
    const delta = JSON.stringify(stopFields(finish, said))
    const usage = JSON.stringify(usageFields(this.#usage))
    const closed = this.#close()
    if (this.#held) this.#answering.memory.remember(textKey(this.#said), this.#held.proof)
    return `${start}${closed}${line('message_delta', `,"delta":${delta},"usage":${usage}`)}${line('message_stop', '')}`
  }
}

const errorLine = (error: Parameters<typeof encodeError>[0]): string =>
  `event: error\ndata: ${JSON.stringify(encodeError(error).body)}\n\n`
