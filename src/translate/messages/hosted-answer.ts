// What hosts of Claude answer to clients of Messages.

import { EventStreamDecoder } from '../../wire/eventstream.ts'
import { header } from '../../wire/headers.ts'
import { jsonInSteps } from '../../wire/json-pieces.ts'
import { encodeSse, SseDecoder } from '../../wire/sse.ts'
import { oneStep, type Steps } from '../../wire/steps.ts'
import type { Told } from '../../wire/usage.ts'
import { errorOfFrame } from '../converse/aws-error.ts'
import { errorWithin } from '../error-kind.ts'
import type { UpstreamError } from '../message.ts'
import { foreignErrors } from '../through.ts'
import { type Broken, faultOf, type TranslateOrPass, type Translation } from '../translation.ts'
import { asObject, asText, type Json } from '../values.ts'
import { WholeBody } from '../whole-body.ts'
import { messagesClient } from './client.ts'
import { encodeError } from './error.ts'
import { eventIn, hostedProvider } from './hosted.ts'
import type { ClaudeHost } from './hosts.ts'
import { Counts } from './usage.ts'

/**
 * Answers of a host to a client of Messages: Bedrock's without the frames around them, Vertex AI's events as they are, and
 * errors in Anthropic's form, also in a stream. `model` stands in place of the model's own name; undefined for that.
 */
export const hostedAnswer =
  (host: ClaudeHost, model: string | undefined): TranslateOrPass =>
  (status, headers) => {
    if (status >= 400) return errorOf[host](status, headers)
    const type = header(headers, 'content-type') ?? ''
    if (type.startsWith('application/vnd.amazon.eventstream'))
      return new Events(new Framed(), model)
    if (type.startsWith('text/event-stream')) return new Events(new Plain(), model)
    return new Whole(model)
  }

const sides = (host: ClaudeHost) =>
  ({ asking: 'messages', client: messagesClient, provider: hostedProvider(host) }) as const

const errorOf: Readonly<Record<ClaudeHost, TranslateOrPass>> = {
  bedrock: foreignErrors(sides('bedrock')),
  vertex: foreignErrors(sides('vertex')),
}

/** What a host sends is one of Anthropic's events, as text, or an error. */
interface Source {
  readonly fault: string | undefined
  push(chunk: Buffer): readonly (string | UpstreamError | undefined)[]
}

class Framed implements Source {
  readonly #frames = new EventStreamDecoder()

  get fault(): string | undefined {
    return this.#frames.fault
  }

  push(chunk: Buffer): readonly (string | UpstreamError | undefined)[] {
    return this.#frames
      .push(chunk)
      .map(frame => errorOfFrame(frame.fields, frame.payload) ?? eventIn(frame))
  }
}

class Plain implements Source {
  readonly fault = undefined
  readonly #events = new SseDecoder()

  push(chunk: Buffer): readonly (string | UpstreamError)[] {
    return this.#events.push(chunk).map(({ data }) => googleError(data) ?? data)
  }
}

/** Google's own error among Anthropic's events: those have a type. */
function googleError(data: string): UpstreamError | undefined {
  if (!data.includes('"error"')) return undefined
  try {
    const value: unknown = JSON.parse(data)
    const said = asObject(Array.isArray(value) ? value[0] : value)
    return said?.['error'] !== undefined && said['type'] === undefined
      ? errorWithin(value)
      : undefined
  } catch {
    return undefined
  }
}

class Telling {
  readonly #renamed: string | undefined
  readonly #counts = new Counts()
  #model: string | undefined

  constructor(renamed: string | undefined) {
    this.#renamed = renamed
  }

  /** Reads what a message says of itself; gives it with its other name, undefined where it keeps its own. */
  message(message: Json): Json | undefined {
    this.#model ??= asText(message['model'])
    this.usage(message['usage'])
    return this.#renamed === undefined ? undefined : { ...message, model: this.#renamed }
  }

  usage(usage: unknown): void {
    this.#counts.add(asObject(usage))
  }

  told(): Told {
    const { input, output, cached, reasoning } = this.#counts.usage()
    return { model: this.#model, usage: { input, output, cached, reasoning } }
  }
}

class Events implements Translation {
  readonly asking = 'messages'
  readonly contentType = 'text/event-stream; charset=utf-8'
  readonly streamed = true
  finished = false
  fault: string | undefined
  readonly #source: Source
  readonly #telling: Telling
  #error: UpstreamError | undefined

  constructor(source: Source, model: string | undefined) {
    this.#source = source
    this.#telling = new Telling(model)
  }

  push(chunk: Buffer): string {
    let text = ''
    for (const said of this.#source.push(chunk)) {
      if (this.finished || this.fault !== undefined) break
      if (typeof said === 'object') {
        this.#error = said
        this.fault = said.message
      } else text += this.#say(said)
    }
    this.fault ??= this.#source.fault
    return text
  }

  end(): Steps<string> {
    if (!this.finished) this.fault ??= 'it ended before it was whole'
    return oneStep(() => '')
  }

  get errorStatus(): number | undefined {
    return this.#error && encodeError(this.#error).status
  }

  broken(error: UpstreamError, _at: number, begun: boolean): Broken {
    const { status, body } = encodeError(this.#error ?? error)
    const text = JSON.stringify(body)
    return begun ? { text: encodeSse(text, 'error') } : { status, text }
  }

  told(): Told {
    return this.#telling.told()
  }

  #say(text: string | undefined): string {
    if (text === undefined) return ''
    let event: Json = {}
    try {
      event = asObject(JSON.parse(text)) ?? {}
    } catch {
      this.fault = 'an event of it is not JSON'
      return ''
    }
    const type = asText(event['type']) ?? ''
    let said = text
    if (type === 'error') {
      this.#error = errorWithin(event)
      this.fault = this.#error.message
      return ''
    }
    if (type === 'message_start') {
      const message = this.#telling.message(asObject(event['message']) ?? {})
      if (message) said = JSON.stringify({ ...event, message })
    } else if (type === 'message_delta') this.#telling.usage(event['usage'])
    this.finished = type === 'message_stop'
    return encodeSse(said, type)
  }
}

class Whole implements Translation {
  readonly asking = 'messages'
  readonly contentType = 'application/json'
  readonly streamed = false
  finished = false
  fault: string | undefined
  readonly #body = new WholeBody()
  readonly #telling: Telling

  constructor(model: string | undefined) {
    this.#telling = new Telling(model)
  }

  push(chunk: Buffer): string {
    this.#body.push(chunk)
    return ''
  }

  get isLong(): boolean {
    return this.#body.isLong
  }

  *end(): Steps<string> {
    let message: Json | undefined
    try {
      message = asObject(yield* this.#body.json(JSON.parse))
    } catch (error) {
      // Told below: it is no object.
      faultOf(error)
    }
    if (!message) {
      this.fault = 'it is not a JSON object'
      return ''
    }
    this.finished = true
    const renamed = this.#telling.message(message)
    return renamed ? yield* jsonInSteps(renamed, JSON.stringify) : this.#body.bytes.toString()
  }

  broken(error: UpstreamError): Broken {
    const { status, body } = encodeError(error)
    return { status, text: JSON.stringify(body) }
  }

  told(): Told {
    return this.#telling.told()
  }
}
