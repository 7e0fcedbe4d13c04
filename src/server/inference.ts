import { Readable } from 'node:stream'
import { nothingSaid } from '../alias/alias.ts'
import { findModel, findModelInSteps, type ModelBody } from '../alias/body.ts'
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
import { type Attempt, Attempts } from '../proxy/attempts.ts'
import { clientLeft, readBody } from '../proxy/body.ts'
import type { GateLimits } from '../proxy/gate.ts'
import { Health } from '../proxy/health.ts'
import { traces } from '../translate/traces.ts'
import { conversationKey } from '../wire/conversation.ts'
import { headerText, type RawHeaders, withoutHeader } from '../wire/headers.ts'
import type { Operation } from '../wire/protocol.ts'
import { atOnce, handingOn, resultOf, type Steps } from '../wire/steps.ts'
import { countingOf } from './count-tokens.ts'
import type { Endpoint } from './endpoints.ts'
import type { Exchange } from './exchange.ts'
import { nameInPath } from './path.ts'
import { type Plan, planFor } from './plan.ts'
import { brokenStream, keepAlive, upstreamErrorBody } from './respond.ts'
import { withSources } from './sources.ts'
import { takeSteps } from './take-steps.ts'
import { isLong, longLimit } from './way.ts'

/** A request with a JSON body that names a model, or whose path does: read, resolve, attempt, relay. */
export function infer(exchange: Exchange, endpoint: Endpoint): void {
  readBody(exchange.req, exchange.snapshot.config.limits.body, result => {
    if (result === clientLeft) return
    try {
      if (result instanceof GatewayError) throw result
      exchange.works()
      const { model: named, operation } = nameInPath(exchange, endpoint.operation!)
      const watch = traces[operation.protocol]
      if (result.length <= longLimit) {
        // Not as one step of `takeSteps`, which would cost every request a microsecond.
        ask(exchange, operation, findModel(result, named, watch))
      } else {
        takeSteps(exchange, true, findModelInSteps(result, named, watch), body =>
          ask(exchange, operation, body),
        )
      }
    } catch (error) {
      exchange.fail(error)
    }
  })
}

function ask(exchange: Exchange, operation: Operation, body: ModelBody): void {
  const resolution = resolveFor(exchange, body.model)
  choosing(exchange, resolution, body, targets => {
    const asked = { exchange, operation, body, answerAs: answerAs(exchange, resolution) }
    const counting = countingOf(asked, resolution, targets[0]!)
    if (counting) {
      attempt(exchange, operation, counting)
      return
    }
    withSources(asked, healthy(exchange, targets), asked =>
      attempt(exchange, operation, {
        resolution,
        targets,
        isLong: isLong(asked),
        plan: (target, provider) => planFor(asked, target, provider),
      }),
    )
  })
}

/** The targets in the order to try them, for this request or for all of its conversation. */
export function choosing(
  exchange: Exchange,
  resolution: Resolution,
  body: ModelBody,
  goOn: (targets: readonly Target[]) => void,
): void {
  if (resolution.weighted?.sticky) {
    const key = conversationKey(body, exchange.req.rawHeaders)
    takeSteps(exchange, body.bytes.length > longLimit, key, key => goOn(choose(resolution, key)))
  } else goOn(choose(resolution, exchange.id))
}

/** Those to try, without the ones that cool down. */
const healthy = (
  { snapshot, upstreams }: Exchange,
  targets: readonly Target[],
): readonly Target[] =>
  upstreams.health.available(targets, target => ({
    target: targetName(target),
    identity: snapshot.providers.get(target.provider)!.identity,
  }))

/** What a name means to this request. */
export function resolveFor(exchange: Exchange, model: string): Resolution {
  const resolution = exchange.snapshot.resolver.resolve(model, exchange.scope?.provider)
  exchange.asked(model, resolution.alias)
  return resolution
}

/** The name that answers carry; undefined for the upstream's own. */
function answerAs(
  { snapshot }: Exchange,
  { respondAs, alias, name }: Resolution,
): string | undefined {
  return alias && (respondAs ?? snapshot.config.respondAs) === 'alias' ? name : undefined
}

export interface Inference {
  readonly resolution: Resolution
  /** In the order to try them. */
  readonly targets: readonly Target[]
  /** How to ask each; what it throws fails the attempt. */
  readonly plan: (target: Target, provider: Provider) => Steps<Plan>
  /** To find that takes so long that others want their turn in between. */
  readonly isLong?: boolean
  /**
   * Of a request beside the conversation: answers in place of a failure, told by a status or a code, and gives true; or
   * false, where the failure is the answer. Whatever it does, the health of its target is not touched.
   */
  readonly instead?: (reason: string) => boolean
}

/** Tries the targets of a request until one answers, and passes the answer on. */
export function attempt(
  exchange: Exchange,
  operation: Operation,
  { resolution, targets, plan, isLong, instead }: Inference,
): void {
  const { snapshot, res, upstreams } = exchange
  const { alias, name: asked } = resolution
  const health = instead ? new Health() : upstreams.health
  const { config, providers } = snapshot
  const rename = answerAs(exchange, resolution)
  const order = instead ? targets : healthy(exchange, targets)
  const names = order.map(targetName)

  /** How one of them is asked, where that was found before. What was thrown is thrown again. */
  let found: { readonly index: number; readonly plan: () => Plan } | undefined
  const stepsFor = (index: number): Steps<Plan> => {
    const target = order[index]!
    return plan(target, providers.get(target.provider)!)
  }
  const find = (index: number): Steps<void> | undefined =>
    found?.index === index
      ? undefined
      : handingOn(resultOf(stepsFor(index)), plan => {
          found = { index, plan }
        })

  const prepare = (index: number, number: number): Attempt => {
    const target = order[index]!
    const name = names[index]!
    exchange.tried(name, number)
    const provider = providers.get(target.provider)!
    const { credential, identity } = provider
    exchange.aimed({ operation, alias, target, provider: provider.config })
    const origin = requireOrigin(provider, exchange.path)
    const planned = found?.index === index ? found.plan() : atOnce(stepsFor(index))
    const { dropped = [], query, dropUsage = false } = planned
    const path = operationPath(provider, planned.operation, target.model, query)
    const { version } = credential
    const said = resolution.timeouts
    const timeouts =
      said === nothingSaid ? provider.config.timeouts : { ...provider.config.timeouts, ...said }
    const { limits } = provider.config
    const request = (body: Plan['body'], gate: GateLimits): Attempt['request'] => {
      const whole = body instanceof Readable ? undefined : { method: 'POST', body }
      const headers = providerHeaders(provider, planned.headers, path, whole)
      return {
        method: 'POST',
        path,
        headers: withLength(
          // In a compressed body no name can be replaced, and no event be taken out.
          rename === undefined && !dropUsage ? headers : withoutHeader(headers, 'accept-encoding'),
          planned.length,
        ),
        body,
        timeouts,
        gate: upstreams.gate(provider.name, gate),
      }
    }
    const attempt = {
      target: name,
      identity,
      provider: provider.name,
      origin,
      protocol: planned.operation.protocol,
      translate: planned.translate,
      dropUsage,
      headers: dropped.length > 0 ? ['x-gateway-dropped', listed(dropped)] : nothing,
      // Where there is another target, none waits for this one.
      request: request(planned.body, index + 1 < order.length ? { ...limits, queue: 0 } : limits),
      more: planned.more?.map(body => request(body, limits)) ?? [],
      renew: credential.kind === 'present' ? () => credential.renew(version) : undefined,
    }
    exchange.sent()
    return attempt
  }

  /** Something else is answered in place of what failed. */
  let isReplaced = false
  const attempts = new Attempts({
    res,
    upstreams,
    health,
    targets: names,
    fallback:
      resolution.fallback === nothingSaid
        ? config.fallback
        : { ...config.fallback, ...resolution.fallback },
    ready: isLong ? find : undefined,
    prepare,
    headers: (index, status) => {
      exchange.works()
      return [
        ...exchange.responseHeaders(alias, names[index]!, asked),
        ...(status === 404 ? hintFor(exchange, resolution) : []),
      ]
    },
    answered: (index, status) => {
      exchange.answered(status)
      if (status < 400) providers.get(order[index]!.provider)!.credential.accepted()
    },
    respondAs: rename,
    keepAlive: config.keepAlive === 0 ? undefined : keepAlive(operation.protocol, config.keepAlive),
    brokenStream: (error, inArray) =>
      brokenStream(error, exchange.dialect, operation.protocol, exchange.id, inArray),
    wrap: (status, text, reports) => upstreamErrorBody(status, text, exchange.dialect, reports),
    done: (relay, fault) => {
      if (fault && !isReplaced) exchange.broke(fault.reason)
      exchange.expect(tell => relay.told(told => tell(told, relay.firstEventAt)))
    },
    failed: error => {
      isReplaced = instead?.(error.code) ?? false
      if (!isReplaced) exchange.fail(error)
    },
    instead,
  })
  // Bound, and no closure: all closures of this function share one scope, which would then hold the whole request for as
  // long as the longest-lived of them is held. That cost a fifth of the time, in the collector.
  exchange.onCancel = attempts.cancel.bind(attempts)
  attempts.start()
}

const nothing: RawHeaders = []

/** Of a field of an answer, in characters: clients refuse a head of more than 16 KB. */
const mostListed = 1000

/** Names that a client chose, as many as there is room for. */
function listed(names: readonly string[]): string {
  let list = ''
  for (const [i, name] of names.entries()) {
    const longer = `${list}${i === 0 ? '' : ', '}${headerText(name)}`
    if (longer.length > mostListed) return `${list} and ${names.length - i} more`.trimStart()
    list = longer
  }
  return list
}

/** undici says the length of bytes by itself; a stream without one is sent in chunks, which not every server takes. */
const withLength = (headers: string[], length: number | undefined): string[] =>
  length === undefined ? headers : [...headers, 'content-length', String(length)]

/** A provider does not know a name that no alias claimed: perhaps an alias was meant. */
function hintFor({ snapshot }: Exchange, { name, rule }: Resolution): string[] {
  const near = rule < 5 ? [] : nearest(name, knownNames(snapshot.resolver.table), 1)
  return near.length > 0 ? ['x-gateway-hint', `did you mean "${headerText(near[0]!)}"?`] : []
}

export const targetName = (target: Target): string => `${target.provider}/${target.model}`
