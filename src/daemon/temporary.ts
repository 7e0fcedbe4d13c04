import type { Temporary } from '../config/layers.ts'

/** A clock that is set, or a machine that sleeps, moves the end of an alias: it is looked for at least so often. */
const lookMs = 60_000

/** The aliases that only the daemon has, and the clock that ends them. */
export class TemporaryAliases {
  readonly #byPlace = new Map<string, Temporary>()
  readonly #ended: () => void
  #timer: NodeJS.Timeout | undefined

  /** `ended` is called when the time of one is over, which is then for `takeEnded` to give. */
  constructor(ended: () => void) {
    this.#ended = ended
  }

  /** The oldest first. */
  get all(): readonly Temporary[] {
    return [...this.#byPlace.values()]
  }

  get(name: string, provider: string | undefined): Temporary | undefined {
    return this.#byPlace.get(placeOf(name, provider))
  }

  /** Replaces one of the same name and place. */
  set(temporary: Temporary): void {
    this.#byPlace.delete(placeOf(temporary.name, temporary.provider))
    this.#byPlace.set(placeOf(temporary.name, temporary.provider), temporary)
    this.#arm()
  }

  delete({ name, provider }: Temporary): void {
    this.#byPlace.delete(placeOf(name, provider))
    this.#arm()
  }

  /** Takes out those whose time is over. */
  takeEnded(): readonly Temporary[] {
    const ended = this.all.filter(({ until }) => until !== null && Date.parse(until) <= Date.now())
    for (const { name, provider } of ended) this.#byPlace.delete(placeOf(name, provider))
    this.#arm()
    return ended
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const ends = this.all.flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]))
    if (ends.length === 0) return
    const wait = Math.min(Math.max(Math.min(...ends) - Date.now(), 0), lookMs)
    this.#timer = setTimeout(this.#ended, wait).unref()
  }
}

const placeOf = (name: string, provider: string | undefined): string =>
  JSON.stringify([provider ?? null, name])
