import { finishWord } from '../chat/finish.ts'
import type { AnswerEncoder, Answering, EncodedError } from '../codec.ts'
import { parseExact } from '../exact.ts'
import type {
  Answer,
  AnswerEvent,
  FinishReason,
  OpenBlock,
  TokenUsage,
  ToolCallPart,
  UpstreamError,
} from '../message.ts'
import { AnswerFault } from '../translation.ts'
import { asObject, type Json } from '../values.ts'
import { nanoseconds, nothingSaid, saidFields, type ToolCall, timestamp, type Way } from './line.ts'

/** A whole answer to `/api/chat` or `/api/generate`. Throws AnswerFault where a call was cut off. */
export function encodeAnswer(way: Way, answer: Answer, answering: Answering, at: number): Json {
  const { parts, usage, finish } = answer
  const texts = (...kinds: string[]): string =>
    parts.map(part => (kinds.includes(part.t) && 'text' in part ? part.text : '')).join('')
  const said = {
    text: texts('text', 'refusal'),
    thinking: texts('reasoning'),
    toolCalls: toolCalls(
      parts.filter(part => part.t === 'tool_call'),
      finish.reason,
    ),
  }
  return {
    model: answering.model ?? answer.model ?? answering.target,
    created_at: timestamp(at),
    ...saidFields(way, said),
    ...ending(finish.reason, usage, answering.started, undefined, at),
  }
}

/** Errors of Ollama's are one text, with any status. */
export const encodeError = ({ message, status = 502, code }: UpstreamError): EncodedError => ({
  status,
  body: { error: message, ...(code === undefined ? {} : { code }) },
})

/** The lines of a streamed answer. Throws AnswerFault where a call was cut off. */
export class OllamaEncoder implements AnswerEncoder {
  readonly contentType = 'application/x-ndjson'
  readonly #way: Way
  readonly #answering: Answering
  /** Ollama never sends calls of tools in parts. */
  readonly #calls: Call[] = []
  #model: string | undefined
  #block: OpenBlock | undefined
  #args = ''
  #usage: TokenUsage = {}
  #finish: FinishReason = 'stop'
  #firstAt: number | undefined
  #ended = false

  constructor(way: Way, answering: Answering) {
    this.#way = way
    this.#answering = answering
  }

  event(event: AnswerEvent, at: number): string {
    if (this.#ended) return ''
    switch (event.t) {
      case 'start':
        this.#model ??= event.model
        this.#usage = { ...this.#usage, ...event.usage }
        return ''
      case 'open':
        this.#block = event.block
        this.#args = ''
        if (event.block.t === 'tool_call') this.#firstAt ??= at
        return ''
      case 'text':
        this.#firstAt ??= at
        return this.#text(event.text, at)
      case 'args':
        this.#args += event.text
        return ''
      case 'close':
        if (this.#block?.t === 'tool_call') {
          this.#calls.push({ ...this.#block, args: this.#args })
        }
        this.#block = undefined
        return ''
      case 'usage':
        this.#usage = { ...this.#usage, ...event.usage }
        return ''
      case 'finish':
        this.#finish = event.finish.reason
        return ''
      case 'error':
        this.#ended = true
        return `${JSON.stringify(encodeError(event.error).body)}\n`
      case 'end':
        this.#ended = true
        return this.#end(at)
      case 'signature':
      case 'citation':
      case 'ping':
        return ''
      default:
        return event satisfies never
    }
  }

  #text(text: string, at: number): string {
    if (this.#block?.t === 'reasoning') return this.#line({ ...nothingSaid, thinking: text }, at)
    return this.#line({ ...nothingSaid, text }, at)
  }

  #end(at: number): string {
    const made = toolCalls(this.#calls, this.#finish)
    const calls = made.length > 0 ? this.#line({ ...nothingSaid, toolCalls: made }, at) : ''
    const { started } = this.#answering
    return (
      calls +
      this.#line(nothingSaid, at, ending(this.#finish, this.#usage, started, this.#firstAt, at))
    )
  }

  #line(said: typeof nothingSaid, at: number, rest: object = { done: false }): string {
    const model = this.#answering.model ?? this.#model ?? this.#answering.target
    const head = { model, created_at: timestamp(at) }
    return `${JSON.stringify({ ...head, ...saidFields(this.#way, said), ...rest })}\n`
  }
}

/** Times are measured here; tokens are there only if the upstream counted them. Nothing is loaded. */
function ending(
  reason: FinishReason,
  usage: TokenUsage,
  started: number,
  firstAt: number | undefined,
  at: number,
): object {
  // Of an answer that came in one piece nobody can tell when it was begun.
  const begun = firstAt === undefined || firstAt === at ? undefined : firstAt
  return {
    done: true,
    // Ollama says `stop` also where tools are called.
    done_reason: finishWord(reason, false),
    total_duration: nanoseconds(started, at),
    load_duration: 0,
    prompt_eval_count: usage.input,
    prompt_eval_duration: begun === undefined ? undefined : nanoseconds(started, begun),
    eval_count: usage.output,
    eval_duration: nanoseconds(begun ?? started, at),
  }
}

type Call = Pick<ToolCallPart, 'id' | 'name' | 'args' | 'kind'>

/** A call that there was no room for is none: its arguments have to be whole. */
function toolCalls(calls: readonly Call[], finish: FinishReason): ToolCall[] {
  const full = finish === 'length' || finish === 'context'
  return calls.flatMap(call => {
    const args = argsOf(call)
    if (args) return [{ id: call.id, name: call.name, arguments: args }]
    if (full) return []
    throw new AnswerFault(`its call of "${call.name}" has arguments that are no JSON object`)
  })
}

function argsOf({ args, kind }: Call): Json | undefined {
  if (kind === 'custom') return { input: args }
  try {
    return asObject(parseExact(args.trim() || '{}'))
  } catch {
    return undefined
  }
}
