import type { ProviderConfig } from '../config/config.ts'
import type { Credential } from '../config/credential.ts'
import { GatewayError } from '../errors.ts'
import { clientCredentials, headersForProvider, type RawHeaders } from '../wire/headers.ts'
import { anthropic } from './anthropic.ts'
import type { ProviderApi } from './api.ts'
import { gemini } from './gemini.ts'
import { openai } from './openai.ts'

/** A provider in a snapshot, ready to be sent to. */
export interface Provider {
  readonly name: string
  readonly config: ProviderConfig
  readonly credential: Credential
  /** `https://api.openai.com`; undefined where `config.unavailable` says why. */
  readonly origin: string | undefined
  /** The path of the base URL, e.g. `/v1`; empty where it has none. */
  readonly basePath: string
  readonly api: ProviderApi
}

// By preset, because a vendor's OpenAI-compatible endpoint and its own API want the key in different places.
const apis: Readonly<Record<string, ProviderApi>> = { anthropic, gemini }

/** A provider of a config with its credential. `baseUrl` stands in for the config's own (the demo provider's). */
export function openProvider(
  config: ProviderConfig,
  credential: Credential,
  baseUrl: string | undefined = config.baseUrl,
): Provider {
  const url = baseUrl === undefined ? undefined : new URL(baseUrl)
  const named = config.credentialHeader
  return {
    name: config.name,
    config,
    credential,
    origin: url?.origin,
    basePath: url ? url.pathname.replace(/\/$/, '') : '',
    api: named ? { authorize: key => [named, key] } : (apis[config.preset ?? ''] ?? openai),
  }
}

/** The path of an endpoint of the provider's API: `/chat/completions` below its base URL. */
export const endpointPath = (provider: Provider, endpoint: string): string =>
  provider.basePath + endpoint

/**
 * The path that a request below `/{provider}` goes on to. `/v1` there stands for the base URL, whatever its own path is;
 * any other path is below the server's root, so that a vendor's native API can be reached as well.
 */
export function passthroughPath(provider: Provider, rest: string): string {
  if (rest === '/v1' || rest.startsWith('/v1/') || rest.startsWith('/v1?')) {
    return provider.basePath + rest.slice('/v1'.length) || '/'
  }
  return rest
}

/**
 * The header fields of a request to a provider: the client's own without its keys, the provider's credential, the
 * headers that the config adds. Throws `credential_missing`.
 */
export function providerHeaders(provider: Provider, client: RawHeaders, path: string): string[] {
  const { credential, config } = provider
  if (credential.missing) {
    throw new GatewayError('credential_missing', { provider: provider.name, ...credential.missing })
  }
  const headers = headersForProvider(client, credential.kind === 'passthrough')
  const added = Object.entries(config.headers)
  if (added.length > 0) {
    const names = new Set(added.map(([name]) => name.toLowerCase()))
    for (let i = headers.length - 2; i >= 0; i -= 2) {
      if (names.has(headers[i]!.toLowerCase())) headers.splice(i, 2)
    }
    for (const [name, value] of added) headers.push(name, value)
  }
  const key = credential.reveal()
  // What the config sets by hand stands: a server with an unusual key header is served that way.
  const byHand = added.some(([name]) => clientCredentials.has(name.toLowerCase()))
  if (key !== undefined && !byHand) headers.push(...provider.api.authorize(key, path, headers))
  return headers
}

/** Throws `not_offered` where the config does not say enough for the provider to be reached. */
export function requireOrigin(provider: Provider, endpoint: string): string {
  if (provider.origin !== undefined) return provider.origin
  throw new GatewayError('not_offered', {
    provider: provider.name,
    endpoint,
    reason: 'its address depends on what only you know',
    hint: provider.config.unavailable,
  })
}
