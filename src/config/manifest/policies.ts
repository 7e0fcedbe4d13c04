// The policies of a manifest -> what they come to here. What has no counterpart becomes a note, field by field.

import { type Prompt, promptRoles } from '../../alias/alias.ts'
import { type Fields, WrongField } from '../fields.ts'
import type { Path } from '../parse.ts'
import { promptValue } from '../prompt-value.ts'

/** What the policies of a backend, or of one of its providers, ask for. */
export interface Policies {
  readonly credential?: string
  readonly key?: string
  readonly tls: boolean
  readonly aliases: Readonly<Record<string, string>>
  readonly model?: string
  readonly params: Readonly<Record<string, unknown>>
}

export function readPolicies(fields: Fields, provider: string): Policies {
  const auth = readAuth(fields.below('auth'), provider)
  const tls = fields.has('tls') && fields.take('tls') !== undefined
  if (tls) fields.below('tls').rest(() => "the system's certificates and the host name are checked")
  const ai = readAi(fields.below('ai'))
  fields.rest(key => policyReasons[key] ?? 'the gateway has nothing like it')
  return { ...auth, ...ai, tls }
}

const policyReasons: Readonly<Record<string, string>> = {
  http: 'timeouts stand under providers.NAME.timeouts in the config',
  tcp: 'timeouts stand under providers.NAME.timeouts in the config',
  tunnel: 'the gateway connects to a provider itself',
  health: 'a target that fails is passed over for the next one',
  transformation: 'the gateway evaluates no expressions',
  extAuth: 'the gateway asks no other service',
  mcp: 'the gateway serves models only',
}

function readAuth(fields: Fields, provider: string): Pick<Policies, 'credential' | 'key'> {
  const location = fields.below('location')
  if (fields.has('location')) {
    const header = location.below('header')
    const usual =
      String(header.take('name') ?? '').toLowerCase() === 'authorization' &&
      /^bearer ?$/i.test(String(header.take('prefix') ?? 'Bearer'))
    if (!usual) fields.note('location', 'the key goes where the API of the provider wants it')
    else {
      header.rest(() => 'a header is its name and prefix')
      location.rest(() => 'the key goes into one header')
    }
  }
  const key = fields.text('key')
  const secret = fields.below('secretRef')
  const name = secret.text('name')
  if (fields.has('secretRef') && name === undefined)
    throw new WrongField([...secret.path, 'name'], 'is missing')
  secret.rest(() => 'a credential is found by its name in the store')
  const passed = fields.take('passthrough') !== undefined
  fields.rest(key =>
    /^(aws|azure|gcp)$/.test(key)
      ? `the gateway does not sign in to ${key} itself; a command that prints a token can be a credential, command:...`
      : 'the gateway has nothing like it',
  )
  const given = [key, name, passed ? true : undefined].filter(one => one !== undefined)
  if (given.length > 1)
    throw new WrongField(fields.path, 'wants one of key, secretRef and passthrough')
  if (key !== undefined)
    return { credential: `store:${provider}.key`, key: bareKey(key, [...fields.path, 'key']) }
  if (name !== undefined) return { credential: `store:${name}` }
  return passed ? { credential: 'passthrough' } : {}
}

function readAi(fields: Fields): Pick<Policies, 'aliases' | 'model' | 'params'> {
  const aliases = fields.below('modelAliases')
  const named = Object.fromEntries(
    aliases.keys.flatMap(alias => {
      const model = aliases.text(alias)
      if (model?.includes('*'))
        aliases.note(
          alias,
          'no model has a * in its name; here it would stand for what the name matched',
        )
      return model === undefined || model.includes('*') ? [] : [[alias, model]]
    }),
  )
  const byDefault = readBodyFields(fields, 'defaults')
  const set = readBodyFields(fields, 'overrides')
  const { model, ...overrides } = set
  if (model !== undefined && typeof model !== 'string')
    throw new WrongField([...fields.path, 'overrides'], 'found a model that is no text')
  if (Object.hasOwn(byDefault, 'model')) {
    delete byDefault['model']
    fields.note('defaults', 'a request without a model is refused, so "model" has no default')
  }
  const prompt = readPrompt(fields.below('prompt'))
  readRoutes(fields.below('routes'))
  fields.rest(key => aiReasons[key] ?? 'the gateway has nothing like it')
  return {
    aliases: named,
    ...(model === undefined ? {} : { model }),
    params: {
      ...(Object.keys(overrides).length > 0 ? { set: overrides } : {}),
      ...(Object.keys(byDefault).length > 0 ? { default: byDefault } : {}),
      ...promptValue(prompt),
    },
  }
}

const aiReasons: Readonly<Record<string, string>> = {
  promptGuard: 'the gateway does not look into prompts and answers',
  promptCaching: 'requests reach the provider as the client wrote them',
  transformations: 'the gateway evaluates no expressions',
}

function readBodyFields(fields: Fields, key: string): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const item of fields.each(key)) {
    const field = item.text('field')
    if (field === undefined) throw new WrongField([...item.path, 'field'], 'is missing')
    const value = item.take('value')
    item.rest(() => 'a field is its name and value')
    if (field.includes('.')) item.note('field', 'a dot leads into a field here')
    else found[field] = value ?? null
  }
  return found
}

function readPrompt(fields: Fields): Prompt {
  const read = (key: string) =>
    fields.each(key).flatMap(message => {
      const said = message.text('role')
      const role = promptRoles.find(known => known === said?.toLowerCase())
      const content = message.text('content')
      message.rest(() => 'a message is its role and content')
      if (said === undefined) throw new WrongField([...message.path, 'role'], 'is missing')
      if (content === undefined) throw new WrongField([...message.path, 'content'], 'is missing')
      if (role !== undefined) return [{ role, content }]
      message.note('role', `a message is by one of ${promptRoles.join(', ')}, not by ${said}`)
      return []
    })
  const prompt = { prepend: read('prepend'), append: read('append') }
  fields.rest(() => 'messages are put before those of the client and after them')
  return prompt
}

/** What each path is here, whatever the provider. */
const routes: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/chat\/completions$/, 'Completions'],
  [/^\/v1\/messages$/, 'Messages'],
  [/^\/v1\/messages\/count_tokens$/, 'AnthropicTokenCount'],
  [/^\/v1\/responses$/, 'Responses'],
  [/^\/v1\/embeddings$/, 'Embeddings'],
  [/^\/v1\/models$/, 'Models'],
  [/^\/v1\/realtime$/, 'Realtime'],
  [/^\/v[12]\/rerank$/, 'Rerank'],
]

/** The gateway tells requests by their paths, too: what a manifest says the same of is carried as it is. */
function readRoutes(fields: Fields): void {
  for (const path of fields.keys) {
    const type = fields.take(path)
    const here = routes.find(([pattern]) => pattern.test(path))?.[1]
    if (here === type || (here === undefined && /^(Passthrough|Detect)$/.test(String(type))))
      continue
    fields.note(
      path,
      here === undefined
        ? `below /PROVIDER, a path the gateway does not know is passed on as it is, and not read as ${type}`
        : `the gateway reads this path as ${here}, not as ${type}`,
    )
  }
}

/** A key as the store holds it. The message of what it throws does not show it. */
export function bareKey(value: string, path: Path): string {
  const text = value.trim().replace(/^Bearer\s+/i, '')
  if (/^[\x21-\x7e][\x20-\x7e]*$/.test(text)) return text
  throw new WrongField(path, 'found a key that is not one line of plain text')
}
