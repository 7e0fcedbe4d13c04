/**
 * How one answer of an upstream is said in the client's protocol. Pure: it is given bytes in any split, and the time, in
 * milliseconds since the epoch. Made anew for each answer.
 */
export interface Translation {
  /** Of what it says to the client. */
  readonly contentType: string
  /** True: what `push` says is sent at once. False: nothing is sent before the end, so that it can still be an error. */
  readonly streamed: boolean
  /** All has been said: an upstream that fails now spoils nothing. */
  readonly finished: boolean
  /** What these bytes let it say; may be empty. Throws AnswerFault. */
  push(chunk: Buffer, at: number): string
  /** What is left to say when the upstream has ended. Throws AnswerFault where that was too early. */
  end(at: number): string
}

/** Begins a translation of an answer with this status and content type. */
export type Translate = (status: number, contentType: string) => Translation

/** What came from the upstream is no whole answer in its protocol: `message` says why. */
export class AnswerFault extends Error {}

/** A request in another protocol than the client's. */
export interface TranslatedRequest {
  /** Of the whole request but the model, which each target names itself. */
  readonly body: Readonly<Record<string, unknown>>
  /** Fields of the client's request that have no place in it. */
  readonly dropped: readonly string[]
}
