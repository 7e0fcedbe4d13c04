import type { Target } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import { offers, type Provider } from '../providers/provider.ts'
import { throughEmbedding } from '../translate/embedded.ts'
import { embedderWays } from '../translate/embedders.ts'
import type { EmbeddingClient } from '../translate/embedding.ts'
import { encodeEmbedding } from '../translate/encode-embedding.ts'
import { upstreamError } from '../translate/error-kind.ts'
import { exactJson } from '../translate/exact.ts'
import { requestHeaders } from '../translate/headers.ts'
import { type Embedder, type Embedding, embedderTo } from '../translate/routes.ts'
import { flatMapInSteps, type Steps } from '../wire/steps.ts'
import { clientBody } from './parameters.ts'
import { parseObject } from './parse-object.ts'
import type { Plan } from './plan.ts'
import type { Asked } from './way.ts'

/** Whether a provider embeds by a model in a way. */
export const embedding =
  (provider: Provider, model: string) =>
  (way: Embedder): boolean =>
    offers(provider, embedderWays[way].operation, model)

/**
 * How a target is asked for embeddings in another way than the client's, by as many requests as it takes. Throws
 * `not_offered`, `bad_request` and `untranslatable`.
 */
export function* embeddingPlan(
  asked: Asked,
  target: Target,
  provider: Provider,
  {
    embedding: asking,
    client,
  }: { readonly embedding: Embedding; readonly client: EmbeddingClient },
): Steps<Plan> {
  const { exchange, operation, answerAs } = asked
  const { model } = target
  const way = embedderTo(asking, embedding(provider, model))
  if (!way) {
    throw new GatewayError('not_offered', {
      provider: provider.name,
      endpoint: operation.path,
      reason: `it speaks ${provider.api.says}, which has no such thing for this model`,
      hint: 'ask for a model that embeds, of a provider that has one',
    })
  }
  const given = yield* clientBody(asked, target, target.params)
  const request = client.decode(yield* parseObject(given))
  const { operation: sent, codec } = embedderWays[way]
  const embedder = codec(model)
  const { bodies, dropped } = encodeEmbedding(request, client, embedder, model)
  const [body, ...more] = yield* flatMapInSteps(bodies, body => [Buffer.from(exactJson(body))])
  return {
    operation: sent,
    query: '',
    headers: requestHeaders(exchange.req.rawHeaders, sent.protocol),
    body: body!,
    more,
    dropped,
    translate: throughEmbedding({
      client,
      provider: embedder,
      request,
      decodeError: provider.api.decodeError ?? upstreamError,
      several: more.length > 0,
      model: answerAs,
      target: model,
      started: Date.now(),
    }),
  }
}
