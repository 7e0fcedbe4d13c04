/** As servers of open models write them, and Bedrock. */
const tags = [
  ['<think>', '</think>'],
  ['<reasoning>', '</reasoning>'],
] as const

/** A piece of text, and whether it was thought or said. */
export interface Piece {
  readonly thought: boolean
  readonly text: string
}

/**
 * Tells thoughts from what is said where a server leaves them in the text: at its beginning, between `<think>` and
 * `</think>`, or the same with `reasoning`. Pieces come in any split; no more is held back than may be part of a tag.
 */
export class ThinkTags {
  #state: 'before' | 'opened' | 'within' | 'after' | 'said' = 'before'
  #held = ''
  #close: string = tags[0][1]

  push(text: string): Piece[] {
    if (this.#state === 'said') return text === '' ? [] : [{ thought: false, text }]
    this.#held += text
    return this.#take()
  }

  /** What was held back: nothing more comes. */
  end(): Piece[] {
    const text = this.#held
    this.#held = ''
    const thought = this.#state === 'within' || this.#state === 'opened'
    return text === '' ? [] : [{ thought, text }]
  }

  #take(): Piece[] {
    switch (this.#state) {
      case 'before': {
        const start = this.#held.trimStart()
        if (tags.some(([open]) => start.length < open.length && open.startsWith(start))) return []
        const [open, close] = tags.find(([open]) => start.startsWith(open)) ?? []
        if (open === undefined) return this.#say()
        this.#state = 'opened'
        this.#close = close!
        this.#held = start.slice(open.length)
        return this.#take()
      }
      case 'opened': {
        this.#held = this.#held.trimStart()
        if (this.#held === '') return []
        this.#state = 'within'
        return this.#think()
      }
      case 'within':
        return this.#think()
      case 'after': {
        // Blank lines between the two are part of neither.
        this.#held = this.#held.trimStart()
        return this.#held === '' ? [] : this.#say()
      }
      case 'said':
        return this.#say()
      default:
        return this.#state satisfies never
    }
  }

  #think(): Piece[] {
    const end = this.#held.indexOf(this.#close)
    if (end >= 0) {
      const text = this.#held.slice(0, end)
      this.#held = this.#held.slice(end + this.#close.length)
      this.#state = 'after'
      return [...(text === '' ? [] : [{ thought: true, text }]), ...this.#take()]
    }
    const safe = this.#held.length - overlap(this.#held, this.#close)
    const text = this.#held.slice(0, safe)
    this.#held = this.#held.slice(safe)
    return text === '' ? [] : [{ thought: true, text }]
  }

  #say(): Piece[] {
    const text = this.#held
    this.#held = ''
    this.#state = 'said'
    return text === '' ? [] : [{ thought: false, text }]
  }
}

/** So much of the end of a text may be the beginning of the closing tag. */
function overlap(text: string, close: string): number {
  for (let length = Math.min(close.length - 1, text.length); length > 0; length--) {
    if (close.startsWith(text.slice(-length))) return length
  }
  return 0
}
