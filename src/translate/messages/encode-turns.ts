// A conversation as Anthropic takes it. It refuses: a turn of the user's after calls of tools that does not begin with a
// result for each of them, and nothing but those; two calls with one id; an empty text; a last turn that ends with space;
// reasoning that it has not signed, or that ends a turn. PROTOCOLS 3.1, 7.A

import { addAll } from '../../add-all.ts'
import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import type { ModelFacts } from '../facts.ts'
import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../message.ts'
import { toolId } from '../tool-ids.ts'
import type { ToolNames } from '../tool-names.ts'
import type { Json } from '../values.ts'
import { inputInSteps } from './encode-answer.ts'
import { cacheField, shownBlocks, textBlocks } from './encode-blocks.ts'

export interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: Json[]
}

export interface Conversation {
  readonly system: Json[]
  readonly turns: readonly Turn[]
}

/** What is said where a turn must be and the client has none. */
const goOn: Json = { type: 'text', text: 'Continue.' }

/** `names` gives tools the names they are sent with. Throws `untranslatable` for what Anthropic cannot be shown. */
export function* conversationOf(
  messages: readonly Message[],
  facts: ModelFacts,
  names: ToolNames,
): Steps<Conversation> {
  const first = messages.findIndex(({ role }) => role !== 'system')
  const [before, after] =
    first < 0 ? [messages, []] : [messages.slice(0, first), messages.slice(first)]
  const turns = new Turns(facts, names)
  for (const group of groupsOf(after)) {
    yield
    if (group.role === 'user') yield* turns.user(group.messages)
    else yield* turns.assistant(group.messages.flatMap(({ parts }) => parts))
  }
  return {
    system: yield* flatMapInSteps(before, ({ parts }) => flatMapInSteps(parts, systemBlocks)),
    turns: turns.end(),
  }
}

const systemBlocks = (part: Part): Json[] => (part.t === 'text' ? textBlocks(part) : [])

/** Messages that make one turn: those of the assistant, and all others, between each other. */
function groupsOf(messages: readonly Message[]) {
  const groups: { role: 'user' | 'assistant'; messages: Message[] }[] = []
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const last = groups.at(-1)
    if (last?.role === role) last.messages.push(message)
    else groups.push({ role, messages: [message] })
  }
  return groups
}

class Turns {
  readonly #facts: ModelFacts
  readonly #names: ToolNames
  readonly #turns: Turn[] = []
  /** Every id that was used. */
  readonly #ids = new Set<string>()
  /** The calls of the last turn that have no result yet: by the client's id, those it was sent with. */
  #open = new Map<string, string[]>()

  constructor(facts: ModelFacts, names: ToolNames) {
    this.#facts = facts
    this.#names = names
  }

  *assistant(parts: readonly Part[]): Steps<void> {
    const blocks = yield* flatMapInSteps(parts, part => this.#assistantBlocks(part))
    const calls = blocks.findIndex(isCall)
    // A text that came between calls is said before them: nothing may stand between calls and their results.
    const ordered =
      calls >= 0 && blocks.slice(calls).some(({ type }) => type === 'text')
        ? [...blocks.filter(block => !isCall(block)), ...blocks.filter(isCall)]
        : blocks
    while (isThinking(ordered.at(-1))) ordered.pop()
    this.#add('assistant', ordered)
  }

  *user(messages: readonly Message[]): Steps<void> {
    const results: Json[] = []
    /** What is said besides, `system` by itself where the model takes that. */
    const said: Turn[] = []
    const say = (role: 'user' | 'system', blocks: Json[]): void => {
      const last = said.at(-1)
      if (blocks.length === 0) return
      if (last?.role === role) addAll(last.content, blocks)
      else said.push({ role, content: blocks })
    }
    for (const { role, parts } of messages) {
      if (role === 'system') {
        const blocks = yield* flatMapInSteps(parts, systemBlocks)
        if (this.#facts.systemAnywhere) say('system', blocks)
        else say('user', blocks.map(asUserText))
        continue
      }
      for (const part of parts) {
        yield
        if (part.t !== 'tool_result') say('user', shownBlocks(part))
        else {
          const { result, besides } = yield* this.#result(part)
          addAll(results, result)
          say('user', besides)
        }
      }
    }
    this.#sayAll([...results, ...this.#missing()], said)
  }

  end(): readonly Turn[] {
    this.#add('user', this.#missing())
    const last = this.#turns.at(-1)
    if (last?.role === 'assistant') {
      if (this.#facts.prefill) trimEnd(last.content)
      if (!this.#facts.prefill || last.content.length === 0) this.#add('user', [goOn])
    }
    if (this.#turns[0]?.role !== 'user') this.#turns.unshift({ role: 'user', content: [goOn] })
    return this.#turns.filter(({ content }) => content.length > 0)
  }

  /** A word of the system's follows a user's turn; it waits for one, and is part of one where none comes. */
  #sayAll(results: Json[], said: readonly Turn[]): void {
    const [first, second, ...rest] = said
    if (results.length === 0 && first?.role === 'system') {
      this.#add('user', second?.content ?? first.content.map(asUserText))
      if (second) this.#add('system', first.content)
      for (const { role, content } of rest) this.#add(role, content)
      return
    }
    this.#add('user', results)
    for (const { role, content } of said) this.#add(role, content)
  }

  #add(role: Turn['role'], content: Json[]): void {
    if (content.length === 0) return
    const last = this.#turns.at(-1)
    if (last?.role === role) addAll(last.content, content)
    else this.#turns.push({ role, content: [...content] })
  }

  #assistantBlocks(part: Part): Json[] | Steps<Json[]> {
    switch (part.t) {
      case 'text':
      case 'refusal':
        return textBlocks(part)
      case 'reasoning':
        return thinkingBlocks(part)
      case 'tool_call':
        return this.#call(part)
      case 'opaque':
        return part.vendor === 'anthropic' ? [part.raw] : []
      case 'image':
        return [{ type: 'text', text: '[a picture]' }]
      case 'file':
      case 'audio':
      case 'tool_result':
        return []
      default:
        return part satisfies never
    }
  }

  *#call({ id, name, args, kind, cache }: ToolCallPart): Steps<Json[]> {
    const input = kind === 'custom' ? { input: args } : yield* inputInSteps(args)
    const wanted = toolId(id, 'word')
    // Some servers count their calls from 0 in every answer.
    let unique = wanted
    for (let n = 2; this.#ids.has(unique); n++) unique = `${wanted.slice(0, 58)}_${n}`
    this.#ids.add(unique)
    this.#open.set(id, [...(this.#open.get(id) ?? []), unique])
    const sent = this.#names.sent(name)
    return [{ type: 'tool_use', id: unique, name: sent, input, ...cacheField(cache) }]
  }

  /** The result of an open call; one that belongs to no call is told in words. */
  *#result(part: ToolResultPart): Steps<{ result: Json[]; besides: Json[] }> {
    const content = yield* flatMapInSteps(part.parts, shownBlocks)
    const id = this.#open.get(part.id)?.shift()
    if (id === undefined) {
      const label = `[result of ${part.name ?? 'a tool'}]`
      return { result: [], besides: [{ type: 'text', text: label }, ...content] }
    }
    // An error is told in words alone.
    const isText = ({ type }: Json): boolean => part.isError !== true || type === 'text'
    const inside = content.filter(isText)
    return {
      result: [
        {
          type: 'tool_result',
          tool_use_id: id,
          ...(inside.length > 0 ? { content: inside } : {}),
          ...(part.isError ? { is_error: true } : {}),
          ...cacheField(part.cache),
        },
      ],
      besides: content.filter(block => !isText(block)),
    }
  }

  /** Results for the calls that have none, which is what a client leaves that was stopped. */
  #missing(): Json[] {
    const open = [...this.#open.values()].flat()
    this.#open = new Map()
    return open.map(id => ({
      type: 'tool_result',
      tool_use_id: id,
      content: [{ type: 'text', text: 'No result was provided' }],
      is_error: true,
    }))
  }
}

const isCall = ({ type }: Json): boolean => type === 'tool_use'

const isThinking = (block: Json | undefined): boolean =>
  block?.['type'] === 'thinking' || block?.['type'] === 'redacted_thinking'

/** What a system says, to a model that hears it only before all others. */
export const asUserText = ({ text, ...rest }: Json): Json => ({
  ...rest,
  type: 'text',
  text: `<system>\n${text}\n</system>`,
})

/** Only what Anthropic signed goes back to it: the rest is refused there, and stays with the client. */
function thinkingBlocks({ text, signature, redacted }: ReasoningPart): Json[] {
  if (redacted?.vendor === 'anthropic') {
    return [{ type: 'redacted_thinking', data: redacted.value }]
  }
  return signature?.vendor === 'anthropic' && signature.value !== ''
    ? [{ type: 'thinking', thinking: text, signature: signature.value }]
    : []
}

function trimEnd(content: Json[]): void {
  const last = content.at(-1)
  if (last?.['type'] === 'text') {
    content[content.length - 1] = { ...last, text: String(last['text']).trimEnd() }
  }
}

/** True where Anthropic would think: not within a turn, and after calls only if each came with reasoning of its own. */
export function thinksOn(turns: readonly Turn[]): boolean {
  if (turns.at(-1)?.role === 'assistant') return false
  for (const { role, content } of [...turns].reverse()) {
    if (role === 'assistant') {
      if (content.some(isCall) && !isThinking(content[0])) return false
    } else if (role === 'user' && content[0]?.['type'] !== 'tool_result') return true
  }
  return true
}
