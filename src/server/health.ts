import { version } from '../version.ts'
import type { Exchange } from './exchange.ts'

/** `GET /healthz`: the gateway is up, whatever its providers are. */
export function health(exchange: Exchange): void {
  exchange.json(200, { status: 'ok', version, generation: exchange.snapshot.generation })
}
