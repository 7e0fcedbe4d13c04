// Every HTTP path the gateway serves. A path below `/{provider}` is looked up here as well, without that part; what is
// then not found goes to the provider untouched.

import type { Operation, Protocol } from '../wire/protocol.ts'
import type { Exchange } from './exchange.ts'
import { formBody, type Guard, jsonBody, noFormBody, plainBody } from './guard.ts'
import { health } from './health.ts'
import { infer } from './inference.ts'
import { metrics } from './metrics-page.ts'
import { listModels, showModel } from './models.ts'
import { ollamaChat, ollamaEmbed, ollamaEmbeddings, ollamaGenerate } from './ollama.ts'
import {
  ollamaOnly,
  ollamaProcesses,
  ollamaRunning,
  ollamaShow,
  ollamaTags,
  ollamaVersion,
} from './ollama-models.ts'
import { pass } from './passing.ts'
import { realtime } from './realtime.ts'
import type { Dialect } from './respond.ts'
import { upload } from './upload.ts'

export interface Endpoint {
  readonly method: 'GET' | 'POST' | '*'
  /** `{...}` stands for what the exchange then has as its parameter: at the end for the rest, else up to what follows. */
  readonly path: string
  /** Whose form errors take. */
  readonly dialect: Dialect
  /** After those that guard every endpoint, in this order. */
  readonly guards: readonly Guard[]
  readonly handle: (exchange: Exchange, endpoint: Endpoint) => void
  /** What is asked of the model, by Ollama's clients in OpenAI's words; where it stands is for the handler to know. */
  readonly operation?: Operation
  /** Not below `/{provider}`. */
  readonly unscoped?: true
}

const json = {
  method: 'POST',
  dialect: 'openai',
  guards: [jsonBody, plainBody],
  handle: infer,
} as const
const form = {
  method: 'POST',
  dialect: 'openai',
  guards: [formBody, plainBody],
  handle: upload,
} as const
const own = { method: 'GET', dialect: 'openai', guards: [], unscoped: true } as const
const messages = { ...json, dialect: 'anthropic' } as const
// Below a provider Ollama's paths are that provider's own: it may well be an Ollama.
const ollama = { ...own, dialect: 'ollama' } as const
const ollamaJson = { ...ollama, method: 'POST', guards: [jsonBody, plainBody] } as const
const talks = { ...ollamaJson, operation: operation('chat', '/chat/completions') }
const embeds = { ...ollamaJson, operation: operation('embeddings', '/embeddings') }
const gemini = { ...json, dialect: 'gemini', operation: operation('gemini', '') } as const

export const endpoints: readonly Endpoint[] = [
  { ...json, path: '/v1/chat/completions', operation: operation('chat', '/chat/completions') },
  { ...json, path: '/v1/completions', operation: operation('completions', '/completions') },
  { ...json, path: '/v1/embeddings', operation: operation('embeddings', '/embeddings') },
  { ...json, path: '/v1/responses', operation: operation('responses', '/responses') },
  {
    ...json,
    path: '/v1/responses/input_tokens',
    operation: operation('responses', '/responses/input_tokens'),
  },
  { ...json, path: '/v1/images/generations', operation: operation('media', '/images/generations') },
  { ...form, path: '/v1/images/edits', operation: operation('media', '/images/edits') },
  { ...form, path: '/v1/images/variations', operation: operation('media', '/images/variations') },
  { ...json, path: '/v1/audio/speech', operation: operation('media', '/audio/speech') },
  {
    ...form,
    path: '/v1/audio/transcriptions',
    operation: operation('media', '/audio/transcriptions'),
  },
  { ...form, path: '/v1/audio/translations', operation: operation('media', '/audio/translations') },
  { ...json, path: '/v1/moderations', operation: operation('media', '/moderations') },
  { ...json, path: '/v1/rerank', operation: operation('media', '/rerank') },
  { ...own, path: '/v1/realtime', handle: realtime, operation: operation('media', '/realtime') },
  { ...messages, path: '/v1/messages', operation: operation('messages', '/messages') },
  {
    ...messages,
    path: '/v1/messages/count_tokens',
    operation: operation('messages', '/messages/count_tokens'),
  },
  { ...gemini, path: '/v1beta/models/{model:verb}' },
  { ...gemini, path: '/v1/models/{model:verb}' },
  { ...own, path: '/v1/models', handle: listModels },
  { ...own, path: '/v1/models/{id}', handle: showModel },
  { ...own, path: '/healthz', handle: health },
  { ...own, path: '/metrics', handle: metrics },
  { ...ollama, path: '/', handle: ollamaRunning },
  { ...ollama, path: '/api/version', handle: ollamaVersion },
  { ...ollama, path: '/api/tags', handle: ollamaTags },
  { ...ollama, path: '/api/ps', handle: ollamaProcesses },
  { ...ollamaJson, path: '/api/show', handle: ollamaShow },
  { ...talks, path: '/api/chat', handle: ollamaChat },
  { ...talks, path: '/api/generate', handle: ollamaGenerate },
  { ...embeds, path: '/api/embed', handle: ollamaEmbed },
  { ...embeds, path: '/api/embeddings', handle: ollamaEmbeddings },
  ...['pull', 'push', 'create', 'copy', 'delete', 'blobs', 'blobs/{digest}'].map(
    name => ({ ...ollama, method: '*', path: `/api/${name}`, handle: ollamaOnly }) as const,
  ),
]

function operation(protocol: Protocol, path: string): Operation {
  return { protocol, path }
}

/** What lies at a provider and names no model: it goes to `defaultProvider` untouched, as if the path named that. */
export const resources: readonly string[] = [
  'files',
  'uploads',
  'batches',
  'fine_tuning',
  'vector_stores',
  'containers',
  'conversations',
  'responses',
  'chat/completions',
  'messages/batches',
  'assistants',
  'threads',
  'evals',
  'videos',
].map(name => `/v1/${name}`)

/** Azure's clients put the name into the path, before what OpenAI's have after `/v1`, and for a WebSocket into the query. */
const azure: readonly Endpoint[] = endpoints
  .filter(e => e.dialect === 'openai' && (e.method === 'POST' || e.handle === realtime))
  .map(e => {
    const { path } = e.operation!
    const named = e.handle === realtime ? path : `/deployments/{model}${path}`
    return { ...e, path: `/openai${named}`, unscoped: true }
  })

/** `POST /{provider}`: a chat completion, as agentgateway's `/openai` is. */
export const providerItself: Endpoint = endpoints[0]!

/** Everything below `/{provider}` that is not listed. */
export const providerRest: Endpoint = {
  method: '*',
  path: '/{provider}/{rest}',
  dialect: 'openai',
  guards: [noFormBody],
  handle: pass,
}

const exact = new Map<string, Endpoint[]>()
const patterns: { readonly before: string; readonly after: string; readonly endpoint: Endpoint }[] =
  []
for (const endpoint of [...endpoints, ...azure]) {
  const [, before, after] = /^(.*)\{.*\}(.*)$/.exec(endpoint.path) ?? []
  if (before === undefined || after === undefined) {
    exact.set(endpoint.path, [...(exact.get(endpoint.path) ?? []), endpoint])
  } else patterns.push({ before, after, endpoint })
}

/**
 * The endpoints at a path, one for each method, and what `{...}` stands for. Tools that leave out `/v1`, or
 * put a slash after a base URL that ends in one, are understood.
 */
export function endpointsAt(
  path: string,
): { readonly found: readonly Endpoint[]; readonly parameter: string } | undefined {
  const found = exact.get(path) ?? exact.get(`/v1${path}`)
  if (found) return { found, parameter: '' }
  const matching = patterns.filter(
    ({ before, after }) =>
      path.length > before.length + after.length && path.startsWith(before) && path.endsWith(after),
  )
  if (matching.length === 0) {
    const tidy = path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
    return tidy === path ? undefined : endpointsAt(tidy)
  }
  const { before, after } = matching[0]!
  return {
    found: matching.map(({ endpoint }) => endpoint),
    parameter: path.slice(before.length, path.length - after.length),
  }
}
