import type { ReloadResult } from '../control/api.ts'
import { formatProblem, type Problem } from '../errors.ts'
import type { Context } from './context.ts'
import { type Daemon, runningDaemon } from './running.ts'

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

/** Waits until the daemon, if one runs, has the config file live as it is now, or has refused it. */
export async function waitUntilLive(context: Context): Promise<Liveness> {
  const daemon = await runningDaemon(context)
  if (!daemon) return { state: 'stopped' }
  const { file } = daemon.status.config
  return file === context.paths.config
    ? await ask(context, daemon, 'live')
    : { state: 'elsewhere', file }
}

/** Asks the daemon, if one runs, to read its files again: for changes that are not in the config file. */
export async function reloadIfRunning(context: Context): Promise<Liveness> {
  const daemon = await runningDaemon(context)
  return daemon ? await ask(context, daemon, 'reload') : { state: 'stopped' }
}

/** Asks a daemon, or where it has just handed over its successor, which reads the files as they are now. */
async function ask(
  context: Context,
  { client, status }: Daemon,
  call: 'live' | 'reload',
): Promise<Liveness> {
  try {
    return livenessOf(await client.call(call))
  } catch (error) {
    const next = await runningDaemon(context)
    if (!next || next.status.pid === status.pid) throw error
    return livenessOf(await next.client.call(call))
  }
}

const livenessOf = (result: ReloadResult): Liveness =>
  result.live
    ? { state: 'live', generation: result.generation, restartNeeded: result.restartNeeded }
    : { state: 'refused', problems: result.problems }

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
