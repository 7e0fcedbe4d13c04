// Calls between the daemon and its workers, over the channel that node gives a child process.

import type { Socket } from 'node:net'
import { reasonOf } from '../errors.ts'

interface Message {
  readonly name: string
  readonly take?: unknown
  /** A call, which wants the answer with the same number. */
  readonly call?: number
  readonly answer?: number
  readonly give?: unknown
  readonly error?: string
}

/** Of the process on the other side: a child process, or `process` itself. */
export interface Peer {
  readonly connected?: boolean
  send?(
    message: Message,
    handle?: Socket,
    options?: object,
    sent?: (e: Error | null) => void,
  ): boolean
  on(event: 'message', listener: (message: Message, handle?: Socket) => void): unknown
}

/** What the other side may ask for; a handler that gives nothing takes what is told without an answer. */
export type ChannelHandlers = Readonly<
  Record<string, (take: never, socket: Socket | undefined) => unknown>
>

export class Channel {
  readonly #peer: Peer
  readonly #open = new Map<number, { done(give: unknown): void; fail(error: Error): void }>()
  #last = 0

  constructor(peer: Peer, handlers: ChannelHandlers) {
    this.#peer = peer
    peer.on('message', (message, socket) => {
      const { name, take, call, answer } = message
      if (answer !== undefined) {
        const open = this.#open.get(answer)
        this.#open.delete(answer)
        if (message.error === undefined) open?.done(message.give)
        else open?.fail(new Error(message.error))
        return
      }
      const handle = handlers[name]
      if (!handle) return
      if (call === undefined) {
        handle(take as never, socket)
        return
      }
      Promise.resolve()
        .then(() => handle(take as never, socket))
        .then(
          give => this.#send({ name, answer: call, give }),
          error => this.#send({ name, answer: call, error: reasonOf(error) }),
        )
    })
  }

  /** Rejects with what the other side threw, and when it has gone. */
  call<Give>(name: string, take?: unknown): Promise<Give> {
    return new Promise<Give>((done, fail) => {
      const call = ++this.#last
      this.#open.set(call, { done: give => done(give as Give), fail })
      if (!this.#send({ name, take, call })) this.gone()
    })
  }

  tell(name: string, take?: unknown): void {
    this.#send({ name, take })
  }

  /** Shares a connection, which stays open here. False where the other side has gone. */
  share(name: string, take: unknown, socket: Socket): boolean {
    if (!this.#peer.connected) return false
    this.#peer.send!({ name, take }, socket, { keepOpen: true }, () => {})
    return true
  }

  /** The other side has ended: nothing that is open will be answered. */
  gone(): void {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const { fail } of open) fail(new Error('the process has ended'))
  }

  #send(message: Message): boolean {
    if (!this.#peer.connected) return false
    // Without a callback an error of a process that is just ending would be thrown.
    this.#peer.send!(message, undefined, undefined, () => {})
    return true
  }
}
