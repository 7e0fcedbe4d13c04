import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { Fallback, Timeouts } from '../alias/alias.ts'
import { GatewayError } from '../errors.ts'
import type { TranslateOrPass } from '../translate/translation.ts'
import { encodingOf, header, type RawHeaders } from '../wire/headers.ts'
import type { Protocol } from '../wire/protocol.ts'
import { retryAfter } from '../wire/retry-after.ts'
import type { Steps } from '../wire/steps.ts'
import { type Begins, mayBeArray, Opening, openingOfJson } from '../wire/stream.ts'
import { Answer, type Decider } from './answer.ts'
import type { ClientResponse } from './client-response.ts'
import { Course } from './course.ts'
import {
  bodyOf,
  type Failure,
  isOfTarget,
  isStatusOfTarget,
  noAnswer,
  placeOf,
  reasonOfFailure,
  type Wrap,
  withJson,
} from './failure.ts'
import { Failures } from './failures.ts'
import { faultError, faultKind } from './fault-error.ts'
import type { Health, Patient } from './health.ts'
import { inTurns } from './in-turns.ts'
import { isPlainEventStream } from './observer.ts'
import { forget, watch } from './pulse.ts'
import { mayRefuseKey, refusesKey } from './refusal.ts'
import { type KeepAlive, Relay } from './relay.ts'
import { sendSeveral } from './several.ts'
import { TranslatedRelay } from './translated-relay.ts'
import { send, type UpstreamFault, type UpstreamRequest, type Upstreams } from './upstream.ts'

/** One thing to try: where to, and what to send there. */
export interface Attempt extends Patient {
  readonly provider: string
  readonly origin: string
  /** In which the upstream answers. */
  readonly protocol: Protocol
  /** What the answer passes through; undefined where the client speaks the same protocol. */
  readonly translate: TranslateOrPass | undefined
  /** Fields to add to the answer. */
  readonly headers: RawHeaders
  readonly request: UpstreamRequest & { readonly timeouts: Timeouts }
  /** What is sent beside it, to be answered as one. */
  readonly more?: readonly UpstreamRequest[]
  /** It asks for usage on its own account, in an event that the client does not get. */
  readonly dropUsage: boolean
  /** Reads the credential again; true where it is another one now. Never rejects. */
  readonly renew: (() => Promise<boolean>) | undefined
}

export interface AttemptsOptions {
  readonly res: ClientResponse
  readonly upstreams: Upstreams
  readonly health: Health
  /** `provider/model`, in the order to try them. */
  readonly targets: readonly string[]
  readonly fallback: Fallback
  /** What takes long of making the attempt at the n-th target, for which others need not wait; undefined for nothing. Throws nothing. */
  readonly ready: ((index: number) => Steps<void> | undefined) | undefined
  /** Makes the attempt at the n-th target, the `number`th in all; what it throws fails the attempt. */
  readonly prepare: (index: number, number: number) => Attempt
  /** Fields to add to the response of the n-th target, which has this status. */
  readonly headers: (index: number, status: number) => string[]
  /** A response is being passed on: its status, from the n-th target. */
  readonly answered: (index: number, status: number) => void
  /** Ended, well or badly; `relay` tells what the response said of itself. */
  readonly done: (relay: Relay | TranslatedRelay, fault: UpstreamFault | undefined) => void
  /** The name to put in place of the model's own, in the body or in every event. */
  readonly respondAs: string | undefined
  readonly keepAlive: KeepAlive | undefined
  /** The bytes that tell a client that a stream has failed, in its own protocol: an event, or the element of an array. */
  readonly brokenStream: (error: GatewayError, inArray: boolean) => string
  /** An upstream's error that has no form, in the client's. */
  readonly wrap: Wrap
  /** No target gave a response, or it broke off before any of it was sent: nothing has been. */
  readonly failed: (error: GatewayError) => void
  /** Answers in place of what a target said, told by its status; false where that is to be passed on. */
  readonly instead: ((reason: string) => boolean) | undefined
}

/** How long the rest of an error's body is waited for, where it matters what it says. Milliseconds. */
const bodyWait = 1_000
/** A stream that says only that it has begun is passed on after this, unless `keepAlive` says otherwise. */
const openingWait = 15_000

/**
 * The attempts of one request: each target in order, the last one more than once, until one answers. An answer is held
 * while another attempt may still follow: its head until the first byte, and a stream until its first content. Nothing is
 * tried once the client has a byte.
 */
export class Attempts implements Decider {
  readonly #options: AttemptsOptions
  readonly #course: Course
  readonly #failures = new Failures()
  /** Of the attempt that is under way, or was the last; undefined where that could not be made. */
  #answer: Answer | undefined
  #stale = false
  #renewed = -1
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(options: AttemptsOptions) {
    this.#options = options
    this.#course = new Course(options.fallback, options.targets.length)
  }

  start(): void {
    this.#try()
  }

  /** The client has left: everything is dropped, at whatever stage it is. */
  cancel(): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#timer)
    const answer = this.#answer
    if (answer) {
      this.#endOpening(answer)
      answer.call?.cancel()
      answer.relay?.stop()
      this.#options.health.left(answer.attempt)
    }
    this.#failures.drop()
  }

  #try(): void {
    const { index } = this.#course
    const steps = this.#options.ready?.(index)
    if (steps)
      inTurns(
        steps,
        () => this.#over,
        () => this.#send(index),
      )
    else this.#send(index)
  }

  #send(index: number): void {
    const { upstreams, health, prepare, targets } = this.#options
    let attempt: Attempt
    try {
      attempt = prepare(index, this.#failures.count + 1)
    } catch (error) {
      this.#answer = undefined
      this.#failed({ target: targets[index]!, ms: 0, error: asGatewayError(error) }, true, false)
      return
    }
    const { origin, request, more = [] } = attempt
    health.tried(attempt)
    const answer = new Answer(this, attempt, index)
    this.#answer = answer
    const pool = upstreams.pool(origin, request.timeouts.connect, isOnce(attempt))
    answer.call =
      more.length === 0
        ? send(pool, request, answer)
        : sendSeveral([request, ...more], answer, (one, handler) => send(pool, one, handler))
  }

  headCame(answer: Answer): void {
    const { status, attempt } = answer
    if (status >= 400) {
      answer.givenUp = true
      if (!attempt.renew || this.#renewed === answer.index) this.#refused(answer)
      else if (refusesKey(status, answer.headers)) this.#renew(answer, attempt.renew)
      else if (mayRefuseKey(status)) this.#whenSaid(answer, () => this.#lookForKey(answer))
      else this.#refused(answer)
    } else if (status !== 200) {
      const error = attempt.translate?.(status, answer.headers) && noAnswer(answer)
      if (error) {
        answer.givenUp = true
        answer.call?.cancel()
        // It would answer the same again.
        this.#failed({ ...placeOf(answer), error }, this.#course.covers('broken'), false)
      } else this.#pass(answer)
    } else if (isPlainEventStream(answer.headers)) {
      if (this.#course.goesOn && !isOnce(attempt)) {
        answer.opening = new Opening(attempt.protocol)
        watch(answer, this.#patience)
      } else this.#pass(answer)
    }
    // The head of anything else waits for the first byte, without which it is no answer.
  }

  bodyBegan(answer: Answer): Relay | TranslatedRelay {
    return this.#open(answer, this.#patience)
  }

  mayHold(answer: Answer, chunk: Buffer): boolean {
    const { headers, attempt } = answer
    const type = header(headers, 'content-type') ?? ''
    const isPlain = type.startsWith('application/json') && encodingOf(headers) === undefined
    if (!isPlain || !this.#course.goesOn || isOnce(attempt)) return false
    answer.opening = openingOfJson(chunk, mayBeArray(attempt.protocol, attempt.request.path))
    if (!answer.opening) return false
    watch(answer, this.#patience)
    return true
  }

  openingCame(answer: Answer, opening: Begins, chunk: Buffer): void {
    const said = opening.push(chunk)
    if (said === undefined && !answer.isFull) return
    this.#endOpening(answer)
    if (typeof said === 'object' && this.#course.coversEvent(said)) {
      answer.givenUp = true
      this.#failed({ ...placeOf(answer), answer, event: said }, true)
    } else this.#pass(answer)
  }

  silent(answer: Answer): void {
    this.#pass(answer)
  }

  over(answer: Answer, fault: UpstreamFault | undefined): void {
    if (this.#over) return
    const { relay } = answer
    const reading = fault || !relay || !isTranslated(relay) ? undefined : relay.reading()
    if (reading)
      inTurns(
        reading,
        () => this.#over,
        () => this.#ended(answer, undefined),
      )
    else this.#ended(answer, fault)
  }

  #ended(answer: Answer, fault: UpstreamFault | undefined): void {
    const { relay, attempt, status } = answer
    this.#endOpening(answer)
    if (relay) {
      const held = isHeld(relay) ? relay : undefined
      const broken = held && (fault ?? held.read())
      if (broken) this.#broke(answer, held, broken, fault !== undefined)
      else this.#finished(answer, relay, fault ? relay.failed(fault) : relay.ended())
    } else if (answer.givenUp) answer.onEnd?.()
    else if (fault?.stale && !this.#stale && !isOnce(attempt)) {
      // The upstream had closed an idle connection just as it was used: it never saw the request.
      this.#stale = true
      this.#try()
    } else {
      const error = fault
        ? faultError(fault, attempt)
        : new GatewayError('upstream_empty', { provider: attempt.provider, status })
      const covered = this.#course.covers(fault ? faultKind(fault) : 'empty')
      // It has waited for its turn already.
      const repeatable = fault?.kind !== 'busy'
      this.#failed({ ...placeOf(answer), error }, covered && !fault?.error, repeatable)
    }
  }

  /** An answer of which the client has nothing yet is as good as none. `cut`: its connection broke, it is not nonsense. */
  #broke(answer: Answer, relay: TranslatedRelay, fault: UpstreamFault, cut: boolean): void {
    answer.call?.cancel()
    relay.stop()
    const { status } = fault
    const covered =
      status === undefined
        ? this.#course.covers(faultKind(fault))
        : this.#course.coversEvent({ status })
    const error = faultError(fault, answer.attempt)
    this.#failed(
      { ...placeOf(answer), error, held: { answer, relay, fault } },
      covered && !fault.error,
      // Who answered nonsense would do so again, and it may have cost something.
      cut || status !== undefined,
    )
  }

  #refused(answer: Answer): void {
    this.#failed({ ...placeOf(answer), answer }, this.#course.covers(answer.status))
  }

  #lookForKey(answer: Answer): void {
    const { attempt, status, headers } = answer
    if (refusesKey(status, headers, bodyOf(answer)?.toString())) this.#renew(answer, attempt.renew!)
    else this.#refused(answer)
  }

  /** Calls `then` when an answer that was given up has said all, or enough of it. */
  #whenSaid(answer: Answer, then: () => void): void {
    if (answer.end || answer.isFull) {
      then()
      return
    }
    answer.onEnd = () => {
      clearTimeout(this.#timer)
      answer.onEnd = undefined
      then()
    }
    this.#timer = setTimeout(answer.onEnd, bodyWait)
  }

  /** `covered`: it is one that another attempt follows. `repeatable`: also at the same target. */
  #failed(failure: Failure, covered: boolean, repeatable = true): void {
    this.#failures.add(failure)
    if (this.#answer) this.#tellHealth(failure, this.#answer)
    const once = this.#answer !== undefined && isOnce(this.#answer.attempt)
    const wait =
      covered && !once
        ? this.#course.next(failure.answer ?? failure.held?.answer, repeatable)
        : undefined
    if (wait === 0) this.#try()
    else if (wait !== undefined) this.#timer = setTimeout(() => this.#try(), wait)
    // What another attempt would not mend is the answer, whatever the ones before it said.
    else this.#end(covered ? this.#failures.mostInformative : failure)
  }

  #renew(answer: Answer, renew: () => Promise<boolean>): void {
    this.#renewed = answer.index
    const renewal = renew()
    if (isOnce(answer.attempt)) {
      this.#refused(answer)
      return
    }
    void renewal.then(changed => {
      if (this.#over) return
      if (!changed) {
        this.#refused(answer)
        return
      }
      this.#failures.add({ ...placeOf(answer), answer })
      this.#try()
    })
  }

  /** No more attempts: the client is told what this one said. */
  #end(failure: Failure): void {
    const { answer, event, held, error } = failure
    const several = this.#failures.count > 1
    if (held) {
      this.#over = true
      this.#failures.drop()
      this.#options.done(held.relay, held.relay.failed(held.fault))
    } else if (!answer) {
      this.#over = true
      this.#failures.drop()
      this.#options.failed(this.#failures.of(error!))
    } else if (this.#options.instead?.(reasonOfFailure(failure))) {
      this.#over = true
      this.#failures.drop()
    } else if (!several) this.#pass(answer)
    else if (event) this.#say(failure, answer)
    else this.#whenSaid(answer, () => this.#say(failure, answer))
  }

  /** Answers with what a failed attempt said, and with what all of them did. */
  #say(failure: Failure, answer: Answer): void {
    const isWhole = failure.event !== undefined || (answer.end && !answer.end.fault)
    const said = isWhole ? this.#failures.say(failure, this.#options.wrap) : undefined
    if (!said) {
      this.#pass(answer)
      return
    }
    answer.call?.cancel()
    if (said.status !== answer.status) answer.message = STATUS_CODES[said.status] ?? ''
    answer.status = said.status
    answer.headers = said.headers
    const relay = this.#open(answer)
    relay.data(said.body)
    this.#finished(answer, relay, relay.ended())
  }

  /** Answers with an error of which only the head came. */
  #sayStatus(answer: Answer): void {
    const said = JSON.stringify(this.#options.wrap(answer.status, '', []))
    const body = this.#failures.in(Buffer.from(said))
    answer.headers = withJson(answer.headers, body)
    const relay = this.#open(answer)
    relay.data(body)
    relay.ended()
  }

  #pass(answer: Answer): void {
    answer.passTo(this.#open(answer))
  }

  /** The client gets this one; see `patience` of TranslatedRelay. */
  #open(answer: Answer, patience?: number): Relay | TranslatedRelay {
    const { index, status, headers, message, attempt } = answer
    const options = this.#options
    this.#endOpening(answer)
    this.#answer = answer
    const added = options.headers(index, status)
    const fields = (): RawHeaders => [
      ...added,
      ...this.#failures.fields(answer),
      ...attempt.headers,
    ]
    if (status < 400) options.health.answered(attempt)
    const { res } = options
    const brokenStream = (fault: UpstreamFault, inArray = false): string =>
      options.brokenStream(faultError(fault, attempt), inArray)
    const brokenAnswer = (fault: UpstreamFault): void => {
      if (status < 400) options.failed(this.#failures.of(faultError(fault, attempt)))
      else this.#sayStatus(answer)
    }
    const { translate, protocol } = attempt
    const translation = translate?.(status, headers)
    const relay = translation
      ? new TranslatedRelay(
          {
            res,
            headers: fields,
            brokenStream,
            patience,
            withAttempts: body => this.#failures.in(body),
            keepAlive: options.keepAlive,
            errorOf: fault => faultError(fault, attempt),
            sent: status => {
              // Until then, one of those before may be what tells the client most.
              this.#failures.drop(answer)
              options.answered(index, status)
            },
            brokenAnswer,
            broke: (relay, fault) => {
              if (relay.isHeld) this.#broke(answer, relay, fault, false)
              else this.#finished(answer, relay, relay.failed(fault))
            },
          },
          translation,
          status,
          headers,
        )
      : new Relay(
          {
            res,
            headers: fields(),
            brokenStream,
            brokenAnswer,
            respondAs: options.respondAs,
            dropUsage: attempt.dropUsage,
            keepAlive: options.keepAlive,
            protocol,
            mayBeArray: mayBeArray(protocol, attempt.request.path),
          },
          status,
          headers,
          message,
        )
    if (!translation) this.#failures.drop(answer)
    options.answered(index, status)
    return relay
  }

  #finished(
    { attempt, status }: Answer,
    relay: Relay | TranslatedRelay,
    fault: UpstreamFault | undefined,
  ): void {
    this.#over = true
    this.#failures.drop()
    const { health } = this.#options
    if (fault && !fault.error) {
      const { status: said } = fault
      if (said === undefined) health.failed(attempt, faultError(fault, attempt).code)
      else if (isStatusOfTarget(said)) health.failed(attempt, String(said))
      else health.left(attempt)
    } else if (status < 400) health.succeeded(attempt)
    this.#options.done(relay, fault)
  }

  #tellHealth(failure: Failure, { attempt }: Answer): void {
    const { health } = this.#options
    if (!isOfTarget(failure)) health.left(attempt)
    else {
      const { answer } = failure
      const busy = answer?.status === 429 ? retryAfter(answer.headers, Date.now()) : undefined
      health.failed(attempt, reasonOfFailure(failure), busy)
    }
  }

  get #patience(): number {
    return this.#options.keepAlive?.every ?? openingWait
  }

  #endOpening(answer: Answer): void {
    if (!answer.opening) return
    answer.opening = undefined
    forget(answer, this.#patience)
  }
}

const isTranslated = (relay: Relay | TranslatedRelay): relay is TranslatedRelay =>
  relay instanceof TranslatedRelay

const isHeld = (relay: Relay | TranslatedRelay): relay is TranslatedRelay =>
  isTranslated(relay) && relay.isHeld

/** A body that is a stream is gone once it was sent. */
const isOnce = ({ request: { body } }: Attempt): boolean => body instanceof Readable

const asGatewayError = (error: unknown): GatewayError =>
  error instanceof GatewayError
    ? error
    : new GatewayError('internal', { reason: (error as Error).message }, error)
