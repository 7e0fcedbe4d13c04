import type { Duplex } from 'node:stream'
import { choose } from '../alias/choose.ts'
import { GatewayError } from '../errors.ts'
import { operationPath } from '../providers/provider.ts'
import { parameterOf, withoutParameters, withParameter } from '../wire/query.ts'
import type { Endpoint } from './endpoints.ts'
import type { Exchange } from './exchange.ts'
import { resolveFor, targetName } from './inference.ts'
import { passSocketTo } from './passing.ts'

/** Parameters of Azure's clients; a base URL there has its own. */
const azures = ['deployment', 'api-version']

/** `GET /v1/realtime` that is no upgrade: OpenAI has none. */
export function realtime(): never {
  throw new GatewayError('bad_request', {
    reason: 'this endpoint is a WebSocket: the request must ask for an upgrade',
  })
}

/**
 * `/v1/realtime?model=NAME`: the model stands in the query, where Azure's clients write `deployment`. A WebSocket goes to
 * the first target, or by weight.
 */
export function realtimeSocket(
  exchange: Exchange,
  endpoint: Endpoint,
  socket: Duplex,
  head: Buffer,
  refuse: (error: unknown) => void,
): void {
  const { query, snapshot } = exchange
  const model = parameterOf(query, 'model') ?? parameterOf(query, 'deployment')
  if (!model) throw new GatewayError('model_missing')
  const resolution = resolveFor(exchange, model)
  // All of a conversation goes through one socket.
  const target = choose(resolution, exchange.id)[0]!
  exchange.tried(targetName(target), 1)
  const provider = snapshot.providers.get(target.provider)!
  const named = withParameter(withoutParameters(query, azures), 'model', target.model)
  const path = operationPath(provider, endpoint.operation!, target.model, named)
  const headers = exchange.responseHeaders(resolution.alias, targetName(target), model)
  passSocketTo(exchange, provider, path, headers, socket, head, refuse)
}
