/** Somebody who waits for an upstream to say something. */
export interface Waiting {
  /** Ticks since it last did; set to 0 by whoever hears it. */
  quiet: number
  /** Where it stands among those that wait as long; -1 where it does not. */
  place: number
  /** It was silent for as long as is allowed. */
  silent(): void
}

/** How finely silence is measured: it is noticed at most a fifteenth late. */
const ticks = 15

// Not a Set, whose table V8 makes anew every few additions: see GatewayServer.
const wheels = new Map<number, Waiting[]>()

/**
 * Calls `silent` whenever nothing was said for `ms` milliseconds, until `forget`. One timer serves all that wait as long: to
 * wait costs no more than a place in an array, and an event no more than a number set to 0.
 */
export function watch(waiting: Waiting, ms: number): void {
  let wheel = wheels.get(ms)
  if (!wheel) {
    wheel = []
    wheels.set(ms, wheel)
    // It is the connection that keeps a process running.
    setInterval(tick, Math.max(1, ms / ticks), ms, wheel).unref()
  }
  waiting.quiet = 0
  waiting.place = wheel.push(waiting) - 1
}

/** Harmless for one that is not watched. `ms` as it was given to `watch`. */
export function forget(waiting: Waiting, ms: number): void {
  const { place } = waiting
  if (place < 0) return
  const wheel = wheels.get(ms)!
  waiting.place = -1
  const last = wheel.pop()!
  if (last === waiting) return
  wheel[place] = last
  last.place = place
}

function tick(this: NodeJS.Timeout, ms: number, wheel: readonly Waiting[]): void {
  // Nobody has waited: the next one who does starts it again.
  if (wheel.length === 0) {
    clearInterval(this)
    wheels.delete(ms)
    return
  }
  // From the end: whoever leaves has its place taken by one that was asked already.
  for (let i = wheel.length - 1; i >= 0; i--) {
    const waiting = wheel[i]
    if (!waiting || ++waiting.quiet <= ticks) continue
    waiting.quiet = 0
    waiting.silent()
  }
}
