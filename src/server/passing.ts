import type { Duplex } from 'node:stream'
import { GatewayError } from '../errors.ts'
import {
  type Provider,
  passthroughPath,
  providerHeaders,
  requireOrigin,
  withBaseQuery,
} from '../providers/provider.ts'
import { faultError } from '../proxy/fault-error.ts'
import { passRequest, passUpgrade } from '../proxy/passthrough.ts'
import type { RawHeaders } from '../wire/headers.ts'
import { withoutParameters } from '../wire/query.ts'
import type { Exchange } from './exchange.ts'

/** Anything below `/{provider}` that the gateway does not know: to the provider untouched, with its credential. */
export function pass(exchange: Exchange): void {
  const { req, res } = exchange
  const { provider, path } = scoped(exchange)
  const { name } = provider
  exchange.tried(name, 1)
  const origin = requireOrigin(provider, exchange.path)
  const request = {
    origin,
    path,
    headers: providerHeaders(provider, req.rawHeaders, path),
    responseHeaders: exchange.responseHeaders(undefined, name, ''),
    timeouts: provider.config.timeouts,
  }
  const { credential } = provider
  const { version } = credential
  const send = (): void => {
    passRequest(req, res, request, {
      answered: status => {
        exchange.answered(status)
        credential.met(version, status)
      },
      failed: fault => {
        if (res.headersSent) exchange.broke(fault.reason)
        else exchange.fail(faultError(fault, { provider: name, origin, request }))
      },
    }).catch(error => exchange.fail(error))
  }
  const { limits } = provider.config
  const gate = exchange.upstreams.gate(name, limits)
  if (!gate) send()
  else {
    const place = gate.gate.enter(limits, send, () =>
      exchange.fail(new GatewayError('provider_busy', { provider: name, ...limits })),
    )
    res.once('close', () => place.leave())
  }
}

/** The same for a WebSocket. `refuse` writes an error on the socket. */
export function passSocket(
  exchange: Exchange,
  socket: Duplex,
  head: Buffer,
  refuse: (error: unknown) => void,
): void {
  const { provider, path } = scoped(exchange)
  exchange.tried(provider.name, 1)
  const headers = exchange.responseHeaders(undefined, provider.name, '')
  passSocketTo(exchange, provider, path, headers, socket, head, refuse)
}

/** Connects a client's WebSocket to a path of a provider. */
export function passSocketTo(
  exchange: Exchange,
  provider: Provider,
  path: string,
  responseHeaders: RawHeaders,
  socket: Duplex,
  head: Buffer,
  refuse: (error: unknown) => void,
): void {
  const origin = requireOrigin(provider, exchange.path)
  const headers = withoutKeyProtocol(providerHeaders(provider, exchange.req.rawHeaders, path))
  const { config, credential } = provider
  const { version } = credential
  const request = { origin, path, headers, responseHeaders, timeouts: config.timeouts }
  let answered = false
  passUpgrade(exchange.req, socket, head, exchange.res, request, {
    answered: status => {
      answered = true
      exchange.answered(status)
      credential.met(version, status)
    },
    failed: fault => {
      if (!answered) {
        refuse(faultError(fault, { provider: provider.name, origin, request }))
        return
      }
      // An error of ours would be read as a part of what has begun.
      exchange.broke(fault.reason)
      socket.destroy()
    },
  }).catch(refuse)
}

/** A browser cannot set a header on a WebSocket, so OpenAI's clients there put their key among the subprotocols. */
function withoutKeyProtocol(headers: readonly string[]): string[] {
  return headers.map((value, i) =>
    i % 2 === 1 && headers[i - 1]!.toLowerCase() === 'sec-websocket-protocol'
      ? value
          .split(',')
          .filter(protocol => !protocol.trim().startsWith('openai-insecure-api-key.'))
          .join(',')
      : value,
  )
}

function scoped({ snapshot, scope, query }: Exchange): { provider: Provider; path: string } {
  const provider = snapshot.providers.get(scope!.provider)!
  // A key in the query is the client's own, as Gemini's clients send it.
  const passed =
    provider.credential.kind === 'passthrough' ? query : withoutParameters(query, ['key'])
  return {
    provider,
    path: withBaseQuery(provider, passthroughPath(provider, scope!.rest) + passed),
  }
}
