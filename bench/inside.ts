// Loaded into a daemon by --import: asked over the channel to whoever started it, it says how it is inside. `collect` has
// it collect garbage first, `begin` forgets what was measured so far.

import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

export interface Inside {
  /** Resident, and what of it the heap, and what stands beside it (mostly the bytes of buffers), take. Bytes. */
  readonly resident: number
  readonly heap: number
  readonly external: number
  /** The longest time that the event loop did nothing else, and that which one turn in a hundred took, in milliseconds. */
  readonly blocked: number
  readonly blockedP99: number
  /** The share of the time in which the event loop had something to do. */
  readonly busy: number
  /** How many there are of each kind of what keeps a process alive: sockets, timers, servers, files. */
  readonly handles: Readonly<Record<string, number>>
}

const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
let began = performance.eventLoopUtilization()

process.on('message', (asked: unknown) => {
  if (asked === 'collect') (globalThis as { gc?: () => void }).gc?.()
  if (asked === 'begin') {
    delay.reset()
    began = performance.eventLoopUtilization()
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  const handles: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1
  const inside: Inside = {
    resident: rss,
    heap: heapUsed,
    external,
    // Its own timer's millisecond is in each of them.
    blocked: Math.max(0, delay.max / 1e6 - 1),
    blockedP99: Math.max(0, delay.percentile(99) / 1e6 - 1),
    busy: performance.eventLoopUtilization(began).utilization,
    handles,
  }
  process.send?.({ inside })
})
process.channel?.unref()
