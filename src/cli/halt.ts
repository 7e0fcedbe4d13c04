import type { StopResult } from '../control/api.ts'
import { GatewayError } from '../errors.ts'
import type { Context } from './context.ts'
import { untilGone } from './launch.ts'
import { needDaemon } from './running.ts'
import { count, parseDuration } from './units.ts'

/** How running answers are dealt with by a command that stops the daemon. */
export const drainOptions = [
  { name: 'now', summary: 'cut running answers' },
  {
    name: 'drain',
    value: 'DURATION',
    summary: 'how long running answers may take to finish, e.g. 2m',
    parse: parseDuration,
  },
] as const

/** For how many milliseconds they may go on; undefined for as long as the config says. Throws `usage`. */
export function drainOf({
  now,
  drain,
}: {
  now?: boolean | undefined
  drain?: number | undefined
}): number | undefined {
  if (now && drain !== undefined)
    throw new GatewayError('usage', { reason: '--now and --drain exclude each other' })
  return now ? 0 : drain
}

export interface Stopped extends StopResult {
  readonly pid: number
  /** The names of the aliases that only this daemon had. */
  readonly temporary: readonly string[]
}

/**
 * Stops the daemon, and returns when its process has ended. `drainMs` 0 cuts running answers; undefined leaves the time
 * to the config. Throws `not_running`.
 */
export async function stopDaemon(context: Context, drainMs: number | undefined): Promise<Stopped> {
  const { client, status } = await needDaemon(context)
  const { inFlight } = status.requests
  if (inFlight > 0 && drainMs !== 0 && !context.json)
    context.say(`waiting for ${count(inFlight, 'running answer')} (gateway stop --now cuts them)`)
  const result = await client.call('stop', drainMs === undefined ? {} : { drainMs })
  await untilGone(status.pid, context)
  return { pid: status.pid, temporary: status.temporary.map(({ name }) => name), ...result }
}

export function stopLines({ pid, drained, cut, temporary }: Stopped): string[] {
  const answers = [
    ...(drained > 0 ? [`${count(drained, 'running answer')} finished`] : []),
    ...(cut > 0 ? [`${count(cut, 'running answer')} cut`] : []),
  ]
  return [
    [`stopped, pid ${pid}`, ...answers].join(', '),
    ...(temporary.length > 0
      ? [`gone with it, as temporary aliases: ${temporary.join(', ')}`]
      : []),
  ]
}
