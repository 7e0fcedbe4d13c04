// A conversation as Converse takes it: users and assistants by turns, the user first; the results of all calls of a turn
// in the one that follows it, before all else; a text beside each document; nothing empty. PROTOCOLS 3.10, 7.B

import { addAll } from '../../add-all.ts'
import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../message.ts'
import { inputInSteps } from '../messages/encode-answer.ts'
import { toolId } from '../tool-ids.ts'
import type { ToolNames } from '../tool-names.ts'
import { asArray, asObject, type Json } from '../values.ts'
import { cachePoint, DocumentNames, shownBlocks, textBlocks } from './encode-blocks.ts'
import type { ConverseModel } from './model.ts'

export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: Json[]
}

export interface Conversation {
  readonly system: Json[]
  readonly turns: readonly Turn[]
  /** Names of the tools that it calls, as they are sent. */
  readonly called: ReadonlySet<string>
}

/** What is said where a turn must be and the client has none. */
const goOn: Json = { text: 'Continue.' }

/** `prefill`: the model goes on from a last turn of the assistant's. Throws `untranslatable` for what it cannot be shown. */
export function* conversationOf(
  messages: readonly Message[],
  model: ConverseModel,
  { names, prefill }: { readonly names: ToolNames; readonly prefill: boolean },
): Steps<Conversation> {
  const first = messages.findIndex(({ role }) => role !== 'system')
  const before = first < 0 ? messages : messages.slice(0, first)
  const turns = new Turns(model, names)
  for (const message of first < 0 ? [] : messages.slice(first)) {
    yield* turns.add(message)
    yield
  }
  return {
    system: yield* flatMapInSteps(before, ({ parts }) =>
      flatMapInSteps(parts, part => systemBlocks(part, model)),
    ),
    turns: turns.end(prefill),
    called: turns.called,
  }
}

const systemBlocks = (part: Part, model: ConverseModel): Json[] =>
  part.t === 'text' ? textBlocks(part, model) : []

class Turns {
  readonly called = new Set<string>()
  readonly #model: ConverseModel
  readonly #names: ToolNames
  readonly #documents = new DocumentNames()
  readonly #turns: Turn[] = []
  readonly #ids = new Set<string>()
  /** The calls of the last turn that have no result yet: by the client's id, those they were sent with. */
  #open = new Map<string, string[]>()
  #role: 'user' | 'assistant' | undefined
  /** Of the turn that is being made: its results of tools or its calls, and what is said besides. */
  #tools: Json[] = []
  #said: Json[] = []

  constructor(model: ConverseModel, names: ToolNames) {
    this.#model = model
    this.#names = names
  }

  *add({ role, parts }: Message): Steps<void> {
    const turn = role === 'assistant' ? 'assistant' : 'user'
    if (this.#role !== turn) this.#close()
    this.#role = turn
    for (const part of parts) {
      yield
      if (turn === 'assistant') yield* this.#assistant(part)
      else if (part.t === 'tool_result') yield* this.#result(part)
      else if (role === 'user') addAll(this.#said, this.#shown(part))
      // A word of the system's that stands between the others is the user's to say.
      else if (part.t === 'text' && part.text.trim() !== '')
        this.#said.push({ text: `<system>\n${part.text}\n</system>` })
    }
  }

  end(prefill: boolean): readonly Turn[] {
    this.#close()
    if (this.#open.size > 0) this.#push('user', this.#missing())
    const last = this.#turns.at(-1)
    if (last?.role === 'assistant') {
      if (!prefill) this.#push('user', [goOn])
      else trimEnd(last.content)
    }
    if (this.#turns[0]?.role !== 'user') this.#turns.unshift({ role: 'user', content: [goOn] })
    return this.#model.mixes ? this.#turns : this.#turns.map(onlyResults)
  }

  #close(): void {
    const [tools, said] = [this.#tools, this.#said]
    this.#tools = []
    this.#said = []
    if (this.#role === 'assistant') {
      // A text that came between calls is said before them; reasoning must lead to something.
      const content = [...said, ...tools]
      while (content.at(-1)?.['reasoningContent']) content.pop()
      this.#push('assistant', content)
    } else if (this.#role === 'user') {
      this.#push('user', [...tools, ...this.#missing(), ...withText(said)])
    }
  }

  #push(role: Turn['role'], content: readonly Json[]): void {
    if (content.length === 0) return
    const last = this.#turns.at(-1)
    if (last?.role === role) addAll(last.content, content)
    else this.#turns.push({ role, content: [...content] })
  }

  #shown(part: Part): Json[] {
    return shownBlocks(part, this.#model, this.#documents)
  }

  *#assistant(part: Part): Steps<void> {
    switch (part.t) {
      case 'text':
      case 'refusal':
        this.#said.push(...textBlocks(part, this.#model))
        return
      case 'reasoning':
        this.#said.push(...reasoningBlocks(part, this.#model))
        return
      case 'tool_call':
        yield* this.#call(part)
        return
      case 'image':
        this.#said.push({ text: '[a picture]' })
        return
      case 'file':
      case 'audio':
      case 'opaque':
      case 'tool_result':
        return
      default:
        part satisfies never
    }
  }

  *#call({ id, name, args, kind, cache }: ToolCallPart): Steps<void> {
    const toolUseId = this.#unique(id)
    const sent = this.#names.sent(name)
    this.called.add(sent)
    this.#open.set(id, [...(this.#open.get(id) ?? []), toolUseId])
    const input = kind === 'custom' ? { input: args } : yield* inputInSteps(args)
    this.#tools.push(
      { toolUse: { toolUseId, name: sent, input } },
      ...cachePoint(cache, this.#model),
    )
  }

  /** Some servers count their calls from 0 in every answer, and an id may be used once. */
  #unique(id: string): string {
    const { toolIds } = this.#model
    let unique = toolId(id, toolIds)
    for (let n = 2; this.#ids.has(unique); n++) {
      unique = toolIds === 'nine' ? toolId(`${id}_${n}`, toolIds) : `${unique.slice(0, 58)}_${n}`
    }
    this.#ids.add(unique)
    return unique
  }

  /** The result of an open call; one that belongs to no call is told in words. */
  *#result(part: ToolResultPart): Steps<void> {
    const blocks = yield* flatMapInSteps(part.parts, shown => this.#shown(shown))
    const content = blocks.filter(block => !block['cachePoint'])
    const toolUseId = this.#open.get(part.id)?.shift()
    if (toolUseId === undefined) {
      this.#said.push({ text: `[result of ${part.name ?? 'a tool'}]` })
      addAll(this.#said, content)
      return
    }
    this.#tools.push(
      {
        toolResult: {
          toolUseId,
          content: content.length > 0 ? content : [{ text: '(nothing)' }],
          ...(part.isError === undefined ? {} : { status: part.isError ? 'error' : 'success' }),
        },
      },
      ...cachePoint(part.cache, this.#model),
    )
  }

  /** Results for the calls that have none, which is what a client leaves that was stopped. */
  #missing(): Json[] {
    const open = [...this.#open.values()].flat()
    this.#open = new Map()
    return open.map(toolUseId => ({
      toolResult: {
        toolUseId,
        content: [{ text: 'No result was provided' }],
        status: 'error',
      },
    }))
  }
}

/** Nova takes a turn of results and nothing but results: what is said besides is part of the last one there. */
function onlyResults({ role, content }: Turn): Turn {
  const results = content.filter(block => block['toolResult'])
  const last = asObject(results.at(-1)?.['toolResult'])
  if (!last) return { role, content }
  const points = content.filter(block => block['cachePoint'])
  const said = content.filter(block => !block['toolResult'] && !block['cachePoint'])
  const whole = { toolResult: { ...last, content: [...asArray(last['content']), ...said] } }
  return { role, content: [...results.slice(0, -1), whole, ...points] }
}

/** A document without a text beside it is refused. */
const withText = (said: readonly Json[]): Json[] =>
  said.some(block => block['document']) && !said.some(block => block['text'])
    ? [...said, { text: 'See the document.' }]
    : [...said]

/** Only what the same vendor signed goes back: the rest is refused there, and stays with the client. */
function reasoningBlocks(
  { text, signature, redacted }: ReasoningPart,
  { signer }: ConverseModel,
): Json[] {
  if (redacted?.vendor === 'bedrock') {
    return [{ reasoningContent: { redactedContent: redacted.value } }]
  }
  return signature?.vendor === signer && signature.value !== ''
    ? [{ reasoningContent: { reasoningText: { text, signature: signature.value } } }]
    : []
}

function trimEnd(content: Json[]): void {
  const last = content.at(-1)
  if (typeof last?.['text'] === 'string')
    content[content.length - 1] = { text: last['text'].trimEnd() }
}

/** True where Claude would think on: each call since the user last spoke came with its own reasoning. */
export function thinksOn(turns: readonly Turn[]): boolean {
  for (const { role, content } of [...turns].reverse()) {
    if (role === 'assistant') {
      if (content.some(block => block['toolUse']) && !content[0]?.['reasoningContent']) return false
    } else if (!content[0]?.['toolResult']) return true
  }
  return true
}
