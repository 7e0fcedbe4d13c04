import { GatewayError } from '../errors.ts'
import type { Exchange } from './exchange.ts'
import { isLoopbackName } from './guard.ts'

/** `GET /metrics` where clients are served: theirs to see only if all of them are on this machine, or the config says so. */
export function metrics(exchange: Exchange): void {
  const { config } = exchange.snapshot
  if (config.metrics.clientPort ?? isLoopbackName(config.listen.host)) sendMetrics(exchange)
  else throw new GatewayError('endpoint_not_found', { method: 'GET', path: exchange.path })
}

/** All metrics of the gateway, in Prometheus's text format. */
export function sendMetrics(exchange: Exchange): void {
  exchange.scrape().then(
    page => {
      if (exchange.res.headersSent) return
      const bytes = Buffer.from(page)
      exchange.answered(200)
      exchange.res.writeHead(200, {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        'content-length': bytes.length,
      })
      exchange.res.end(exchange.req.method === 'HEAD' ? undefined : bytes)
    },
    error => exchange.fail(error),
  )
}
