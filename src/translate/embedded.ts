import { header, type RawHeaders } from '../wire/headers.ts'
import { jsonInSteps } from '../wire/json-pieces.ts'
import type { Steps } from '../wire/steps.ts'
import type { Told } from '../wire/usage.ts'
import type { ProviderCodec } from './codec.ts'
import type { Embedded, EmbeddingClient, EmbeddingProvider, EmbeddingRequest } from './embedding.ts'
import { errorThrough } from './through.ts'
import { tokensIn } from './tokens.ts'
import { AnswerFault, faultOf, type Translate, type Translation } from './translation.ts'
import { asObject, type Json } from './values.ts'
import { WholeBody } from './whole-body.ts'

/** What the answer to one request for embeddings passes through. */
export interface EmbeddingPair {
  readonly client: EmbeddingClient
  readonly provider: EmbeddingProvider
  readonly request: EmbeddingRequest
  readonly decodeError: ProviderCodec['decodeError']
  /** The request went as several, whose answers come as one array. */
  readonly several: boolean
  /** The name to answer with; undefined for the upstream's own. */
  readonly model: string | undefined
  /** The model that was asked, for an upstream that names none. */
  readonly target: string
  /** When the client asked, in milliseconds since the epoch. */
  readonly started: number
}

/** Answers with embeddings, read in one way and said in another. */
export const throughEmbedding =
  (pair: EmbeddingPair): Translate =>
  (status, headers) =>
    status >= 400
      ? errorThrough(
          {
            asking: pair.client.asking,
            client: pair.client,
            provider: { decodeError: pair.decodeError },
          },
          status,
          headers,
        )
      : new EmbeddingThrough(pair, headers)

class EmbeddingThrough implements Translation {
  readonly asking
  readonly contentType: string
  readonly streamed = false
  readonly finished = false
  headers: RawHeaders = []
  fault: string | undefined
  readonly #pair: EmbeddingPair
  readonly #headers: RawHeaders
  readonly #body = new WholeBody()
  #told: Told = { model: undefined, usage: undefined }

  constructor(pair: EmbeddingPair, headers: RawHeaders) {
    this.asking = pair.client.asking
    this.contentType = pair.client.contentType ?? 'application/json'
    this.#pair = pair
    this.#headers = headers
  }

  push(chunk: Buffer): string {
    this.#body.push(chunk)
    return ''
  }

  get isLong(): boolean {
    return this.#body.isLong
  }

  *end(at: number): Steps<string> {
    const { client, request, model, target, started } = this.#pair
    try {
      const { vectors, model: own, tokens: input } = yield* this.#read()
      const tokens = input ?? request.texts.reduce((sum, text) => sum + tokensIn(text), 0)
      // Where nobody counted, what the client is told is an estimate, and no figure for a meter.
      if (input === undefined) this.headers = ['x-gateway-estimate', 'tokens']
      this.#told = {
        model: own,
        usage: { input, output: undefined, cached: undefined, reasoning: undefined },
      }
      const answer = { vectors, model: model ?? own ?? target, tokens, request, started, at }
      return `${yield* jsonInSteps(client.encode(answer), JSON.stringify)}\n`
    } catch (error) {
      this.fault = faultOf(error)
      return ''
    }
  }

  told(): Told {
    return this.#told
  }

  *#read(): Steps<Embedded> {
    const { provider, several, request } = this.#pair
    const value = yield* this.#body.json(JSON.parse)
    const answers = several && Array.isArray(value) ? value : [value]
    // Of several answers only the first has its fields here.
    const has = (name: string) => (several ? undefined : header(this.#headers, name))
    const read = answers.map(answer => provider.decode(objectOf(answer), has))
    const vectors = read.flatMap(({ vectors }) => vectors)
    if (vectors.length !== request.texts.length) {
      throw new AnswerFault(`it has ${vectors.length} embeddings of ${request.texts.length} texts`)
    }
    const counts = read.flatMap(({ tokens }) => (tokens === undefined ? [] : [tokens]))
    return {
      vectors,
      model: read[0]?.model,
      tokens:
        counts.length === read.length ? counts.reduce((sum, count) => sum + count, 0) : undefined,
    }
  }
}

function objectOf(value: unknown): Json {
  const answer = asObject(value)
  if (!answer) throw new AnswerFault('it is not a JSON object')
  return answer
}
