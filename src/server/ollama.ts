// Ollama's API, which many local tools speak, answered by aliases. What it asks of a model is translated to OpenAI's API;
// what it asks of a machine that keeps models has no answer here. https://docs.ollama.com/api

import { randomBytes } from 'node:crypto'
import { bodyFor, findModel, type ModelBody } from '../alias/body.ts'
import { choose } from '../alias/choose.ts'
import { GatewayError } from '../errors.ts'
import { clientLeft, readBody } from '../proxy/body.ts'
import type { Memory } from '../translate/codec.ts'
import { factsFor } from '../translate/facts.ts'
import { requestHeaders } from '../translate/headers.ts'
import { nanoseconds, nothingSaid, saidFields, timestamp } from '../translate/ollama/line.ts'
import {
  chatRequest,
  embeddingsRequest,
  embedRequest,
  generateRequest,
  type OllamaRequest,
} from '../translate/ollama/request.ts'
import {
  type OllamaAnswerOptions,
  toOllama,
  toOllamaEmbedding,
} from '../translate/ollama/translate.ts'
import { quirksFor } from '../translate/quirks.ts'
import type { Translate } from '../translate/translation.ts'
import type { Json } from '../translate/values.ts'
import { conversationKey } from '../wire/conversation.ts'
import type { Exchange } from './exchange.ts'
import { attempt, resolveFor } from './inference.ts'
import { parseObject } from './ollama-body.ts'
import { ollamaName } from './ollama-models.ts'

/** One of Ollama's ways to ask a model something. */
interface Way {
  readonly request: (body: Json) => OllamaRequest
  readonly translate: (request: OllamaRequest, answering: Answering) => Translate
  /** What is answered when nothing is asked, and so nobody needs to be. */
  readonly loaded: object
}

/** `model` is the name to answer with, `started` a time in milliseconds since the epoch. */
type Answering = Pick<OllamaAnswerOptions, 'model' | 'started' | 'far' | 'newId'>

const loaded = { done: true, done_reason: 'load' }

export const ollamaChat = ask({
  request: chatRequest,
  translate: ({ stream }, answering) => toOllama({ way: 'chat', stream, ...answering }),
  loaded: { ...saidFields('chat', nothingSaid), ...loaded },
})

export const ollamaGenerate = ask({
  request: generateRequest,
  translate: ({ stream }, answering) => toOllama({ way: 'generate', stream, ...answering }),
  loaded: { ...saidFields('generate', nothingSaid), ...loaded },
})

export const ollamaEmbed = ask({
  request: embedRequest,
  translate: (_, { model, started }) => toOllamaEmbedding({ way: 'embed', model, started }),
  loaded: { embeddings: [] },
})

export const ollamaEmbeddings = ask({
  request: embeddingsRequest,
  translate: (_, { model, started }) => toOllamaEmbedding({ way: 'embeddings', model, started }),
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
  const bytes = Buffer.from(JSON.stringify({ model: asked.model, ...request.body }))
  const body = findModel(bytes)
  const key = resolution.weighted?.sticky
    ? conversationKey(bytes, exchange.req.rawHeaders)
    : exchange.id
  // Ollama answers with the name that it was asked for; an alias can ask for the model's own.
  const model = resolution.respondAs === 'upstream' ? undefined : asked.model
  attempt(exchange, request.operation, {
    resolution,
    targets: choose(resolution, key),
    plan: (target, { config: { preset, quirks } }) => ({
      operation: request.operation,
      query: '',
      headers: requestHeaders(exchange.req.rawHeaders, 'chat'),
      body: bodyFor(body, target, request.operation),
      translate: way.translate(request, {
        model,
        started,
        newId,
        far: {
          model: target.model,
          facts: factsFor(target.model),
          quirks: quirksFor(preset, quirks),
          memory: forgetful,
        },
      }),
      dropped: request.dropped,
    }),
  })
}

/** What Ollama's clients cannot carry to the next turn, servers of OpenAI's API do not ask for. */
const forgetful: Memory = { remember: () => {}, recall: () => undefined }

const newId = (prefix: string): string => prefix + randomBytes(12).toString('hex')
