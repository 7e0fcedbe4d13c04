// Aliases that only the daemon has, on the command line.

import type { Layer } from '../alias/alias.ts'
import type { AddTemporaryGive } from '../control/api.ts'
import { GatewayError } from '../errors.ts'
import type { Context } from './context.ts'
import { type Daemon, needDaemon } from './running.ts'
import { formatDuration, parseDuration } from './units.ts'

/** How long an alias is to stay: until the daemon restarts, or for `ms`, in the user's own words. */
export type Stay = 'restart' | { readonly ms: number; readonly says: string }

/** The value of `--for`. Throws `usage`. */
export function parseStay(text: string): Stay {
  const ms = parseDuration(text)
  if (ms > 0 && ms <= longestMs) return { ms, says: text }
  throw new GatewayError('usage', {
    reason: `--for takes a time above 0 and of at most a year, not "${text}"`,
    hint: 'without --for, the alias is written into the config and stays',
  })
}

const longestMs = 366 * 24 * 3_600_000

export interface Temporarily extends AddTemporaryGive {
  /** How long, in the user's own words; null: until the daemon restarts. */
  readonly says: string | null
}

/** Gives the running daemon an alias for a while. Throws `not_running`, and whatever the daemon has against it. */
export async function addTemporarily(
  name: string,
  provider: string | undefined,
  value: unknown,
  stay: Stay,
  context: Context,
): Promise<Temporarily> {
  const { client } = await daemonOf(context)
  const given = await client.call('addTemporary', {
    name,
    value,
    ...(provider === undefined ? {} : { provider }),
    ...(stay === 'restart' ? {} : { forMs: stay.ms }),
  })
  return { ...given, says: stay === 'restart' ? null : stay.says }
}

/** The running daemon, if it serves the config that the user named. */
async function daemonOf(context: Context): Promise<Daemon> {
  const daemon = await needDaemon(context)
  const { file } = daemon.status.config
  if (context.configNamed && file !== context.paths.config)
    throw new GatewayError('request_failed', { reason: `the running daemon reads ${file}` })
  return daemon
}

/** `fast -> opus, was gpt-3.5-turbo, again in 2h`: what a temporary alias has changed, and what will be then. */
export function temporaryLine(
  name: string,
  target: string,
  provider: string | null,
  { before, again, says }: Pick<Temporarily, 'before' | 'again' | 'says'>,
): string {
  const place = provider === null ? '' : ` on ${provider}`
  const when = says === null ? 'after a restart' : `in ${says}`
  const was = before === null ? '' : `, was ${before}`
  if (again === null) return `${name} -> ${target}${place}${was}, gone ${when}`
  return `${name} -> ${target}${place}${was}, ${again === before ? '' : `${again} `}again ${when}`
}

/** What gave an alias, for a list: `profile offline`, `temporary, 1 h 59 min left`. `now` in milliseconds. */
export const layerNote = (layer: Layer, now: number): string =>
  layer.kind === 'profile' ? `profile ${layer.profile}` : `temporary, ${remains(layer.until, now)}`

/** `1 h 59 min left`. `until` as the daemon has it, `now` in milliseconds. */
export const remains = (until: string | null, now: number): string =>
  until === null
    ? 'until the daemon restarts'
    : `${formatDuration(Math.max(Date.parse(until) - now, 0))} left`
