import { parseTextInSteps } from '../../wire/json-pieces.ts'
import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import { inputAsArgs } from '../custom-tools.ts'
import type {
  Message,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../message.ts'
import type { Quirks } from '../quirks.ts'
import { toolId } from '../tool-ids.ts'
import type { ToolNames } from '../tool-names.ts'
import type { Json } from '../values.ts'
import { encodeParts, marked, textOf } from './encode-parts.ts'
import { pairResults } from './pair-results.ts'
import { callDetail, reasoningDetails, signedCall } from './reasoning.ts'

/** What the encoding of a conversation is told. */
export interface Conversation {
  readonly quirks: Quirks
  readonly names: ToolNames
  /** The signature that belongs to a call whose client did not keep it. */
  readonly signature: (call: ToolCallPart) => ToolCallPart['signature']
}

/** The messages of a conversation as a server takes them. PROTOCOLS 3.4. Throws `untranslatable`. */
export function* encodeMessages(messages: readonly Message[], how: Conversation): Steps<Json[]> {
  const first = how.quirks.systemFirst ? messages.filter(({ role }) => role === 'system') : []
  const rest = first.length > 0 ? messages.filter(({ role }) => role !== 'system') : messages
  const system =
    first.length > 0
      ? systemMessage(
          first.flatMap(({ parts }) => parts),
          how,
        )
      : []
  const said = yield* flatMapInSteps(rest, (message, i) =>
    encodeMessage(message, `messages[${i}]`, how),
  )
  const paired = yield* pairResults(said)
  return system.length > 0 ? [...system, ...paired] : paired
}

function encodeMessage(
  { role, parts }: Message,
  where: string,
  how: Conversation,
): Json[] | Steps<Json[]> {
  if (role === 'system') return systemMessage(parts, how)
  if (role === 'assistant') return assistantMessage(parts, how)
  return userMessages(parts, where, how)
}

/** One text, which is what the most servers take. */
function systemMessage(parts: readonly Part[], { quirks }: Conversation): Json[] {
  const texts = parts.filter(part => part.t === 'text').filter(({ text }) => text.trim() !== '')
  if (texts.length === 0) return []
  const content =
    quirks.cacheMarks && texts.some(({ cache }) => cache)
      ? texts.map(part => marked({ type: 'text', text: part.text }, part))
      : texts.map(({ text }) => text).join('\n\n')
  return [{ role: 'system', content }]
}

/** Results of tools come first, each a message of its own, and what they have beside text after all of them. */
function* userMessages(parts: readonly Part[], where: string, how: Conversation): Steps<Json[]> {
  const results = parts.filter(part => part.t === 'tool_result')
  const attached: Part[] = []
  const messages = results.map(result => resultMessage(result, attached, how))
  const rest = [...attached, ...parts.filter(part => part.t !== 'tool_result')]
  if (rest.length === 0 && results.length > 0) return messages
  return [...messages, { role: 'user', content: yield* encodeParts(rest, where, how.quirks) }]
}

function resultMessage(
  result: ToolResultPart,
  attached: Part[],
  { quirks, names }: Conversation,
): Json {
  const texts = result.parts.flatMap(part => {
    if (part.t === 'text') return [part.text]
    if (part.t === 'opaque') return []
    const text = textOf(part)
    if (text !== undefined) return [text]
    attached.push(part)
    return [`[see attached ${part.t} ${attached.length}]`]
  })
  const text = texts.join('\n')
  return marked(
    {
      role: 'tool',
      tool_call_id: toolId(result.id, quirks.toolIds),
      ...(result.name === undefined || !quirks.resultNames
        ? {}
        : { name: names.sent(result.name) }),
      content: result.isError ? `Error: ${text}` : text,
    },
    quirks.cacheMarks ? result : {},
  )
}

function* assistantMessage(parts: readonly Part[], how: Conversation): Steps<Json[]> {
  const { quirks } = how
  const texts = parts.filter(part => part.t === 'text')
  const refusals = parts.filter(part => part.t === 'refusal').map(({ text }) => text)
  const calls = parts.filter(part => part.t === 'tool_call')
  const refusal = quirks.openaiFields && refusals.length > 0 ? refusals.join('') : undefined
  const said =
    refusal === undefined
      ? [...texts.map(({ text }) => text), ...refusals]
      : texts.map(({ text }) => text)
  const reasoning = replayed(
    parts.filter(part => part.t === 'reasoning'),
    calls,
    how,
  )
  if (said.length === 0 && calls.length === 0 && refusal === undefined && !reasoning) return []
  const made = yield* flatMapInSteps(calls, call => callOf(call, how))
  const nothing = quirks.nullContent && (calls.length > 0 || refusal !== undefined) ? null : ''
  return [
    {
      role: 'assistant',
      content: said.length === 0 ? nothing : contentOf(said.join(''), texts, quirks),
      ...(refusal === undefined ? {} : { refusal }),
      ...reasoning,
      ...(made.length === 0 ? {} : { tool_calls: made }),
    },
  ]
}

function contentOf(text: string, texts: readonly TextPart[], quirks: Quirks): unknown {
  const mark = quirks.cacheMarks ? texts.find(({ cache }) => cache) : undefined
  return mark ? [marked({ type: 'text', text }, mark)] : text
}

function* callOf(call: ToolCallPart, { quirks, names, signature }: Conversation): Steps<Json[]> {
  const id = toolId(call.id, quirks.toolIds)
  const name = names.sent(call.name)
  if (call.kind === 'custom' && quirks.openaiFields)
    return [{ id, type: 'custom', custom: { name, input: call.args } }]
  const args = yield* call.kind === 'custom' ? inputAsArgs(call.args) : jsonArgs(call.args)
  const signed = quirks.signedCalls ? signedCall(signature(call)) : {}
  return [{ id, type: 'function', function: { name, arguments: args }, ...signed }]
}

/** Servers put the arguments of earlier calls into a template, and fail on what is no JSON. */
function* jsonArgs(args: string): Steps<string> {
  if (args.trim() === '') return '{}'
  try {
    yield* parseTextInSteps(args, JSON.parse)
    return args
  } catch {
    return yield* inputAsArgs(args)
  }
}

/** Reasoning of earlier turns, for hosts that want it back: some refuse a call of tools that comes without. */
function replayed(
  parts: readonly ReasoningPart[],
  calls: readonly ToolCallPart[],
  { quirks, signature }: Conversation,
): Json | undefined {
  switch (quirks.replayReasoning) {
    case 'content': {
      const text = parts.map(part => part.text).join('')
      return text !== '' || calls.length > 0 ? { reasoning_content: text } : undefined
    }
    case 'details': {
      const signed = calls.map(call => callDetail(toolId(call.id, quirks.toolIds), signature(call)))
      const details = [...parts.flatMap(reasoningDetails), ...signed.flat()]
      if (details.length === 0) return undefined
      return { reasoning_details: details.map((detail, index) => ({ ...detail, index })) }
    }
    case 'none':
      return undefined
    default:
      return quirks.replayReasoning satisfies never
  }
}
