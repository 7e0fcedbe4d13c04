import type { RawHeaders } from '../wire/headers.ts'
import { OPEN_ARRAY } from '../wire/json-walk.ts'
import type { Begins } from '../wire/stream.ts'
import type { Attempt } from './attempts.ts'
import type { Waiting } from './pulse.ts'
import type { Relay } from './relay.ts'
import type { TranslatedRelay } from './translated-relay.ts'
import type { Call, UpstreamFault, UpstreamHandler } from './upstream.ts'

/** Who decides what becomes of an answer. */
export interface Decider {
  headCame(answer: Answer): void
  /** The first bytes of the body: gives who gets them, and all that follow. */
  bodyBegan(answer: Answer): Relay | TranslatedRelay
  /** Whether the beginning of one is to be held, since it may say nothing. */
  mayHold(answer: Answer, chunk: Buffer): boolean
  /** More of a beginning that is held. */
  openingCame(answer: Answer, opening: Begins, chunk: Buffer): void
  /** It has ended, well or by a fault. */
  over(answer: Answer, fault: UpstreamFault | undefined): void
  /** It has brought nothing that decides anything, for long enough. */
  silent(answer: Answer): void
}

/** So much of a body is held; past that the upstream is not read on. */
const heldLimit = 64 * 1024

/**
 * What an upstream answers to one attempt. It is held until it is decided who gets it, and then passed on as it comes. One
 * that is given up keeps what it said: it may turn out to be the best there is to tell the client.
 */
export class Answer implements UpstreamHandler, Waiting {
  readonly attempt: Attempt
  /** Which of the targets was asked. */
  readonly index: number
  readonly began = performance.now()
  status = 0
  headers: RawHeaders = []
  message = ''
  call: Call | undefined
  /** Whom it is passed on to. */
  relay: Relay | TranslatedRelay | undefined
  /** Nobody gets it, as it seems. */
  givenUp = false
  /** Reads the beginning of a stream, while another attempt may follow. */
  opening: Begins | undefined
  quiet = 0
  place = -1
  /** Undefined until it has ended. */
  end: { readonly fault: UpstreamFault | undefined } | undefined
  /** Called at the end of one that was given up. */
  onEnd: (() => void) | undefined
  readonly #decider: Decider
  #held: Buffer[] | undefined
  #size = 0
  #taken = true

  constructor(decider: Decider, attempt: Attempt, index: number) {
    this.#decider = decider
    this.attempt = attempt
    this.index = index
  }

  /** What is held of its body. */
  get body(): Buffer {
    return Buffer.concat(this.#held ?? [])
  }

  get isFull(): boolean {
    return this.#size >= heldLimit
  }

  /** Passes on what is held, and from now on what comes. */
  passTo(relay: Relay | TranslatedRelay): void {
    this.relay = relay
    if (this.call) relay.attach(this.call)
    const held = this.#held ?? []
    this.#held = undefined
    for (const chunk of held) this.#taken = relay.data(chunk)
    if (this.#taken && this.isFull) this.call?.resume()
    if (this.end) this.#decider.over(this, this.end.fault)
  }

  head(status: number, headers: RawHeaders, message: string): void {
    this.status = status
    this.headers = headers
    this.message = message
    this.#decider.headCame(this)
  }

  data(chunk: Buffer): boolean {
    if (this.relay) return this.relay.data(chunk)
    // What is not packed mostly begins with a letter or a brace.
    const mayOpen = !this.#held && (chunk[0]! <= 0x20 || chunk[0] === OPEN_ARRAY)
    if (!this.givenUp && !this.opening && !(mayOpen && this.#decider.mayHold(this, chunk))) {
      this.passTo(this.#decider.bodyBegan(this))
      return this.relay!.data(chunk)
    }
    this.#held ??= []
    this.#held.push(chunk)
    this.#size += chunk.length
    if (this.opening) this.#decider.openingCame(this, this.opening, chunk)
    return this.relay ? this.#taken : !this.isFull
  }

  ended(): void {
    this.#over(undefined)
  }

  failed(fault: UpstreamFault): void {
    this.#over(fault)
  }

  silent(): void {
    this.#decider.silent(this)
  }

  #over(fault: UpstreamFault | undefined): void {
    this.end = { fault }
    this.#decider.over(this, fault)
  }
}
