import { createHash } from 'node:crypto'
import type {
  AnswerEvent,
  Finish,
  Message,
  ModelRequest,
  Tool,
  Vendor,
} from '../translate/message.ts'
import { answer, thoughts } from './answers.ts'
import { sample } from './sample.ts'
import { countTokens, pieces, textOf } from './tokens.ts'

/** What is said to a request: the same to the same request, one event for each token. */
export interface Script {
  readonly blocks: readonly AnswerEvent[]
  /** Tokens, those of the thoughts included. */
  readonly output: number
  readonly reasoning: number
  readonly finish: Finish
}

/** How a vendor's answers differ before any encoder writes them. */
export interface Voice {
  /** Who signs thoughts, and calls of tools where `signedCalls`; undefined where nobody does. */
  readonly vendor: Vendor | undefined
  readonly signedCalls: boolean
  /** Thoughts are shown to whoever asks for a summary of them, and to nobody else. */
  readonly summaries: boolean
  readonly newId: (kind: 'call' | 'reasoning') => string
}

/** The answer to a request, whatever protocol it came in. `variant`: which of several texts on one topic. */
export function scriptFor(request: ModelRequest, variant: number, voice: Voice): Script {
  const prompt = promptOf(request)
  const toolResult = toolResultIn(request.messages.at(-1))
  const thinking = wantsThoughts(request) ? pieces(thoughts(prompt, toolResult)) : []
  const limit = Math.max(0, (request.maxTokens ?? Number.POSITIVE_INFINITY) - thinking.length)
  const blocks = thinking.length > 0 ? thought(thinking, request, voice) : []
  const tools = toolResult === undefined ? toolsFor(request, prompt) : []
  const said =
    tools.length > 0
      ? calls(tools, prompt, limit, voice)
      : text(request, { prompt, toolResult, variant }, limit)
  return {
    blocks: [...blocks, ...said.blocks],
    output: thinking.length + said.output,
    reasoning: thinking.length,
    finish: said.finish,
  }
}

/** The text of the last user message: what the answer is about. */
export function promptOf({ messages }: ModelRequest): string {
  const texts = messages.map(({ role, parts }) => (role === 'user' ? textOf(parts) : ''))
  const last = texts.findLast(text => text !== '') ?? ''
  // Agents tell the model of their own concerns within what the user says.
  return last.replaceAll(/<system-reminder>.*?<\/system-reminder>/gs, '').trim()
}

/** Cuts a text at the first stop sequence, and at the limit of tokens. */
export function cut(
  text: string,
  { stop = [], limit }: { readonly stop?: readonly string[] | undefined; readonly limit: number },
): { readonly pieces: readonly string[]; readonly finish: Finish } {
  const [first] = stop
    .filter(sequence => sequence !== '' && text.includes(sequence))
    .sort((a, b) => text.indexOf(a) - text.indexOf(b))
  const all = pieces(first === undefined ? text : text.slice(0, text.indexOf(first)))
  if (all.length > limit) return { pieces: all.slice(0, limit), finish: { reason: 'length' } }
  const met = first === undefined ? {} : { stopSequence: first }
  return { pieces: all, finish: { reason: 'stop', ...met } }
}

type Said = Omit<Script, 'reasoning'>

function text(
  request: ModelRequest,
  question: { readonly prompt: string; readonly toolResult: string | undefined; variant: number },
  limit: number,
): Said {
  const system = request.messages
    .filter(({ role }) => role === 'system')
    .map(({ parts }) => textOf(parts))
    .join('\n')
  const full = formatted(answer({ ...question, system }), request, question.prompt)
  const { pieces, finish } = cut(full, { stop: request.stop, limit })
  const deltas = pieces.map(text => ({ t: 'text', text }) as const)
  const blocks: AnswerEvent[] = [{ t: 'open', block: { t: 'text' } }, ...deltas, { t: 'close' }]
  return { blocks, output: pieces.length, finish }
}

function formatted(text: string, { format }: ModelRequest, prompt: string): string {
  if (!format) return text
  return JSON.stringify(format.kind === 'json' ? { answer: text } : sample(format.schema, prompt))
}

const wantsThoughts = ({ reasoning }: ModelRequest): boolean =>
  reasoning !== undefined && reasoning.effort !== 'none' && reasoning.budget !== 0

function thought(
  thinking: readonly string[],
  { reasoning }: ModelRequest,
  { vendor, summaries, newId }: Voice,
): AnswerEvent[] {
  const show = reasoning?.show
  const hidden = show === 'omitted' || (summaries && show === undefined)
  const block = summaries
    ? ({ t: 'reasoning', summary: true, id: newId('reasoning') } as const)
    : ({ t: 'reasoning' } as const)
  return [
    { t: 'open', block },
    ...(hidden ? [] : thinking.map(text => ({ t: 'text', text }) as const)),
    ...signed(vendor, thinking.join('')),
    { t: 'close' },
  ]
}

/** The demo provider's own signature, under the name of the vendor that it plays. */
function signed(vendor: Vendor | undefined, what: string): AnswerEvent[] {
  if (vendor === undefined) return []
  const value = createHash('sha256').update(`demo ${what}`).digest('base64')
  return [{ t: 'signature', signature: { vendor, value } }]
}

function calls(tools: readonly Tool[], prompt: string, limit: number, voice: Voice): Said {
  const blocks: AnswerEvent[] = []
  let output = 0
  for (const [index, { name, kind, schema }] of tools.entries()) {
    const args = kind === 'custom' ? prompt : JSON.stringify(sample(schema, prompt))
    const left = Math.max(0, limit - output)
    const { pieces, finish } = cut(args, { limit: left })
    output += pieces.length + countTokens(name)
    blocks.push(
      { t: 'open', block: { t: 'tool_call', id: voice.newId('call'), name, kind } },
      ...pieces.map(text => ({ t: 'args', text }) as const),
      // Google signs the first of several calls.
      ...signed(voice.signedCalls && index === 0 ? voice.vendor : undefined, name),
      { t: 'close' },
    )
    if (finish.reason === 'length') return { blocks, output, finish }
  }
  return { blocks, output, finish: { reason: 'tool_calls' } }
}

/** The tools to call: as `toolChoice` demands; or those that the prompt asks for. */
function toolsFor({ tools, toolChoice, parallelToolCalls }: ModelRequest, prompt: string): Tool[] {
  const own = tools.filter(tool => tool.kind !== 'hosted')
  if (toolChoice?.mode === 'none') return []
  if (toolChoice?.mode === 'tool') return own.filter(({ name }) => name === toolChoice.name)
  const asked = /\buse (?:all|both)\b.*\btools\b/i.test(prompt)
    ? own
    : /\buse (?:a|the|your|my) tools?\b/i.test(prompt)
      ? own.slice(0, 1)
      : own.filter(({ name }) => isNamed(name, prompt))
  const called = asked.length === 0 && toolChoice?.mode === 'any' ? own.slice(0, 1) : asked
  return parallelToolCalls === false ? called.slice(0, 1) : called
}

/** `get_weather` is asked for by its name, and by "What's the weather in Oslo?". */
function isNamed(name: string, prompt: string): boolean {
  const [noun = '', ...others] = name.split(/[_-]/).reverse()
  const isWord = (word: string): boolean => new RegExp(`(?<!\\w)${word}(?!\\w)`, 'i').test(prompt)
  return prompt.includes(name) || (others.length > 0 && /^\p{L}{3,}$/u.test(noun) && isWord(noun))
}

/** What a tool returned, when that is what the conversation ends with. */
function toolResultIn(message: Message | undefined): string | undefined {
  const results = (message?.parts ?? []).filter(part => part.t === 'tool_result')
  return results.length === 0 ? undefined : results.map(({ parts }) => textOf(parts)).join('\n')
}
