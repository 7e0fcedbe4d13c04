import { Held } from './held.ts'
import {
  backslashesBefore,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
} from './json-walk.ts'

/**
 * Holds back of a JSON array what is no whole element yet, which is an object or an array: Google's streams are one array
 * unless they are asked for as events. What is no array is not held at all.
 */
export class WholeElements {
  readonly #held = new Held()
  #begun = false
  /** How many brackets are open. */
  #depth = 0
  #inText = false
  #escaped = false
  /** How many elements were whole, objects and arrays. */
  count = 0
  /** The array has ended. */
  isOver = false

  /** In bytes. */
  get held(): number {
    return this.#held.size
  }

  /** An array has begun, and not ended. */
  get isOpen(): boolean {
    return this.#depth > 0
  }

  /** What may leave with these bytes: the whole elements that they complete, with all before them. */
  push(chunk: Buffer): Buffer {
    const start = this.#begun ? 0 : skipSpace(chunk, 0)
    if (!this.#begun && start < chunk.length) {
      this.#begun = true
      if (chunk[start] === OPEN_ARRAY) return this.#walk(chunk, start)
    }
    return this.#depth > 0 ? this.#walk(chunk, 0) : chunk
  }

  /** What is held, which it is no more. */
  take(): Buffer {
    return this.#held.with(nothing)
  }

  #walk(chunk: Buffer, from: number): Buffer {
    let whole = 0
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]
      if (this.#escaped) this.#escaped = false
      else if (this.#inText) {
        const end = endOfText(chunk, at)
        this.#inText = end < 0
        if (end < 0) {
          this.#escaped = backslashesBefore(chunk, chunk.length, at) % 2 === 1
          break
        }
        at = end
      } else if (byte === QUOTE) this.#inText = true
      else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
        if (++this.#depth === 1) whole = at + 1
      } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
        if (--this.#depth === 0) {
          this.isOver = true
          return this.#held.with(chunk)
        }
        if (this.#depth === 1) {
          this.count++
          whole = at + 1
        }
      }
    }
    const left = whole > 0 ? this.#held.with(chunk.subarray(0, whole)) : nothing
    if (whole < chunk.length) this.#held.add(chunk.subarray(whole))
    return left
  }
}

/** Where the quote stands that ends a string, in which `from` is; -1 where none does. */
function endOfText(bytes: Buffer, from: number): number {
  let quote = bytes.indexOf(QUOTE, from)
  while (quote >= 0 && backslashesBefore(bytes, quote, from) % 2 === 1)
    quote = bytes.indexOf(QUOTE, quote + 1)
  return quote
}

const nothing = Buffer.alloc(0)
