import type { Usage } from '../../wire/usage.ts'
import { ChatAnswer, type ChatPiece } from '../chat/answer.ts'
import { ToolCalls } from '../chat/tool-calls.ts'
import { faultIn, type Translation } from '../translation.ts'
import { nanoseconds, nothingSaid, type Said, saidFields, timestamp, type Way } from './line.ts'

export interface OllamaAnswerOptions {
  readonly way: Way
  /** The client wants lines as they come. */
  readonly stream: boolean
  /** The name to answer with; undefined for the upstream's own. */
  readonly model: string | undefined
  /** When the client asked, in milliseconds since the epoch. */
  readonly started: number
}

/** The answer to `/api/chat` or `/api/generate`, from that of a Chat Completions server: either may stream or not. */
export class OllamaAnswer implements Translation {
  readonly contentType: string
  readonly streamed: boolean
  finished = false
  fault: string | undefined
  readonly #options: OllamaAnswerOptions
  readonly #upstream: ChatAnswer
  readonly #upstreamStreams: boolean
  readonly #calls = new ToolCalls()
  #model: string | undefined
  /** What a client that takes no stream has not been told yet. */
  #text = ''
  #thinking = ''
  #finish: string | undefined
  #usage: Usage | undefined
  #firstAt: number | undefined

  constructor(options: OllamaAnswerOptions, upstreamStreams: boolean) {
    this.#options = options
    this.#model = options.model
    this.#upstreamStreams = upstreamStreams
    this.#upstream = new ChatAnswer(upstreamStreams)
    this.streamed = options.stream
    this.contentType = options.stream ? 'application/x-ndjson' : 'application/json; charset=utf-8'
  }

  push(chunk: Buffer, at: number): string {
    return this.#say(this.#upstream.push(chunk), at)
  }

  end(at: number): string {
    const last = this.#say(this.#upstream.end(), at)
    if (this.finished || this.fault !== undefined) return last
    // Not every server says [DONE]; but one that gave no reason to finish has been cut off.
    if (this.#finish === undefined) {
      this.fault = 'it ended before it was whole'
      return last
    }
    this.#upstream.done = true
    return last + this.#say([], at)
  }

  #say(pieces: Iterable<ChatPiece>, at: number): string {
    let lines = ''
    if (this.finished || this.fault !== undefined) return lines
    this.fault = faultIn(() => {
      for (const piece of pieces) lines += this.#take(piece, at)
      if (this.#upstream.done) lines += this.#lastLine(at)
    })
    return lines
  }

  #take({ model, text, thinking, toolCalls, finish, usage }: ChatPiece, at: number): string {
    this.#model ??= model
    this.#finish ??= finish
    this.#usage = usage ?? this.#usage
    for (const part of toolCalls) this.#calls.add(part)
    if (text !== '' || thinking !== '' || toolCalls.length > 0) this.#firstAt ??= at
    if (text === '' && thinking === '') return ''
    if (this.streamed) return this.#line({ text, thinking, toolCalls: [] }, at)
    this.#text += text
    this.#thinking += thinking
    return ''
  }

  /** The line that ends an answer, and before it the calls of tools, which Ollama never sends in parts. */
  #lastLine(at: number): string {
    const toolCalls = this.#calls.whole()
    this.finished = true
    if (!this.streamed) {
      const said = { text: this.#text, thinking: this.#thinking, toolCalls }
      return this.#line(said, at, this.#ending(at))
    }
    const calls = toolCalls.length > 0 ? this.#line({ ...nothingSaid, toolCalls }, at) : ''
    return calls + this.#line(nothingSaid, at, this.#ending(at))
  }

  #line(said: Said, at: number, ending: object = { done: false }): string {
    const { way } = this.#options
    const head = { model: this.#model ?? '', created_at: timestamp(at) }
    return `${JSON.stringify({ ...head, ...saidFields(way, said), ...ending })}\n`
  }

  /** Times are measured here; tokens are there only if the upstream counted them. Nothing is loaded. */
  #ending(at: number): object {
    const { started } = this.#options
    // Of an answer that came in one piece nobody can tell when it was begun.
    const begun = this.#upstreamStreams ? (this.#firstAt ?? at) : started
    return {
      done: true,
      done_reason: doneReason(this.#finish),
      total_duration: nanoseconds(started, at),
      load_duration: 0,
      prompt_eval_count: this.#usage?.input,
      prompt_eval_duration: this.#upstreamStreams ? nanoseconds(started, begun) : undefined,
      eval_count: this.#usage?.output,
      eval_duration: nanoseconds(begun, at),
    }
  }
}

/** Ollama says `stop` also where tools are called. */
const doneReason = (finish: string | undefined): string =>
  finish === undefined || finish === 'tool_calls' || finish === 'function_call' ? 'stop' : finish
