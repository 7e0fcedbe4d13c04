import { encodingOf, header, type RawHeaders } from '../../wire/headers.ts'
import {
  applyInSteps,
  eachElement,
  isArrayAt,
  isObjectAt,
  memberNamed,
  membersNamed,
  type Place,
  readValue,
  type Scanned,
  type Splice,
  scanInSteps,
  scanObject,
} from '../../wire/json.ts'
import { JsonFault } from '../../wire/json-walk.ts'
import { renameModel } from '../../wire/rename.ts'
import type { Steps } from '../../wire/steps.ts'
import { AnswerFault, type TranslateOrPass, type Translation } from '../translation.ts'
import { WholeBody } from '../whole-body.ts'
import { inBase64, vectorOf } from './vector.ts'

/** Whether a request wants its vectors in base64, as OpenAI's SDKs do unasked. */
export function wantsBase64({ bytes: body, scan }: Scanned): boolean {
  const format = memberNamed(body, scan, 'encoding_format')
  return format !== undefined && readValue(body, format) === 'base64'
}

/**
 * Vectors that were asked for in base64, of a server that may write numbers all the same: the SDKs would take these for
 * base64, without an error, and so for other vectors of a quarter of the length. No byte but those of such a vector is changed.
 * `name` is what the model is to be called. ollama/ollama#6934, lmstudio-ai/lmstudio-bug-tracker#756, BerriAI/litellm#42426
 */
export const vectorsInBase64 =
  (name: string | undefined): TranslateOrPass =>
  (status, headers) =>
    status === 200 && encodingOf(headers) === undefined
      ? new VectorsInBase64(name, headers)
      : undefined

class VectorsInBase64 implements Translation {
  readonly contentType: string
  readonly streamed = false
  readonly finished = false
  readonly fault = undefined
  readonly #name: string | undefined
  readonly #body = new WholeBody()

  constructor(name: string | undefined, headers: RawHeaders) {
    this.#name = name
    this.contentType = header(headers, 'content-type') ?? 'application/json'
  }

  push(chunk: Buffer): string {
    this.#body.push(chunk)
    return ''
  }

  get isLong(): boolean {
    return this.#body.isLong
  }

  *end(): Steps<string> {
    const bytes = yield* putRight(this.#body.bytes)
    yield
    return (this.#name === undefined ? bytes : renameModel(bytes, this.#name)).toString()
  }
}

/** What is no such answer stays as it is. */
function* putRight(body: Buffer): Steps<Buffer> {
  try {
    return yield* applyInSteps(body, yield* splicesIn(body))
  } catch (fault) {
    if (fault instanceof JsonFault || fault instanceof SyntaxError || fault instanceof AnswerFault)
      return body
    throw fault
  }
}

function* splicesIn(body: Buffer): Steps<Splice[]> {
  const splices: Splice[] = []
  for (const data of membersNamed(body, yield* scanInSteps(body), 'data')) {
    if (!isArrayAt(body, data.start)) continue
    for (const element of eachElement(body, data.start)) {
      if (element && isObjectAt(body, element.start)) {
        const scan = scanObject(body, element.start)
        for (const vector of membersNamed(body, scan, 'embedding')) {
          if (isArrayAt(body, vector.start)) splices.push(spliceOf(body, vector))
        }
      }
      yield
    }
  }
  return splices
}

function spliceOf(body: Buffer, { start, end }: Place): Splice {
  const text = JSON.stringify(inBase64(vectorOf(readValue(body, { start, end }))))
  return { start, end, bytes: Buffer.from(text) }
}
