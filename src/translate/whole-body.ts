import { isMarked, jsonText } from '../wire/json.ts'
import { parseInSteps } from '../wire/json-pieces.ts'
import { JsonFault } from '../wire/json-walk.ts'
import type { Steps } from '../wire/steps.ts'
import { AnswerFault } from './translation.ts'

/** In bytes: what has more is read in steps, which takes twice the time in all. */
const longBody = 512 * 1024

/** The body of an answer of which nothing can be said before it is whole. */
export class WholeBody {
  #chunks: Buffer[] = []
  #size = 0

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  /** To read it and say it anew takes more than some milliseconds. */
  get isLong(): boolean {
    return this.#size > longBody
  }

  get bytes(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  /** As `read` reads JSON, which some servers begin with a byte order mark; in steps where it is long. Throws AnswerFault. */
  *json(read: (text: string) => unknown): Steps<unknown> {
    const { bytes } = this
    if (this.isLong) {
      try {
        return yield* parseInSteps(isMarked(bytes) ? bytes.subarray(3) : bytes, read)
      } catch (fault) {
        // It may be nested more deeply than a body may be.
        if (!(fault instanceof JsonFault)) throw fault
      }
    }
    try {
      return read(jsonText(bytes))
    } catch (fault) {
      if (fault instanceof SyntaxError) throw new AnswerFault('it is not JSON')
      throw fault
    }
  }
}
