import { fileURLToPath } from 'node:url'
import { loadConfig } from '../../config/load.ts'
import type { RestartGive } from '../../control/api.ts'
import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { drainOf, drainOptions, type Stopped, stopDaemon, stopLines } from '../halt.ts'
import { daemonArguments, daemonUrl, type Flags, launch, readyLimitMs } from '../launch.ts'
import { type Daemon, needDaemon, runningDaemon } from '../running.ts'
import { count } from '../units.ts'

export const command = defineCommand({
  summary: 'start the daemon anew, with the environment of this shell',
  details: [
    'The next daemon takes the port over before the older one lets go of it, so no connection is refused. The older one finishes its running answers, as long as the drain allows (30 s, or "drain" in the config), and ends. Where the next one does not start, the older one goes on. On Windows the older one is stopped first.',
    'The config file, --demo and --listen stay as they were when it was started; --config names another file. Where no daemon runs, starts one. A daemon in the foreground is for its supervisor to restart.',
  ],
  arguments: [],
  options: drainOptions,
  async run(given, context) {
    const drainMs = drainOf(given)
    const before = await runningDaemon(context)
    const status = before?.status
    const config = (context.configNamed ? undefined : status?.config.file) ?? context.paths.config
    const flags: Flags = { config, demo: status?.demo ?? false, listen: status?.listen }
    // With a config that keeps the next one from starting, there is nothing to try.
    if (status) await loadConfig(config)
    if (status?.foreground) throw new GatewayError('restart_foreground', { pid: status.pid })
    const handover =
      before && !status?.stopping && (await handOver(before, flags, drainMs, context))
    if (handover) {
      const next = await needDaemon(context)
      const { pid, temporary } = before.status
      const names = temporary.map(({ name }) => name)
      return { started: true, status: next.status, before: { ...handover, pid, temporary: names } }
    }
    let stopped: Stopped | undefined
    if (before) stopped = await stopDaemon(context, drainMs)
    return { ...(await launch(flags, context)), ...(stopped ? { stopped } : {}) }
  },
  views: {
    human: ({ status }) => status.urls.join('\n'),
    talk: result => [
      ...('stopped' in result && result.stopped ? stopLines(result.stopped) : []),
      `started, pid ${result.status.pid}${result.status.demo ? ', with the demo provider' : ''}`,
      ...('before' in result ? handoverLines(result.before) : []),
    ],
    json: result => result,
  },
})

/** Has the next daemon take over. Undefined where that cannot be: on Windows, and where the daemon is an older version. */
async function handOver(
  { client }: Daemon,
  flags: Flags,
  drainMs: number | undefined,
  { io }: Context,
): Promise<RestartGive | undefined> {
  if (process.platform === 'win32') return undefined
  try {
    return await client.call('restart', {
      program: process.execPath,
      arguments: [...process.execArgv, fileURLToPath(daemonUrl), ...daemonArguments(flags)],
      env: io.env,
      waitMs: readyLimitMs,
      ...(drainMs === undefined ? {} : { drainMs }),
    })
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'endpoint_not_found') return undefined
    throw error
  }
}

interface Before {
  readonly pid: number
  readonly running: number
  readonly temporary: readonly string[]
}

const handoverLines = ({ pid, running, temporary }: Before): string[] => [
  ...(running > 0
    ? [`the older process, ${pid}, goes on with ${count(running, 'running answer')}`]
    : []),
  ...(temporary.length > 0 ? [`gone with it, as temporary aliases: ${temporary.join(', ')}`] : []),
]
