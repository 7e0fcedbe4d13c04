// What an alias sets in requests, in whichever protocol's words it says so. A field of the client's own protocol is set in its
// request. One that another protocol has means what it means there, and is said in the words of whoever is asked. One that
// no protocol has is the provider's own, and goes to it as it is written.

import type { Patch } from '../wire/patch.ts'
import { atOnce, type Steps } from '../wire/steps.ts'
import type { ClientCodec, Far, ProviderCodec } from './codec.ts'
import { clientCodecs } from './codecs.ts'
import type { ModelRequest } from './message.ts'
import type { Asking, Spoken } from './routes.ts'
import { asObject, type Json } from './values.ts'

type Client = Exclude<Asking, 'ollama'>
type Field = keyof ModelRequest

interface Spelling {
  /** The protocols whose requests have it, the one that its values are read by first. */
  readonly of: readonly Client[]
  readonly fields: readonly Field[]
  /** Where it stands in a request, if not at its top. */
  readonly at?: string
}

const config = (name: string, ...fields: Field[]): Spelling => ({
  of: ['gemini'],
  fields,
  at: `generationConfig.${name}`,
})

/** What all protocols have, or most, by all its names. */
const spellings: ReadonlyMap<string, Spelling> = new Map<string, Spelling>([
  ['max_tokens', { of: ['chat', 'messages'], fields: ['maxTokens'] }],
  ['max_completion_tokens', { of: ['chat'], fields: ['maxTokens'] }],
  ['max_output_tokens', { of: ['responses'], fields: ['maxTokens'] }],
  ['num_predict', { of: ['chat'], fields: ['maxTokens'], at: 'max_tokens' }],
  ['maxOutputTokens', config('maxOutputTokens', 'maxTokens')],
  ['temperature', { of: ['chat', 'responses', 'messages'], fields: ['temperature'] }],
  ['top_p', { of: ['chat', 'responses', 'messages'], fields: ['topP'] }],
  ['topP', config('topP', 'topP')],
  ['top_k', { of: ['messages', 'chat'], fields: ['topK'] }],
  ['topK', config('topK', 'topK')],
  ['stop', { of: ['chat'], fields: ['stop'] }],
  ['stop_sequences', { of: ['messages'], fields: ['stop'] }],
  ['stopSequences', config('stopSequences', 'stop')],
  ['seed', { of: ['chat'], fields: ['seed'] }],
  ['frequency_penalty', { of: ['chat'], fields: ['frequencyPenalty'] }],
  ['frequencyPenalty', config('frequencyPenalty', 'frequencyPenalty')],
  ['presence_penalty', { of: ['chat'], fields: ['presencePenalty'] }],
  ['presencePenalty', config('presencePenalty', 'presencePenalty')],
  ['reasoning_effort', { of: ['chat'], fields: ['reasoning'] }],
  ['reasoning', { of: ['responses', 'chat'], fields: ['reasoning'] }],
  ['thinking', { of: ['messages', 'chat'], fields: ['reasoning'] }],
  ['thinkingConfig', config('thinkingConfig', 'reasoning')],
  ['output_config', { of: ['messages'], fields: ['reasoning', 'format'] }],
  ['response_format', { of: ['chat'], fields: ['format'] }],
  ['text', { of: ['responses'], fields: ['format', 'verbosity'] }],
  ['verbosity', { of: ['chat'], fields: ['verbosity'] }],
  ['parallel_tool_calls', { of: ['chat', 'responses'], fields: ['parallelToolCalls'] }],
  ['service_tier', { of: ['chat', 'responses', 'messages'], fields: ['tier'] }],
  ['user', { of: ['chat', 'responses'], fields: ['user'] }],
  ['safety_identifier', { of: ['chat', 'responses'], fields: ['user'] }],
  ['prompt_cache_key', { of: ['chat', 'responses'], fields: ['cacheKey'] }],
])

/** What else each protocol has of its own: nobody else could be told. */
const own: Readonly<Record<Client, RegExp>> = {
  chat: /^(messages|tools|tool_choice|functions|function_call|stream|stream_options|n|logprobs|top_logprobs|logit_bias|store|metadata|modalities|audio|prediction|moderation|web_search_options|prompt_cache_retention)$/,
  responses:
    /^(input|instructions|tools|tool_choice|stream|stream_options|store|include|metadata|truncation|previous_response_id|conversation|prompt|background|max_tool_calls|top_logprobs|context_management|prompt_cache_retention)$/,
  messages:
    /^(messages|system|tools|tool_choice|stream|metadata|container|context_management|mcp_servers|cache_control|inference_geo|speed)$/,
  gemini:
    /^(contents|system_?[iI]nstruction|tools|tool_?[cC]onfig|safety_?[sS]ettings|cached_?[cC]ontent|generation_?[cC]onfig|labels)$/,
}

/** A request that says nothing, in each protocol. */
export const silent: Readonly<Record<Client, Json>> = {
  chat: { messages: [{ role: 'user', content: 'x' }] },
  responses: { input: 'x' },
  messages: { messages: [{ role: 'user', content: 'x' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'x' }] }] },
}

const clientOf = (protocol: Client): ClientCodec => clientCodecs[protocol]!

/** The request of a client that says nothing of its own. */
export const silentRequest = (protocol: Client, model: string): ModelRequest =>
  atOnce(clientOf(protocol).decodeRequest(silent[protocol], model, ':generateContent'))

/** Parameters by where they belong. */
export interface SortedParameters {
  /** Of the client's protocol: for its request. */
  readonly client: Patch
  /** Of other protocols: for what they mean. */
  readonly meant: Patch
  /** Of no protocol, or of that of whoever is asked alone: for what is sent. */
  readonly far: Patch
  /** Of a third protocol alone. */
  readonly dropped: readonly string[]
}

const nothing: Patch = { set: {}, default: {}, remove: [] }
export const noParameters: SortedParameters = {
  client: nothing,
  meant: nothing,
  far: nothing,
  dropped: [],
}

/**
 * Sorts the parameters of a request in this protocol, to whoever `spoken` is asked in. `limit` is the name that a server of
 * Chat Completions has for the most tokens of an answer: it refuses the other one.
 */
export function sortParameters(
  patch: Patch,
  protocol: Client,
  spoken: Spoken,
  limit: string,
): SortedParameters {
  const passes = protocol === spoken
  const { set, default: other, remove } = protocol === 'gemini' ? patch : opened(patch)
  const placeOf = (path: string): keyof SortedParameters => {
    const [name = ''] = path.split('.')
    if (own[protocol].test(name)) return 'client'
    const { of, at, fields } = spellingOf(path) ?? {}
    if (of && fields) {
      const differs = passes && spoken === 'chat' && fields[0] === 'maxTokens' && name !== limit
      return of.includes(protocol) && at === undefined && !differs ? 'client' : 'meant'
    }
    const known = Object.values(own).some(names => names.test(name))
    const there = spoken !== 'converse' && own[spoken].test(name)
    // Of servers that speak Chat Completions many take what others have.
    return !known || there || (passes && spoken === 'chat') ? 'far' : 'dropped'
  }
  const only = (place: keyof SortedParameters): Patch => ({
    set: pick(set, path => placeOf(path) === place),
    default: pick(other, path => placeOf(path) === place),
    remove: remove.filter(path => placeOf(path) === place),
  })
  return {
    client: only('client'),
    meant: only('meant'),
    far: only('far'),
    dropped: [...Object.keys(set), ...Object.keys(other)].filter(
      path => placeOf(path) === 'dropped',
    ),
  }
}

/** What Gemini's requests have in one object is told apart, as it is where others have it. */
function opened(patch: Patch): Patch {
  const open = (values: Json): Json =>
    Object.fromEntries(
      Object.entries(values).flatMap(([path, value]) => {
        const inner = /^generation_?[cC]onfig$/.test(path) ? asObject(value) : undefined
        return inner
          ? Object.entries(inner).map(([name, inside]) => [`generationConfig.${name}`, inside])
          : [[path, value]]
      }),
    )
  return { ...patch, set: open(patch.set), default: open(patch.default) }
}

const pick = (values: Json, wanted: (path: string) => boolean): Json =>
  Object.fromEntries(Object.entries(values).filter(([path]) => wanted(path)))

export const isEmptyPatch = ({ set, default: other, remove }: Patch): boolean =>
  remove.length === 0 && Object.keys(set).length === 0 && Object.keys(other).length === 0

const ofGemini = /^generation_?[cC]onfig\./

/** What a parameter is, and the steps to where its value stands in a request of the protocol that has it. */
function spellingOf(path: string): (Spelling & { readonly steps: readonly string[] }) | undefined {
  const steps = path.replace(ofGemini, '').split('.')
  const [name = '', ...rest] = steps
  const spelling = spellings.get(name)
  if (!spelling) return undefined
  if (!ofGemini.test(path))
    return { ...spelling, steps: [...(spelling.at ?? name).split('.'), ...rest] }
  // Google takes its names in two spellings, and the one with underscores may be another protocol's as well.
  return {
    ...spelling,
    of: ['gemini'],
    at: 'generationConfig',
    steps: ['generationConfig', ...steps],
  }
}

/** The request with what the parameters mean. Throws `bad_request` for a value that their protocol does not have. */
export function withMeant(
  request: ModelRequest,
  { set, default: other, remove }: Patch,
): ModelRequest {
  const removed = remove.flatMap(path => spellingOf(path)?.fields ?? [])
  const kept = Object.fromEntries(
    Object.entries(request).filter(([field]) => !removed.includes(field as Field)),
  ) as unknown as ModelRequest
  const always = meaningOf(set)
  const show = request.reasoning?.show
  return {
    ...meaningOf(other),
    ...kept,
    ...always,
    // Whether to show it is for the client to say.
    ...(always.reasoning && show !== undefined ? { reasoning: { ...always.reasoning, show } } : {}),
  }
}

function meaningOf(values: Json): Partial<ModelRequest> {
  // What is set in one object, field by field, is read together.
  const bodies = new Map<string, { readonly of: Client; body: Json; fields: readonly Field[] }>()
  for (const [path, value] of Object.entries(values)) {
    const { of, fields, steps } = spellingOf(path)!
    const key = `${of[0]} ${fields}`
    const { body = {} } = bodies.get(key) ?? {}
    bodies.set(key, { of: of[0]!, body: nested(body, steps, value), fields })
  }
  let meant: Partial<ModelRequest> = {}
  for (const { of, body, fields } of bodies.values()) {
    const whole = { ...silent[of], ...body }
    const read = atOnce(clientOf(of).decodeRequest(whole, '', ':generateContent'))
    for (const field of fields) {
      if (read[field] === undefined) continue
      const value = field === 'reasoning' ? { ...meant.reasoning, ...read.reasoning } : read[field]
      meant = { ...meant, [field]: value }
    }
  }
  return meant
}

function nested(object: Json, [name = '', ...rest]: readonly string[], value: unknown): Json {
  const inner = rest.length === 0 ? value : nested(asObject(object[name]) ?? {}, rest, value)
  return { ...object, [name]: inner }
}

/** What the parameters are in the words of a provider, and those that it cannot be told. */
export interface SaidParameters {
  readonly patch: Patch
  readonly dropped: readonly string[]
}

/** Of parameters those that say what all protocols have, or most. */
export const common = ({ set, default: other, remove }: Patch): Patch => ({
  set: pick(set, path => spellingOf(path) !== undefined),
  default: pick(other, path => spellingOf(path) !== undefined),
  remove: remove.filter(path => spellingOf(path) !== undefined),
})

/** What has to change in a request for it to say what the parameters mean. Throws as codecs do. */
export function* saidFor(
  request: ModelRequest,
  meant: Patch,
  codec: ProviderCodec,
  far: Far,
): Steps<SaidParameters> {
  const before = yield* codec.encodeRequest(request, far)
  const after = yield* codec.encodeRequest(withMeant(request, meant), far)
  const set: Record<string, unknown> = {}
  const remove: string[] = []
  yield* differ(before.body, after.body, [], { set, remove })
  return {
    patch: { set, default: {}, remove },
    dropped: after.dropped.filter(name => !before.dropped.includes(name)),
  }
}

/** Notes what has to be set and removed at a path for one object to become another. */
function* differ(
  from: Json,
  to: Json,
  path: readonly string[],
  changes: { readonly set: Record<string, unknown>; readonly remove: string[] },
): Steps<void> {
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const at = [...path, name]
    const [left, right] = [from[name], to[name]]
    if (yield* isSame(left, right)) continue
    const [inLeft, inRight] = [asObject(left), asObject(right)]
    if (inLeft && inRight) yield* differ(inLeft, inRight, at, changes)
    else if (right === undefined) changes.remove.push(at.join('.'))
    else if (inRight && left === undefined) yield* differ({}, inRight, at, changes)
    else changes.set[at.join('.')] = right
  }
}

/** Whether two values are the same JSON; arrays one element in a step. */
function* isSame(left: unknown, right: unknown): Steps<boolean> {
  if (!Array.isArray(left) || !Array.isArray(right)) {
    return JSON.stringify(left) === JSON.stringify(right)
  }
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) {
    if (JSON.stringify(left[i]) !== JSON.stringify(right[i])) return false
    yield
  }
  return true
}

/**
 * What a field is called that could not be carried, which codecs know by its name in Chat Completions: as the alias calls it
 * that sets it, and otherwise as the client does.
 */
export function droppedName(name: string, client: Asking, { set, default: other }: Patch): string {
  const field = spellings.get(name)?.fields[0]
  if (field === undefined) return name
  const paths = [...Object.keys(set), ...Object.keys(other)]
  const said = paths.find(path => spellingOf(path)?.fields.includes(field))
  if (said !== undefined || client === 'ollama' || client === 'chat') return said ?? name
  for (const [spelled, { of, fields, at }] of spellings) {
    if (of.includes(client) && fields.includes(field)) return at ?? spelled
  }
  return client === 'gemini' && /^(temperature|seed)$/.test(name)
    ? `generationConfig.${name}`
    : name
}
