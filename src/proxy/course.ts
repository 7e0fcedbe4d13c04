import type { Fallback } from '../alias/alias.ts'
import { header } from '../wire/headers.ts'
import { retryAfter } from '../wire/retry-after.ts'
import type { EventError } from '../wire/stream.ts'
import type { Answer } from './answer.ts'

/** The first wait before the last target is tried again; each is twice as long as the one before. Milliseconds. */
const firstWait = 500
/** A provider that wants to be left alone for longer is: the client can ask again itself. */
const longestWait = 5_000

/** Where the attempts of one request stand, and whether one more follows. */
export class Course {
  /** Of the present target. */
  index = 0
  #failedHere = 0
  readonly #began = performance.now()
  readonly #fallback: Fallback
  readonly #targets: number

  constructor(fallback: Fallback, targets: number) {
    this.#fallback = fallback
    this.#targets = targets
  }

  /** Whether another attempt follows on this: a word of `fallback.on`, or a status. */
  covers(reason: string | number): boolean {
    const { on } = this.#fallback
    return (
      on.includes(String(reason)) ||
      (typeof reason === 'number' && reason >= 500 && on.includes('5xx'))
    )
  }

  /** An error inside a 200 must be one that would be tried again by its status, too. */
  coversEvent({ status }: Pick<EventError, 'status'>): boolean {
    return this.covers('error') && (status >= 500 || this.covers(status))
  }

  /** Whether an attempt may follow the present one. */
  get goesOn(): boolean {
    return (
      (this.index + 1 < this.#targets || this.#failedHere + 1 < this.#fallback.attempts) &&
      this.#isInBudget(0)
    )
  }

  /**
   * The present attempt has failed. Gives how long to wait for the next one, in milliseconds: 0 where it goes to the next
   * target, undefined where none follows. `repeatable` is false where the same target would fail in the same way.
   */
  next(answer: Answer | undefined, repeatable: boolean): number | undefined {
    if (this.index + 1 < this.#targets) {
      if (!this.#isInBudget(0)) return undefined
      this.index++
      return 0
    }
    this.#failedHere++
    if (!repeatable || this.#failedHere >= this.#fallback.attempts) return undefined
    const headers = answer?.headers ?? []
    if (header(headers, 'x-should-retry') === 'false') return undefined
    const asked = retryAfter(headers, Date.now())
    if (asked !== undefined && asked > longestWait) return undefined
    // Half of it by chance: requests that failed together must not come back together.
    const own = firstWait * 2 ** (this.#failedHere - 1) * (0.5 + Math.random() / 2)
    const wait = asked || own
    return this.#isInBudget(wait) ? wait : undefined
  }

  #isInBudget(wait: number): boolean {
    const { budget } = this.#fallback
    return budget === 0 || performance.now() + wait - this.#began < budget
  }
}
