import type { Duplex } from 'node:stream'
import { GatewayError } from '../errors.ts'
import { passthroughPath, providerHeaders, requireOrigin } from '../providers/provider.ts'
import { type PassthroughRequest, passRequest, passUpgrade } from '../proxy/passthrough.ts'
import type { Exchange } from './exchange.ts'

/** Anything below `/{provider}` that the gateway does not know: to the provider untouched, with its credential. */
export function pass(exchange: Exchange): void {
  const { req, res } = exchange
  // http-proxy 1.18 sends such a body after a head that says there is none: the upstream would take it for a request.
  if (req.method === 'DELETE' && req.headers['transfer-encoding'] !== undefined) {
    throw new GatewayError('bad_request', {
      reason: 'a DELETE with a chunked body cannot be passed on',
    })
  }
  const { provider, origin, request } = prepare(exchange)
  passRequest(req, res, request, {
    answered: status => exchange.answered(status),
    done: () => {},
    failed: reason => {
      if (res.headersSent) exchange.broke(reason)
      else exchange.fail(new GatewayError('upstream_unreachable', { provider, origin, reason }))
    },
  }).catch(error => exchange.fail(error))
}

/** The same for a WebSocket. `refuse` writes an error on the socket. */
export function passSocket(
  exchange: Exchange,
  socket: Duplex,
  head: Buffer,
  refuse: (error: unknown) => void,
): void {
  const { provider, origin, request } = prepare(exchange)
  passUpgrade(exchange.req, socket, head, request, {
    answered: status => exchange.answered(status),
    done: () => {},
    failed: reason =>
      refuse(new GatewayError('upstream_unreachable', { provider, origin, reason })),
  }).catch(refuse)
}

function prepare(exchange: Exchange): {
  provider: string
  origin: string
  request: PassthroughRequest
} {
  const { snapshot, scope, query, req } = exchange
  const provider = snapshot.providers.get(scope!.provider)!
  const origin = requireOrigin(provider, scope!.rest)
  const path = passthroughPath(provider, scope!.rest) + query
  exchange.tried(provider.name, 1)
  return {
    provider: provider.name,
    origin,
    request: {
      origin,
      path,
      headers: providerHeaders(provider, req.rawHeaders, path),
      responseHeaders: exchange.responseHeaders(undefined, provider.name, ''),
    },
  }
}
