/** How many may be inside at once, 0 for any number; how many more may wait, and for how long, in milliseconds, 0 for any time. */
export interface GateLimits {
  readonly concurrent: number
  readonly queue: number
  readonly wait: number
}

/** Where requests come to be let in. */
export interface Entrance {
  /** Calls `granted`, at once where there is room, or `refused`. The limits are those of whoever comes: they may change. */
  enter(limits: GateLimits, granted: () => void, refused: () => void): Place
}

/** One that came to a gate. */
export interface Place {
  /** Goes out, or out of the queue. Harmless when it has. */
  leave(): void
}

/** Lets so many in at once; the others wait in the order they came, and are refused when they have waited too long. */
export class Gate implements Entrance {
  #inside = 0
  readonly #queue: Waiting[] = []

  enter(limits: GateLimits, granted: () => void, refused: () => void): Place {
    const place = new Waiting(this.#left, limits, granted, refused)
    if (this.#hasRoom(limits)) this.#admit(place)
    else if (this.#queue.length < limits.queue) this.#queue.push(place.wait())
    else place.refuse()
    return place
  }

  #hasRoom({ concurrent }: GateLimits): boolean {
    return concurrent === 0 || this.#inside < concurrent
  }

  #admit(place: Waiting): void {
    this.#inside++
    place.admit()
  }

  readonly #left = (place: Waiting, wasInside: boolean): void => {
    if (wasInside) this.#inside--
    else {
      const at = this.#queue.indexOf(place)
      if (at >= 0) this.#queue.splice(at, 1)
    }
    while (this.#queue.length > 0 && this.#hasRoom(this.#queue[0]!.limits)) {
      this.#admit(this.#queue.shift()!)
    }
  }
}

class Waiting implements Place {
  readonly limits: GateLimits
  readonly #left: (place: Waiting, wasInside: boolean) => void
  readonly #granted: () => void
  readonly #refused: () => void
  #state: 'waiting' | 'inside' | 'gone' = 'waiting'
  #timer: NodeJS.Timeout | undefined

  constructor(
    left: (place: Waiting, wasInside: boolean) => void,
    limits: GateLimits,
    granted: () => void,
    refused: () => void,
  ) {
    this.limits = limits
    this.#left = left
    this.#granted = granted
    this.#refused = refused
  }

  wait(): this {
    if (this.limits.wait === 0) return this
    this.#timer = setTimeout(() => {
      this.leave()
      this.#refused()
    }, this.limits.wait)
    return this
  }

  admit(): void {
    clearTimeout(this.#timer)
    this.#state = 'inside'
    this.#granted()
  }

  refuse(): void {
    this.#state = 'gone'
    this.#refused()
  }

  leave(): void {
    if (this.#state === 'gone') return
    clearTimeout(this.#timer)
    const wasInside = this.#state === 'inside'
    this.#state = 'gone'
    this.#left(this, wasInside)
  }
}
