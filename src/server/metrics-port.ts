import { createServer, type Server } from 'node:http'
import { GatewayError } from '../errors.ts'
import { ClientRequest } from '../proxy/client-request.ts'
import { ClientResponse } from '../proxy/client-response.ts'
import { Upstreams } from '../proxy/upstream.ts'
import { Exchange } from './exchange.ts'
import { always } from './guard.ts'
import { listenOn, type Where } from './listen.ts'
import { Metrics } from './metrics.ts'
import { sendMetrics } from './metrics-page.ts'
import type { ServerOptions } from './server.ts'

/** A server of `/metrics` and nothing else, guarded as every endpoint is. What it serves is not counted. */
export class MetricsPort {
  readonly #options: Pick<ServerOptions, 'current' | 'scrape'>
  readonly #servers: Server[] = []
  // An exchange has both; nothing is sent or counted here.
  readonly #upstreams = new Upstreams()
  readonly #metrics = new Metrics()

  constructor(options: Pick<ServerOptions, 'current' | 'scrape'>) {
    this.#options = options
  }

  /** As the gateway's own: see `GatewayServer`. */
  async listen(where: Where): Promise<Server> {
    const { current, scrape } = this.#options
    const options = { IncomingMessage: ClientRequest, ServerResponse: ClientResponse }
    const server = createServer(options, (req, res) => {
      const exchange = new Exchange('', req, res, current(), this.#upstreams, this.#metrics, scrape)
      try {
        for (const guard of always) guard(exchange)
        const { path } = exchange
        if (path !== '/metrics') {
          throw new GatewayError('endpoint_not_found', { method: req.method, path })
        }
        if (req.method !== 'GET' && req.method !== 'HEAD') {
          throw new GatewayError('method_not_allowed', { method: req.method, path, allow: 'GET' })
        }
        sendMetrics(exchange)
      } catch (error) {
        exchange.fail(error)
      }
    })
    this.#servers.push(server)
    await listenOn(server, where)
    return server
  }

  close(): void {
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
  }
}
