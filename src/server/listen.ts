import type { Server } from 'node:net'

/** An address, where port 0 is any free one; or a socket that listens already, which another process has opened. */
export type Where = { readonly host: string; readonly port: number } | { readonly fd: number }

/** Begins to listen. Throws what `listen` throws. */
export function listenOn(server: Server, where: Where): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    const options = 'fd' in where ? where : { ...where, ipv6Only: where.host.includes(':') }
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
