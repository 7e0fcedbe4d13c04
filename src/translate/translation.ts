import type { RawHeaders } from '../wire/headers.ts'
import type { Steps } from '../wire/steps.ts'
import type { Told } from '../wire/usage.ts'
import type { UpstreamError } from './message.ts'
import type { Asking } from './routes.ts'

/**
 * How one answer of an upstream is said in the client's protocol. Pure: it is given bytes in any split, and the time, in
 * milliseconds since the epoch. Made anew for each answer.
 */
export interface Translation {
  /** The client's protocol; absent for OpenAI's own. */
  readonly asking?: Asking
  /** Of what it says to the client. */
  readonly contentType: string
  /** True: what `push` says is sent at once. False: nothing is sent before the end, so that it can still be an error. */
  readonly streamed: boolean
  /** All has been said: an upstream that fails now spoils nothing. */
  readonly finished: boolean
  /** In place of the status that came, once `end` has been called; undefined where that stands. */
  readonly status?: number
  /** Fields that the client is told besides those that came, once `end` has been called. */
  readonly headers?: RawHeaders
  /** Why what came is no whole answer, as soon as that shows; nothing is to be said after it. */
  readonly fault: string | undefined
  /** The status of an error that the upstream itself said in place of an answer, as the client's protocol has it. */
  readonly errorStatus?: number | undefined
  /** What has been read of the answer; absent where whoever asks has to look at the bytes. */
  told?(): Told
  /** What these bytes let it say; may be empty. */
  push(chunk: Buffer, at: number): string
  /** What `end` does takes long. */
  readonly isLong?: boolean
  /** What is left to say when the upstream has ended, in steps; where that was too early, there is a fault then. */
  end(at: number): Steps<string>
  /** What ends an answer that cannot be whole: of a stream that has begun the last of it, otherwise all that is said, as JSON. */
  broken?(error: UpstreamError, at: number, begun: boolean): Broken
}

export interface Broken {
  /** Of an answer of which nothing has been sent. */
  readonly status?: number
  readonly text: string
}

/** Begins a translation of an answer with this status and these header fields. */
export type Translate = (status: number, headers: RawHeaders) => Translation

/** The same, or undefined for an answer that passes as it is. */
export type TranslateOrPass = (status: number, headers: RawHeaders) => Translation | undefined

/** Thrown within a translation: what came from the upstream is no answer in its protocol, and `message` says why. */
export class AnswerFault extends Error {}

/** Runs a part of a translation; gives the reason where it threw an AnswerFault. */
export function faultIn(part: () => void): string | undefined {
  try {
    part()
    return undefined
  } catch (error) {
    return faultOf(error)
  }
}

/** The reason that an AnswerFault gives; any other error is thrown on. */
export function faultOf(error: unknown): string {
  if (error instanceof AnswerFault) return error.message
  throw error
}

/** A request in another protocol than the client's. */
export interface TranslatedRequest {
  /** Of the whole request but the model, which each target names itself. */
  readonly body: Readonly<Record<string, unknown>>
  /** Fields of the client's request that have no place in it. */
  readonly dropped: readonly string[]
}
