// Claude at hosts that ask it in Messages by ways of their own: the body differs a little (hosts.ts), and Bedrock streams in
// AWS's frames, each with one of Anthropic's events in it. PROTOCOLS 2.2

import { EventStreamDecoder, type Frame } from '../../wire/eventstream.ts'
import { header, type RawHeaders, withoutHeader } from '../../wire/headers.ts'
import type { Patch } from '../../wire/patch.ts'
import { encodeSse } from '../../wire/sse.ts'
import type { AnswerDecoder, ProviderCodec } from '../codec.ts'
import { awsError, errorOfFrame } from '../converse/aws-error.ts'
import { brokenAnswer } from '../error-kind.ts'
import type { AnswerEvent, UpstreamError } from '../message.ts'
import { asObject, asText, type Json } from '../values.ts'
import { type ClaudeHost, patchForHost } from './hosts.ts'
import { messagesProvider } from './provider.ts'

/** What Bedrock knows of `anthropic-beta`: it refuses a request with any other. */
const betasOfBedrock =
  /^(computer-use|token-efficient-tools|interleaved-thinking|output-128k|dev-full-thinking|context-1m|context-management|effort|tool-search-tool|tool-examples|fine-grained-tool-streaming)-/

export interface HostedRequest {
  /** What changes in its body: whole members, none within another. */
  readonly patch: Patch
  readonly headers: string[]
  /** Values of `anthropic-beta` that the host does not know. */
  readonly dropped: readonly string[]
}

/** A request in Messages as a host takes it: Bedrock reads in the body what others read in `anthropic-beta`. */
export function hostedRequest(host: ClaudeHost, headers: RawHeaders): HostedRequest {
  if (host === 'vertex') return { patch: patchForHost(host), headers: [...headers], dropped: [] }
  const named = (header(headers, 'anthropic-beta') ?? '').split(',').map(name => name.trim())
  const betas = [...new Set(named)].filter(name => name !== '')
  const known = betas.filter(name => betasOfBedrock.test(name))
  const rest = withoutHeader(withoutHeader(headers, 'anthropic-beta'), 'anthropic-version')
  return {
    patch: patchForHost(host, known),
    headers: rest,
    dropped: betas.filter(name => !known.includes(name)).map(name => `anthropic-beta.${name}`),
  }
}

/** The body of such a request, where the gateway writes all of it. */
export const hostedBody = (body: Json, { patch }: HostedRequest): Json => ({
  ...patch.default,
  ...Object.fromEntries(Object.entries(body).filter(([name]) => !patch.remove.includes(name))),
  ...patch.set,
})

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
export function eventIn({ payload }: Frame): string | undefined {
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
