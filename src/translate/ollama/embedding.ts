import { tell } from '../../wire/usage.ts'
import { AnswerFault, faultIn, type Translation } from '../translation.ts'
import { asArray, asObject, type Json } from '../values.ts'
import { nanoseconds } from './line.ts'

export interface EmbeddingOptions {
  /** `embed` takes many inputs; `embeddings`, the older, takes one and answers with the vector alone. */
  readonly way: 'embed' | 'embeddings'
  /** The name to answer with; undefined for the upstream's own. */
  readonly model: string | undefined
  /** When the client asked, in milliseconds since the epoch. */
  readonly started: number
}

/** The answer to `/api/embed` or `/api/embeddings`, from OpenAI's Embeddings. */
export class OllamaEmbedding implements Translation {
  readonly contentType = 'application/json; charset=utf-8'
  readonly streamed = false
  readonly finished = false
  fault: string | undefined
  readonly #options: EmbeddingOptions
  readonly #chunks: Buffer[] = []

  constructor(options: EmbeddingOptions) {
    this.#options = options
  }

  push(chunk: Buffer): string {
    this.#chunks.push(chunk)
    return ''
  }

  end(at: number): string {
    let text = ''
    this.fault = faultIn(() => {
      text = this.#answer(at)
    })
    return text
  }

  #answer(at: number): string {
    const { way, model, started } = this.#options
    const answer = parse(Buffer.concat(this.#chunks).toString())
    const vectors = vectorsOf(answer)
    const { model: own, usage } = tell(answer)
    const body =
      way === 'embeddings'
        ? { embedding: vectors[0] ?? [] }
        : {
            model: model ?? own ?? '',
            embeddings: vectors,
            total_duration: nanoseconds(started, at),
            load_duration: 0,
            prompt_eval_count: usage?.input,
          }
    return `${JSON.stringify(body)}\n`
  }
}

function vectorsOf(answer: Json): (readonly unknown[])[] {
  if (!Array.isArray(answer['data'])) throw new AnswerFault('it has no embeddings')
  const items = answer['data'].map(item => asObject(item) ?? {})
  // Their order is not promised, their index is.
  const ordered = items.toSorted((a, b) => Number(a['index'] ?? 0) - Number(b['index'] ?? 0))
  return ordered.map(({ embedding }) => asArray(embedding))
}

function parse(json: string): Json {
  try {
    return asObject(JSON.parse(json)) ?? {}
  } catch {
    throw new AnswerFault('it is not JSON')
  }
}
