import { choose } from '../alias/choose.ts'
import type { Target } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import {
  endpointPath,
  type Provider,
  providerHeaders,
  requireOrigin,
} from '../providers/provider.ts'
import { type Attempt, Attempts, faultError } from '../proxy/attempts.ts'
import { bodyFor, clientLeft, findModel, readBody } from '../proxy/body.ts'
import { conversationKey } from '../proxy/conversation.ts'
import { withoutHeader } from '../wire/headers.ts'
import type { Endpoint } from './endpoints.ts'
import type { Exchange } from './exchange.ts'
import { brokenStream } from './respond.ts'

/** A request whose JSON body names a model: read, resolve, attempt, relay. */
export function infer(exchange: Exchange, endpoint: Endpoint): void {
  readBody(exchange.req, exchange.snapshot.config.limits.body, result => {
    if (result === clientLeft) return
    try {
      if (result instanceof GatewayError) throw result
      attempt(exchange, endpoint, result)
    } catch (error) {
      exchange.fail(error)
    }
  })
}

function attempt(exchange: Exchange, endpoint: Endpoint, bytes: Buffer): void {
  const { snapshot, scope, res, upstreams } = exchange
  const body = findModel(bytes)
  const resolution = snapshot.resolver.resolve(body.model, scope?.provider)
  exchange.asked(body.model, resolution.alias)
  const { weighted } = resolution
  const targets = choose(
    resolution,
    weighted?.sticky ? conversationKey(bytes, exchange.req.rawHeaders) : exchange.id,
  )
  const respondAs = resolution.respondAs ?? snapshot.config.respondAs
  const name = respondAs === 'alias' && resolution.alias ? body.model : undefined
  let current: Attempt | undefined

  const headersFor = (provider: Provider, path: string): string[] => {
    const headers = providerHeaders(provider, exchange.req.rawHeaders, path)
    // In a compressed body the model's name cannot be replaced.
    return name === undefined ? headers : withoutHeader(headers, 'accept-encoding')
  }

  const prepare = (index: number): Attempt => {
    const target = targets[index]!
    exchange.tried(targetName(target), index + 1)
    const provider = snapshot.providers.get(target.provider)!
    const path = endpointPath(provider, endpoint.upstream!) + exchange.query
    current = {
      provider: provider.name,
      origin: requireOrigin(provider, endpoint.path),
      connectTimeout: provider.config.timeouts.connect,
      request: {
        method: 'POST',
        path,
        headers: headersFor(provider, path),
        body: bodyFor(body, target, endpoint.protocol!),
        timeouts: provider.config.timeouts,
      },
    }
    return current
  }

  const attempts = new Attempts({
    res,
    upstreams,
    count: targets.length,
    prepare,
    headers: index =>
      exchange.responseHeaders(resolution.alias, targetName(targets[index]!), body.model),
    answered: (_index, status) => exchange.answered(status),
    respondAs: name,
    brokenStream: fault => brokenStream(faultOf(fault), exchange.dialect),
    done: (relay, fault) => {
      if (fault) exchange.broke(fault.reason)
      exchange.told(relay.observer.told())
    },
    failed: error => exchange.fail(error),
  })
  const faultOf = (fault: Parameters<typeof faultError>[0]): GatewayError =>
    faultError(
      fault,
      current!.provider,
      current!.origin,
      current!.request.timeouts,
      current!.connectTimeout,
    )
  exchange.onCancel = () => attempts.cancel()
  attempts.start()
}

const targetName = (target: Target): string => `${target.provider}/${target.model}`
