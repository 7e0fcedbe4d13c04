// Every HTTP path the gateway serves. A path below `/{provider}` is looked up here as well, without that part; what is
// then not found goes to the provider untouched.

import type { Protocol } from '../wire/protocol.ts'
import type { Exchange } from './exchange.ts'
import { type Guard, jsonBody, noFormBody } from './guard.ts'
import { health } from './health.ts'
import { infer } from './inference.ts'
import { listModels, showModel } from './models.ts'
import { pass } from './passing.ts'
import type { Dialect } from './respond.ts'

export interface Endpoint {
  readonly method: 'GET' | 'POST' | '*'
  /** `{id}` at the end stands for the rest of the path. */
  readonly path: string
  /** Whose form errors take. */
  readonly dialect: Dialect
  /** After those that guard every endpoint, in this order. */
  readonly guards: readonly Guard[]
  readonly handle: (exchange: Exchange, endpoint: Endpoint) => void
  /** The same endpoint below a provider's base URL, and the API that its body is written in. */
  readonly upstream?: string
  readonly protocol?: Protocol
  /** Not below `/{provider}`. */
  readonly unscoped?: true
}

const inference = { method: 'POST', dialect: 'openai', guards: [jsonBody], handle: infer } as const
const own = { method: 'GET', dialect: 'openai', guards: [], unscoped: true } as const

export const endpoints: readonly Endpoint[] = [
  { ...inference, path: '/v1/chat/completions', upstream: '/chat/completions', protocol: 'chat' },
  { ...inference, path: '/v1/completions', upstream: '/completions', protocol: 'completions' },
  { ...inference, path: '/v1/embeddings', upstream: '/embeddings', protocol: 'embeddings' },
  { ...own, path: '/v1/models', handle: listModels },
  { ...own, path: '/v1/models/{id}', handle: showModel },
  { ...own, path: '/healthz', handle: health },
]

/** `POST /{provider}`: a chat completion, as agentgateway's `/openai` is. */
export const providerItself: Endpoint = endpoints[0]!

/** Everything below `/{provider}` that is not listed. */
export const providerRest: Endpoint = {
  method: '*',
  path: '/{provider}/{id}',
  dialect: 'openai',
  guards: [noFormBody],
  handle: pass,
}

const exact = new Map<string, Endpoint[]>()
const prefixes: { readonly prefix: string; readonly endpoint: Endpoint }[] = []
for (const endpoint of endpoints) {
  const brace = endpoint.path.indexOf('{')
  if (brace >= 0) prefixes.push({ prefix: endpoint.path.slice(0, brace), endpoint })
  else exact.set(endpoint.path, [...(exact.get(endpoint.path) ?? []), endpoint])
}

/** The endpoints at a path, one for each method, and what `{id}` stands for. Tools that leave out `/v1` are understood. */
export function endpointsAt(
  path: string,
): { readonly found: readonly Endpoint[]; readonly parameter: string } | undefined {
  const found = exact.get(path) ?? exact.get(`/v1${path}`)
  if (found) return { found, parameter: '' }
  for (const { prefix, endpoint } of prefixes) {
    if (path.startsWith(prefix) && path.length > prefix.length) {
      return { found: [endpoint], parameter: path.slice(prefix.length) }
    }
  }
  return undefined
}
