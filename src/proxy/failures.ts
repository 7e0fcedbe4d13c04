import type { GatewayError } from '../errors.ts'
import type { RawHeaders } from '../wire/headers.ts'
import type { Answer } from './answer.ts'
import {
  addedTo,
  type Failure,
  mostInformative,
  noMoreTries,
  placeOf,
  reportOf,
  type Said,
  sayWithAttempts,
  story,
  type Wrap,
  withAttempts,
} from './failure.ts'

/** The attempts of one request that have failed so far, and what a client is told of them. */
export class Failures {
  readonly #all: Failure[] = []

  get count(): number {
    return this.#all.length
  }

  add(failure: Failure): void {
    this.#all.push(failure)
  }

  get mostInformative(): Failure {
    return mostInformative(this.#all)
  }

  /** Fields of an answer that the client gets: what each attempt did, this one included. */
  fields(answer: Answer): RawHeaders {
    if (this.#all.length === 0) return one
    const isOneOfThem = this.#all.some(
      ({ answer: said, held }) => (said ?? held?.answer) === answer,
    )
    const reports = this.#all.map(reportOf)
    const all = isOneOfThem ? reports : [...reports, { ...placeOf(answer), status: answer.status }]
    const isLast = isOneOfThem && answer.status < 400 && reports.length > 1
    return ['x-gateway-attempts', story(all), ...(isLast ? noMoreTries(answer.headers) : [])]
  }

  /** The error with what each attempt did, where there were several. */
  of(error: GatewayError): GatewayError {
    return this.#all.length > 1 ? withAttempts(error, this.#all.map(reportOf)) : error
  }

  /** The body of an error with the same; as it is where it has no place for that. */
  in(body: Buffer): Buffer {
    return (this.#all.length > 1 && addedTo(body, this.#all.map(reportOf))) || body
  }

  /** What a failed answer said, with the same; undefined where its body cannot be unpacked. */
  say(failure: Failure, wrap: Wrap): Said | undefined {
    return sayWithAttempts(failure, this.#all.map(reportOf), wrap)
  }

  /** Nobody will read the rest of them, but for one. */
  drop(but?: Answer): void {
    for (const { answer } of this.#all) {
      if (answer && answer !== but && !answer.end) answer.call?.cancel()
    }
  }
}

const one: RawHeaders = ['x-gateway-attempts', '1']
