// The kinds of LLM provider that an AgentgatewayBackend knows, and what each is here: read and written by one table, so
// that the two directions agree. https://agentgateway.dev/docs/ (API reference, LLMProvider).

import type { Api, ProviderConfig } from '../config.ts'
import { Fields, WrongField } from '../fields.ts'
import { presets } from '../presets.ts'

/** As much of a provider of ours as a manifest says. */
export interface Service {
  readonly preset?: string
  readonly api?: Api
  readonly baseUrl?: string
  /** The model that every request gets. */
  readonly model?: string
  /** It stands on another host than that of the vendor, whose key must not go there unasked. */
  readonly foreign: boolean
}

interface Kind {
  readonly preset: string
  /** The base URL that the kind's own fields mean. */
  readonly read: (fields: Fields) => string
  /** Those fields for a base URL; undefined where they cannot say it. */
  readonly write: (url: URL) => Readonly<Record<string, string>> | undefined
  /** The field with the model that every request gets. */
  readonly model?: string
  /** The base path can be said by `pathPrefix`. */
  readonly prefix?: true
}

const fixed = (preset: string): Pick<Kind, 'preset' | 'read' | 'write'> => ({
  preset,
  read: () => presets.get(preset)!.baseUrl!,
  write: () => ({}),
})

const kinds: Readonly<Record<string, Kind>> = {
  openai: { ...fixed('openai'), prefix: true },
  anthropic: { ...fixed('anthropic'), prefix: true },
  gemini: fixed('gemini'),
  azure: {
    preset: 'azure',
    read(fields) {
      needsV1(fields)
      const name = required(fields, 'resourceName')
      if (required(fields, 'resourceType') === 'OpenAI')
        return `https://${name}.openai.azure.com/openai/v1`
      const project = required(fields, 'projectName')
      return `https://${name}.services.ai.azure.com/api/projects/${project}/openai/v1`
    },
    write(url) {
      const [, resourceName, projectName] =
        /^https:\/\/([^./]+)\.services\.ai\.azure\.com\/api\/projects\/([^/]+)\/openai\/v1$/.exec(
          url.href,
        ) ?? []
      return resourceName && projectName
        ? { resourceName, resourceType: 'Foundry', projectName }
        : undefined
    },
  },
  azureopenai: {
    preset: 'azure',
    model: 'deploymentName',
    read(fields) {
      needsV1(fields)
      const endpoint = required(fields, 'endpoint')
        .replace(/^https?:\/\//, '')
        .replace(/\/+$/, '')
      return `https://${endpoint}/openai/v1`
    },
    write: url => ({ endpoint: url.host }),
  },
  vertexai: {
    preset: 'vertex',
    read(fields) {
      const region = fields.text('region') ?? 'global'
      const host =
        region === 'global'
          ? 'aiplatform.googleapis.com'
          : /^(us|eu)$/.test(region)
            ? `aiplatform.${region}.rep.googleapis.com`
            : `${region}-aiplatform.googleapis.com`
      const project = required(fields, 'projectId')
      return `https://${host}/v1/projects/${project}/locations/${region}/endpoints/openapi`
    },
    write(url) {
      const [, projectId, region] =
        /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/endpoints\/openapi$/.exec(url.pathname) ?? []
      return projectId && region ? { projectId, region } : undefined
    },
  },
  bedrock: {
    preset: 'bedrock',
    read(fields) {
      const region = fields.text('region') ?? 'us-east-1'
      return `https://bedrock-runtime.${region}.amazonaws.com/openai/v1`
    },
    write(url) {
      const [, region] = /^bedrock-runtime\.([^.]+)\.amazonaws\.com$/.exec(url.hostname) ?? []
      return region ? { region } : undefined
    },
  },
}

export const kindNames = [...Object.keys(kinds), 'custom']

function required(fields: Fields, key: string): string {
  const value = fields.text(key)
  if (value !== undefined) return value
  throw new WrongField([...fields.path, key], 'is missing')
}

function needsV1(fields: Fields): void {
  const version = fields.text('apiVersion')
  if (version !== undefined && version !== 'v1')
    fields.note('apiVersion', `requests go to version v1 of Azure's API, not ${version}`)
}

/** The last part of the paths of each API, which a base URL is without. */
const apiPath =
  /\/(chat\/completions|completions|responses|embeddings|messages(\/count_tokens)?|rerank|realtime)$/

/** What an `LLMProvider` says. `tls`: the policies ask for it. */
export function readService(fields: Fields, tls: boolean): Service {
  const named = kindNames.filter(kind => fields.has(kind))
  if (named.length !== 1)
    throw new WrongField(
      fields.path,
      named.length === 0
        ? `names no provider; known: ${kindNames.join(', ')}`
        : `names ${named.length} providers, ${named.join(' and ')}, and can be only one`,
    )
  const name = named[0]!
  return name === 'custom' ? readCustom(fields, tls) : readKnown(fields, name, tls)
}

function readKnown(fields: Fields, name: string, tls: boolean): Service {
  const kind = kinds[name]!
  const own = fields.below(name)
  const usual = kind.read(own)
  const model = own.text(kind.model ?? 'model')
  own.rest(key => noCounterpart[key] ?? `the gateway has nothing like it`)
  const baseUrl = moved(fields, usual, tls, readPath(fields))
  return {
    preset: kind.preset,
    ...(baseUrl === presets.get(kind.preset)!.baseUrl ? {} : { baseUrl }),
    ...(model === undefined ? {} : { model }),
    foreign: new URL(baseUrl).origin !== new URL(usual).origin,
  }
}

function readPath(fields: Fields): string | undefined {
  const prefix = fields.text('pathPrefix')
  if (prefix !== undefined) return prefix
  const path = fields.text('path')
  if (path === undefined) return undefined
  if (apiPath.test(path)) return path.replace(apiPath, '')
  fields.note(
    'path',
    'the path of each API is put after a base URL, so only one that ends in such a path can be kept',
    'e.g. /api/v1/chat/completions; or use pathPrefix',
  )
  return undefined
}

function readCustom(fields: Fields, tls: boolean): Service {
  const own = fields.below('custom')
  const model = own.text('model')
  const identity = own.text('providerOverride')
  const preset = identity !== undefined && presets.has(identity) ? identity : undefined
  if (identity !== undefined && preset === undefined)
    own.note('providerOverride', 'the gateway keeps no prices, and it is no preset')
  if (own.has('backendRef'))
    throw new WrongField(
      [...own.path, 'backendRef'],
      'names a Service of a cluster, which cannot be reached from here; give host and port',
    )
  const formats = own.each('formats').map(format => ({
    format,
    type: required(format, 'type'),
    path: format.text('path'),
  }))
  const messages = formats.filter(({ type }) => /^(Messages|AnthropicTokenCount)$/.test(type))
  const api: Api =
    messages.length > 0 && messages.length === formats.length ? 'anthropic' : 'openai'
  const spoken = formats.filter(one => api === 'anthropic' || !messages.includes(one))
  if (api === 'openai')
    for (const { format } of messages)
      format.note('type', "a provider speaks one API here, and this one OpenAI's")
  const bases = new Set(
    spoken.flatMap(({ path }) => (path && apiPath.test(path) ? [path.replace(apiPath, '')] : [])),
  )
  const [base = '/v1'] = bases
  for (const { format, path } of spoken)
    if (path !== undefined && path.replace(apiPath, '') !== base)
      format.note('path', `all APIs of a provider are below one base URL, here ${base}`)
  own.rest(() => 'the gateway has nothing like it')
  if (!fields.has('host'))
    throw new WrongField([...own.path], 'a custom provider needs host and port')
  const usual = preset === undefined ? undefined : presets.get(preset)!.baseUrl
  const baseUrl = moved(fields, `https://unknown${base}`, tls, readPath(fields))
  return {
    ...(preset === undefined ? { api } : { preset }),
    ...(usual === baseUrl ? {} : { baseUrl }),
    ...(model === undefined ? {} : { model }),
    foreign: usual === undefined || new URL(baseUrl).origin !== new URL(usual).origin,
  }
}

/** A base URL with the host, port and path that the manifest puts in place of the usual ones. */
function moved(fields: Fields, usual: string, tls: boolean, path: string | undefined): string {
  const host = fields.text('host')
  const port = fields.take('port')
  if ((host === undefined) !== (port === undefined))
    throw new WrongField(fields.path, 'host and port stand together')
  if (port !== undefined && !(Number.isInteger(port) && Number(port) > 0 && Number(port) < 65536))
    throw new WrongField([...fields.path, 'port'], 'found no port from 1 to 65535')
  const url = new URL(usual)
  const secure = host === undefined || tls || port === 443
  const name = host?.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host
  const origin =
    name === undefined
      ? url.origin
      : `${secure ? 'https' : 'http'}://${name}${port === (secure ? 443 : 80) ? '' : `:${port}`}`
  const rest = (path ?? url.pathname).replace(/\/+$/, '')
  const baseUrl = origin + (rest === '' || rest.startsWith('/') ? rest : `/${rest}`)
  if (!URL.canParse(baseUrl)) throw new WrongField([...fields.path, 'host'], 'found no host name')
  return baseUrl
}

const noCounterpart: Readonly<Record<string, string>> = {
  moderation: 'the gateway adds no moderation to requests',
  guardrail: 'the gateway does not set AWS guardrails',
  endpointPreference: 'requests go to the bedrock-runtime endpoint',
}

export interface WrittenService {
  readonly fields: Readonly<Record<string, unknown>>
  /** The manifest must ask for TLS, as the port does not tell. */
  readonly tls: boolean
}

/** A provider as an `LLMProvider`, or why it cannot be one. */
export function writeService(
  provider: ProviderConfig,
  model: string | undefined,
): WrittenService | { readonly why: string } {
  const { preset, api, baseUrl } = provider
  if (provider.builtIn) return { why: 'the gateway plays it itself' }
  if (baseUrl === undefined) return { why: `its address is not known: ${provider.unavailable}` }
  const url = new URL(baseUrl)
  if (preset !== undefined && presets.get(preset)!.api === api) {
    for (const [name, kind] of Object.entries(kinds)) {
      if (kind.preset !== preset) continue
      const own = kind.write(url)
      if (!own) continue
      const fields = { ...own, ...(model === undefined ? {} : { [kind.model ?? 'model']: model }) }
      const usual = kind.read(new Fields(own, [], []))
      const place =
        usual === baseUrl ? { fields: {}, tls: false } : placeOf(url, usual, kind.prefix)
      if (place) return { fields: { [name]: fields, ...place.fields }, tls: place.tls }
    }
    if (Object.values(kinds).some(kind => kind.preset === preset))
      return { why: `its base URL ${baseUrl} is not one that the kind for ${preset} can have` }
  } else if (preset !== undefined) {
    return { why: `it has the preset ${preset} with another API` }
  }
  if (api === 'gemini') return { why: "a custom provider there speaks OpenAI's or Anthropic's API" }
  const place = placeOf(url, `${url.origin}/v1`, undefined, true)
  if (!place) return { why: `http on port 443 cannot be said there` }
  const path = url.pathname.replace(/\/+$/, '')
  const formats = (
    api === 'anthropic'
      ? [
          ['Messages', '/messages'],
          ['AnthropicTokenCount', '/messages/count_tokens'],
        ]
      : [
          ['Completions', '/chat/completions'],
          ['Responses', '/responses'],
          ['Embeddings', '/embeddings'],
        ]
  ).map(([type, end]) => ({ type, ...(path === '/v1' ? {} : { path: path + end }) }))
  const custom = {
    ...(preset === undefined ? {} : { providerOverride: preset }),
    ...(model === undefined ? {} : { model }),
    formats,
  }
  return { fields: { custom, ...place.fields }, tls: place.tls }
}

/** `host`, `port` and path for a URL; undefined where they would be read as another one. */
function placeOf(
  url: URL,
  usual: string,
  prefix: true | undefined,
  withoutPath = false,
): WrittenService | undefined {
  const secure = url.protocol === 'https:'
  const port = Number(url.port || (secure ? 443 : 80))
  if (!secure && port === 443) return undefined
  const path = url.pathname.replace(/\/+$/, '')
  const moved = !withoutPath && path !== new URL(usual).pathname
  // A prefix that is empty cannot be written.
  const where = !moved
    ? {}
    : prefix && path !== ''
      ? { pathPrefix: path }
      : { path: `${path}/chat/completions` }
  return {
    fields: { host: url.hostname.replace(/^\[|\]$/g, ''), port, ...where },
    tls: secure && port !== 443,
  }
}
