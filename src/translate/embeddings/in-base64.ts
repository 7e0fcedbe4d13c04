import { encodingOf, header, type RawHeaders } from '../../wire/headers.ts'
import {
  applySplices,
  elementsOf,
  isArrayAt,
  isObjectAt,
  memberNamed,
  membersNamed,
  readValue,
  type Scanned,
  type Splice,
  scanBody,
  scanObject,
} from '../../wire/json.ts'
import { JsonFault } from '../../wire/json-walk.ts'
import { renameModel } from '../../wire/rename.ts'
import { AnswerFault, type TranslateOrPass, type Translation } from '../translation.ts'
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
  readonly #chunks: Buffer[] = []

  constructor(name: string | undefined, headers: RawHeaders) {
    this.#name = name
    this.contentType = header(headers, 'content-type') ?? 'application/json'
  }

  push(chunk: Buffer): string {
    this.#chunks.push(chunk)
    return ''
  }

  end(): string {
    const bytes = putRight(Buffer.concat(this.#chunks))
    return (this.#name === undefined ? bytes : renameModel(bytes, this.#name)).toString()
  }
}

/** What is no such answer stays as it is. */
function putRight(body: Buffer): Buffer {
  try {
    return applySplices(
      body,
      membersNamed(body, scanBody(body), 'data')
        .filter(({ start }) => isArrayAt(body, start))
        .flatMap(({ start }) => elementsOf(body, start))
        .filter(({ start }) => isObjectAt(body, start))
        .flatMap(({ start }) => membersNamed(body, scanObject(body, start), 'embedding'))
        .filter(({ start }) => isArrayAt(body, start))
        .map((place): Splice => {
          const text = JSON.stringify(inBase64(vectorOf(readValue(body, place))))
          return { start: place.start, end: place.end, bytes: Buffer.from(text) }
        }),
    )
  } catch (fault) {
    if (fault instanceof JsonFault || fault instanceof SyntaxError || fault instanceof AnswerFault)
      return body
    throw fault
  }
}
