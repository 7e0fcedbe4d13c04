import type { Socket } from 'node:net'
import { forget, type Waiting, watch } from '../proxy/pulse.ts'

/**
 * Has a connection that stands idle wait on a wheel. node would make a timer at the end of every request, and take it away at
 * the beginning of the next.
 */
export function waitOnWheel(socket: Socket): void {
  const idle = new Idle(socket)
  socket.setTimeout = ms => {
    idle.wait(ms)
    return socket
  }
  socket.once('close', () => idle.wait(0))
}

class Idle implements Waiting {
  quiet = 0
  place = -1
  #ms = 0
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Waits from now on, in milliseconds; 0 for no longer. */
  wait(ms: number): void {
    forget(this, this.#ms)
    this.#ms = ms
    if (ms > 0) watch(this, ms)
  }

  /** What node's own timer would say. */
  silent(): void {
    this.#socket.emit('timeout')
  }
}
