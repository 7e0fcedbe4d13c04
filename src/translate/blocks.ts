import type { AnswerEvent, OpenBlock } from './message.ts'

/** A call that began while another was not whole. */
interface Waiting {
  readonly block: OpenBlock
  text: string
}

/**
 * Puts what a stream says into blocks that do not overlap. Chat Completions mixes the parts of parallel calls of tools, and
 * no other protocol may: a call that begins while another's arguments are no whole JSON yet waits for it, or for the end.
 */
export class Blocks {
  #key: string | undefined
  #block: OpenBlock | undefined
  readonly #json = new JsonEnd()
  readonly #waiting = new Map<string, Waiting>()

  get open(): OpenBlock | undefined {
    return this.#block
  }

  /** More of the block `key`, which `block` opens where it is new; an empty `text` opens it all the same. */
  say(key: string, block: OpenBlock, text: string): AnswerEvent[] {
    if (this.#key === key) return this.#more(text)
    const waiting = this.#waiting.get(key)
    if (waiting) {
      waiting.text += text
      return this.#next()
    }
    if (this.#block?.t === 'tool_call' && block.t === 'tool_call' && !this.#json.whole) {
      this.#waiting.set(key, { block, text })
      return []
    }
    return [...this.close(), ...this.#begin(key, block, text)]
  }

  /** Ends the open block, and says whatever waits behind it. */
  close(): AnswerEvent[] {
    const events = this.#end()
    for (const [key, { block, text }] of this.#waiting) {
      this.#waiting.delete(key)
      events.push(...this.#begin(key, block, text), ...this.#end())
    }
    return events
  }

  /** The open call is whole: those that wait take their turns, up to one that is not. */
  #next(): AnswerEvent[] {
    const events: AnswerEvent[] = []
    for (const [key, { block, text }] of this.#waiting) {
      if (!this.#json.whole) break
      this.#waiting.delete(key)
      events.push(...this.#end(), ...this.#begin(key, block, text))
    }
    return events
  }

  #begin(key: string, block: OpenBlock, text: string): AnswerEvent[] {
    this.#key = key
    this.#block = block
    this.#json.reset()
    return [{ t: 'open', block }, ...this.#delta(text)]
  }

  #more(text: string): AnswerEvent[] {
    const events = this.#delta(text)
    return this.#json.whole ? [...events, ...this.#next()] : events
  }

  #delta(text: string): AnswerEvent[] {
    if (text === '') return []
    if (this.#block?.t !== 'tool_call') return [{ t: 'text', text }]
    this.#json.push(text)
    return [{ t: 'args', text }]
  }

  #end(): AnswerEvent[] {
    if (!this.#block) return []
    this.#key = undefined
    this.#block = undefined
    return [{ t: 'close' }]
  }
}

/** Tells when a text that comes in parts is a whole JSON object or array, by its brackets. */
class JsonEnd {
  whole = false
  #depth = 0
  #inString = false
  #escaped = false

  reset(): void {
    this.whole = false
    this.#depth = 0
    this.#inString = false
    this.#escaped = false
  }

  push(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const c = text[i]
      if (this.#escaped) this.#escaped = false
      else if (this.#inString) {
        if (c === '\\') this.#escaped = true
        else if (c === '"') this.#inString = false
      } else if (c === '"') this.#inString = true
      else if (c === '{' || c === '[') this.#depth++
      else if (c === '}' || c === ']') this.whole = --this.#depth === 0
    }
  }
}
