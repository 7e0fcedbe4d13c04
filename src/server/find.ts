import { GatewayError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import {
  type Endpoint,
  endpoints,
  endpointsAt,
  providerItself,
  providerRest,
  resources,
} from './endpoints.ts'
import type { Exchange } from './exchange.ts'

/**
 * Who serves a request, and for which provider where its path names one. Throws `endpoint_not_found` and
 * `method_not_allowed`.
 */
export function findEndpoint(exchange: Exchange): Endpoint {
  const { path, req, snapshot } = exchange
  const whole = endpointsAt(path)
  const { defaultProvider } = snapshot.config
  const elsewhere = defaultProvider !== undefined && isResource(path)
  if (whole && (!elsewhere || whole.found.some(e => e.method === req.method))) {
    return pick(exchange, whole)
  }
  const end = path.indexOf('/', 1)
  const first = path.slice(1, end < 0 ? undefined : end)
  if (snapshot.providers.has(first)) {
    return scoped(exchange, first, end < 0 ? '' : path.slice(end))
  }
  if (elsewhere) {
    exchange.scope = { provider: defaultProvider, rest: path }
    return providerRest
  }
  if (isResource(path)) throw new GatewayError('provider_unnamed', { path })
  const known = [
    ...endpoints.map(e => e.path),
    ...[...snapshot.config.providers.keys()].map(p => `/${p}`),
  ]
  throw new GatewayError('endpoint_not_found', {
    method: req.method,
    path,
    near: nearest(path, known, 2),
  })
}

function scoped(exchange: Exchange, provider: string, rest: string): Endpoint {
  exchange.scope = { provider, rest }
  if (rest === '' || rest === '/') return pick(exchange, { found: [providerItself], parameter: '' })
  const known = endpointsAt(rest)
  const endpoint = known?.found.find(e => !e.unscoped && e.method === exchange.req.method)
  if (!known || !endpoint) return providerRest
  exchange.parameter = known.parameter
  return endpoint
}

const isResource = (path: string): boolean =>
  resources.some(resource => path === resource || path.startsWith(`${resource}/`))

function pick(
  exchange: Exchange,
  { found, parameter }: { readonly found: readonly Endpoint[]; readonly parameter: string },
): Endpoint {
  const { method } = exchange.req
  const endpoint = found.find(
    e => e.method === method || e.method === '*' || (e.method === 'GET' && method === 'HEAD'),
  )
  if (!endpoint) {
    const allow = found.map(e => e.method).join(', ')
    throw new GatewayError('method_not_allowed', { method, path: exchange.path, allow })
  }
  exchange.parameter = parameter
  return endpoint
}
