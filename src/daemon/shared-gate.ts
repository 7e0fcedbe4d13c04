import type { Entrance, GateLimits, Place } from '../proxy/gate.ts'

/** A worker's request for a place. */
export interface Asking {
  /** No other of this worker has it. */
  readonly id: number
  /** To which gate it came. */
  readonly gate: string
  readonly limits: GateLimits
}

/** What the daemon says to it. */
export interface Answered {
  readonly id: number
  readonly gate: string
  readonly granted: boolean
}

/** How a worker speaks of places with the daemon. */
export interface Doorkeeper {
  ask(asking: Asking): void
  /** The place is free again, or is not wanted any more. */
  leave(id: number): void
}

/**
 * So much of a limit each of several workers may fill without asking. To ask takes a message each way: little beside a
 * request to a model, but too much for every request where the limit is there for the worst case alone. The rest is for
 * whoever comes, so that one worker may have most of a large limit, and all of a small one.
 */
export const ownShare = (concurrent: number, workers: number): number =>
  concurrent < 64 * workers ? 0 : Math.floor(concurrent / (2 * workers))

interface Guest {
  readonly limits: GateLimits
  readonly granted: () => void
  readonly refused: () => void
  /** What it has asked for; 0 where its place is of the worker's own share. */
  id: number
  gone: boolean
}

let lastId = 0

/** A gate that all workers have in common, as one of them sees it. Those that wait do so at the daemon, in one queue. */
export class SharedGate implements Entrance {
  readonly #name: string
  readonly #workers: number
  readonly #doorkeeper: Doorkeeper
  readonly #asking = new Map<number, Guest>()
  #own = 0

  constructor(name: string, workers: number, doorkeeper: Doorkeeper) {
    this.#name = name
    this.#workers = workers
    this.#doorkeeper = doorkeeper
  }

  enter(limits: GateLimits, granted: () => void, refused: () => void): Place {
    const guest: Guest = { limits, granted, refused, id: 0, gone: false }
    if (limits.concurrent === 0) granted()
    else if (!this.#admit(guest)) {
      guest.id = ++lastId
      this.#asking.set(guest.id, guest)
      this.#doorkeeper.ask({ id: guest.id, gate: this.#name, limits })
    }
    return { leave: () => this.#leave(guest) }
  }

  /** Harmless where it came too late: the place is given back already. */
  answered({ id, granted }: Answered): void {
    const guest = this.#asking.get(id)
    this.#asking.delete(id)
    if (granted) guest?.granted()
    else guest?.refused()
  }

  #admit(guest: Guest): boolean {
    if (this.#own >= ownShare(guest.limits.concurrent, this.#workers)) return false
    this.#own++
    guest.id = 0
    guest.granted()
    return true
  }

  #leave(guest: Guest): void {
    if (guest.gone) return
    guest.gone = true
    if (guest.id !== 0) this.#giveBack(guest.id)
    else if (guest.limits.concurrent !== 0) {
      this.#own--
      // One that waits for a place of all would not see that its own worker has one.
      const [next] = this.#asking.values()
      const id = next?.id
      if (next && this.#admit(next)) this.#giveBack(id!)
    }
  }

  #giveBack(id: number): void {
    this.#asking.delete(id)
    this.#doorkeeper.leave(id)
  }
}
