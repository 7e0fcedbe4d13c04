import { bodyFor, findModel } from '../alias/body.ts'
import { choose } from '../alias/choose.ts'
import { knownNames, type Resolution, type Target } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import {
  operationPath,
  type Provider,
  providerHeaders,
  requireOrigin,
} from '../providers/provider.ts'
import { type Attempt, Attempts, faultError } from '../proxy/attempts.ts'
import { clientLeft, readBody } from '../proxy/body.ts'
import type { UpstreamFault, UpstreamRequest } from '../proxy/upstream.ts'
import type { Translate } from '../translate/translation.ts'
import { conversationKey } from '../wire/conversation.ts'
import { headerText, type RawHeaders, withoutHeader } from '../wire/headers.ts'
import type { Operation } from '../wire/protocol.ts'
import { withoutParameters } from '../wire/query.ts'
import type { Endpoint } from './endpoints.ts'
import type { Exchange } from './exchange.ts'
import { nameInPath } from './path.ts'
import { brokenStream } from './respond.ts'

/** A request with a JSON body that names a model, or whose path does: read, resolve, attempt, relay. */
export function infer(exchange: Exchange, endpoint: Endpoint): void {
  readBody(exchange.req, exchange.snapshot.config.limits.body, result => {
    if (result === clientLeft) return
    try {
      if (result instanceof GatewayError) throw result
      const { model: named, operation } = nameInPath(exchange, endpoint.operation!)
      const body = findModel(result, named)
      const resolution = resolveFor(exchange, body.model)
      const key = resolution.weighted?.sticky
        ? conversationKey(result, exchange.req.rawHeaders)
        : exchange.id
      attempt(exchange, operation, {
        resolution,
        targets: choose(resolution, key),
        body: target => bodyFor(body, target, operation),
      })
    } catch (error) {
      exchange.fail(error)
    }
  })
}

/** What a name means to this request. */
export function resolveFor(exchange: Exchange, model: string): Resolution {
  const resolution = exchange.snapshot.resolver.resolve(model, exchange.scope?.provider)
  exchange.asked(model, resolution.alias)
  return resolution
}

export interface Inference {
  readonly resolution: Resolution
  /** In the order to try them. */
  readonly targets: readonly Target[]
  readonly body: (target: Target) => UpstreamRequest['body']
  /** The length of a body that is a stream, in bytes, where it is known. */
  readonly length?: (target: Target) => number | undefined
  /** What the answer of a target passes through, where the client speaks another protocol than was asked in. */
  readonly translate?: (target: Target) => Translate | undefined
  /** Fields to add to every response. */
  readonly headers?: RawHeaders
}

/** Tries the targets of a request until one answers, and passes the answer on. */
export function attempt(
  exchange: Exchange,
  operation: Operation,
  { resolution, targets, body, length, translate, headers: added = [] }: Inference,
): void {
  const { snapshot, res, upstreams, req } = exchange
  const { alias, name: asked } = resolution
  const respondAs = resolution.respondAs ?? snapshot.config.respondAs
  const rename = respondAs === 'alias' && alias ? asked : undefined
  let current: Attempt | undefined

  const headersFor = (provider: Provider, path: string, translated: boolean): string[] => {
    const headers = providerHeaders(provider, req.rawHeaders, path)
    if (translated) return readable(headers)
    // In a compressed body the model's name cannot be replaced.
    return rename === undefined ? headers : withoutHeader(headers, 'accept-encoding')
  }

  const prepare = (index: number): Attempt => {
    const target = targets[index]!
    exchange.tried(targetName(target), index + 1)
    const provider = snapshot.providers.get(target.provider)!
    const { timeouts } = provider.config
    const path = operationPath(provider, operation, target.model) + queryFor(exchange, operation)
    current = {
      provider: provider.name,
      origin: requireOrigin(provider, exchange.path),
      connectTimeout: timeouts.connect,
      request: {
        method: 'POST',
        path,
        headers: withLength(
          headersFor(provider, path, translate?.(target) !== undefined),
          length?.(target),
        ),
        body: body(target),
        timeouts,
      },
    }
    return current
  }

  const errorOf = (fault: UpstreamFault): GatewayError =>
    faultError(
      fault,
      current!.provider,
      current!.origin,
      current!.request.timeouts,
      current!.connectTimeout,
    )

  const attempts = new Attempts({
    res,
    upstreams,
    count: targets.length,
    prepare,
    headers: (index, status) => [
      ...exchange.responseHeaders(alias, targetName(targets[index]!), asked),
      ...(status === 404 ? hintFor(exchange, resolution) : []),
      ...added,
    ],
    answered: (_index, status) => exchange.answered(status),
    respondAs: rename,
    translate: index => translate?.(targets[index]!),
    brokenStream: fault => brokenStream(errorOf(fault), exchange.dialect),
    brokenAnswer: fault => exchange.fail(errorOf(fault)),
    done: (relay, fault) => {
      if (fault) exchange.broke(fault.reason)
      exchange.told(relay.observer.told())
    },
    failed: error => exchange.fail(error),
  })
  exchange.onCancel = () => attempts.cancel()
  attempts.start()
}

/** What a translation is to read must be as it was written, and what the client takes is said of another protocol. */
const readable = (headers: string[]): string[] => [
  ...withoutHeader(withoutHeader(headers, 'accept-encoding'), 'accept'),
  'accept-encoding',
  'identity',
]

/** undici says the length of bytes by itself; a stream without one is sent in chunks, which not every server takes. */
const withLength = (headers: string[], length: number | undefined): string[] =>
  length === undefined ? headers : [...headers, 'content-length', String(length)]

/** A provider does not know a name that no alias claimed: perhaps an alias was meant. */
function hintFor({ snapshot }: Exchange, { name, rule }: Resolution): string[] {
  const near = rule < 5 ? [] : nearest(name, knownNames(snapshot.resolver.table), 1)
  return near.length > 0 ? ['x-gateway-hint', `did you mean "${headerText(near[0]!)}"?`] : []
}

export const targetName = (target: Target): string => `${target.provider}/${target.model}`

/** Gemini's clients may put their key into the query, and Azure's name the version of an API that is not asked. */
function queryFor({ query, parameter }: Exchange, { protocol }: Operation): string {
  if (query === '') return query
  if (protocol === 'gemini') return withoutParameters(query, ['key'])
  return parameter === '' ? query : withoutParameters(query, ['api-version'])
}
