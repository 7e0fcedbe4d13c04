import { formatProblem, GatewayError, type Problem } from '../errors.ts'
import type { Context } from './context.ts'
import { runningDaemon } from './running.ts'

/** What became of an edit: whether requests see it. */
export type Liveness =
  | {
      readonly state: 'live'
      readonly generation: number
      readonly restartNeeded: readonly string[]
    }
  | { readonly state: 'refused'; readonly problems: readonly Problem[] }
  /** The daemon runs, and reads another file. */
  | { readonly state: 'elsewhere'; readonly file: string }
  | { readonly state: 'stopped' }

/** The daemon sees a change within a fraction of a second; one under heavy load gets a while longer. */
const waitMs = 10_000

/** Waits until the daemon, if one runs, has the config whose sha256 is `hash` live, or has refused it. */
export async function waitUntilLive(context: Context, hash: string): Promise<Liveness> {
  const daemon = await runningDaemon(context)
  if (!daemon) return { state: 'stopped' }
  if (daemon.status.config.file !== context.paths.config)
    return { state: 'elsewhere', file: daemon.status.config.file }
  const result = await daemon.client.call('live', { hash, waitMs })
  if (result.live)
    return { state: 'live', generation: result.generation, restartNeeded: result.restartNeeded }
  if (result.problems.length === 0)
    throw new GatewayError('control_failed', {
      reason: `it has not read the change within ${waitMs / 1000} s`,
    })
  return { state: 'refused', problems: result.problems }
}

/** Asks the daemon, if one runs, to read its files again: for changes that are not in the config file. */
export async function reloadIfRunning(context: Context): Promise<Liveness> {
  const daemon = await runningDaemon(context)
  if (!daemon) return { state: 'stopped' }
  const result = await daemon.client.call('reload')
  return result.live
    ? { state: 'live', generation: result.generation, restartNeeded: result.restartNeeded }
    : { state: 'refused', problems: result.problems }
}

/** The same in words, for stderr. */
export function livenessLines(live: Liveness): string[] {
  switch (live.state) {
    case 'live':
      return [`live as generation ${live.generation}`, ...restartLines(live.restartNeeded)]
    case 'refused':
      return ['not live: the daemon refused it', ...live.problems.map(formatProblem)]
    case 'elsewhere':
      return [`not live: the running daemon reads ${live.file}`]
    case 'stopped':
      return ['the daemon is not running: gateway start']
    default:
      return live satisfies never
  }
}

export const restartLines = (keys: readonly string[]): string[] =>
  keys.length > 0 ? [`${keys.join(', ')}: the new value waits for: gateway restart`] : []

/** An edit that the daemon refused is not done. */
export const livenessExit = (live: Liveness): number => (live.state === 'refused' ? 1 : 0)
