// The config of LiteLLM's proxy: `model_list`, where a name stands once for each of its deployments, aliases of groups of
// them, and fallbacks. https://docs.litellm.ai/docs/proxy/configs

import { same } from '../entries.ts'
import { Fields, isMapping, type Mapping } from '../fields.ts'
import { presetCredential, presets } from '../presets.ts'
import { Gathering, type Imported } from './imported.ts'

/** The first part of a model's name where it is not the name of the preset. */
const prefixes: Readonly<Record<string, string>> = {
  'text-completion-openai': 'openai',
  anthropic_text: 'anthropic',
  azure_text: 'azure',
  cohere_chat: 'cohere',
  fireworks_ai: 'fireworks',
  hosted_vllm: 'vllm',
  lm_studio: 'lmstudio',
  ollama_chat: 'ollama',
  together_ai: 'together',
  vertex_ai: 'vertex',
  vertex_ai_beta: 'vertex',
}

/** Fields of a deployment that are fields of a request: they hold where the client sends none. */
const bodyFields = [
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'seed',
  'stop',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'response_format',
  'reasoning_effort',
  'thinking',
  'tools',
  'tool_choice',
  'user',
  'dimensions',
]

interface Deployment {
  readonly model: string
  readonly default: Readonly<Record<string, unknown>>
  readonly weight: number | undefined
  readonly order: number | undefined
}

export function importLitellm(value: Mapping, config: unknown): Imported {
  const gathering = new Gathering(config)
  const fields = new Fields(value, [], gathering.notes)
  const groups = new Map<string, Deployment[]>()
  for (const item of fields.each('model_list')) {
    const name = item.text('model_name')
    const deployment = readDeployment(item.below('litellm_params'), gathering)
    item.rest(key =>
      key === 'model_info'
        ? 'the gateway knows models by their names'
        : 'the gateway has nothing like it',
    )
    if (name === undefined || deployment === undefined) continue
    if (deployment.model.split('*').length > name.split('*').length)
      item.note('model_name', 'its model has more stars than the name')
    else groups.set(name, [...(groups.get(name) ?? []), deployment])
  }
  const router = fields.below('router_settings')
  const settings = fields.below('litellm_settings')
  const fallbacks = new Map([...readFallbacks(router, groups), ...readFallbacks(settings, groups)])
  const pooled = new Set<string>()
  /** The targets of a name without its fallbacks; several that share the load become an alias of their own. */
  const targetsOf = (name: string, alone: boolean): readonly unknown[] => {
    const list = targetList(groups.get(name)!)
    if (alone || list.every(target => !isMapping(target) || target['weight'] === undefined))
      return list
    pooled.add(name)
    return [poolOf(name)]
  }
  const meanings = [...groups.keys()].map(name => {
    const spare = fallbacks.get(name) ?? []
    const targets = [
      ...targetsOf(name, spare.length === 0),
      // Not by name: two names that fall back on each other would lead in a circle.
      ...spare.flatMap(other => targetsOf(other, false)),
    ]
    return { name, value: aliasOf(unique(targets)) }
  })
  for (const { name, value } of meanings) gathering.alias(name, value, ['model_list'])
  for (const name of pooled)
    gathering.alias(
      poolOf(name),
      { ...(aliasOf(targetList(groups.get(name)!)) as Mapping), hidden: true },
      ['model_list'],
    )
  readGroupAliases(router.below('model_group_alias'), groups, gathering)
  router.rest(key => reasons[key] ?? 'the gateway has nothing like it')
  settings.rest(key => reasons[key] ?? 'the gateway has nothing like it')
  fields.rest(key => reasons[key] ?? 'the gateway has nothing like it')
  return gathering.done()
}

const poolOf = (name: string): string => `${name}-pool`

const reasons: Readonly<Record<string, string>> = {
  general_settings: 'they are about the proxy itself',
  environment_variables: 'the gateway reads the environment that it is started in',
  context_window_fallbacks: 'a request that is too long fails; it is not sent elsewhere',
  content_policy_fallbacks: 'a request that is refused fails; it is not sent elsewhere',
  default_fallbacks: 'a list of targets belongs to one name',
  routing_strategy: 'targets are taken by weight, or in order',
  num_retries: 'the next target is tried where one fails',
  drop_params: 'fields to drop are listed with an alias: remove',
  include: 'import that file by itself',
}

function readDeployment(fields: Fields, gathering: Gathering): Deployment | undefined {
  const named = fields.text('model')
  if (named === undefined) {
    fields.notes.push({ path: fields.path, why: 'it names no model' })
    return undefined
  }
  const said = fields.text('custom_llm_provider')
  const slash = named.indexOf('/')
  const prefix = said ?? (slash > 0 ? named.slice(0, slash) : undefined)
  const model =
    prefix !== undefined && named.startsWith(`${prefix}/`) ? named.slice(prefix.length + 1) : named
  // A bare name is its vendor's, also where one other provider is all that the config declares.
  const preset =
    prefix === undefined ? vendorOf(model) : presets.has(prefix) ? prefix : prefixes[prefix]
  if (prefix !== undefined && preset === undefined) {
    fields.note('model', `the gateway has no provider like ${prefix}`)
    for (const key of fields.keys) fields.take(key)
    return undefined
  }
  const provider = readProvider(fields, preset, gathering)
  if (provider === false) return undefined
  const byDefault = Object.fromEntries(
    bodyFields.flatMap(key => {
      const value = fields.take(key)
      return value === undefined ? [] : [[key, value]]
    }),
  )
  const extra = fields.take('extra_body')
  const weight = fields.take('weight')
  const order = fields.take('order')
  fields.rest(key => deploymentReasons[key] ?? 'the gateway has nothing like it')
  return {
    model: provider === undefined ? model : `${provider}/${model}`,
    default: { ...byDefault, ...(isMapping(extra) ? extra : {}) },
    weight: typeof weight === 'number' ? weight : undefined,
    order: typeof order === 'number' ? order : undefined,
  }
}

const vendorOf = (model: string): string | undefined =>
  [...presets].find(([, { claims }]) =>
    claims.some(claim =>
      claim.endsWith('*') ? model.startsWith(claim.slice(0, -1)) : model === claim,
    ),
  )?.[0]

const deploymentReasons: Readonly<Record<string, string>> = {
  rpm: 'the gateway does not limit rates',
  tpm: 'the gateway does not limit rates',
  max_parallel_requests: 'the gateway does not limit rates',
  timeout: 'timeouts belong to a provider: providers.NAME.timeouts',
  stream_timeout: 'timeouts belong to a provider: providers.NAME.timeouts',
  api_version: "requests go to version v1 of Azure's API",
  organization: 'write it as a header of the provider: openai-organization',
  input_cost_per_token: 'the gateway keeps no prices',
  output_cost_per_token: 'the gateway keeps no prices',
  drop_params: 'fields to drop are listed with an alias: remove',
}

/** The name of the provider of a deployment; undefined where its name alone says it, false where it cannot be reached. */
function readProvider(
  fields: Fields,
  preset: string | undefined,
  gathering: Gathering,
): string | undefined | false {
  const base = fields.text('api_base') ?? fields.text('base_url')
  if (base !== undefined && !URL.canParse(base)) {
    fields.note(
      fields.has('api_base') ? 'api_base' : 'base_url',
      'it is not written in the file, and a base URL must be in the config',
      'gateway config edit',
    )
    for (const key of fields.keys) fields.take(key)
    return false
  }
  const key = fields.text('api_key')
  const [, variable] = /^os\.environ\/(\w+)$/.exec(key ?? '') ?? []
  const secret = key !== undefined && variable === undefined ? key : undefined
  const reference = variable === undefined ? undefined : `env:${variable}`
  const own = preset === undefined ? 'openai' : preset
  const usual = presets.get(own)!
  // A server that only speaks OpenAI's API is not OpenAI: it must not get the names of OpenAI's models.
  const foreign = own === 'openai' && base !== undefined && trimmed(base) !== usual.baseUrl
  const baseUrl = baseUrlOf(own, base, fields)
  const credential =
    reference === undefined || reference === presetCredential(usual) ? undefined : reference
  if (foreign) {
    const keys = {
      api: 'openai',
      baseUrl,
      ...(reference === undefined ? {} : { credential: reference }),
    }
    return gathering.provider(nameOf(baseUrl!), keys, { secret: realKey(secret) })
  }
  const keys = {
    ...(baseUrl === undefined || baseUrl === usual.baseUrl ? {} : { baseUrl }),
    ...(credential === undefined ? {} : { credential }),
  }
  if (Object.keys(keys).length === 0 && secret === undefined) return preset
  return gathering.provider(own, keys, { preset: own, secret: realKey(secret) })
}

/** What people write where a server wants no key is none. */
const realKey = (secret: string | undefined): string | undefined =>
  secret !== undefined &&
  /^(none|null|dummy|anything|fake-key|not-needed|empty|sk-no-key-required)$/i.test(secret)
    ? undefined
    : secret

const trimmed = (url: string): string => url.replace(/\/+$/, '')

function baseUrlOf(preset: string, base: string | undefined, fields: Fields): string | undefined {
  if (preset === 'bedrock') {
    const region = fields.text('aws_region_name')
    return (
      base ?? (region ? `https://bedrock-runtime.${region}.amazonaws.com/openai/v1` : undefined)
    )
  }
  if (preset === 'vertex') {
    const project = fields.text('vertex_project')
    const location = fields.text('vertex_location') ?? 'us-central1'
    return (
      base ??
      (project
        ? `https://${location}-aiplatform.googleapis.com/v1/projects/${project}/locations/${location}/endpoints/openapi`
        : undefined)
    )
  }
  if (base === undefined) return undefined
  if (preset === 'azure') return `${new URL(base).origin}/openai/v1`
  const root = trimmed(base)
  const wants = (preset === 'ollama' || preset === 'anthropic') && !root.endsWith('/v1')
  return wants ? `${root}/v1` : root
}

/** A name for a server that has none: its host, and its port where the host says nothing. */
function nameOf(baseUrl: string): string {
  const { hostname, port } = new URL(baseUrl)
  const host = hostname.replace(/[^A-Za-z0-9.-]/g, '')
  const local = /^(localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|1?)$/.test(host)
  return local ? `local-${port || 80}` : host.replaceAll('.', '-').replace(/^-+/, '')
}

/** Targets with weights, unless the deployments have an order or there is one alone. */
function targetList(deployments: readonly Deployment[]): readonly unknown[] {
  const ordered = deployments.some(({ order }) => order !== undefined)
  const sorted = ordered
    ? deployments.toSorted((a, b) => (a.order ?? Infinity) - (b.order ?? Infinity))
    : deployments
  return sorted.map(({ model, weight, default: byDefault }) => {
    const facts = {
      ...(ordered || deployments.length === 1 ? {} : { weight: weight ?? 1 }),
      ...(Object.keys(byDefault).length > 0 ? { default: byDefault } : {}),
    }
    return Object.keys(facts).length > 0 ? { model, ...facts } : model
  })
}

function aliasOf(targets: readonly unknown[]): unknown {
  const [only] = targets
  if (targets.length > 1) return { targets }
  if (!isMapping(only)) return only
  const { model, weight: _, ...rest } = only
  return { target: model, ...rest }
}

const unique = (targets: readonly unknown[]): readonly unknown[] =>
  targets.filter((target, i) => targets.findIndex(other => same(other, target)) === i)

function readFallbacks(
  fields: Fields,
  groups: ReadonlyMap<string, unknown>,
): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const item of fields.each('fallbacks')) {
    for (const name of item.keys) {
      const known = item.list(name).filter((other): other is string => {
        const has = typeof other === 'string' && groups.has(other) && other !== name
        if (!has) item.note(name, `${JSON.stringify(other)} is no other name of model_list`)
        return has
      })
      if (groups.has(name)) found.set(name, known)
      else item.note(name, 'it is no name of model_list')
    }
  }
  return found
}

function readGroupAliases(
  fields: Fields,
  groups: ReadonlyMap<string, unknown>,
  gathering: Gathering,
): void {
  for (const name of fields.keys) {
    const value = fields.take(name)
    const entry = isMapping(value) ? fields.below(name) : undefined
    const target = entry ? entry.text('model') : value
    const hidden = entry?.take('hidden') === true
    entry?.rest(() => 'the gateway has nothing like it')
    if (typeof target !== 'string' || !groups.has(target))
      fields.note(name, `${JSON.stringify(target)} is no name of model_list`)
    else gathering.alias(name, hidden ? { target, hidden } : target, [...fields.path, name])
  }
}
