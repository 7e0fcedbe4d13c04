import { randomInt } from 'node:crypto'
import type { Target } from '../alias/resolve.ts'
import type { Provider } from '../providers/provider.ts'
import type { ClientCodec } from '../translate/codec.ts'
import { exactJson } from '../translate/exact.ts'
import { requestHeaders } from '../translate/headers.ts'
import { estimateInSteps, estimateTokens } from '../translate/messages/count-tokens.ts'
import { hostedBody, hostedRequest } from '../translate/messages/hosted.ts'
import { droppedName, isEmptyPatch } from '../translate/parameters.ts'
import type { Asking } from '../translate/routes.ts'
import { withBytes } from '../translate/sources.ts'
import { throughModel } from '../translate/through.ts'
import type { Json } from '../translate/values.ts'
import { jsonPieces } from '../wire/json-pieces.ts'
import type { Patch } from '../wire/patch.ts'
import type { Steps } from '../wire/steps.ts'
import { inPieces } from './draft.ts'
import { patched } from './parameters.ts'
import type { Plan } from './plan.ts'
import { type Asked, isLong, memory, paths, wayTo } from './way.ts'

/** Google's streams are one JSON array unless they are asked for as events. */
const queries: Readonly<Partial<Record<string, string>>> = { ':streamGenerateContent': '?alt=sse' }

/**
 * A request to a provider that does not speak its protocol, said in the one of the provider's that loses least. Throws
 * `not_offered` and `untranslatable`.
 */
export function* translated(
  asked: Asked,
  target: Target,
  provider: Provider,
  asking: readonly [Asking, ClientCodec],
): Steps<Plan> {
  const { exchange, operation, answerAs, fetched } = asked
  const way = yield* wayTo(asked, target, provider, asking)
  const { raw, spoken, codec, host, far, parameters } = way
  const request = fetched ? withBytes(way.request, fetched) : way.request
  const { body, toolNames, dropped, headers: own = [] } = yield* codec.encodeRequest(request, far)
  const counted =
    isLong(asked) && asking[0] === 'messages' && request.stream
      ? yield* estimateInSteps(request, far.facts)
      : undefined
  const path = paths[spoken][request.stream ? 0 : 1]
  const headers = [...requestHeaders(exchange.req.rawHeaders, spoken), ...own]
  const hosted = host && hostedRequest(host, headers)
  const sent = hosted ? hostedBody(body, hosted) : body
  return {
    operation: { protocol: spoken, path, streamed: request.stream },
    query: queries[path] ?? '',
    headers: hosted?.headers ?? headers,
    ...(yield* written(asked, sent, parameters.far)),
    dropped: [
      ...new Set([
        ...request.dropped,
        ...dropped.map(name => droppedName(name, asking[0], target.params)),
        ...(hosted?.dropped ?? []),
        ...parameters.dropped,
      ]),
    ],
    translate: throughModel({
      asking: asking[0],
      client: asking[1],
      provider: codec,
      asked: { request, toolNames, far, newId },
      answering: {
        request,
        raw,
        path: operation.path + exchange.query,
        model: answerAs,
        target: target.model,
        started: Date.now(),
        // A client's meter wants to know before anybody has counted.
        estimate: () => counted ?? estimateTokens(request, far.facts),
        newId,
        memory,
      },
    }),
  }
}

function* written(asked: Asked, body: Json, patch: Patch): Steps<Pick<Plan, 'body' | 'length'>> {
  if (!isLong(asked)) return { body: yield* patched(Buffer.from(exactJson(body)), patch) }
  const pieces = yield* jsonPieces(body, exactJson)
  return isEmptyPatch(patch)
    ? inPieces(pieces)
    : { body: yield* patched(Buffer.concat(pieces), patch) }
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** A new id: the prefix and 24 random letters and digits. */
export const newId = (prefix: string): string =>
  prefix + Array.from({ length: 24 }, () => letters[randomInt(letters.length)]).join('')
