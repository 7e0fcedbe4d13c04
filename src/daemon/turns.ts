import { Gate, type Place } from '../proxy/gate.ts'
import { type Answered, type Asking, type Doorkeeper, ownShare } from './shared-gate.ts'

/** Whose turn it is among the requests of all workers: a limit is kept by the one process that sees all of them. */
export class Turns {
  readonly #workers: number
  readonly #gates = new Map<string, Gate>()

  constructor(workers: number) {
    this.#workers = workers
  }

  /** For one worker. `gone`: it has ended, and all that it had is free. */
  doorkeeper(answer: (answered: Answered) => void): Doorkeeper & { gone(): void } {
    const places = new Map<number, Place>()
    return {
      ask: ({ id, gate, limits }: Asking) => {
        const own = this.#workers * ownShare(limits.concurrent, this.#workers)
        const place = this.#gate(gate).enter(
          { ...limits, concurrent: limits.concurrent - own },
          () => answer({ id, gate, granted: true }),
          () => answer({ id, gate, granted: false }),
        )
        places.set(id, place)
      },
      leave: id => {
        places.get(id)?.leave()
        places.delete(id)
      },
      gone: () => {
        for (const place of places.values()) place.leave()
        places.clear()
      },
    }
  }

  #gate(name: string): Gate {
    const gate = this.#gates.get(name) ?? new Gate()
    this.#gates.set(name, gate)
    return gate
  }
}
