import { GatewayError } from '../errors.ts'
import { isLoopbackName } from '../server/guard.ts'
import { portHolder } from './holder.ts'

/** What can open a port: see `listenOn`. */
interface Opener {
  listen(host: string, port: number): Promise<number>
}

export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Opens the port on the addresses that `host` stands for, and gives the URLs. `localhost` and `127.0.0.1` mean both
 * loopback addresses: tools look `localhost` up in either order. Throws `listen_refused` for an address that other
 * machines can reach, and `port_taken`.
 */
export async function openPort(server: Opener, { host, port }: Address): Promise<string[]> {
  if (!isLoopbackName(host))
    throw new GatewayError('listen_refused', { address: `${host}:${port}` })
  const both = host === 'localhost' || host === '127.0.0.1'
  const first = both ? '127.0.0.1' : host
  const actual = await open(server, first, port)
  if (both) {
    try {
      await open(server, '::1', actual)
    } catch (error) {
      // Without IPv6 there is no second address; a port that was chosen freely need not be free on it.
      const taken = error instanceof GatewayError && error.code === 'port_taken'
      if (taken && port !== 0) throw error
    }
  }
  return [`http://${host.includes(':') ? `[${host}]` : both ? 'localhost' : host}:${actual}`]
}

async function open(server: Opener, host: string, port: number): Promise<number> {
  try {
    return await server.listen(host, port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new GatewayError('port_taken', { host, port, holder: await portHolder(port) }, error)
    }
    if (code === 'EACCES') {
      throw new GatewayError('start_failed', {
        reason: `this user may not listen on port ${port}; ports above 1023 are free to all`,
      })
    }
    throw error
  }
}
