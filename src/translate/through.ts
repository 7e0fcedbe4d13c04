import { encodingOf, header, type RawHeaders } from '../wire/headers.ts'
import { jsonText } from '../wire/json.ts'
import { oneStep, type Steps } from '../wire/steps.ts'
import type { Told } from '../wire/usage.ts'
import type {
  AnswerDecoder,
  AnswerEncoder,
  Answering,
  Asked,
  ClientCodec,
  ProviderCodec,
} from './codec.ts'
import { Collector } from './collect.ts'
import { brokenAnswer } from './error-kind.ts'
import { exact, exactJson, exactJsonInSteps, parseExact } from './exact.ts'
import type { AnswerEvent, TokenUsage, UpstreamError } from './message.ts'
import type { Asking } from './routes.ts'
import {
  type Broken,
  faultIn,
  faultOf,
  type Translate,
  type TranslateOrPass,
  type Translation,
} from './translation.ts'
import { asObject, type Json } from './values.ts'
import { WholeBody } from './whole-body.ts'

/** What the answer to one request passes through: read in the provider's protocol, written in the client's. */
export interface Pair {
  readonly asking: Asking
  readonly client: ClientCodec
  readonly provider: ProviderCodec
  readonly asked: Asked
  readonly answering: Answering
}

/** Answers by way of the message model. */
export const throughModel =
  (pair: Pair): Translate =>
  (status, headers) =>
    status >= 400 ? new ErrorThrough(pair, status, headers) : new AnswerThrough(pair, headers)

/** An answer that is an error, in the client's words, where any other would not pass through the message model. */
export const errorThrough = (sides: Sides, status: number, headers: RawHeaders): Translation =>
  new ErrorThrough(sides, status, headers)

/** The same for a provider that speaks the client's protocol, but not when it fails: of its errors those in another form. */
export const foreignErrors =
  (sides: Sides): TranslateOrPass =>
  (status, headers) =>
    status >= 400 && encodingOf(headers) === undefined
      ? new ErrorThrough(sides, status, headers, ownForms[sides.asking])
      : undefined

/** Whether an error is in a client's form already. */
const ownForms: Readonly<Record<Asking, (body: Json) => boolean>> = {
  chat: isOpenAi,
  responses: isOpenAi,
  messages: body => body['type'] === 'error' && asObject(body['error']) !== undefined,
  gemini: body => typeof asObject(body['error'])?.['status'] === 'string',
  ollama: () => false,
}

/** OpenAI's errors have no status of Google's, and no number for a code. */
function isOpenAi({ error }: Json): boolean {
  const { message, status, code } = asObject(error) ?? {}
  return typeof message === 'string' && status === undefined && typeof code !== 'number'
}

interface Sides {
  readonly asking: Asking
  readonly client: Pick<ClientCodec, 'encodeError'>
  readonly provider: Pick<ProviderCodec, 'decodeError'>
}

/** Content types of a stream of events: server-sent ones, and AWS's binary frames. */
const isStream = (type: string): boolean =>
  /^(text\/event-stream|application\/vnd\.amazon\.eventstream)/i.test(type)

class AnswerThrough implements Translation {
  readonly asking: Asking
  readonly contentType: string
  readonly streamed: boolean
  finished = false
  fault: string | undefined
  readonly #pair: Pair
  readonly #decoder: AnswerDecoder
  /** Undefined where the client takes no stream. */
  readonly #encoder: AnswerEncoder | undefined
  readonly #collector = new Collector()
  #error: UpstreamError | undefined
  #model: string | undefined
  #usage: TokenUsage | undefined

  constructor(pair: Pair, headers: RawHeaders) {
    const { client, provider, asked, answering, asking } = pair
    this.#pair = pair
    this.asking = asking
    this.#decoder = isStream(header(headers, 'content-type') ?? '')
      ? provider.decodeStream(asked)
      : new WholeDecoder(pair)
    this.streamed = answering.request.stream
    this.#encoder = this.streamed ? client.stream(answering) : undefined
    this.contentType = this.#encoder?.contentType ?? 'application/json'
  }

  get errorStatus(): number | undefined {
    return this.#error && !this.#error.broken
      ? this.#pair.client.encodeError(this.#error).status
      : undefined
  }

  push(chunk: Buffer, at: number): string {
    return exact(this.#say(this.#decoder.push(chunk), at))
  }

  get isLong(): boolean {
    return this.#decoder instanceof WholeDecoder && this.#decoder.isLong
  }

  *end(at: number): Steps<string> {
    if (this.#decoder instanceof WholeDecoder) yield* this.#decoder.read()
    const last = exact(this.#say(this.#decoder.end(), at))
    if (!this.finished && this.fault === undefined) this.fault = 'it ended before it was whole'
    if (this.#encoder || this.fault !== undefined) return last
    const { client, answering } = this.#pair
    yield
    try {
      return `${yield* exactJsonInSteps(client.whole(this.#collector.answer(), answering, at))}\n`
    } catch (error) {
      this.fault = faultOf(error)
      return ''
    }
  }

  broken(error: UpstreamError, at: number, begun: boolean): Broken {
    // What an upstream said of its failure is told in its words, what made no sense in the gateway's.
    const told = this.#error && !this.#error.broken ? this.#error : error
    if (this.#encoder && begun)
      return { text: exact(this.#encoder.event({ t: 'error', error: told }, at)) }
    const { status, body } = this.#pair.client.encodeError(told)
    return { status, text: `${exactJson(body)}\n` }
  }

  told(): Told {
    const usage = this.#usage
    return {
      model: this.#model,
      usage: usage && {
        input: usage.input,
        output: usage.output,
        cached: usage.cached,
        reasoning: usage.reasoning,
      },
    }
  }

  #say(events: readonly AnswerEvent[], at: number): string {
    let text = ''
    for (const event of events) {
      if (this.finished || this.fault !== undefined) break
      if (event.t === 'error') {
        this.#error = event.error
        this.fault = event.error.message
      } else {
        if (event.t === 'usage') this.#usage = { ...this.#usage, ...event.usage }
        else if (event.t === 'start') this.#model ??= event.model
        if (this.#encoder) text += this.#told(this.#encoder, event, at)
        else this.#collector.add(event)
        this.finished = event.t === 'end' && this.fault === undefined
      }
    }
    return text
  }

  /** What the client is told of an event; where its protocol cannot say it, there is a fault then. */
  #told(encoder: AnswerEncoder, event: AnswerEvent, at: number): string {
    let text = ''
    this.fault = faultIn(() => {
      text = encoder.event(event, at)
    })
    return text
  }
}

/**
 * An answer that is no stream: nothing can be said of it before it is whole. Some relays call a stream JSON, or nothing at all;
 * JSON never begins as one does.
 */
class WholeDecoder implements AnswerDecoder {
  readonly #pair: Pair
  readonly #body = new WholeBody()
  #stream: AnswerDecoder | undefined
  #answer: Json | undefined
  #hasBegun = false

  constructor(pair: Pair) {
    this.#pair = pair
  }

  push(chunk: Buffer): AnswerEvent[] {
    const { provider, asked } = this.#pair
    if (this.#stream) return this.#stream.push(chunk)
    this.#body.push(chunk)
    if (this.#hasBegun) return []
    const first = chunk.find(byte => !blank.includes(byte))
    this.#hasBegun = first !== undefined
    if (first === undefined || !eventFields.includes(first)) return []
    this.#stream = provider.decodeStream(asked)
    return this.#stream.push(this.#body.bytes)
  }

  get isLong(): boolean {
    return !this.#stream && this.#body.isLong
  }

  /** Reads what has come, before `end`. */
  *read(): Steps<void> {
    if (this.#stream) return
    try {
      this.#answer = asObject(yield* this.#body.json(parseExact))
    } catch (error) {
      faultOf(error)
    }
  }

  end(): AnswerEvent[] {
    if (this.#stream) return this.#stream.end()
    const { provider, asked } = this.#pair
    return this.#answer
      ? provider.decodeWhole(this.#answer, asked)
      : [{ t: 'error', error: brokenAnswer('it is not a JSON object') }]
  }
}

/** How a line of server-sent events begins: `data`, `event`, `id`, `retry`, or a comment. */
const eventFields = Buffer.from('deir:')
/** What JSON and a stream alike may begin with; a byte order mark is one of it. */
const blank = Buffer.from('\ufeff \t\r\n')

/** The body of an error; Google's is the element of an array where the answer would have been one. */
function errorBodyIn(bytes: Buffer, asking: Asking): Json | undefined {
  try {
    const body: unknown = parseExact(jsonText(bytes))
    return asObject(asking === 'gemini' && Array.isArray(body) ? body[0] : body)
  } catch {
    return undefined
  }
}

/** So much of an error is read: the rest would be a page of a proxy's. */
const errorLimit = 64 * 1024

/** An answer that is an error, said in the client's words and with the status that its protocol has for it. */
class ErrorThrough implements Translation {
  readonly asking: Asking
  readonly contentType = 'application/json'
  readonly streamed = false
  finished = false
  readonly fault = undefined
  status: number
  headers: RawHeaders = []
  readonly #isOwn: ((body: Json) => boolean) | undefined
  readonly #pair: Sides
  readonly #headers: RawHeaders
  readonly #chunks: Buffer[] = []
  #size = 0

  constructor(pair: Sides, status: number, headers: RawHeaders, isOwn?: (body: Json) => boolean) {
    this.#pair = pair
    this.#isOwn = isOwn
    this.asking = pair.asking
    this.#headers = headers
    this.status = status
  }

  push(chunk: Buffer): string {
    if (this.#size < errorLimit) this.#chunks.push(chunk)
    this.#size += chunk.length
    return ''
  }

  end(): Steps<string> {
    return oneStep(() => this.#said())
  }

  #said(): string {
    this.finished = true
    const { client, provider } = this.#pair
    const bytes = Buffer.concat(this.#chunks)
    if (this.#isOwn?.(errorBodyIn(bytes, this.asking) ?? {})) return bytes.toString()
    const text = bytes.toString('utf8', 0, errorLimit)
    const has = (name: string): string | undefined => header(this.#headers, name)
    const error = provider.decodeError(this.status, text, has)
    const { status, body } = client.encodeError(error)
    this.status = status
    // Google says in its body what others say in a field, by which SDKs go.
    if (error.retryAfter !== undefined && !has('retry-after') && !has('retry-after-ms')) {
      this.headers = ['retry-after', String(Math.ceil(error.retryAfter / 1000))]
    }
    return `${exactJson(body)}\n`
  }

  broken(error: UpstreamError): Broken {
    const { status, body } = this.#pair.client.encodeError({ ...error, status: this.status })
    return { status, text: `${exactJson(body)}\n` }
  }
}
