import { GatewayError } from '../errors.ts'
import type { Attempt } from './attempts.ts'
import type { UpstreamFault } from './upstream.ts'

const deeds = {
  connect: 'take the connection',
  firstByte: 'begin to answer',
  idle: 'go on with its answer',
  total: 'finish its answer',
} as const

/** As much of an attempt as its fault is told by. */
interface Asked extends Pick<Attempt, 'provider' | 'origin'> {
  readonly request: Pick<Attempt['request'], 'timeouts'> & Partial<Attempt['request']>
}

/** A fault of an upstream in the gateway's words. */
export function faultError(
  fault: UpstreamFault,
  { provider, origin, request }: Asked,
): GatewayError {
  if (fault.error) return fault.error
  if (fault.kind === 'busy')
    return new GatewayError('provider_busy', { provider, ...request.gate?.limits })
  if (fault.timeout) {
    return new GatewayError('upstream_timeout', {
      provider,
      what: deeds[fault.timeout],
      limit: `${request.timeouts[fault.timeout] / 1000} s`,
      key: fault.timeout,
    })
  }
  return fault.kind === 'unreachable'
    ? new GatewayError('upstream_unreachable', { provider, origin, reason: fault.reason })
    : new GatewayError('upstream_broken', { provider, reason: fault.reason })
}

/** What `fallback.on` calls it. */
export function faultKind({
  kind,
  timeout,
}: UpstreamFault): 'connect' | 'timeout' | 'broken' | 429 {
  if (kind === 'busy') return 429
  return kind === 'unreachable' || timeout === 'connect' ? 'connect' : kind
}
