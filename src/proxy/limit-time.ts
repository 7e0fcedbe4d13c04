import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Timeouts } from '../alias/alias.ts'

/** A timeout ran out. */
export class OutOfTime extends Error {
  readonly timeout: keyof Timeouts

  constructor(timeout: keyof Timeouts) {
    super(`it ran out of time: ${timeout}`)
    this.timeout = timeout
  }
}

/**
 * Ends a request of node's that takes longer than its provider may, with an `OutOfTime`. A WebSocket that stands may be silent
 * for as long as its two ends like. `isPaused`: it is the client that keeps the answer waiting.
 */
export function limitTime(
  upstream: ClientRequest,
  timeouts: Timeouts,
  isPaused: () => boolean,
): void {
  let response: IncomingMessage | undefined
  const end = (which: keyof Timeouts): void => {
    // All has come, and the client has still to take it: node would throw away the rest and end it as if it were whole.
    if (response?.complete) return
    upstream.destroy(new OutOfTime(which))
  }
  const timers = new Set<NodeJS.Timeout>()
  const after = (ms: number, which: keyof Timeouts): NodeJS.Timeout | undefined => {
    if (ms === 0) return undefined
    const timer = setTimeout(end, ms, which)
    timers.add(timer)
    return timer
  }
  const forget = (): void => {
    for (const timer of timers) clearTimeout(timer)
  }
  after(timeouts.total, 'total')
  const connecting = (socket: Socket): void => {
    if (!socket.connecting) return
    const timer = after(timeouts.connect, 'connect')
    const stands = upstream.protocol === 'https:' ? 'secureConnect' : 'connect'
    socket.once(stands, () => clearTimeout(timer))
  }
  if (upstream.socket) connecting(upstream.socket)
  else upstream.once('socket', connecting)
  let waiting: 'firstByte' | 'idle' = 'firstByte'
  upstream.setTimeout(timeouts.firstByte)
  const quiet = (): void => {
    if (!isPaused()) end(waiting)
    // node itself listens only once.
    else upstream.socket?.once('timeout', quiet).setTimeout(timeouts[waiting])
  }
  upstream.once('timeout', quiet)
  upstream.once('response', came => {
    response = came
    waiting = 'idle'
    upstream.setTimeout(timeouts.idle)
  })
  upstream.once('upgrade', () => {
    upstream.setTimeout(0)
    forget()
  })
  upstream.once('close', forget)
}
