// The door to undici.

import type { Socket } from 'node:net'
import { buildConnector, Client } from 'undici'
import { lookup } from './lookup.ts'
import { isUnheard, onread, readDirectly } from './upstream-socket.ts'

export type { Client, Dispatcher } from 'undici'

/** An idle connection is kept so long, in milliseconds, unless the server says less. */
const keptFor = 30_000

/**
 * The connections to one origin, as many as there are requests at once. Each serves one request at a time, and the one that
 * was used last is used next: those that are too many grow old, and are let go. undici's own Pool looks through all of its
 * clients twice for each request, tells of each that is free again by an event, and forgets none.
 */
export class Pool {
  readonly connectTimeout: number
  readonly fresh: boolean
  readonly #origin: string
  readonly #connect: buildConnector.connector
  readonly #all = new Set<Client>()
  readonly #idle: Client[] = []
  readonly #sockets = new WeakMap<Client, Socket>()
  #closed = false

  /** `connectTimeout` in milliseconds. A `fresh` connection serves one request. */
  constructor(origin: string, connectTimeout: number, fresh: boolean) {
    this.connectTimeout = connectTimeout
    this.fresh = fresh
    this.#origin = origin
    // One for all: it keeps the sessions of TLS, by which the next connection is made sooner.
    this.#connect = connector(connectTimeout)
  }

  /** A client that has nothing to do. It is given back, or dropped. */
  take(): Client {
    return this.#idle.pop() ?? this.#open()
  }

  /** Its request has ended well. */
  give(client: Client): void {
    if (this.fresh || this.#closed) this.#letGo(client)
    else this.#idle.push(client)
  }

  /** Its request has not: its connection is closed at once. */
  drop(client: Client): void {
    this.#all.delete(client)
    client.destroy().catch(() => {})
  }

  /** Whether its connection has served before, and nothing has come of the request that it has now. */
  isUnheard(client: Client): boolean {
    const socket = this.#sockets.get(client)
    return socket !== undefined && isUnheard(socket)
  }

  /** Takes no connection any more; those in use are closed when they are given back. */
  close(): void {
    this.#closed = true
    for (const client of this.#idle.splice(0)) this.#letGo(client)
  }

  /** Closes all, also those in use. */
  async destroy(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#all].map(client => client.destroy()))
  }

  #open(): Client {
    const client: Client = new Client(this.#origin, {
      connect: (options, callback) =>
        this.#connect(options, (...result) => {
          if (result[1]) this.#sockets.set(client, result[1])
          callback(...result)
        }),
      keepAliveTimeout: keptFor,
      pipelining: 1,
      maxHeaderSize: 64 * 1024,
    })
    this.#all.add(client)
    client.on('disconnect', () => {
      const place = this.#idle.indexOf(client)
      if (place < 0) return
      this.#idle.splice(place, 1)
      this.#letGo(client)
    })
    return client
  }

  #letGo(client: Client): void {
    this.#all.delete(client)
    client.close().catch(() => {})
  }
}

function connector(timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, onread, lookup })
  return (options, callback) =>
    connect(options, (...result) => {
      const [, socket] = result
      if (socket) readDirectly(socket)
      callback(...result)
    })
}
