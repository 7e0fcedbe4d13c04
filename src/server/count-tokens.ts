import type { ModelBody } from '../alias/body.ts'
import type { Resolution } from '../alias/resolve.ts'
import { offers } from '../providers/provider.ts'
import { decodeCountRequest, encodeCount } from '../translate/gemini/count-tokens.ts'
import type { ModelRequest } from '../translate/message.ts'
import { messagesClient } from '../translate/messages/client.ts'
import { estimateTokens } from '../translate/messages/count-tokens.ts'
import { asObject, type Json } from '../translate/values.ts'
import type { Operation } from '../wire/protocol.ts'
import type { Exchange } from './exchange.ts'
import { modelFacts } from './model-facts.ts'

/** How a client asks for the tokens of a request, and is told. */
interface Counting {
  readonly decode: (body: Json, model: string) => ModelRequest
  readonly encode: (tokens: number) => Json
}

const ways: Readonly<Record<string, Counting>> = {
  '/messages/count_tokens': {
    // Whoever counts says nothing of the answer; the answer's length is mandatory elsewhere.
    decode: (body, model) => messagesClient.decodeRequest({ max_tokens: 1, ...body }, model, ''),
    encode: tokens => ({ input_tokens: tokens }),
  },
  ':countTokens': { decode: decodeCountRequest, encode: encodeCount },
}

/**
 * Answers how many tokens a request has by an estimate that seldom is too low, where the provider of the first target
 * cannot be asked in the client's way: a client that is told too few compacts its conversation too late. False where it
 * is no such request, or the provider can be asked.
 */
export function countedHere(
  exchange: Exchange,
  operation: Operation,
  body: ModelBody,
  { targets, alias, name }: Resolution,
): boolean {
  const way = ways[operation.path]
  const target = targets[0]!
  const provider = exchange.snapshot.providers.get(target.provider)!
  if (!way || offers(provider, operation, target.model)) return false
  const raw = asObject(JSON.parse(body.bytes.toString())) ?? {}
  const tokens = estimateTokens(way.decode(raw, target.model), modelFacts(exchange, target.model))
  exchange.json(200, way.encode(tokens), [
    ...exchange.responseHeaders(alias, `${target.provider}/${target.model}`, name).slice(2),
    'x-gateway-estimate',
    'tokens',
  ])
  return true
}
