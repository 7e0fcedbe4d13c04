import { jsonInSteps } from '../wire/json-pieces.ts'
import type { Steps } from '../wire/steps.ts'
import { AnswerFault, faultOf, type Translation } from './translation.ts'
import { asObject, type Json } from './values.ts'
import { WholeBody } from './whole-body.ts'

/** What a whole answer is said as; `at` in milliseconds since the epoch. Throws AnswerFault for what makes no sense. */
export type Say = (answer: Json, at: number) => Json

/** An answer that is no conversation: read when it is whole, and said anew. */
export class WholeAnswer implements Translation {
  readonly contentType = 'application/json'
  readonly streamed = false
  readonly finished = false
  fault: string | undefined
  readonly #say: Say
  readonly #body = new WholeBody()

  constructor(say: Say) {
    this.#say = say
  }

  push(chunk: Buffer): string {
    this.#body.push(chunk)
    return ''
  }

  get isLong(): boolean {
    return this.#body.isLong
  }

  *end(at: number): Steps<string> {
    try {
      const answer = asObject(yield* this.#body.json(JSON.parse))
      if (!answer) throw new AnswerFault('it is not a JSON object')
      return `${yield* jsonInSteps(this.#say(answer, at), JSON.stringify)}\n`
    } catch (error) {
      this.fault = faultOf(error)
      return ''
    }
  }
}
