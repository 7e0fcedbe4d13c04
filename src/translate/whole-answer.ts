import { jsonText } from '../wire/json.ts'
import { AnswerFault, faultIn, type Translation } from './translation.ts'
import { asObject, type Json } from './values.ts'

/** What a whole answer is said as; `at` in milliseconds since the epoch. Throws AnswerFault for what makes no sense. */
export type Say = (answer: Json, at: number) => Json

/** An answer that is no conversation: read when it is whole, and said anew. */
export class WholeAnswer implements Translation {
  readonly contentType = 'application/json'
  readonly streamed = false
  readonly finished = false
  fault: string | undefined
  readonly #say: Say
  readonly #chunks: Buffer[] = []

  constructor(say: Say) {
    this.#say = say
  }

  push(chunk: Buffer): string {
    this.#chunks.push(chunk)
    return ''
  }

  end(at: number): string {
    let text = ''
    this.fault = faultIn(() => {
      text = `${JSON.stringify(this.#say(parsed(Buffer.concat(this.#chunks)), at))}\n`
    })
    return text
  }
}

function parsed(bytes: Buffer): Json {
  let value: unknown
  try {
    value = JSON.parse(jsonText(bytes))
  } catch {
    throw new AnswerFault('it is not JSON')
  }
  const answer = asObject(value)
  if (!answer) throw new AnswerFault('it is not a JSON object')
  return answer
}
