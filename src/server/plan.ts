import { noParams } from '../alias/alias.ts'
import { modelSplices } from '../alias/body.ts'
import type { Target } from '../alias/resolve.ts'
import { offers, type Provider } from '../providers/provider.ts'
import type { UpstreamRequest } from '../proxy/upstream.ts'
import { clientCodecs } from '../translate/codecs.ts'
import { countable } from '../translate/counting.ts'
import { embeddingClients } from '../translate/embedders.ts'
import { vectorsInBase64, wantsBase64 } from '../translate/embeddings/in-base64.ts'
import { foreignIn } from '../translate/foreign.ts'
import { requestHeaders } from '../translate/headers.ts'
import { hostedRequest } from '../translate/messages/hosted.ts'
import { hostedAnswer } from '../translate/messages/hosted-answer.ts'
import type { ClaudeHost } from '../translate/messages/hosts.ts'
import { bytesForUrls } from '../translate/messages/raw-sources.ts'
import { asItIs, fitTo } from '../translate/misfit.ts'
import type { Asking } from '../translate/routes.ts'
import { foreignErrors } from '../translate/through.ts'
import type { TranslateOrPass } from '../translate/translation.ts'
import type { RawHeaders } from '../wire/headers.ts'
import { isTrueAt, memberNamed } from '../wire/json.ts'
import { patchObject } from '../wire/patch.ts'
import type { Operation } from '../wire/protocol.ts'
import { withoutParameters } from '../wire/query.ts'
import type { Steps } from '../wire/steps.ts'
import { askForUsage } from '../wire/usage-event.ts'
import { type Draft, draftOf, settled, toSend, withSplices } from './draft.ts'
import { embeddingPlan } from './embedding-plan.ts'
import type { Exchange } from './exchange.ts'
import { clientBody, passedBody } from './parameters.ts'
import { translated } from './translated-plan.ts'
import { type Asked, askingIn, codecFor, farFor } from './way.ts'

/** How one target is asked for what the client wants. */
export interface Plan {
  readonly operation: Operation
  /** With its `?`, or empty. */
  readonly query: string
  /** The client's fields as they go on, before the provider's own are added. */
  readonly headers: RawHeaders
  readonly body: UpstreamRequest['body']
  /** Bodies that are sent beside it, where one request cannot say all: their answers come as one array of JSON. */
  readonly more?: readonly Buffer[]
  /** The length of a body that is no Buffer, in bytes, where it is known. */
  readonly length?: number | undefined
  /** What the answer passes through, where the client speaks another protocol than was asked in. */
  readonly translate?: TranslateOrPass | undefined
  /** Fields of the client's request that could not be said. */
  readonly dropped?: readonly string[]
  /** The client did not ask for the event with the usage. */
  readonly dropUsage?: boolean
}

/**
 * How a target is asked: in the client's own words where it speaks its protocol, and translated where it does not. Throws
 * `not_offered` where neither can be, and `untranslatable`.
 */
export function* planFor(asked: Asked, target: Target, provider: Provider): Steps<Plan> {
  const { exchange, operation } = asked
  const asking = askingIn(operation)
  if (asking && !offers(provider, operation, target.model)) {
    return yield* translated(asked, target, provider, asking)
  }
  const embeds = embeddingClients[operation.path]
  if (embeds && !offers(provider, operation, target.model)) {
    return yield* embeddingPlan(asked, target, provider, embeds)
  }
  const { protocol } = operation
  const { draft: passed, dropped: unsaid } =
    passedAsIs(asked, target, provider) ?? (yield* passedWith(asked, target, provider))
  const far = farFor(exchange, target, provider)
  // Whoever names the model itself knows what it takes.
  const fit = asked.body.model.endsWith(target.model)
    ? asItIs
    : yield* fitTo(passed, protocol, far, target.params)
  const fitted =
    fit.splices.length > 0 ? yield* settled(withSplices(passed, fit.splices), protocol) : passed
  const foreign = foreignIn(fitted, protocol, far)
  const draft = foreign ? withSplices(fitted, yield* foreign) : fitted
  const dropped = fit.dropped.length > 0 ? [...unsaid, ...fit.dropped] : unsaid
  if (provider.api.claude && protocol === 'messages') {
    return yield* hosted(asked, yield* settled(draft, protocol), provider.api.claude, dropped)
  }
  const injects =
    exchange.snapshot.config.usage === 'inject' &&
    (protocol === 'chat' || protocol === 'completions')
  const forUsage = injects ? askForUsage(draft) : []
  const { body, length } = toSend(withSplices(draft, forUsage))
  return {
    operation,
    query: queryFor(exchange, operation),
    headers: exchange.req.rawHeaders,
    body,
    length,
    dropped,
    dropUsage: forUsage.length > 0,
    translate: either(errorsOf(provider, operation), vectorsOf(asked, provider, draft)),
  }
}

/** The first that has something to say of an answer. */
const either = (
  one: TranslateOrPass | undefined,
  other: TranslateOrPass | undefined,
): TranslateOrPass | undefined =>
  one && other
    ? (status, headers) => one(status, headers) ?? other(status, headers)
    : (one ?? other)

/** Sees to it that vectors come as they were asked for, where nobody knows whether the server does. */
const vectorsOf = (
  { operation, answerAs }: Asked,
  { quirks }: Provider,
  draft: Draft,
): TranslateOrPass | undefined =>
  operation.protocol === 'embeddings' && !quirks.openaiFields && wantsBase64(draft)
    ? vectorsInBase64(answerAs)
    : undefined

/** Says the errors of a provider that has its own form for them in that of the protocol it was asked in. */
function errorsOf({ api }: Provider, { protocol }: Operation): TranslateOrPass | undefined {
  if (!api.decodeError) return undefined
  const asking = protocol in clientCodecs ? (protocol as keyof typeof clientCodecs) : 'chat'
  const { decodeError } = api
  return foreignErrors({ asking, client: clientCodecs[asking]!, provider: { decodeError } })
}

/** What a request is passed on as to a target that speaks its protocol, and of which nothing is set; undefined where something is. */
export function passedAsIs(
  { body, operation }: Asked,
  { params, model }: Target,
  provider: Provider,
): Passed | undefined {
  const { protocol } = operation
  // A model that is put in before the first member stands on those that follow: they must not go any more.
  if (params !== noParams || (body.places.length === 0 && protocol !== 'gemini')) return undefined
  const { bytes, scan } = body
  // A host has the model in its path, and no member of that name.
  const isHosted = provider.api.claude !== undefined && protocol === 'messages'
  const splices = isHosted ? [] : modelSplices(body, model, operation)
  return { draft: { bytes, scan, splices }, dropped: [] }
}

/** The same with what is set, or with a model put in. */
export function* passedWith(asked: Asked, target: Target, provider: Provider): Steps<Passed> {
  const { operation } = asked
  const { protocol } = operation
  const { params } = target
  const [asking, client] = params === noParams ? [] : (askingIn(operation) ?? [])
  if (!client) {
    // Who counts tokens refuses what is not counted.
    const bytes = yield* clientBody(asked, target, countable(operation, params))
    return { draft: yield* draftOf(bytes, protocol), dropped: [] }
  }
  const spoken = asking as Exclude<Asking, 'ollama'>
  const codec = codecFor(provider, spoken)!
  const far = farFor(asked.exchange, target, provider)
  const way = { protocol: spoken, client, codec, far }
  const passed = yield* passedBody(asked, target, provider, way)
  return { draft: yield* draftOf(passed.bytes, protocol), dropped: passed.dropped }
}

/** What passes on, and the parameters that had no place in it. */
interface Passed {
  readonly draft: Draft
  readonly dropped: readonly string[]
}

/** A request in Messages to a host that asks Claude in them, but with another body, and at Bedrock with other answers. */
function* hosted(
  { exchange, operation, answerAs, fetched }: Asked,
  passed: Draft,
  host: ClaudeHost,
  lost: readonly string[],
): Steps<Plan> {
  const { bytes, scan } = passed
  const stream = memberNamed(bytes, scan, 'stream')
  const { patch, headers, dropped } = hostedRequest(
    host,
    requestHeaders(exchange.req.rawHeaders, 'messages'),
  )
  return {
    operation: { ...operation, streamed: stream !== undefined && isTrueAt(bytes, stream) },
    query: '',
    headers,
    ...toSend(
      withSplices(passed, [
        ...(fetched ? yield* bytesForUrls(passed, fetched) : []),
        ...patchObject(bytes, scan, patch),
      ]),
    ),
    dropped: [...lost, ...dropped],
    translate: hostedAnswer(host, answerAs),
  }
}

/** Gemini's clients may put their key into the query, and Azure's name the version of an API that is not asked. */
export function queryFor({ query, parameter }: Exchange, { protocol }: Operation): string {
  if (query === '') return query
  if (protocol === 'gemini') return withoutParameters(query, ['key'])
  return parameter === '' ? query : withoutParameters(query, ['api-version'])
}
