import type { AnswerEvent, OpenBlock, Signature } from './message.ts'

/** A block that began while a call of a tool was not whole. */
interface Waiting {
  readonly block: OpenBlock
  text: string
  signature: Signature | undefined
}

/**
 * Puts what a stream says into blocks that do not overlap. Chat Completions mixes the parts of parallel calls of tools, and
 * no other protocol may: what begins while the arguments of a call are no whole JSON yet waits for it, or for the end.
 */
export class Blocks {
  #key: string | undefined
  #block: OpenBlock | undefined
  readonly #json = new JsonEnd()
  readonly #waiting = new Map<string, Waiting>()
  /** Calls that were closed: more of their arguments would be a second call. */
  readonly #closed = new Set<string>()

  get open(): OpenBlock | undefined {
    return this.#block
  }

  /** More of the block `key`, which `block` opens where it is new; an empty `text` opens it all the same. */
  say(key: string, block: OpenBlock, text: string): AnswerEvent[] {
    if (this.#key === key) return this.#more(text)
    if (this.#closed.has(key)) return []
    const waiting = this.#waiting.get(key)
    if (waiting) {
      waiting.text += text
      return this.#next()
    }
    if (this.#block?.t === 'tool_call' && !this.#json.whole) {
      this.#waiting.set(key, { block, text, signature: undefined })
      return []
    }
    return [...this.#end(), ...this.#begin(key, block, text)]
  }

  /** The signature of the block `key`, which must have been said. Of one that was closed it is too late. */
  sign(key: string, signature: Signature): AnswerEvent[] {
    if (this.#key === key) return [{ t: 'signature', signature }]
    const waiting = this.#waiting.get(key)
    if (waiting) waiting.signature = signature
    return []
  }

  /** Ends the open block, and says whatever waits behind it. */
  close(): AnswerEvent[] {
    const events = this.#end()
    for (const [key, waiting] of this.#waiting)
      events.push(...this.#turn(key, waiting), ...this.#end())
    return events
  }

  /** Once the open call is whole, those that wait take their turns, up to a call that is not whole. */
  #next(): AnswerEvent[] {
    const events: AnswerEvent[] = []
    for (const [key, waiting] of this.#waiting) {
      if (this.#block?.t === 'tool_call' && !this.#json.whole) break
      events.push(...this.#end(), ...this.#turn(key, waiting))
    }
    return events
  }

  #turn(key: string, { block, text, signature }: Waiting): AnswerEvent[] {
    this.#waiting.delete(key)
    const events = this.#begin(key, block, text)
    if (signature) events.push({ t: 'signature', signature })
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
    return this.#waiting.size > 0 ? [...events, ...this.#next()] : events
  }

  #delta(text: string): AnswerEvent[] {
    if (text === '') return []
    if (this.#block?.t !== 'tool_call') return [{ t: 'text', text }]
    this.#json.push(text)
    return [{ t: 'args', text }]
  }

  #end(): AnswerEvent[] {
    if (!this.#block) return []
    if (this.#block.t === 'tool_call' && this.#key !== undefined) this.#closed.add(this.#key)
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
