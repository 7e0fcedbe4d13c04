// Claude at hosts that ask it in Messages by ways of their own: the body differs a little (hosts.ts), and Bedrock streams in
// AWS's frames, each with one of Anthropic's events in it. PROTOCOLS 2.2

import { EventStreamDecoder, type Frame } from '../../wire/eventstream.ts'
import { header, type RawHeaders, withoutHeader } from '../../wire/headers.ts'
import { encodeSse } from '../../wire/sse.ts'
import type { Told } from '../../wire/usage.ts'
import type { AnswerDecoder, ProviderCodec } from '../codec.ts'
import { awsError, errorOfFrame } from '../converse/aws-error.ts'
import { brokenAnswer } from '../error-kind.ts'
import type { AnswerEvent, UpstreamError } from '../message.ts'
import { errorThrough } from '../through.ts'
import type { Broken, Translate, Translation } from '../translation.ts'
import { asObject, asText, type Json } from '../values.ts'
import { messagesClient } from './client.ts'
import { encodeError } from './error.ts'
import { bodyForHost, type ClaudeHost } from './hosts.ts'
import { messagesProvider } from './provider.ts'
import { Counts } from './usage.ts'

/** What Bedrock knows of `anthropic-beta`: it refuses a request with any other. */
const betasOfBedrock =
  /^(computer-use|token-efficient-tools|interleaved-thinking|output-128k|dev-full-thinking|context-1m|context-management|effort|tool-search-tool|tool-examples|fine-grained-tool-streaming)-/

export interface HostedRequest {
  readonly body: Json
  readonly headers: string[]
  /** Values of `anthropic-beta` that the host does not know. */
  readonly dropped: readonly string[]
}

/** A request in Messages as a host takes it: Bedrock reads in the body what others read in `anthropic-beta`. */
export function hostedRequest(host: ClaudeHost, body: Json, headers: RawHeaders): HostedRequest {
  if (host === 'vertex') {
    return { body: bodyForHost(body, host), headers: [...headers], dropped: [] }
  }
  const named = (header(headers, 'anthropic-beta') ?? '').split(',').map(name => name.trim())
  const betas = [...new Set(named)].filter(name => name !== '')
  const known = betas.filter(name => betasOfBedrock.test(name))
  const rest = withoutHeader(withoutHeader(headers, 'anthropic-beta'), 'anthropic-version')
  return {
    body: bodyForHost(body, host, known),
    headers: rest,
    dropped: betas.filter(name => !known.includes(name)).map(name => `anthropic-beta.${name}`),
  }
}

/** Messages as a host speaks it; `hostedRequest` puts the body of a request into its form. */
export const hostedProvider = (host: ClaudeHost): ProviderCodec =>
  host === 'vertex'
    ? { ...messagesProvider, wantsBytes: () => true }
    : {
        ...messagesProvider,
        decodeStream: asked => new ChunksDecoder(messagesProvider.decodeStream(asked)),
        decodeError: awsError,
        wantsBytes: () => true,
      }

/** Anthropic's event within a frame, as text; undefined in a frame that holds none. */
function eventIn({ payload }: Frame): string | undefined {
  try {
    const bytes = asText(asObject(JSON.parse(payload.toString()))?.['bytes'])
    return bytes && Buffer.from(bytes, 'base64').toString()
  } catch {
    return undefined
  }
}

class ChunksDecoder implements AnswerDecoder {
  readonly #frames = new EventStreamDecoder()
  readonly #events: AnswerDecoder
  #failed = false

  constructor(events: AnswerDecoder) {
    this.#events = events
  }

  push(chunk: Buffer): AnswerEvent[] {
    const events = this.#frames.push(chunk).flatMap(frame => this.#take(frame))
    const { fault } = this.#frames
    return fault === undefined ? events : [...events, ...this.#fail(brokenAnswer(fault))]
  }

  end(): AnswerEvent[] {
    return this.#failed ? [] : this.#events.end()
  }

  #take(frame: Frame): AnswerEvent[] {
    if (this.#failed) return []
    const error = errorOfFrame(frame.fields, frame.payload)
    if (error) return this.#fail(error)
    const event = eventIn(frame)
    return event === undefined ? [] : this.#events.push(Buffer.from(encodeSse(event)))
  }

  #fail(error: UpstreamError): AnswerEvent[] {
    if (this.#failed) return []
    this.#failed = true
    return [{ t: 'error', error }]
  }
}

/**
 * An answer of Bedrock's to a client that speaks Messages itself: every event as Anthropic wrote it, as a server-sent one.
 * `model` stands in place of the model's own name; undefined for that.
 */
export const bedrockAnswer =
  (model: string | undefined): Translate =>
  (status, headers) =>
    status >= 400
      ? errorThrough(
          { asking: 'messages', client: messagesClient, provider: hostedProvider('bedrock') },
          status,
          headers,
        )
      : /^application\/vnd\.amazon\.eventstream/.test(header(headers, 'content-type') ?? '')
        ? new Unframed(model)
        : new Whole(model)

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

class Unframed implements Translation {
  readonly asking = 'messages'
  readonly contentType = 'text/event-stream; charset=utf-8'
  readonly streamed = true
  finished = false
  fault: string | undefined
  readonly #frames = new EventStreamDecoder()
  readonly #telling: Telling
  #error: UpstreamError | undefined

  constructor(model: string | undefined) {
    this.#telling = new Telling(model)
  }

  push(chunk: Buffer): string {
    let text = ''
    for (const frame of this.#frames.push(chunk)) {
      if (this.finished || this.fault !== undefined) break
      this.#error = errorOfFrame(frame.fields, frame.payload)
      this.fault = this.#error?.message
      if (!this.#error) text += this.#say(eventIn(frame))
    }
    this.fault ??= this.#frames.fault
    return text
  }

  end(): string {
    if (!this.finished) this.fault ??= 'it ended before it was whole'
    return ''
  }

  broken(error: UpstreamError): Broken {
    return { text: encodeSse(JSON.stringify(encodeError(this.#error ?? error).body), 'error') }
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
  readonly #chunks: Buffer[] = []
  readonly #telling: Telling

  constructor(model: string | undefined) {
    this.#telling = new Telling(model)
  }

  push(chunk: Buffer): string {
    this.#chunks.push(chunk)
    return ''
  }

  end(): string {
    const text = Buffer.concat(this.#chunks).toString()
    let message: Json | undefined
    try {
      message = asObject(JSON.parse(text))
    } catch {
      // Told below: it is no object.
    }
    if (!message) {
      this.fault = 'it is not a JSON object'
      return ''
    }
    this.finished = true
    const renamed = this.#telling.message(message)
    return renamed ? JSON.stringify(renamed) : text
  }

  broken(error: UpstreamError): Broken {
    const { status, body } = encodeError(error)
    return { status, text: JSON.stringify(body) }
  }

  told(): Told {
    return this.#telling.told()
  }
}
