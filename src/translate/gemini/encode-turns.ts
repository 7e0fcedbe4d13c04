// The messages of a conversation -> Gemini's `contents`. Google counts: after a turn with calls comes one turn with as many
// results, in the order of the calls, and nothing else in it; or 400. PROTOCOLS 3.9, traps G1 and G2

import { addAll } from '../../add-all.ts'
import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import type { Far } from '../codec.ts'
import { textKey } from '../hash.ts'
import type { Message, Part, ToolCallPart, ToolResultPart } from '../message.ts'
import type { ToolNames } from '../tool-names.ts'
import type { Json } from '../values.ts'
import { argsInSteps } from './args.ts'
import { encodePart, responseOf } from './encode-part.ts'
import { googles, unsigned } from './signature.ts'

export interface TurnsOf {
  readonly names: ToolNames
  readonly far: Far
  /** Calls and results carry their ids. */
  readonly ids: boolean
}

interface Turn {
  readonly role: 'user' | 'model'
  readonly parts: Json[]
  /** Results of tools stand alone. */
  readonly closed?: boolean
}

/** `messages`: without the leading `system` ones. */
export function* encodeTurns(messages: readonly Message[], context: TurnsOf): Steps<Json[]> {
  const results = resultsIn(messages)
  const answered = new Set(results.values())
  const turns: Turn[] = []
  let calls: ToolCallPart[] = []

  const add = (role: Turn['role'], parts: readonly Json[]): void => {
    const last = turns.at(-1)
    if (parts.length === 0) return
    if (last?.role === role && !last.closed) addAll(last.parts, parts)
    else turns.push({ role, parts: [...parts] })
  }

  for (const [i, message] of messages.entries()) {
    yield
    if (message.role === 'assistant') {
      const made = message.parts.filter(part => part.t === 'tool_call')
      add('model', yield* modelParts(message.parts, calls.length > 0, context))
      addAll(calls, made)
      if (messages[i + 1]?.role === 'assistant' || calls.length === 0) continue
      const found = calls.map(call => results.get(call))
      turns.push({ role: 'user', parts: yield* answersTo(calls, found, context), closed: true })
      // Older models take no images within a result, and none beside one.
      if (!context.far.facts.signedCalls) {
        for (const result of found) add('user', result ? media(result).flatMap(said) : [])
      }
      calls = []
    } else {
      add(
        'user',
        yield* flatMapInSteps(message.parts, part => {
          if (part.t !== 'tool_result') return said(part)
          return answered.has(part) ? [] : orphanParts(part)
        }),
      )
    }
  }
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', parts: [{ text: ' ' }] })
  return turns.map(({ role, parts }) => ({ role, parts }))
}

/** The results of calls, each at the place of its call. */
function* answersTo(
  calls: readonly ToolCallPart[],
  results: readonly (ToolResultPart | undefined)[],
  { names, far, ids }: TurnsOf,
): Steps<Json[]> {
  const parts: Json[] = []
  for (const [i, call] of calls.entries()) {
    const result = results[i]
    parts.push({
      functionResponse: {
        ...(ids ? { id: call.id } : {}),
        name: names.sent(call.name),
        response: result ? yield* responseOf(result) : { error: 'the tool gave no result' },
        ...(far.facts.signedCalls && result ? mediaOf(result) : {}),
      },
    })
    yield
  }
  return parts
}

const said = (part: Part): Json[] => {
  const found = encodePart(part)
  return found ? [found] : []
}

const media = ({ parts }: ToolResultPart): Part[] =>
  parts.filter(({ t }) => t === 'image' || t === 'file')

function mediaOf(result: ToolResultPart): Json {
  const parts = media(result).flatMap(said)
  return parts.length > 0 ? { parts } : {}
}

/** A result of a call that is not in the conversation: Google refuses it as one. */
const orphanParts = (result: ToolResultPart): Json[] => [
  { text: `Result of a tool${result.name ? `, ${result.name}` : ''}:` },
  ...result.parts.flatMap(said),
]

/** `called`: the turn has a call already. */
function* modelParts(
  parts: readonly Part[],
  called: boolean,
  { names, far, ids }: TurnsOf,
): Steps<Json[]> {
  const out: Json[] = []
  let first = !called
  for (const part of parts) {
    yield
    if (part.t === 'reasoning') {
      const thoughtSignature = googles(part.signature)
      if (thoughtSignature === undefined) continue
      const last = out.at(-1)
      if (part.text !== '') out.push({ text: part.text, thought: true, thoughtSignature })
      // It stands for the signature of the text before it.
      else if (last?.['text'] !== undefined) out[out.length - 1] = { ...last, thoughtSignature }
      else out.push({ text: '', thoughtSignature })
    } else if (part.t === 'tool_call') {
      const known = googles(part.signature) ?? googles(far.memory.recall(part.id))
      // Of calls that were made at once only the first is signed.
      const thoughtSignature = known ?? (first && far.facts.signedCalls ? unsigned : undefined)
      first = false
      out.push({
        functionCall: {
          ...(ids ? { id: part.id } : {}),
          name: names.sent(part.name),
          args: part.kind === 'custom' ? { input: part.args } : yield* argsInSteps(part.args),
        },
        ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
      })
    } else if (part.t === 'text') out.push(...said(part).map(text => signed(text, part.text, far)))
    else out.push(...said(part))
  }
  return out
}

/** A text with the signature that its client could not keep. */
function signed(text: Json, of: string, { memory }: Far): Json {
  const thoughtSignature = googles(memory.recall(textKey(of)))
  return thoughtSignature === undefined ? text : { ...text, thoughtSignature }
}

/** The result of each call, wherever it stands after it; an id may be that of another call later on. */
function resultsIn(messages: readonly Message[]): ReadonlyMap<ToolCallPart, ToolResultPart> {
  const found = new Map<ToolCallPart, ToolResultPart>()
  const open = new Map<string, { readonly at: number; readonly calls: ToolCallPart[] }>()
  for (const [at, { parts }] of messages.entries()) {
    for (const part of parts) {
      if (part.t === 'tool_call') {
        const same = open.get(part.id)
        if (same?.at === at) same.calls.push(part)
        else open.set(part.id, { at, calls: [part] })
      } else if (part.t === 'tool_result') {
        const call = open.get(part.id)?.calls.shift()
        if (call) found.set(call, part)
      }
    }
  }
  return found
}
