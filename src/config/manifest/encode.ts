// Our providers and aliases -> manifests of agentgateway. What that system cannot express becomes a note, with its path in
// our config.
//
// A provider with aliases of its own is written as a group of one, because there the two kinds of alias can be told
// apart: the backend's `modelAliases` are the global ones, the provider's are those and its own (in a cluster, the map of
// a provider stands in for that of its backend).

import { isDeepStrictEqual } from 'node:util'
import { type Alias, noPrompt, nothingSaid, type Params, type Prompt } from '../../alias/alias.ts'
import { maxChain, resolve } from '../../alias/resolve.ts'
import { splitTarget } from '../../alias/rules.ts'
import { type AliasTable, compileAliases } from '../../alias/table.ts'
import { GatewayError } from '../../errors.ts'
import type { Config, ProviderConfig } from '../config.ts'
import type { Note } from '../fields.ts'
import { defaultTimeouts } from '../presets.ts'
import { backendKind, backendVersion } from './decode.ts'
import { writeService } from './service.ts'

export interface BackendManifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: Readonly<Record<string, unknown>>
}

export interface Encoded {
  readonly manifests: readonly BackendManifest[]
  readonly notes: readonly Note[]
}

/**
 * The providers of a config as manifests. `keys` are those at the root of its file; `namespaceOf` says where each manifest
 * belongs.
 */
export function encodeConfig(
  config: Config,
  keys: readonly string[],
  namespaceOf: (name: string) => string,
): Encoded {
  const notes = settingNotes(config, keys)
  // Only to find the provider of a bare name: without aliases, so that none gets in the way.
  const bare = compileAliases({
    ...config,
    aliases: new Map(),
    providers: new Map(
      [...config.providers].map(([name, provider]) => [name, { ...provider, aliases: new Map() }]),
    ),
  })
  const lists = findLists(config)
  const global = new Map<string, Record<string, string>>()
  for (const alias of config.aliases.values()) {
    const home = homeOf(config, bare, lists, alias)
    if ('why' in home) notes.push({ path: ['aliases', alias.name], why: home.why })
    else if (home.model !== undefined)
      global.set(home.backend, { ...global.get(home.backend), [alias.name]: home.model })
  }
  // A preset that is not declared is written where an alias leads to it.
  const providers = [
    ...config.providers.values(),
    ...[...config.undeclared.values()].filter(({ name }) => global.has(name)),
  ]
  const inLists = new Set([...lists.values()].flat())
  const backends = [
    ...[...lists].map(([name, members]) => ({
      name,
      members: members.map(member => config.providers.get(member)!),
    })),
    ...providers
      .filter(({ name }) => !inLists.has(name))
      .map(provider => ({ name: provider.name, members: [provider] })),
  ]
  const manifests = backends.flatMap(({ name, members }) => {
    const written = members.map(provider =>
      writeProvider(provider, global.get(name) ?? {}, members.length === 1, notes),
    )
    if (!written.every(member => member !== undefined)) {
      for (const alias of Object.keys(global.get(name) ?? {}))
        notes.push({ path: ['aliases', alias], why: `its provider ${name} is not carried` })
      return []
    }
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name))
      notes.push({
        path: ['providers', name],
        why: 'its name is none that a cluster takes: lower-case letters, digits, - and .',
      })
    return [
      {
        apiVersion: backendVersion,
        kind: backendKind,
        metadata: { name, namespace: namespaceOf(name) },
        spec: writeSpec(name, written, global.get(name) ?? {}),
      },
    ]
  })
  return { manifests, notes }
}

/** What the file says of the gateway itself. */
function settingNotes(config: Config, keys: readonly string[]): Note[] {
  const carried = ['providers', 'aliases', 'manifests']
  return [
    ...keys
      .filter(key => !carried.includes(key))
      .map(key => ({
        path: [key],
        why:
          key === 'defaultProvider'
            ? 'in a cluster, routes say where a request goes'
            : 'a backend is a provider and its aliases, and not the gateway itself',
      })),
    ...[...config.providers.values()].flatMap(({ name, timeouts }) =>
      isDeepStrictEqual(timeouts, defaultTimeouts)
        ? []
        : [{ path: ['providers', name, 'timeouts'], why: 'they are policies of a route there' }],
    ),
  ]
}

/** Backends of several providers: the patterns `NAME/*` that apply makes, with the names of their providers. */
function findLists({ aliases, providers }: Config): Map<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>()
  for (const alias of aliases.values()) {
    const [, name] = /^([^/*]+)\/\*$/.exec(alias.name) ?? []
    if (name === undefined || providers.has(name) || !isPlain(alias) || alias.targets.length < 2)
      continue
    const members = alias.targets.map(({ model }) => /^([^/*]+)\/\*$/.exec(model)?.[1])
    if (
      members.every(
        (member): member is string =>
          member?.startsWith(`${name}-`) === true && providers.has(member),
      ) &&
      new Set(members).size === members.length
    )
      lists.set(name, members)
  }
  return lists
}

/** Nothing but targets: all that `modelAliases` can say. */
function isPlain(alias: Alias): boolean {
  return whyNotPlain(alias) === undefined
}

function whyNotPlain(alias: Alias): string | undefined {
  if (alias.disabled) return 'there is no alias that is disabled'
  if (alias.hidden) return 'there is no alias that is hidden'
  if (alias.respondAs !== undefined) return 'there a response always has the name of the model'
  if (alias.fallback !== nothingSaid || alias.timeouts !== nothingSaid)
    return 'attempts and timeouts are policies of a route there'
  if (alias.description !== undefined) return 'an alias has no description there'
  if (!isBare(alias.params) || alias.targets.some(({ params }) => !isBare(params)))
    return 'parameters belong to a whole backend there, and not to an alias'
  if (alias.targets.some(({ weight }) => weight !== undefined)) return 'there are no weights there'
  return undefined
}

const isBare = ({ set, default: byDefault, remove, prompt }: Params): boolean =>
  Object.keys(set).length + Object.keys(byDefault).length + remove.length === 0 &&
  prompt === noPrompt

type Home =
  | { readonly backend: string; readonly model: string | undefined }
  | { readonly why: string }

/** The backend that a global alias belongs to, and what it means there; no model where the backend itself implies it. */
function homeOf(
  config: Config,
  bare: AliasTable,
  lists: ReadonlyMap<string, readonly string[]>,
  alias: Alias,
): Home {
  const why = whyNotPlain(alias)
  if (why !== undefined) return { why }
  const ofList = [...lists].find(([name]) => alias.name === `${name}/*`)
  if (ofList) return { backend: ofList[0], model: undefined }
  const ends = alias.targets.map(({ model }) => endOf(config, bare, model))
  if (!ends.every(end => end !== undefined)) return { why: 'nothing claims its target' }
  // An alias that leads to the very pattern of a provider means what the pattern does.
  const starred = ends.some(
    ({ provider, model }) =>
      model.includes('*') &&
      !(model === alias.name && config.providers.get(provider)?.aliases.has(model)),
  )
  if (starred) return { why: 'a * in a target is not replaced there' }
  const through = ends.map(end => throughOwn(config, end))
  if (!through.every(end => end !== undefined))
    return { why: 'an alias leads to a model there, and not to another alias with more to it' }
  if (ends.length === 1) return { backend: ends[0]!.provider, model: through[0]!.model }
  const list = [...lists].find(
    ([, members]) =>
      members.length === ends.length && members.every((member, i) => member === ends[i]!.provider),
  )
  if (!list) return { why: 'a list of targets is, there, a backend with a group for each provider' }
  const [name, members] = list
  if (alias.name === name) {
    const implied = ends.every(
      ({ provider, model }) => overrideOf(config.providers.get(provider)!) === model,
    )
    if (implied) return { backend: name, model: undefined }
  }
  const owns = (i: number) => config.providers.get(members[i]!)!.aliases.has(alias.name)
  if (ends.some(({ model }, i) => owns(i) && model !== alias.name))
    return { why: 'one of its providers has another meaning for the name, which there comes first' }
  // A provider whose own alias has the name is asked for it; all the others for the model.
  const models = through.filter((_, i) => !owns(i))
  const model = models[0]?.model
  return model !== undefined && models.every(end => end.model === model)
    ? { backend: name, model }
    : { why: 'its targets have different models, which a backend says in aliases of each provider' }
}

interface End {
  readonly provider: string
  readonly model: string
}

/** The provider and model that a target leads to, through aliases that only rename: there, an alias names a model. */
function endOf(config: Config, bare: AliasTable, target: string): End | undefined {
  let name = target
  // A config has no cycles; the bound is that of a chain.
  for (let links = 0; links < maxChain; links++) {
    const split = splitTarget(bare, name)
    if (split) return { provider: split.provider.name, model: split.model }
    const next = config.aliases.get(name)
    if (!next) break
    if (!isPlain(next) || next.targets.length > 1) return undefined
    name = next.targets[0]!.model
  }
  try {
    return { provider: resolve(bare, name).targets[0]!.provider, model: name }
  } catch (error) {
    if (error instanceof GatewayError) return undefined
    throw error
  }
}

/** The same, through an alias that the provider itself has. */
function throughOwn(config: Config, end: End): End | undefined {
  const own = config.providers.get(end.provider)?.aliases.get(end.model)
  if (!own) return end
  return isPlain(own) && own.targets.length === 1
    ? { ...end, model: own.targets[0]!.model }
    : undefined
}

const overrideOf = ({ aliases }: ProviderConfig): string | undefined => {
  const model = aliases.get('*')?.targets[0]?.model
  return model === '*' ? undefined : model
}

interface Written {
  readonly provider: ProviderConfig
  readonly service: Readonly<Record<string, unknown>>
  readonly policies: Readonly<Record<string, unknown>>
  readonly ai: Readonly<Record<string, unknown>>
  readonly aliases: Readonly<Record<string, string>>
}

function writeProvider(
  provider: ProviderConfig,
  shared: Readonly<Record<string, string>>,
  alone: boolean,
  notes: Note[],
): Written | undefined {
  const at = ['providers', provider.name]
  const all = provider.aliases.get('*')
  const written = writeService(provider, overrideOf(provider))
  if ('why' in written) {
    notes.push({ path: at, why: written.why })
    return undefined
  }
  if (Object.keys(provider.headers).length > 0)
    notes.push({ path: [...at, 'headers'], why: 'headers are a transformation there' })
  if (provider.models.length > 0)
    notes.push({ path: [...at, 'models'], why: 'a backend does not list its models' })
  const auth = writeAuth(provider, notes)
  return {
    provider,
    service: written.fields,
    policies: {
      ...(auth ? { auth } : {}),
      ...(written.tls ? { tls: {} } : {}),
    },
    ai: all ? writeParams(all, [...at, 'aliases', '*'], notes) : {},
    aliases: Object.fromEntries(
      [...provider.aliases.values()].flatMap(alias => {
        if (alias === all) return []
        const path = [...at, 'aliases', alias.name]
        const why =
          whyNotPlain(alias) ??
          (alias.targets.length > 1
            ? 'a list of targets is, there, a backend with a group for each provider'
            : alias.targets[0]!.model.includes('*')
              ? 'a * in a target is not replaced there'
              : shared[alias.name] === alias.targets[0]!.model
                ? `aliases.${alias.name} says the same, and is enough there`
                : alone && Object.hasOwn(shared, alias.name)
                  ? `aliases.${alias.name} has another model, and a name means one thing in a backend`
                  : undefined)
        if (why !== undefined) notes.push({ path, why })
        return why === undefined ? [[alias.name, alias.targets[0]!.model]] : []
      }),
    ),
  }
}

function writeAuth(
  { name, credential, credentialDeclared }: ProviderConfig,
  notes: Note[],
): Readonly<Record<string, unknown>> | undefined {
  const path = ['providers', name, 'credential']
  if (!credentialDeclared) {
    if (credential !== 'none')
      notes.push({
        path,
        why: `its key is in the environment of this machine, ${credential}`,
        hint: `create a Secret in the cluster, and name it under spec.policies.auth.secretRef`,
      })
    return undefined
  }
  if (credential === 'passthrough') return { passthrough: {} }
  // Without a policy a backend shows no key.
  if (credential === 'none') return undefined
  const [, stored] = /^store:\s*([a-z0-9]([a-z0-9.-]*[a-z0-9])?)\s*$/.exec(credential) ?? []
  if (stored === `${name}.key` || stored === undefined) {
    notes.push({
      path,
      why: `${credential} is on this machine`,
      hint: `create a Secret in the cluster, and name it under spec.policies.auth.secretRef`,
    })
    return undefined
  }
  return { secretRef: { name: stored } }
}

/** The alias `*` of a provider: what holds for all its requests. */
function writeParams(
  alias: Alias,
  path: readonly string[],
  notes: Note[],
): Readonly<Record<string, unknown>> {
  const [target] = alias.targets
  const own = target!.params
  const why =
    whyNotPlain({
      ...alias,
      params: { ...alias.params, set: {}, default: {}, prompt: noPrompt },
    }) ??
    (alias.targets.length > 1 ? 'a list of targets is a backend of its own there' : undefined) ??
    (isBare(own) ? undefined : 'parameters belong to a whole backend there')
  if (why !== undefined) notes.push({ path, why })
  const { set, default: byDefault, prompt } = alias.params
  const list = (fields: Readonly<Record<string, unknown>>, key: string) =>
    Object.entries(fields).flatMap(([field, value]) => {
      if (!field.includes('.')) return [{ field, value }]
      notes.push({
        path: [...path, key, field],
        why: 'only whole fields of a request are set there',
      })
      return []
    })
  const defaults = list(byDefault, 'default')
  const overrides = list(set, 'set')
  return {
    ...(defaults.length > 0 ? { defaults } : {}),
    ...(overrides.length > 0 ? { overrides } : {}),
    ...(prompt === noPrompt ? {} : { prompt: filled(prompt) }),
  }
}

/** Without the lists that are empty, which a cluster does not take. */
const filled = ({ prepend, append }: Prompt) => ({
  ...(prepend.length > 0 ? { prepend } : {}),
  ...(append.length > 0 ? { append } : {}),
})

function writeSpec(
  name: string,
  members: readonly Written[],
  shared: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const [only] = members
  const hasShared = Object.keys(shared).length > 0
  const policiesOf = (
    policies: Readonly<Record<string, unknown>>,
    ai: Readonly<Record<string, unknown>>,
    aliases: Readonly<Record<string, string>>,
  ) => {
    const all = {
      ...(Object.keys(aliases).length > 0 ? { modelAliases: aliases } : {}),
      ...ai,
    }
    const both = { ...policies, ...(Object.keys(all).length > 0 ? { ai: all } : {}) }
    return Object.keys(both).length > 0 ? { policies: both } : {}
  }
  if (members.length === 1 && Object.keys(only!.aliases).length === 0)
    return { ai: { provider: only!.service }, ...policiesOf(only!.policies, only!.ai, shared) }
  const groups = members.map(({ provider, service, policies, ai, aliases }) => {
    const special = Object.keys(aliases).length + Object.keys(ai).length > 0
    const short = members.length === 1 ? name : provider.name.slice(name.length + 1)
    return {
      providers: [
        {
          name: short,
          ...service,
          ...policiesOf(policies, ai, special ? { ...shared, ...aliases } : {}),
        },
      ],
    }
  })
  return { ai: { groups }, ...(hasShared ? { policies: { ai: { modelAliases: shared } } } : {}) }
}
