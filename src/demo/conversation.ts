import { createHash } from 'node:crypto'
import { GatewayError } from '../errors.ts'
import type { Answering, ClientCodec } from '../translate/codec.ts'
import { clientCodecs } from '../translate/codecs.ts'
import { Collector } from '../translate/collect.ts'
import { countingClients } from '../translate/counting.ts'
import type { AnswerEvent, ModelRequest, Vendor } from '../translate/message.ts'
import { asArray, asObject, type Json } from '../translate/values.ts'
import { atOnce } from '../wire/steps.ts'
import {
  type Answer,
  type Body,
  integer,
  invalid,
  type Stream,
  streamOf,
  type Understood,
} from './api.ts'
import { promptOf, type Script, scriptFor, type Voice } from './script.ts'
import { snapshotOf } from './snapshots.ts'
import { countPrompt } from './tokens.ts'

/** The protocols that conversations are held in here, each by the codec that the gateway has for its clients. */
export type Language = 'chat' | 'responses' | 'messages' | 'gemini'

/** What of an answer is a vendor's own, and in no encoder. */
const voices: Readonly<
  Record<
    Language,
    { vendor: Vendor | undefined; signedCalls: boolean; summaries: boolean; call: string }
  >
> = {
  chat: { vendor: undefined, signedCalls: false, summaries: false, call: 'call_' },
  responses: { vendor: 'openai', signedCalls: false, summaries: true, call: 'call_' },
  messages: { vendor: 'anthropic', signedCalls: false, summaries: false, call: 'toolu_' },
  gemini: { vendor: 'google', signedCalls: true, summaries: false, call: 'call_' },
}

/** A request as it came. */
export interface Asked {
  readonly body: Body
  /** Undefined for one that names none, which is wrong. */
  readonly model: string | undefined
  /** Of the operation, with its query: Gemini's says there whether to stream, and how. */
  readonly path: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** A conversation in one of these protocols, to be answered whole or as a stream. */
export function converse(language: Language, asked: Asked): Understood {
  const model = named(asked)
  const { body, path } = asked
  // Only Chat Completions has several answers to one request, and the codec has no place for them.
  const count = language === 'chat' ? (integer(body, 'n', 1, 128) ?? 1) : 1
  const { n: _, ...one } = body
  const codec = clientCodecs[language]!
  const request = understood(() =>
    atOnce(codec.decodeRequest(language === 'chat' ? one : body, model, path)),
  )
  if (request.maxTokens !== undefined && request.maxTokens < 1)
    throw invalid(`Invalid limit of tokens: expected at least 1, but got ${request.maxTokens}.`)
  return {
    model,
    says: [promptOf(request)],
    answer: () => answerOf(codec, language, asked, request, count),
  }
}

/** How many tokens a request has, where this operation counts them. */
export function countTokensOf(operation: string, asked: Asked): Understood {
  const model = named(asked)
  const { decode, encode } = countingClients[operation]!
  const request = understood(() => atOnce(decode(asked.body, model)))
  return {
    model,
    says: [promptOf(request)],
    answer: () => ({ json: encode(countPrompt(request)) }),
  }
}

function named({ model }: Asked): string {
  if (model === undefined) throw invalid('you must provide a model parameter')
  return model
}

/** What the decoders refuse, as a vendor would. */
function understood<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const { field, reason } = error.facts
    if (field === undefined) throw invalid(String(reason))
    throw invalid(`${field}: ${reason}`, { param: String(field) })
  }
}

function answerOf(
  codec: ClientCodec,
  language: Language,
  { body, model, path, now }: Asked,
  request: ModelRequest,
  count: number,
): Answer {
  const newId = idsFor(body)
  const { call, ...manners } = voices[language]
  const voice: Voice = { ...manners, newId: kind => newId(kind === 'call' ? call : 'rs_') }
  const variant = Math.trunc(request.seed ?? 0)
  const scripts = Array.from({ length: count }, (_, i) => scriptFor(request, variant + i, voice))
  const input = countPrompt(request)
  const answering: Answering = {
    request,
    raw: body,
    path,
    model: undefined,
    target: snapshotOf(model!),
    started: now,
    estimate: () => input,
    newId,
    memory: { remember: () => {}, recall: () => undefined },
  }
  const id = newId(ids[language])
  const sum = (what: 'output' | 'reasoning'): number =>
    scripts.reduce((all, script) => all + script[what], 0)
  // Beside several answers there is one usage, after the last.
  const usage = { input, output: sum('output'), reasoning: sum('reasoning') }
  const events = ({ blocks, finish }: Script): AnswerEvent[] => [
    {
      t: 'start',
      id,
      model: snapshotOf(model!),
      created: Math.floor(now / 1000),
      usage: { input },
    },
    ...blocks,
    { t: 'usage', usage },
    { t: 'finish', finish },
    { t: 'end' },
  ]
  if (request.stream) {
    const streams = scripts.map(script => streamOf(codec.stream(answering), events(script), now))
    return streams.length === 1 ? streams[0]! : sideBySide(streams)
  }
  const wholes = scripts.map(script => {
    const collector = new Collector()
    for (const event of events(script)) collector.add(event)
    return codec.whole(collector.answer(), answering, now)
  })
  return { json: wholes.length === 1 ? wholes[0] : together(wholes) }
}

const ids: Readonly<Record<Language, string>> = {
  chat: 'chatcmpl-',
  responses: 'resp_',
  messages: 'msg_',
  gemini: '',
}

/** Chat completions that answer one request, as one. */
function together(wholes: readonly Json[]): Json {
  const choices = wholes.flatMap(({ choices }, index) =>
    asArray(choices).map(choice => ({ ...asObject(choice), index })),
  )
  return { ...wholes[0], choices }
}

/** Their streams, one after the other; what ends a stream comes from the last. */
function sideBySide(streams: readonly Stream[]): Stream {
  const steps = streams.flatMap(({ steps }, index) =>
    steps.map((step, at) => () => {
      const text = step().replaceAll('"choices":[{"index":0,', `"choices":[{"index":${index},`)
      const ends = at === steps.length - 1 && index < streams.length - 1
      return ends ? text.slice(0, text.indexOf('\n\n') + 2) : text
    }),
  )
  return { ...streams.at(-1)!, steps }
}

/** Ids that are the same for the same request, streamed or not. */
export function idsFor({ stream: _, ...body }: Body): (prefix: string) => string {
  const seed = createHash('sha256').update(JSON.stringify(body)).digest()
  let count = 0
  return prefix => {
    const hash = createHash('sha256').update(seed).update(String(count++)).digest('base64url')
    return prefix + hash.replace(/[-_]/g, '').slice(0, 24)
  }
}
