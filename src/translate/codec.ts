// What a protocol must offer to take part in translation. A client's protocol reads requests and writes answers; a
// provider's writes requests and reads answers. Nothing here does I/O or reads a clock: ids and times are given. Requests are
// read and written in steps, at least one for each message: a long one takes so long that others want their turn in between.

import type { RawHeaders } from '../wire/headers.ts'
import type { Steps } from '../wire/steps.ts'
import type { ModelFacts } from './facts.ts'
import type {
  Answer,
  AnswerEvent,
  Message,
  ModelRequest,
  Signature,
  UpstreamError,
} from './message.ts'
import type { Quirks } from './quirks.ts'
import type { Json } from './values.ts'

/** The far side of a translated request. */
export interface Far {
  /** The model as the provider knows it. */
  readonly model: string
  readonly facts: ModelFacts
  readonly quirks: Quirks
  readonly memory: Memory
}

/** What a client's protocol cannot carry from one turn to the next, kept by the id of a tool call. Bounded; may forget. */
export interface Memory {
  remember(callId: string, signature: Signature): void
  recall(callId: string): Signature | undefined
}

/** A request as a provider is sent it. */
export interface EncodedRequest {
  readonly body: Json
  /** Fields of the client's request that had no place, by the client's names: harmless hints. */
  readonly dropped: readonly string[]
  /** Names of tools as they were sent -> as the client knows them, where those differ. */
  readonly toolNames: ReadonlyMap<string, string>
  /** Header fields that the request needs besides those of its provider. */
  readonly headers?: RawHeaders
}

/** What a decoder of answers is told. */
export interface Asked {
  /** The request that is answered, as the client's protocol was read. */
  readonly request: ModelRequest
  readonly toolNames: ReadonlyMap<string, string>
  readonly far: Far
  /** A new id: the prefix and 24 random letters and digits. */
  readonly newId: (prefix: string) => string
}

/** Reads an answer, streamed or whole, from bytes in any split. What makes no sense becomes an `error` event. */
export interface AnswerDecoder {
  push(chunk: Buffer): AnswerEvent[]
  /** The connection ended well: the events that were left, at the least `end` or `error`. */
  end(): AnswerEvent[]
}

/** What an encoder of answers is told. */
export interface Answering {
  readonly request: ModelRequest
  /** The client's own request, for what an answer repeats of it. */
  readonly raw: Json
  /** Of the operation, with its query: Gemini's says there in which form to stream. */
  readonly path: string
  /** The name to answer with; undefined for the upstream's own. */
  readonly model: string | undefined
  /** The model that was asked for, for an upstream that names none. */
  readonly target: string
  /** When the client asked, in milliseconds since the epoch. */
  readonly started: number
  /** What the request has, estimated, in tokens: for a stream that says so before the upstream does. */
  readonly estimate: () => number
  readonly newId: (prefix: string) => string
  readonly memory: Memory
}

/** Writes a stream. Whatever the order of events, what it writes is a valid sequence of its protocol. */
export interface AnswerEncoder {
  readonly contentType: string
  /** Bytes for one event, empty where it says nothing yet. `at` in milliseconds since the epoch. */
  event(event: AnswerEvent, at: number): string
}

/** An error in a client's protocol, whole. */
export interface EncodedError {
  readonly status: number
  readonly body: Json
}

/** A protocol that clients speak. */
export interface ClientCodec {
  /** Throws GatewayError `untranslatable` (400) for what cannot be said elsewhere, naming the field. */
  /** `path`: of the operation, with its query: Gemini's says there whether to stream. */
  readonly decodeRequest: (body: Json, model: string, path: string) => Steps<ModelRequest>
  readonly stream: (answering: Answering) => AnswerEncoder
  readonly whole: (answer: Answer, answering: Answering, at: number) => Json
  readonly encodeError: (error: UpstreamError) => EncodedError
}

/** A protocol that providers speak. */
export interface ProviderCodec {
  /** Throws GatewayError `untranslatable` (400) for what this model cannot be told, naming the field. */
  readonly encodeRequest: (request: ModelRequest, far: Far) => Steps<EncodedRequest>
  readonly decodeStream: (asked: Asked) => AnswerDecoder
  /** The events of a whole answer, in one go. */
  readonly decodeWhole: (body: Json, asked: Asked) => AnswerEvent[]
  /** `body`: the bytes of the error as text, JSON or not. `header` finds a field of the answer by its lower-case name. */
  readonly decodeError: (
    status: number,
    body: string,
    header: (name: string) => string | undefined,
  ) => UpstreamError
  /** True where the vendor wants bytes in place of this URL: they are fetched before the request is encoded. */
  readonly wantsBytes?: (url: string, message: Message, far: Far) => boolean
}
