// Ollama's API, which many local tools speak, answered by aliases. What it asks of a model is translated to OpenAI's API;
// what it asks of a machine that keeps models has no answer here. https://docs.ollama.com/api

import { findModel, type ModelBody } from '../alias/body.ts'
import { choose } from '../alias/choose.ts'
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
import { conversationKey } from '../wire/conversation.ts'
import { atOnce } from '../wire/steps.ts'
import { wholeOf } from './draft.ts'
import { embeddingPlan } from './embedding-plan.ts'
import type { Exchange } from './exchange.ts'
import { attempt, resolveFor } from './inference.ts'
import { ollamaName } from './ollama-models.ts'
import { parseObject } from './parse-object.ts'
import { passedTo } from './plan.ts'
import { newId, translatedPlan } from './translated-plan.ts'
import { farFor } from './way.ts'

/** One of Ollama's ways to ask a model something. */
interface Way {
  readonly request: (body: Json) => OllamaRequest
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
  request: generateRequest,
  client: ollamaClient('generate'),
  loaded: { ...saidFields('generate', nothingSaid), ...loaded },
})

export const ollamaEmbed = ask({
  request: embedRequest,
  embeds: embedClient,
  loaded: { embeddings: [] },
})

export const ollamaEmbeddings = ask({
  request: embeddingsRequest,
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
        pass(exchange, way, findModel(result), started)
      } catch (error) {
        exchange.fail(error)
      }
    })
  }
}

function pass(exchange: Exchange, way: Way, asked: ModelBody, started: number): void {
  const request = way.request(parseObject(asked.bytes))
  const resolution = resolveFor(exchange, ollamaName(exchange.snapshot, asked.model))
  if (request.empty) {
    const created_at = timestamp(started)
    const total_duration = nanoseconds(started, Date.now())
    exchange.json(200, { model: asked.model, created_at, ...way.loaded, total_duration })
    return
  }
  const bytes = Buffer.from(exactJson({ model: asked.model, ...request.body }))
  const body = findModel(bytes)
  const key = resolution.weighted?.sticky
    ? conversationKey(body, exchange.req.rawHeaders)
    : exchange.id
  // Ollama answers with the name that it was asked for; an alias can ask for the model's own.
  const model = resolution.respondAs === 'upstream' ? undefined : asked.model
  attempt(exchange, request.operation, {
    resolution,
    targets: choose(resolution, key),
    plan: (target, provider) => {
      const { operation } = request
      const client = operation.protocol === 'chat' ? way.client : undefined
      const how = { exchange, operation, body, answerAs: model }
      // In OpenAI's protocols too, as this provider and this model take it.
      const plan = client
        ? atOnce(translatedPlan(how, target, provider, ['ollama', client]))
        : way.embeds &&
          embeddingPlan(how, target, provider, { embedding: 'ollama', client: way.embeds })
      if (plan) return { ...plan, dropped: [...request.dropped, ...(plan.dropped ?? [])] }
      // A text with a suffix, which only Completions have.
      const far = farFor(exchange, target, provider)
      const passed = passedTo(how, target, provider)
      const { stream } = request
      return {
        operation,
        query: '',
        headers: requestHeaders(exchange.req.rawHeaders, 'chat'),
        body: wholeOf(passed.draft),
        translate: toOllama({ way: 'generate', stream, model, started, newId, far }),
        dropped: [...request.dropped, ...passed.dropped],
      }
    },
  })
}
