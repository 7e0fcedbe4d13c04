// Ollama's API, which many local tools speak, answered by aliases. What it asks of a model is translated to OpenAI's API;
// what it asks of a machine that keeps models has no answer here. https://docs.ollama.com/api

import { findModelInSteps, type ModelBody } from '../alias/body.ts'
import { GatewayError } from '../errors.ts'
import { clientLeft, readBody } from '../proxy/body.ts'
import type { ClientCodec } from '../translate/codec.ts'
import type { EmbeddingClient } from '../translate/embedding.ts'
import { exactJson } from '../translate/exact.ts'
import { requestHeaders } from '../translate/headers.ts'
import { ollamaClient } from '../translate/ollama/client.ts'
import { embedClient, olderEmbedClient } from '../translate/ollama/embedding.ts'
import { nanoseconds, nothingSaid, saidFields, timestamp } from '../translate/ollama/line.ts'
import {
  chatRequest,
  embeddingsRequest,
  embedRequest,
  generateRequest,
  type OllamaRequest,
} from '../translate/ollama/request.ts'
import { toOllama } from '../translate/ollama/translate.ts'
import type { Json } from '../translate/values.ts'
import { jsonPieces } from '../wire/json-pieces.ts'
import { oneStep, type Steps } from '../wire/steps.ts'
import { wholeOf } from './draft.ts'
import { embeddingPlan } from './embedding-plan.ts'
import type { Exchange } from './exchange.ts'
import { attempt, choosing, resolveFor } from './inference.ts'
import { ollamaName } from './ollama-models.ts'
import { parseObject } from './parse-object.ts'
import { passedAsIs, passedWith } from './plan.ts'
import { takeSteps } from './take-steps.ts'
import { newId, translated } from './translated-plan.ts'
import { type Asked, farFor, isLong, longLimit } from './way.ts'

/** One of Ollama's ways to ask a model something. */
interface Way {
  readonly request: (body: Json) => Steps<OllamaRequest>
  /** Of a conversation: any model can have one, in whatever protocol. */
  readonly client?: ClientCodec
  /** Of embeddings. */
  readonly embeds?: EmbeddingClient
  /** What is answered when nothing is asked, and so nobody needs to be. */
  readonly loaded: object
}

const loaded = { done: true, done_reason: 'load' }

export const ollamaChat = ask({
  request: chatRequest,
  client: ollamaClient('chat'),
  loaded: { ...saidFields('chat', nothingSaid), ...loaded },
})

export const ollamaGenerate = ask({
  request: body => oneStep(() => generateRequest(body)),
  client: ollamaClient('generate'),
  loaded: { ...saidFields('generate', nothingSaid), ...loaded },
})

export const ollamaEmbed = ask({
  request: body => oneStep(() => embedRequest(body)),
  embeds: embedClient,
  loaded: { embeddings: [] },
})

export const ollamaEmbeddings = ask({
  request: body => oneStep(() => embeddingsRequest(body)),
  embeds: olderEmbedClient,
  loaded: { embedding: [] },
})

function ask(way: Way): (exchange: Exchange) => void {
  return exchange => {
    const started = Date.now()
    readBody(exchange.req, exchange.snapshot.config.limits.body, result => {
      if (result === clientLeft) return
      try {
        if (result instanceof GatewayError) throw result
        takeSteps(exchange, result.length > longLimit, inOpenai(way, result), said =>
          pass(exchange, way, said, started),
        )
      } catch (error) {
        exchange.fail(error)
      }
    })
  }
}

/** What was asked of a model in Ollama's words, and the same in OpenAI's. */
interface Said {
  readonly name: string
  readonly request: OllamaRequest
  readonly body: ModelBody
}

function* inOpenai(way: Way, bytes: Buffer): Steps<Said> {
  const { model: name } = yield* findModelInSteps(bytes)
  const request = yield* way.request(yield* parseObject(bytes))
  const pieces = yield* jsonPieces({ model: name, ...request.body }, exactJson)
  return { name, request, body: yield* findModelInSteps(Buffer.concat(pieces)) }
}

function pass(exchange: Exchange, way: Way, { name, request, body }: Said, started: number): void {
  const resolution = resolveFor(exchange, ollamaName(exchange.snapshot, name))
  if (request.empty) {
    const created_at = timestamp(started)
    const total_duration = nanoseconds(started, Date.now())
    exchange.json(200, { model: name, created_at, ...way.loaded, total_duration })
    return
  }
  choosing(exchange, resolution, body, targets => {
    const { operation, stream } = request
    // Ollama answers with the name that it was asked for; an alias can ask for the model's own.
    const model = resolution.respondAs === 'upstream' ? undefined : name
    const asked: Asked = { exchange, operation, body, answerAs: model }
    const client = operation.protocol === 'chat' ? way.client : undefined
    attempt(exchange, operation, {
      resolution,
      targets,
      isLong: isLong(asked),
      *plan(target, provider) {
        // In OpenAI's protocols too, as this provider and this model take it.
        const plan = client
          ? yield* translated(asked, target, provider, ['ollama', client])
          : way.embeds &&
            (yield* embeddingPlan(asked, target, provider, {
              embedding: 'ollama',
              client: way.embeds,
            }))
        if (plan) return { ...plan, dropped: [...request.dropped, ...(plan.dropped ?? [])] }
        // A text with a suffix, which only Completions have.
        const far = farFor(exchange, target, provider)
        const passed =
          passedAsIs(asked, target, provider) ?? (yield* passedWith(asked, target, provider))
        return {
          operation,
          query: '',
          headers: requestHeaders(exchange.req.rawHeaders, 'chat'),
          body: yield* wholeOf(passed.draft),
          translate: toOllama({ way: 'generate', stream, model, started, newId, far }),
          dropped: [...request.dropped, ...passed.dropped],
        }
      },
    })
  })
}
