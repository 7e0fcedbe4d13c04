import { randomInt } from 'node:crypto'
import type { ModelBody } from '../alias/body.ts'
import type { Target } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import { offers, type Provider } from '../providers/provider.ts'
import type { UpstreamRequest } from '../proxy/upstream.ts'
import type { ClientCodec, Far, ProviderCodec } from '../translate/codec.ts'
import { clientCodecs, providerCodecs } from '../translate/codecs.ts'
import { countable } from '../translate/counting.ts'
import { foreignIn } from '../translate/foreign.ts'
import { vertexGeminiProvider } from '../translate/gemini/provider.ts'
import { requestHeaders } from '../translate/headers.ts'
import type { ModelRequest } from '../translate/message.ts'
import { estimateTokens } from '../translate/messages/count-tokens.ts'
import { bedrockAnswer, hostedProvider, hostedRequest } from '../translate/messages/hosted.ts'
import type { ClaudeHost } from '../translate/messages/hosts.ts'
import {
  droppedName,
  type SaidParameters,
  type SortedParameters,
  withMeant,
} from '../translate/parameters.ts'
import { type Asking, routeTo, type Spoken } from '../translate/routes.ts'
import { type Fetched, urlsIn, withBytes } from '../translate/sources.ts'
import { throughModel } from '../translate/through.ts'
import type { Translate } from '../translate/translation.ts'
import { asObject, type Json } from '../translate/values.ts'
import type { RawHeaders } from '../wire/headers.ts'
import { applySplices } from '../wire/json.ts'
import type { Operation } from '../wire/protocol.ts'
import { withoutParameters } from '../wire/query.ts'
import { askForUsage } from '../wire/usage-event.ts'
import type { Exchange } from './exchange.ts'
import { CallMemory } from './memory.ts'
import { modelFacts } from './model-facts.ts'
import { clientBody, parametersOf, passedBody, patched, saidAt } from './parameters.ts'

/** How one target is asked for what the client wants. */
export interface Plan {
  readonly operation: Operation
  /** With its `?`, or empty. */
  readonly query: string
  /** The client's fields as they go on, before the provider's own are added. */
  readonly headers: RawHeaders
  readonly body: UpstreamRequest['body']
  /** The length of a body that is a stream, in bytes, where it is known. */
  readonly length?: number | undefined
  /** What the answer passes through, where the client speaks another protocol than was asked in. */
  readonly translate?: Translate | undefined
  /** Fields of the client's request that could not be said. */
  readonly dropped?: readonly string[]
  /** The client did not ask for the event with the usage. */
  readonly dropUsage?: boolean
}

/** The paths of a conversation in each protocol, streamed and whole. */
const paths: Readonly<Record<Spoken, readonly [streamed: string, whole: string]>> = {
  chat: ['/chat/completions', '/chat/completions'],
  responses: ['/responses', '/responses'],
  messages: ['/messages', '/messages'],
  gemini: [':streamGenerateContent', ':generateContent'],
  converse: ['/converse-stream', '/converse'],
}

/** Google's streams are one JSON array unless they are asked for as events. */
const queries: Readonly<Partial<Record<string, string>>> = { ':streamGenerateContent': '?alt=sse' }

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
}

/**
 * How a target is asked: in the client's own words where it speaks its protocol, and translated where it does not. Throws
 * `not_offered` where neither can be, and `untranslatable`.
 */
export function planFor(asked: Asked, target: Target, provider: Provider): Plan {
  const { exchange, operation } = asked
  const asking = askingIn(operation)
  if (asking && !offers(provider, operation, target.model)) {
    return translatedPlan(asked, target, provider, asking)
  }
  const { bytes: patched, dropped } = passedTo(asked, target, provider)
  const far = farFor(exchange, target, provider)
  const bytes = applySplices(patched, foreignIn(patched, operation.protocol, far))
  if (provider.api.claude && operation.protocol === 'messages') {
    return hosted(asked, bytes, provider.api.claude, dropped)
  }
  const injects =
    exchange.snapshot.config.usage === 'inject' &&
    (operation.protocol === 'chat' || operation.protocol === 'completions')
  const counted = injects ? askForUsage(bytes) : undefined
  return {
    operation,
    query: queryFor(exchange, operation),
    headers: exchange.req.rawHeaders,
    body: counted ?? bytes,
    dropped,
    dropUsage: counted !== undefined,
  }
}

/** What a request is passed on as to a target that speaks its protocol, and the parameters that had no place in it. */
export function passedTo(
  asked: Asked,
  target: Target,
  provider: Provider,
): { readonly bytes: Buffer; readonly dropped: readonly string[] } {
  const [asking, client] = askingIn(asked.operation) ?? []
  if (!client) {
    // Who counts tokens refuses what is not counted.
    return {
      bytes: clientBody(asked, target, countable(asked.operation, target.params)),
      dropped: [],
    }
  }
  const protocol = asking as Exclude<Asking, 'ollama'>
  const codec = codecFor(provider, protocol)!
  const far = farFor(asked.exchange, target, provider)
  return passedBody(asked, target, provider, { protocol, client, codec, far })
}

/** A request in Messages to a host that asks Claude in them, but with another body, and at Bedrock with other answers. */
function hosted(
  { exchange, operation, answerAs }: Asked,
  bytes: Buffer,
  host: ClaudeHost,
  lost: readonly string[],
): Plan {
  const raw = asObject(JSON.parse(bytes.toString())) ?? {}
  const headers = requestHeaders(exchange.req.rawHeaders, 'messages')
  const { body, headers: sent, dropped } = hostedRequest(host, raw, headers)
  return {
    operation: { ...operation, streamed: raw['stream'] === true },
    query: '',
    headers: sent,
    body: Buffer.from(JSON.stringify(body)),
    dropped: [...lost, ...dropped],
    translate: host === 'bedrock' ? bedrockAnswer(answerAs) : undefined,
  }
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

/** The URLs of a request whose bytes a target wants in their place. Throws as `planFor` does. */
export function urlsFor(asked: Asked, target: Target, provider: Provider): string[] {
  const { operation } = asked
  const asking = askingIn(operation)
  if (!asking || offers(provider, operation, target.model)) return []
  const { codec, far, request } = wayTo(asked, target, provider, asking)
  return codec.wantsBytes ? urlsIn(request, (url, one) => codec.wantsBytes!(url, one, far)) : []
}

/** By which of a provider's protocols a request goes there. */
interface Way {
  readonly raw: Json
  readonly request: ModelRequest
  readonly spoken: Spoken
  readonly codec: ProviderCodec
  readonly host: ClaudeHost | undefined
  readonly far: Far
  readonly parameters: SortedParameters
}

function wayTo(
  asked: Asked,
  target: Target,
  provider: Provider,
  [asking, client]: readonly [Asking, ClientCodec],
): Way {
  const { exchange, operation } = asked
  const facts = modelFacts(exchange, target.model)
  // What is read of the parameters here is the same, whoever is asked.
  const { client: own, meant } = parametersOf(target, asking, 'converse', provider)
  const raw = asObject(JSON.parse(clientBody(asked, target, own).toString())) ?? {}
  const said = client.decodeRequest(raw, target.model, operation.path + exchange.query)
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

const speaking =
  (provider: Provider, model: string) =>
  (protocol: Spoken): boolean =>
    offers(provider, { protocol, path: paths[protocol][1] }, model)

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

/**
 * A request to a provider that does not speak its protocol, said in the one of the provider's that loses least. Throws
 * `not_offered` and `untranslatable`.
 */
export function translatedPlan(
  asked: Asked,
  target: Target,
  provider: Provider,
  asking: readonly [Asking, ClientCodec],
): Plan {
  const { exchange, operation, answerAs, fetched } = asked
  const { raw, spoken, codec, host, far, parameters, ...way } = wayTo(
    asked,
    target,
    provider,
    asking,
  )
  const request = fetched ? withBytes(way.request, fetched) : way.request
  const { body, toolNames, dropped, headers: own = [] } = codec.encodeRequest(request, far)
  const path = paths[spoken][request.stream ? 0 : 1]
  const headers = [...requestHeaders(exchange.req.rawHeaders, spoken), ...own]
  const sent = host ? hostedRequest(host, body, headers) : { body, headers, dropped: [] }
  return {
    operation: { protocol: spoken, path, streamed: request.stream },
    query: queries[path] ?? '',
    headers: sent.headers,
    body: patched(Buffer.from(JSON.stringify(sent.body)), parameters.far),
    dropped: [
      ...new Set([
        ...request.dropped,
        ...dropped.map(name => droppedName(name, asking[0], target.params)),
        ...sent.dropped,
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
        estimate: () => estimateTokens(request, far.facts),
        newId,
        memory,
      },
    }),
  }
}

/** The protocol of an operation that holds a conversation; undefined for any other. */
function askingIn({ protocol, path }: Operation): readonly [Asking, ClientCodec] | undefined {
  const asking = protocol as Asking
  const codec = clientCodecs[asking]
  return codec && paths[asking as Spoken].includes(path) ? [asking, codec] : undefined
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** A new id: the prefix and 24 random letters and digits. */
export const newId = (prefix: string): string =>
  prefix + Array.from({ length: 24 }, () => letters[randomInt(letters.length)]).join('')

/** Gemini's clients may put their key into the query, and Azure's name the version of an API that is not asked. */
export function queryFor({ query, parameter }: Exchange, { protocol }: Operation): string {
  if (query === '') return query
  if (protocol === 'gemini') return withoutParameters(query, ['key'])
  return parameter === '' ? query : withoutParameters(query, ['api-version'])
}
