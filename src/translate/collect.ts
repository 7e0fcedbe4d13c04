import type {
  Answer,
  AnswerEvent,
  Finish,
  OpenBlock,
  Part,
  Signature,
  TokenUsage,
  UpstreamError,
} from './message.ts'
import type { Json } from './values.ts'

/** The events of an answer added up, so that whole answers and streams share every other line of code. */
export class Collector {
  error: UpstreamError | undefined
  #head: { readonly id?: string; readonly model?: string; readonly created?: number } = {}
  readonly #parts: Part[] = []
  #usage: TokenUsage = {}
  #finish: Finish = { reason: 'stop' }
  #block: OpenBlock | undefined
  #text = ''
  #signature: Signature | undefined
  #citations: Json[] = []

  add(event: AnswerEvent): void {
    switch (event.t) {
      case 'start': {
        const { t: _, usage, ...head } = event
        this.#head = head
        this.#usage = { ...this.#usage, ...usage }
        return
      }
      case 'open':
        this.#block = event.block
        this.#text = ''
        this.#signature = undefined
        this.#citations = []
        return
      case 'text':
      case 'args':
        this.#text += event.text
        return
      case 'signature':
        this.#signature = event.signature
        return
      case 'citation':
        this.#citations.push(event.citation)
        return
      case 'close':
        if (this.#block) this.#parts.push(this.#part(this.#block))
        this.#block = undefined
        return
      case 'usage':
        this.#usage = { ...this.#usage, ...event.usage }
        return
      case 'finish':
        this.#finish = event.finish
        return
      case 'error':
        this.error ??= event.error
        return
      case 'ping':
      case 'end':
        return
      default:
        event satisfies never
    }
  }

  answer(): Answer {
    return { ...this.#head, parts: this.#parts, usage: this.#usage, finish: this.#finish }
  }

  #part(block: OpenBlock): Part {
    const signed = this.#signature ? { signature: this.#signature } : {}
    switch (block.t) {
      case 'text':
        return {
          t: 'text',
          text: this.#text,
          ...(this.#citations.length > 0 ? { citations: this.#citations } : {}),
        }
      case 'reasoning':
        return { ...block, text: this.#text, ...signed }
      case 'refusal':
        return { t: 'refusal', text: this.#text }
      case 'tool_call':
        return { ...block, args: this.#text, ...signed }
      case 'image':
        return { t: 'image', source: { base64: block.base64, mime: block.mime } }
      case 'opaque':
        return block
      default:
        return block satisfies never
    }
  }
}
