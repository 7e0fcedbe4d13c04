// Where a request passes in its client's own protocol, what another vendor's model left in the conversation goes along: the
// gateway wrote it there when it translated that answer. The vendor would refuse it: a signature that is not its own, fields
// that only others know, ids in another form. So it is taken out here, and nothing else: the client keeps it, and sends it
// again when the conversation returns to whoever can read it. A body without such traces passes as it came.

import { addAll } from '../add-all.ts'
import {
  elementsInSteps,
  elementsOf,
  isArrayAt,
  isObjectAt,
  memberNamed,
  type Place,
  readText,
  type Scanned,
  type Splice,
  scanObject,
} from '../wire/json.ts'
import { patchObject, removeElements } from '../wire/patch.ts'
import type { Protocol } from '../wire/protocol.ts'
import { flatMapInSteps, type Steps } from '../wire/steps.ts'
import type { Far } from './codec.ts'
import { unsigned } from './gemini/signature.ts'
import { ownReasoning } from './responses/items.ts'
import { unseal } from './sealed.ts'
import { toolId } from './tool-ids.ts'
import { answerFields, callFields, wasSeen } from './traces.ts'
import { asObject, asText, type Json } from './values.ts'

/** Whom the request passes to. */
export type PassedTo = Omit<Far, 'memory'>

/**
 * The splices that take out of a body what its vendor would refuse; undefined where there is nothing to be looked for. It must have
 * been watched for its protocol's `traces`.
 */
export function foreignIn(
  body: Scanned,
  protocol: Protocol,
  to: PassedTo,
): Steps<Splice[]> | undefined {
  switch (protocol) {
    case 'messages':
      return inMessages(body, to)
    case 'chat':
      return inChat(body, to)
    case 'responses':
      return inResponses(body)
    case 'gemini':
      return inGemini(body, to)
    default:
      return undefined
  }
}

/** Thinking that Anthropic did not sign; another host of this protocol may want back what nobody signed. */
function inMessages(scanned: Scanned, { model }: PassedTo): Steps<Splice[]> | undefined {
  const { bytes: body, scan } = scanned
  const { seen } = scan
  const claude = /claude/i.test(model)
  const unproven = (): boolean =>
    wasSeen(seen, 'signature') &&
    wasSeen(seen, '') &&
    (body.includes('"signature":""') || body.includes('"signature": ""'))
  const budget = claude && wasSeen(seen, 'budget_tokens')
  const traced = seen.has('gw1.') || (claude && unproven())
  return budget || traced ? thinkingIn(scanned, { claude, budget, traced }) : undefined
}

interface Thinking {
  /** It is one of Claude's that it goes to. */
  readonly claude: boolean
  readonly budget: boolean
  readonly traced: boolean
}

function* thinkingIn(scanned: Scanned, { claude, budget, traced }: Thinking): Steps<Splice[]> {
  const { bytes: body } = scanned
  const all = yield* arrayIn(scanned, 'messages')
  const turns = traced ? all : all.slice(-2)
  const isForeign = (block: Json): boolean => {
    if (block['type'] === 'redacted_thinking') return isSealed(block['data'])
    if (block['type'] !== 'thinking') return false
    return isSealed(block['signature']) || (claude && block['signature'] === '')
  }
  const splices: Splice[] = []
  const kept = yield* flatMapInSteps(turns, turn => {
    const blocks = arrayAt(body, turn, 'content')
    const foreign = blocks.map(
      block => holds(body, block, 'thinking') && isForeign(read(body, block)),
    )
    const nothing = blocks.length > 0 && !foreign.includes(false)
    if (!nothing) addAll(splices, removeElements(blocks, foreign))
    return [nothing ? undefined : { turn, first: blocks.find((_, i) => !foreign[i]) }]
  })
  const gone = kept.map(one => one === undefined)
  addAll(splices, removeElements(turns, gone))
  const left = kept.filter(one => one !== undefined)
  if (budget) addAll(splices, withoutThinking(scanned, left))
  return splices
}

/**
 * A model that is told a budget refuses to think when the turn that called its tools did not begin with thinking, as another
 * vendor's does not. https://github.com/anomalyco/opencode/issues/3077
 */
function withoutThinking(
  scanned: Scanned,
  turns: readonly { readonly turn: Place; readonly first: Place | undefined }[],
): Splice[] {
  const { bytes: body, scan } = scanned
  const [before, last] = turns.slice(-2)
  if (!before?.first || !last?.first) return []
  const called = textAt(body, before.turn, 'role') === 'assistant'
  const answered = textAt(body, last.first, 'type') === 'tool_result'
  const thought = /thinking$/.test(textAt(body, before.first, 'type') ?? '')
  const asked = memberNamed(body, scan, 'thinking')
  const enabled = asked && textAt(body, asked, 'type') === 'enabled'
  if (!called || !answered || thought || !enabled) return []
  return patchObject(body, scan, { set: {}, default: {}, remove: ['thinking'] })
}

function inChat(scanned: Scanned, { quirks }: PassedTo): Steps<Splice[]> | undefined {
  const { strictMessages, signedCalls, toolIds } = quirks
  const fields = strictMessages ? answerFields : []
  const ofCalls = strictMessages && !signedCalls ? callFields : []
  const names = [...fields, ...ofCalls, ...(toolIds === 'nine' ? ['tool_calls'] : [])]
  return names.some(name => wasSeen(scanned.scan.seen, name))
    ? fieldsIn(scanned, { fields, ofCalls, toolIds })
    : undefined
}

interface ChatFields {
  /** Those that are taken out of messages, and of calls. */
  readonly fields: readonly string[]
  readonly ofCalls: readonly string[]
  readonly toolIds: PassedTo['quirks']['toolIds']
}

function* fieldsIn(scanned: Scanned, { fields, ofCalls, toolIds }: ChatFields): Steps<Splice[]> {
  const { bytes: body } = scanned
  const renamed = (id: unknown): { readonly [name: string]: string } | undefined => {
    if (toolIds !== 'nine' || typeof id !== 'string') return undefined
    const sent = toolId(id, toolIds)
    return sent === id ? undefined : { id: sent }
  }
  const messages = yield* arrayIn(scanned, 'messages')
  return yield* flatMapInSteps(messages, place => {
    if (!isObjectAt(body, place.start)) return []
    const message = scanObject(body, place.start)
    const given = memberNamed(body, message, 'tool_call_id')
    const answered = given && renamed(read(body, place)['tool_call_id'])
    const calls = arrayAt(body, place, 'tool_calls').flatMap(call =>
      isObjectAt(body, call.start)
        ? patchObject(body, scanObject(body, call.start), {
            set: renamed(read(body, call)['id']) ?? {},
            default: {},
            remove: ofCalls,
          })
        : [],
    )
    return [
      ...patchObject(body, message, {
        set: answered ? { tool_call_id: answered['id'] } : {},
        default: {},
        remove: fields,
      }),
      ...calls,
    ]
  })
}

/** Reasoning that no model of OpenAI's made: it is asked for what it keeps of it, and finds nothing. */
function inResponses(scanned: Scanned): Steps<Splice[]> | undefined {
  const { seen } = scanned.scan
  return seen.has('gw1.') || seen.has(ownReasoning) ? reasoningIn(scanned) : undefined
}

function* reasoningIn(scanned: Scanned): Steps<Splice[]> {
  const { bytes: body } = scanned
  const items = yield* arrayIn(scanned, 'input')
  const isForeign = (item: Place): boolean => {
    if (!holds(body, item, 'reasoning')) return false
    const { type, id, encrypted_content } = read(body, item)
    if (type !== 'reasoning') return false
    return isSealed(encrypted_content) || (asText(id)?.startsWith(ownReasoning) ?? false)
  }
  return removeElements(items, yield* flatMapInSteps(items, item => [isForeign(item)]))
}

function inGemini(scanned: Scanned, { facts }: PassedTo): Steps<Splice[]> | undefined {
  const { seen } = scanned.scan
  return seen.has('Z3cxL') || wasSeen(seen, unsigned)
    ? signaturesIn(scanned, facts.signedCalls)
    : undefined
}

function* signaturesIn(scanned: Scanned, signedCalls: boolean): Steps<Splice[]> {
  const { bytes: body } = scanned
  const isForeign = (signature: unknown): boolean =>
    signature === unsigned
      ? !signedCalls
      : isSealed(Buffer.from(asText(signature) ?? '', 'base64').toString())
  const contents = yield* arrayIn(scanned, 'contents')
  const splices: Splice[] = []
  const empty = yield* flatMapInSteps(contents, content => {
    const parts = arrayAt(body, content, 'parts')
    const values = parts.map(part => read(body, part))
    const foreign = values.map(part => isForeign(part['thoughtSignature']))
    const thoughts = values.map((part, i) => foreign[i]! && part['thought'] === true)
    if (parts.length > 0 && !thoughts.includes(false)) return [true]
    const changed = parts.flatMap((part, i) => {
      if (!foreign[i] || thoughts[i]) return []
      const call = signedCalls && asObject(values[i]!['functionCall'])
      return patchObject(body, scanObject(body, part.start), {
        set: call ? { thoughtSignature: unsigned } : {},
        default: {},
        remove: call ? [] : ['thoughtSignature'],
      })
    })
    addAll(splices, removeElements(parts, thoughts))
    addAll(splices, changed)
    return [false]
  })
  return [...splices, ...removeElements(contents, empty)]
}

const isSealed = (text: unknown): boolean => unseal(asText(text) ?? '') !== undefined

const holds = (body: Buffer, { start, end }: Place, text: string): boolean =>
  body.subarray(start, end).includes(text)

/** An object that stands there; an empty one for anything else, and where an escape in it is bad: the vendor is to say so. */
function read(body: Buffer, { start, end }: Place): Json {
  try {
    return asObject(JSON.parse(body.toString('utf8', start, end))) ?? {}
  } catch {
    return {}
  }
}

/** A member that is a text, without a look at the others. */
function textAt(body: Buffer, object: Place, name: string): string | undefined {
  if (!isObjectAt(body, object.start)) return undefined
  const member = memberNamed(body, scanObject(body, object.start), name)
  return member && readText(body, member)
}

function* arrayIn({ bytes: body, scan }: Scanned, name: string): Steps<readonly Place[]> {
  const member = memberNamed(body, scan, name)
  return member && isArrayAt(body, member.start) ? yield* elementsInSteps(body, member.start) : []
}

function arrayAt(body: Buffer, object: Place, name: string): readonly Place[] {
  if (!isObjectAt(body, object.start)) return []
  const member = memberNamed(body, scanObject(body, object.start), name)
  return member && isArrayAt(body, member.start) ? elementsOf(body, member.start) : []
}
