// An alias hides which model answers, so a client says what another one would take: an agent takes a name that it does not know
// for the newest model, and a tool with a name written into it goes on as that one wants. What the model behind the name is
// known to refuse is said as it takes it, or left out, and nothing else of a request that passes is changed.

import { GatewayError } from '../errors.ts'
import {
  type BodyScan,
  elementsInSteps,
  isArrayAt,
  isObjectAt,
  memberNamed,
  readValue,
  type Scanned,
  type Splice,
  scanObject,
} from '../wire/json.ts'
import { type Patch, patchObject } from '../wire/patch.ts'
import type { Protocol } from '../wire/protocol.ts'
import { atOnce, flatMapInSteps, type Steps } from '../wire/steps.ts'
import type { Far } from './codec.ts'
import { clientCodecs, providerCodecs } from './codecs.ts'
import type { ModelFacts } from './facts.ts'
import { asUserText } from './messages/encode-turns.ts'
import { silent } from './parameters.ts'
import { wasSeen } from './traces.ts'
import { asArray, asObject, type Json } from './values.ts'

/** What has to change in a request, and the fields of it that the model could not be told. */
export interface Fit {
  readonly splices: readonly Splice[]
  readonly dropped: readonly string[]
}

type Fitted = 'chat' | 'responses' | 'messages'

export const asItIs: Fit = { splices: [], dropped: [] }

/** Whether a model refuses a field with this value. `said` is what else the request says. */
type Refuses = (value: unknown, facts: ModelFacts, said: Json) => boolean

interface Field {
  readonly refuses: Refuses
  /** The fields that say the same to a model that refuses it; itself where it has none. */
  readonly saidBy?: readonly string[]
  /** What it is to be, whatever the codec says. */
  readonly instead?: (value: unknown) => unknown
}

/** Of thoughts, for them to be sent again. */
const proof = 'reasoning.encrypted_content'

const fixed =
  (harmless: (value: number) => boolean): Refuses =>
  (value, { sampling }) =>
    sampling === 'fixed' && value !== null && !harmless(Number(value))
const unlike = (usual: number): Refuses => fixed(value => value === usual)
const tooMany: Refuses = (tokens, { maxOutput }) => Number(tokens) > (maxOutput ?? Infinity)
const unknownEffort = (effort: unknown, { efforts, thinkingOff }: ModelFacts): boolean =>
  typeof effort === 'string' &&
  !(efforts as readonly string[]).includes(effort) &&
  !(effort === 'none' && thinkingOff)

/** By dotted paths, two steps at most. */
const fields: Readonly<Record<Fitted, Readonly<Record<string, Field>>>> = {
  messages: {
    max_tokens: { refuses: tooMany },
    temperature: { refuses: unlike(1) },
    top_p: {
      refuses: (value, facts, said) =>
        fixed(p => p >= 0.99)(value, facts, said) ||
        (facts.sampling === 'one' && said['temperature'] !== undefined),
    },
    top_k: { refuses: fixed(() => false) },
    thinking: {
      refuses: (value, { thinking, sampling }) => {
        const type = asObject(value)?.['type']
        if (type === 'adaptive') return thinking !== 'adaptive'
        return type === 'enabled' && (thinking === 'none' || sampling === 'fixed')
      },
      saidBy: ['thinking', 'output_config.effort'],
    },
    // A budget says how much to think as well.
    'output_config.effort': {
      refuses: unknownEffort,
      saidBy: ['output_config.effort', 'thinking'],
    },
  },
  responses: {
    max_output_tokens: { refuses: tooMany },
    temperature: { refuses: unlike(1) },
    top_p: { refuses: unlike(1) },
    reasoning: { refuses: (_, { thinking }) => thinking === 'none' },
    'reasoning.effort': {
      refuses: (value, facts) => facts.thinking !== 'none' && unknownEffort(value, facts),
    },
    include: {
      refuses: (value, { thinking }) => thinking === 'none' && asArray(value).includes(proof),
      instead: value => asArray(value).filter(one => one !== proof),
    },
  },
  chat: {
    temperature: { refuses: unlike(1) },
    top_p: { refuses: unlike(1) },
    frequency_penalty: { refuses: unlike(0) },
    presence_penalty: { refuses: unlike(0) },
    logprobs: { refuses: fixed(value => value === 0) },
    top_logprobs: { refuses: fixed(() => false) },
    stop: { refuses: (value, { stop }) => value !== null && !stop },
    reasoning_effort: { refuses: unknownEffort },
    max_tokens: {
      refuses: (value, facts, said) => facts.sampling === 'fixed' || tooMany(value, facts, said),
      saidBy: ['max_completion_tokens'],
    },
    max_completion_tokens: { refuses: tooMany },
  },
}

/** A demand for a tool decides how a model of Anthropic's may be told to think, and says nothing without any. */
const anyTool = { tools: [{ name: 'any', input_schema: { type: 'object' } }] }

/** Whether what a client of this protocol says may be more than this model takes. */
function isPicky(protocol: Protocol, { model, facts, quirks }: Far): protocol is Fitted {
  // Of models that nobody has heard of, nobody knows what they refuse.
  if (facts.maxOutput === undefined) return false
  // Servers of others that have OpenAI's models leave out themselves what those refuse.
  if (protocol === 'chat' || protocol === 'responses') return quirks.openaiFields
  return protocol === 'messages' && /claude/i.test(model)
}

/**
 * What has to change in a request that passes to a model by another name, but for what the alias sets: that is to be so. The body
 * must have been watched for its protocol's `traces`.
 */
export function* fitTo(body: Scanned, protocol: Protocol, far: Far, params: Patch): Steps<Fit> {
  if (!isPicky(protocol, far)) return asItIs
  try {
    return yield* fit(body, protocol, far, params)
  } catch (error) {
    // What cannot be read (a bad escape, a number where a text should be) is for the model's vendor to refuse.
    if (error instanceof SyntaxError || error instanceof GatewayError) return asItIs
    throw error
  }
}

function* fit(
  { bytes: body, scan }: Scanned,
  protocol: Fitted,
  far: Far,
  params: Patch,
): Steps<Fit> {
  const known = fields[protocol]
  const said: Record<string, unknown> = {}
  for (const name of [
    ...Object.keys(known).map(topOf),
    ...(protocol === 'messages' ? ['tool_choice'] : []),
  ]) {
    const member = memberNamed(body, scan, name)
    if (member) said[name] = readValue(body, member)
  }
  const own = [...Object.keys(params.set), ...Object.keys(params.default)]
  const refused = Object.keys(known).filter(path => {
    const value = own.some(set => topOf(set) === topOf(path)) ? undefined : valueAt(said, path)
    return value !== undefined && known[path]!.refuses(value, far.facts, said)
  })
  const turns =
    protocol === 'messages' && !far.facts.systemAnywhere ? yield* systemTurns(body, scan) : []
  if (refused.length === 0) return { splices: turns, dropped: [] }
  const { patch, dropped } = saidOtherwise(protocol, said, refused, far)
  return { splices: [...turns, ...patchObject(body, scan, patch)], dropped }
}

/** The fields that are refused, in the words of the codec that knows the model. */
function saidOtherwise(
  protocol: Fitted,
  said: Json,
  refused: readonly string[],
  far: Far,
): { readonly patch: Patch; readonly dropped: readonly string[] } {
  const whole = { ...said, ...silent[protocol], ...(said['tool_choice'] ? anyTool : {}) }
  const request = atOnce(clientCodecs[protocol]!.decodeRequest(whole, far.model, ''))
  const { body } = atOnce(providerCodecs[protocol]!.encodeRequest(request, far))
  const set: Record<string, unknown> = {}
  const remove: string[] = []
  const dropped: string[] = []
  for (const path of refused) {
    const { saidBy = [path], instead } = fields[protocol][path]!
    if (instead) {
      set[path] = instead(valueAt(said, path))
      continue
    }
    const found = saidBy.filter(other => valueAt(body, other) !== undefined)
    for (const other of found) set[other] = valueAt(body, other)
    remove.push(...[path, ...saidBy].filter(other => !found.includes(other)))
    if (found.length === 0) dropped.push(path)
  }
  return { patch: { set, default: {}, remove }, dropped }
}

const topOf = (path: string): string => path.split('.')[0]!

function valueAt(body: Json, path: string): unknown {
  const [name = '', inner] = path.split('.')
  return inner === undefined ? body[name] : asObject(body[name])?.[inner]
}

/** A word of the system's between the others, as a user's turn. */
function* systemTurns(body: Buffer, scan: BodyScan): Steps<Splice[]> {
  const messages = memberNamed(body, scan, 'messages')
  const none = !wasSeen(scan.seen, 'system')
  if (none || !messages || !isArrayAt(body, messages.start)) return []
  const turns = yield* elementsInSteps(body, messages.start)
  return yield* flatMapInSteps(turns, ({ start }) => {
    if (!isObjectAt(body, start)) return []
    const turn = scanObject(body, start)
    const role = memberNamed(body, turn, 'role')
    const content = memberNamed(body, turn, 'content')
    if (!role || !content || readValue(body, role) !== 'system') return []
    const said = readValue(body, content)
    const blocks = typeof said === 'string' ? [{ text: said }] : asArray(said)
    const texts = blocks.map(block => asUserText(asObject(block) ?? {}))
    return [
      { start: role.start, end: role.end, bytes: Buffer.from('"user"') },
      { start: content.start, end: content.end, bytes: Buffer.from(JSON.stringify(texts)) },
    ]
  })
}
