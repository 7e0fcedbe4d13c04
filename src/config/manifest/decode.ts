// Kubernetes manifests of agentgateway -> entries of our config. What has no counterpart becomes a note, field by field.
//
// A backend with one provider is a provider of the backend's name, and its `modelAliases` are global aliases that lead to
// it: `fast: openai/gpt-3.5-turbo`. Where another already has the global name, the alias is kept on the provider, where
// requests that are addressed to it find it. A backend with several providers is that many providers, `NAME-PROVIDER`, and
// the pattern `NAME/*` that leads to them in the order of their groups.

import { Fields, isMapping, type Note, WrongField } from '../fields.ts'
import type { Path } from '../parse.ts'
import { presetCredential, presets } from '../presets.ts'
import { bareKey, type Policies, readPolicies } from './policies.ts'
import type { ManifestEntry } from './records.ts'
import { kindNames, readService, type Service } from './service.ts'

export const backendKind = 'AgentgatewayBackend'
export const backendVersion = 'agentgateway.dev/v1alpha1'
export const defaultNamespace = 'default'

export interface Backend {
  readonly kind: 'backend'
  readonly name: string
  readonly namespace: string
  readonly entries: readonly ManifestEntry[]
  /** Names of our providers that it is. */
  readonly providers: readonly string[]
  /** Keys written in the manifest itself, by the names under which the store gets them. */
  readonly keys: ReadonlyMap<string, string>
  /** Names of the store that its providers take their keys from. */
  readonly references: readonly string[]
}

export interface Secret {
  readonly kind: 'secret'
  readonly name: string
  readonly namespace: string
  /** What goes into the `Authorization` header, without `Bearer`. Must not be printed. */
  readonly text: string
}

export interface DecodedManifest {
  readonly made: readonly (Backend | Secret)[]
  readonly notes: readonly Note[]
}

/** What one document means. Throws `WrongField` where it is no manifest at all. `namespace` is for those that name none. */
export function decodeManifest(value: unknown, namespace = defaultNamespace): DecodedManifest {
  const notes: Note[] = []
  return { made: decodeObject(value, [], notes, namespace), notes }
}

function decodeObject(
  value: unknown,
  path: Path,
  notes: Note[],
  namespace: string,
): (Backend | Secret)[] {
  const fields = new Fields(value, path, notes)
  const kind = fields.text('kind')
  const version = fields.text('apiVersion')
  if (kind === undefined || version === undefined)
    throw new WrongField(
      path,
      `found no ${kind === undefined ? 'kind' : 'apiVersion'}: this is no Kubernetes manifest`,
    )
  if (kind === 'List' || kind === `${backendKind}List`) {
    const items = fields
      .list('items')
      .flatMap((item, i) => decodeObject(item, [...path, 'items', i], notes, namespace))
    fields.take('metadata')
    fields.rest(() => 'a list is its items')
    return items
  }
  if (kind === 'Secret' && version === 'v1') return [decodeSecret(fields, namespace)]
  if (kind === backendKind && version === backendVersion) return decodeBackend(fields, namespace)
  const why =
    kind === backendKind
      ? `its version here is ${backendVersion}, not ${version}`
      : (otherKinds[kind] ?? `the gateway knows ${backendKind} and Secret`)
  notes.push({ path: [...path, 'kind'], why: kind === backendKind ? why : `a ${kind}: ${why}` })
  return []
}

const otherKinds: Readonly<Record<string, string>> = {
  HTTPRoute: 'no route is needed, each provider is served below its name, and all names at /v1',
  Gateway: 'the gateway listens where its own config says',
  AgentgatewayPolicy: 'what can be kept of it stands in the policies of the backend',
  Namespace: 'names are unique in the gateway',
}

function readIdentity(fields: Fields, namespace: string) {
  const metadata = fields.below('metadata')
  const name = metadata.text('name')
  if (name === undefined) throw new WrongField([...metadata.path, 'name'], 'is missing')
  const own = metadata.text('namespace')
  metadata.rest(() => 'the gateway keeps the name and the namespace')
  return { name, namespace: own ?? namespace }
}

function decodeSecret(fields: Fields, namespace: string): Secret {
  const identity = readIdentity(fields, namespace)
  fields.take('type')
  const plain = fields.below('stringData')
  const encoded = fields.below('data')
  const coded = encoded.text('Authorization')
  const value =
    plain.text('Authorization') ??
    (coded === undefined ? undefined : Buffer.from(coded, 'base64').toString('utf8'))
  if (value === undefined)
    throw new WrongField(
      [...fields.path, 'stringData'],
      'found no key "Authorization", which holds what a provider is sent',
    )
  const why = () => 'only the key "Authorization" is sent to a provider'
  plain.rest(why)
  encoded.rest(why)
  fields.rest(() => 'a Secret is its keys')
  return { kind: 'secret', ...identity, text: bareKey(value, plain.path) }
}

function decodeBackend(fields: Fields, namespace: string): Backend[] {
  const identity = readIdentity(fields, namespace)
  if (fields.has('status')) fields.note('status', 'it is what a cluster has made of the manifest')
  const spec = fields.below('spec')
  fields.rest(() => 'it is no field of this kind')
  if (!spec.has('ai')) {
    const other = spec.keys.find(key => key !== 'policies')
    if (other === undefined) throw new WrongField([...spec.path, 'ai'], 'is missing')
    spec.note(other, `the gateway serves models, and this is a backend of another sort`)
    return []
  }
  const ai = spec.below('ai')
  const policies = readPolicies(spec.below('policies'), identity.name)
  spec.rest(() => 'the gateway serves models only')
  const groups = ai.has('groups') ? ai.each('groups') : undefined
  const members = groups
    ? groups.flatMap(group => {
        const providers = group.each('providers')
        if (providers.length > 1)
          group.note('providers', 'they are tried in order; the gateway does not spread by health')
        group.rest(() => 'a group is its providers')
        return providers
      })
    : [ai.below('provider')]
  if (members.length === 0 || (groups && ai.has('provider')))
    throw new WrongField(ai.path, 'wants either a provider or groups of providers')
  const made = members.map(member => decodeMember(member, identity.name, members.length, policies))
  ai.rest(() => 'the gateway has nothing like it')
  const twin = made.find(({ name }, i) => made.findIndex(other => other.name === name) < i)
  if (twin) throw new WrongField(ai.path, `names two providers ${twin.name}`)
  return [
    {
      kind: 'backend',
      ...identity,
      providers: made.map(({ name }) => name),
      entries: [...made.flatMap(providerEntries), ...globalEntries(identity.name, made, policies)],
      keys: new Map(
        made.flatMap(({ policies: { key }, name }) =>
          key === undefined ? [] : [[`${name}.key`, key]],
        ),
      ),
      references: made.flatMap(({ policies: { credential } }) => {
        const [, name] = /^store:(.*)$/.exec(credential ?? '') ?? []
        return name === undefined ? [] : [name]
      }),
    },
  ]
}

interface Member {
  readonly name: string
  readonly service: Service
  /** The backend's, with its own in their place. */
  readonly policies: Policies
  /** Its own aliases: those that are not the backend's. */
  readonly aliases: Readonly<Record<string, string>>
}

function decodeMember(fields: Fields, backend: string, count: number, shared: Policies): Member {
  const inGroup = fields.take('name')
  if (inGroup !== undefined && (typeof inGroup !== 'string' || inGroup === ''))
    throw new WrongField([...fields.path, 'name'], 'found no name')
  if (count > 1 && inGroup === undefined)
    throw new WrongField([...fields.path, 'name'], 'is missing')
  const name = count === 1 ? backend : `${backend}-${inGroup}`
  const own = readPolicies(fields.below('policies'), name)
  const service = readService(fields, own.tls || shared.tls)
  fields.rest(key =>
    kindNames.includes(key) ? 'another kind is used' : 'it is no field of a provider',
  )
  const { aliases, params, tls, ...mine } = own
  // A key of the backend is stored once for each provider that shows it.
  const credential =
    mine.credential ?? (shared.key === undefined ? shared.credential : `store:${name}.key`)
  const key = mine.credential === undefined ? shared.key : mine.key
  const model = mine.model ?? shared.model
  if (service.model !== undefined && model !== undefined && model !== service.model)
    fields.notes.push({
      path: fields.path,
      why: `its own model ${service.model} goes before the override ${model}`,
    })
  return {
    name,
    service,
    policies: {
      tls: tls || shared.tls,
      aliases,
      params: { ...shared.params, ...params },
      ...(credential === undefined ? {} : { credential }),
      ...(key === undefined ? {} : { key }),
      ...(model === undefined ? {} : { model }),
    },
    aliases: Object.fromEntries(
      Object.entries(aliases).filter(([alias, target]) => shared.aliases[alias] !== target),
    ),
  }
}

function providerEntries({ name, service, policies, aliases }: Member): ManifestEntry[] {
  const at = ['providers', name]
  const { preset, api, baseUrl } = service
  // The key of a preset must not go to a server that is somebody else's.
  const lent = presets.get(preset ?? name)
  const lends = service.foreign && lent !== undefined && presetCredential(lent) !== 'none'
  const credential = policies.credential ?? (lends ? 'none' : undefined)
  const keys = {
    preset: preset === name ? undefined : preset,
    api,
    baseUrl,
    credential,
  }
  const target = overriddenBy(service, policies) ?? '*'
  const rest = Object.keys(policies.params).length > 0 ? { target, ...policies.params } : target
  const entries: ManifestEntry[] = Object.entries(keys).flatMap(([key, value]) =>
    value === undefined ? [] : [{ path: [...at, key], value }],
  )
  for (const [alias, model] of Object.entries(aliases))
    entries.push({ path: [...at, 'aliases', alias], value: model })
  if (rest !== '*') entries.push({ path: [...at, 'aliases', '*'], value: rest })
  return entries.some(({ path }) => path.length === 3)
    ? entries
    : [{ path: at, value: {} }, ...entries]
}

/** The model that every request to a provider gets. */
const overriddenBy = (service: Service, policies: Policies) => service.model ?? policies.model

function globalEntries(
  backend: string,
  members: readonly Member[],
  { aliases }: Policies,
): ManifestEntry[] {
  const entries: ManifestEntry[] = []
  const list = (targets: readonly string[]) => (targets.length === 1 ? targets[0] : { targets })
  for (const [alias, model] of Object.entries(aliases)) {
    const targets = members.map(
      member => `${member.name}/${member.aliases[alias] === undefined ? model : alias}`,
    )
    const otherwise = members
      .filter(member => member.aliases[alias] === undefined)
      .map(({ name }) => ({ path: ['providers', name, 'aliases', alias], value: model }))
    entries.push({ path: ['aliases', alias], value: list(targets), otherwise })
  }
  if (members.length === 1) return entries
  const models = members.map(({ service, policies }) => overriddenBy(service, policies))
  const whole = models.flatMap((model, i) =>
    model === undefined ? [] : [`${members[i]!.name}/${model}`],
  )
  if (whole.length === members.length)
    entries.push({ path: ['aliases', backend], value: list(whole) })
  entries.push({
    path: ['aliases', `${backend}/*`],
    value: list(members.map(({ name }) => `${name}/*`)),
  })
  return entries
}

/** The mapping is a manifest, as far as its first two fields tell. */
export const isManifest = (value: unknown): boolean =>
  isMapping(value) && typeof value['kind'] === 'string' && typeof value['apiVersion'] === 'string'
