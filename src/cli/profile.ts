import type { ProfileResult } from '../control/api.ts'
import type { Context } from './context.ts'
import { profileOf } from './names-now.ts'
import { runningDaemon } from './running.ts'

/** What the daemon made of a choice: which profile it uses now, or why it has no part in it. */
export type ProfileLive =
  | ({ readonly state: 'live' } & ProfileResult)
  /** The daemon runs, and reads another file. */
  | { readonly state: 'elsewhere'; readonly file: string }
  | { readonly state: 'stopped' }

/** Remembers the profile for this config, and has a running daemon use it. `before` is the one chosen until now. */
export async function chooseProfile(
  name: string | undefined,
  context: Context,
): Promise<{ readonly before: string | null; readonly live: ProfileLive }> {
  const { keepProfile } = await import('./state.ts')
  const before = (await profileOf(context)) ?? null
  await keepProfile(context.paths, name)
  const daemon = await runningDaemon(context)
  if (!daemon) return { before, live: { state: 'stopped' } }
  const { file } = daemon.status.config
  if (file !== context.paths.config) return { before, live: { state: 'elsewhere', file } }
  return { before, live: { state: 'live', ...(await daemon.client.call('profile')) } }
}

/** A choice that the running daemon cannot follow is not done. */
export const profileExit = (live: ProfileLive): number =>
  live.state === 'live' && live.profile?.missing ? 1 : 0

/** The same in words, for stderr. */
export function profileLines(name: string | null, live: ProfileLive): string[] {
  if (live.state === 'stopped')
    return ['the daemon is not running: it will hold from gateway start on']
  if (live.state === 'elsewhere')
    return [`the running daemon reads ${live.file}, and has no part in it`]
  // The file may have become faulty a moment ago: the daemon then serves one that has no such profile.
  if (name !== null && live.profile?.missing)
    return [`not live: the config that the daemon serves has no profile "${name}": gateway status`]
  return ['live']
}
