import type { ModelBody } from '../alias/body.ts'
import type { Target } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import { offers, type Provider } from '../providers/provider.ts'
import type { ClientCodec, Far, ProviderCodec } from '../translate/codec.ts'
import { clientCodecs, providerCodecs } from '../translate/codecs.ts'
import { counters } from '../translate/counting.ts'
import { vertexGeminiProvider } from '../translate/gemini/provider.ts'
import type { ModelRequest } from '../translate/message.ts'
import { hostedProvider } from '../translate/messages/hosted.ts'
import type { ClaudeHost } from '../translate/messages/hosts.ts'
import { urlsInMessages } from '../translate/messages/raw-sources.ts'
import { type SaidParameters, type SortedParameters, withMeant } from '../translate/parameters.ts'
import { type Asking, type Counter, routeTo, type Spoken } from '../translate/routes.ts'
import { type Fetched, urlsIn } from '../translate/sources.ts'
import { wasSeen } from '../translate/traces.ts'
import type { Json } from '../translate/values.ts'
import type { Operation } from '../wire/protocol.ts'
import type { Steps } from '../wire/steps.ts'
import type { Exchange } from './exchange.ts'
import { CallMemory } from './memory.ts'
import { modelFacts } from './model-facts.ts'
import { clientRequest, parametersOf, saidAt } from './parameters.ts'

/** One for all requests: a conversation comes back by any connection. */
export const memory = new CallMemory()

/** A client's request, and what of it every target is asked alike. */
export interface Asked {
  readonly exchange: Exchange
  readonly operation: Operation
  readonly body: ModelBody
  /** The name that answers carry; undefined for the upstream's own. */
  readonly answerAs: string | undefined
  /** What lies behind URLs of the request, for those who do not fetch it themselves. */
  readonly fetched?: Fetched
  /** Those that have been found so far: to read a long conversation takes long, and it is asked for more than once. */
  ways?: Map<Target, Way>
}

/** Of a body, in bytes. */
export const longLimit = 128 * 1024

/** Whether a request takes long to read and to write, also by what was fetched for it: everybody waits for a turn of the event loop. */
export const isLong = ({ body, fetched }: Asked): boolean =>
  body.bytes.length > longLimit || fetched !== undefined

/** The paths of a conversation in each protocol, streamed and whole. */
export const paths: Readonly<Record<Spoken, readonly [streamed: string, whole: string]>> = {
  chat: ['/chat/completions', '/chat/completions'],
  responses: ['/responses', '/responses'],
  messages: ['/messages', '/messages'],
  gemini: [':streamGenerateContent', ':generateContent'],
  converse: ['/converse-stream', '/converse'],
}

/** The protocol of an operation that holds a conversation; undefined for any other. */
export function askingIn({
  protocol,
  path,
}: Operation): readonly [Asking, ClientCodec] | undefined {
  const asking = protocol as Asking
  const codec = clientCodecs[asking]
  return codec && paths[asking as Spoken].includes(path) ? [asking, codec] : undefined
}

/** By which of a provider's protocols a request goes there. */
export interface Way {
  readonly raw: Json
  readonly request: ModelRequest
  readonly spoken: Spoken
  readonly codec: ProviderCodec
  readonly host: ClaudeHost | undefined
  readonly far: Far
  readonly parameters: SortedParameters
}

/** The way to one of a request's targets. Throws `not_offered` and `untranslatable`. */
export function* wayTo(
  asked: Asked,
  target: Target,
  provider: Provider,
  asking: readonly [Asking, ClientCodec],
): Steps<Way> {
  asked.ways ??= new Map()
  const way = asked.ways.get(target) ?? (yield* findWay(asked, target, provider, asking))
  asked.ways.set(target, way)
  return way
}

function* findWay(
  asked: Asked,
  target: Target,
  provider: Provider,
  [asking, client]: readonly [Asking, ClientCodec],
): Steps<Way> {
  const { exchange, operation } = asked
  const facts = modelFacts(exchange, target.model)
  // What is read of the parameters here is the same, whoever is asked.
  const { client: own, meant } = parametersOf(target, asking, 'converse', provider)
  const raw = yield* clientRequest(asked, target, own)
  const path = operation.path + exchange.query
  const said = yield* client.decodeRequest(raw, target.model, path)
  const request = withMeant(said, meant)
  const spoken = routeTo(asking, speaking(provider, target.model), facts, {
    tools: request.tools.length > 0,
    reasoning: request.reasoning !== undefined,
  })
  const host = spoken === 'messages' ? provider.api.claude : undefined
  const codec = spoken && codecFor(provider, spoken)
  if (!spoken || !codec) {
    throw new GatewayError('not_offered', {
      provider: provider.name,
      endpoint: operation.path,
      reason: `it speaks ${provider.api.says}, and there is no way from one to the other`,
      hint: 'ask for a model of a provider that speaks the protocol of your client',
    })
  }
  const parameters = parametersOf(target, asking, spoken, provider)
  return { raw, request, spoken, codec, host, far: farFor(exchange, target, provider), parameters }
}

/** Whether a provider holds conversations with a model in a protocol. */
export const speaking =
  (provider: Provider, model: string) =>
  (protocol: Spoken): boolean =>
    offers(provider, { protocol, path: paths[protocol][1] }, model)

/** Whether a provider counts the tokens of a model in a protocol. */
export const counting =
  (provider: Provider, model: string) =>
  (protocol: Counter): boolean =>
    offers(provider, { protocol, path: counters[protocol] }, model)

/** By which a provider is asked in one of its protocols. */
export function codecFor({ api }: Provider, spoken: Spoken): ProviderCodec | undefined {
  if (spoken === 'messages' && api.claude) return hostedProvider(api.claude)
  return spoken === 'gemini' && api.claude === 'vertex'
    ? vertexGeminiProvider
    : providerCodecs[spoken]
}

export const farFor = (
  exchange: Pick<Exchange, 'snapshot'>,
  { model }: Target,
  { quirks }: Provider,
): Far => ({
  model,
  facts: modelFacts(exchange, model),
  quirks,
  memory,
})

/** The protocol of a request whose conversation is read to be said in another one to this target. */
const translatedFrom = (
  { operation }: Asked,
  target: Target,
  provider: Provider,
): ReturnType<typeof askingIn> =>
  offers(provider, operation, target.model) ? undefined : askingIn(operation)

/** The URLs of a request whose bytes a target wants in their place. Throws as `planFor` does. */
export function* urlsFor(asked: Asked, target: Target, provider: Provider): Steps<string[]> {
  const asking = translatedFrom(asked, target, provider)
  if (!asking) {
    const hosted = provider.api.claude && asked.operation.path === '/messages'
    return hosted && wasSeen(asked.body.scan.seen, 'url') ? yield* urlsInMessages(asked.body) : []
  }
  const { codec, far, request } = yield* wayTo(asked, target, provider, asking)
  return codec.wantsBytes ? urlsIn(request, (url, one) => codec.wantsBytes!(url, one, far)) : []
}

/** What the parameters of a target come to in a request that says nothing else; undefined for what is no conversation. */
export function parametersAt(
  exchange: Pick<Exchange, 'snapshot'>,
  operation: Operation,
  target: Target,
  provider: Provider,
): SaidParameters | undefined {
  const [asking] = askingIn(operation) ?? []
  if (!asking || asking === 'ollama') return undefined
  const far = farFor(exchange, target, provider)
  const spoken = routeTo(asking, speaking(provider, target.model), far.facts, {
    tools: false,
    reasoning: false,
  })
  const codec = spoken && codecFor(provider, spoken)
  return codec && saidAt(target, provider, { protocol: asking, spoken, codec, far })
}
