/** A stream that somebody waits for. */
export interface Waiting {
  /** Ticks since it last said something; set to 0 by whoever says it. */
  quiet: number
  /** It was silent for as long as is allowed. */
  silent(): void
}

/** How finely silence is measured: it is noticed at most a fifteenth late. */
const ticks = 15

interface Wheel {
  readonly streams: Set<Waiting>
  readonly timer: NodeJS.Timeout
}

const wheels = new Map<number, Wheel>()

/**
 * Calls `silent` whenever a stream has said nothing for `ms` milliseconds, until `forget`. One timer serves all streams,
 * and an event costs them no more than a number set to 0: a timer of its own would be set anew at every event.
 */
export function watch(stream: Waiting, ms: number): void {
  let wheel = wheels.get(ms)
  if (!wheel) {
    const streams = new Set<Waiting>()
    wheel = { streams, timer: setInterval(tick, Math.max(1, ms / ticks), streams) }
    wheels.set(ms, wheel)
  }
  stream.quiet = 0
  wheel.streams.add(stream)
}

/** Harmless for a stream that is not watched. */
export function forget(stream: Waiting, ms: number): void {
  const wheel = wheels.get(ms)
  if (!wheel?.streams.delete(stream) || wheel.streams.size > 0) return
  clearInterval(wheel.timer)
  wheels.delete(ms)
}

function tick(streams: ReadonlySet<Waiting>): void {
  for (const stream of streams) {
    if (++stream.quiet < ticks) continue
    stream.quiet = 0
    stream.silent()
  }
}
