import { cloudUrl, placeIn } from '../config/cloud-url.ts'
import type { Api, ProviderConfig } from '../config/config.ts'
import type { Credential } from '../config/credential.ts'
import { presetAt } from '../config/presets.ts'
import { GatewayError } from '../errors.ts'
import { type Quirks, quirksFor } from '../translate/quirks.ts'
import { clientCredentials, headersForProvider, type RawHeaders } from '../wire/headers.ts'
import type { Operation } from '../wire/protocol.ts'
import { withoutParameters } from '../wire/query.ts'
import { anthropic } from './anthropic.ts'
import type { ProviderApi } from './api.ts'
import { bedrock } from './bedrock.ts'
import { demo, demoPaths } from './demo.ts'
import { gemini } from './gemini.ts'
import { openai } from './openai.ts'
import { signature, type WholeRequest } from './sign.ts'
import { vertex } from './vertex.ts'

/** A provider in a snapshot, ready to be sent to. */
export interface Provider {
  readonly name: string
  readonly config: ProviderConfig
  readonly credential: Credential
  /** What makes it the same service as in the config before: where it is, and who asks. */
  readonly identity: string
  /** `https://api.openai.com`; undefined where `config.unavailable` says why. */
  readonly origin: string | undefined
  /** The path of the base URL, e.g. `/v1`; empty where it has none. */
  readonly basePath: string
  /** The query of the base URL, which goes with every request, with its `?`; empty where it has none. */
  readonly baseQuery: string
  /** Of AWS, where the config or the environment says it. */
  readonly region: string | undefined
  readonly quirks: Quirks
  /** The header fields that the config adds. */
  readonly added: readonly (readonly [name: string, value: string])[]
  readonly api: ProviderApi
}

const apis: Readonly<Record<Api, (quirks: Quirks, keyField?: string) => ProviderApi>> = {
  openai,
  anthropic: () => anthropic,
  gemini: () => gemini,
}

/** Clouds that have models of several vendors, each asked in its own way. Their presets say no more than OpenAI's API. */
const clouds: Readonly<Record<string, (quirks: Quirks) => ProviderApi>> = {
  bedrock: () => bedrock,
  vertex: () => vertex,
  demo,
}

/** Bedrock's other server knows nothing but OpenAI's API, and Anthropic's beside it. */
const isMantle = (url: URL | undefined): boolean => /^bedrock-mantle\./.test(url?.hostname ?? '')

/** A provider of a config with its credential; the environment may say where it is. */
export function openProvider(
  config: ProviderConfig,
  credential: Credential,
  env: Readonly<Record<string, string | undefined>> = {},
): Provider {
  const place = placeIn(env)
  const baseUrl = config.baseUrl ?? cloudUrl(config.preset, place)
  const provider = opened(config, credential, baseUrl, config.api, config.preset, config.quirks)
  return { ...provider, region: config.region ?? place.region }
}

/**
 * A provider that the demo provider, which is at `url`, plays: asked as the real one would be. Bedrock it can only stand in for,
 * as itself: of Amazon's own protocols it knows none.
 */
export function playedProvider(
  config: ProviderConfig,
  credential: Credential,
  url: string,
): Provider {
  const known = config.preset ?? presetAt(new URL(config.baseUrl ?? url))
  const preset = known === 'bedrock' ? 'demo' : known
  const path = demoPaths[preset === 'vertex' ? 'vertex' : config.api]
  return opened(config, credential, new URL(path, url).href, config.api, preset, config.quirks)
}

function opened(
  config: ProviderConfig,
  credential: Credential,
  baseUrl: string | undefined,
  api: Api,
  preset: string | undefined,
  differing: Partial<Quirks> = {},
): Provider {
  const url = baseUrl === undefined ? undefined : new URL(baseUrl)
  const quirks = quirksFor(preset ?? (url && presetAt(url)), differing)
  return {
    name: config.name,
    config,
    credential,
    identity: `${baseUrl} ${config.credential}`,
    origin: url?.origin,
    basePath: url ? url.pathname.replace(/\/$/, '') : '',
    baseQuery: url?.search ?? '',
    region: config.region,
    quirks,
    added: Object.entries(config.headers),
    api:
      (api === 'openai' && !isMantle(url) ? clouds[preset ?? ''] : undefined)?.(quirks) ??
      apis[api](quirks, config.credentialHeader),
  }
}

/** Whether a provider's API has an operation on a model. */
export const offers = (provider: Provider, operation: Operation, model: string): boolean =>
  provider.api.path(operation, baseFor(provider, model), model) !== undefined

/**
 * The path of an operation on a model at a provider, with the query of its base URL and, after that, `query`. Throws
 * `not_offered` where its API does not have it.
 */
export function operationPath(
  provider: Provider,
  operation: Operation,
  model: string,
  query = '',
): string {
  const path = provider.api.path(operation, baseFor(provider, model), model)
  if (path !== undefined) return withBaseQuery(provider, path + query)
  throw new GatewayError('not_offered', {
    provider: provider.name,
    endpoint: operation.path,
    reason: `it speaks ${provider.api.says}, which has no such thing`,
    hint: 'ask for a model of a provider that has it',
  })
}

/** Azure's older API has a path for each deployment, which is what a model is called there. */
const baseFor = ({ basePath }: Provider, model: string): string =>
  basePath.endsWith('/deployments') ? `${basePath}/${encodeURIComponent(model)}` : basePath

/** A path with the query of the provider's base URL, which counts for more than the same in its own. */
export function withBaseQuery({ baseQuery }: Provider, path: string): string {
  if (baseQuery === '') return path
  const mark = path.indexOf('?')
  if (mark < 0) return path + baseQuery
  const names = [...new URLSearchParams(baseQuery).keys()]
  const own = withoutParameters(path.slice(mark), names)
  return path.slice(0, mark) + baseQuery + own.replace('?', '&')
}

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
 * headers that the config adds. `whole` is what is sent to this path, where it is known. Throws `credential_missing`.
 */
export function providerHeaders(
  provider: Provider,
  client: RawHeaders,
  path: string,
  whole?: WholeRequest,
): string[] {
  const { credential } = provider
  if (credential.missing) {
    throw new GatewayError('credential_missing', { provider: provider.name, ...credential.missing })
  }
  const headers = headersForProvider(client, credential.kind === 'passthrough')
  const { added } = provider
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
  const keys = credential.revealKeys()
  if (keys && !byHand) headers.push(...signature(provider, keys, { path, headers }, whole))
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
