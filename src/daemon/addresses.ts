import type { AddressInfo, Server } from 'node:net'
import { GatewayError } from '../errors.ts'
import { isLoopbackName } from '../server/guard.ts'
import type { LentSocket, Port, Socket } from './handover.ts'
import { freePortAfter, portHolder } from './holder.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** What can listen: on an address, where port 0 is any free one, or on a socket that listens already. */
export interface Opener {
  listen(where: Address | { readonly fd: number }): Promise<Server>
}

export const isSameAddress = (a: Address | undefined, b: Address | undefined): boolean =>
  a?.host === b?.host && a?.port === b?.port

/**
 * Opens the port on the addresses that `asked` stands for. `localhost` and `127.0.0.1` mean both loopback addresses: tools
 * look `localhost` up in either order. Throws `listen_refused` for an address that other machines can reach, and
 * `port_taken`.
 */
export async function openPort(opener: Opener, asked: Address): Promise<Port<Socket>> {
  const { host, port } = asked
  if (!isLoopbackName(host))
    throw new GatewayError('listen_refused', { address: `${host}:${port}` })
  const both = host === 'localhost' || host === '127.0.0.1'
  const first = await open(opener, both ? '127.0.0.1' : host, port)
  const sockets = [first]
  if (both) {
    try {
      sockets.push(await open(opener, '::1', first.port))
    } catch (error) {
      // Without IPv6 there is no second address; a port that was chosen freely need not be free on it.
      const taken = error instanceof GatewayError && error.code === 'port_taken'
      if (taken && port !== 0) throw error
    }
  }
  return { asked, sockets }
}

/** Goes on listening where an older daemon did. */
export async function takePort(
  opener: Opener,
  { asked, sockets }: Port<LentSocket>,
): Promise<Port<Socket>> {
  const taken: Socket[] = []
  for (const { host, port, fd } of sockets) {
    taken.push({ host, port, server: await opener.listen({ fd }) })
  }
  return { asked, sockets: taken }
}

/** Where clients find it. */
export function urlOf({ asked: { host }, sockets }: Port<Socket>): string {
  const both = host === 'localhost' || host === '127.0.0.1'
  return `http://${host.includes(':') ? `[${host}]` : both ? 'localhost' : host}:${sockets[0]!.port}`
}

async function open(opener: Opener, host: string, port: number): Promise<Socket> {
  try {
    const server = await opener.listen({ host, port })
    return { host, port: (server.address() as AddressInfo).port, server }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      const [holder, free] = await Promise.all([portHolder(port), freePortAfter(port, host)])
      throw new GatewayError('port_taken', { host, port, holder, free }, error)
    }
    if (code === 'EACCES') {
      throw new GatewayError('start_failed', {
        reason: `this user may not listen on port ${port}; ports above 1023 are free to all`,
      })
    }
    throw error
  }
}
