import { loadConfig } from '../../config/load.ts'
import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import { type Stopped, stopDaemon, stopLines } from '../halt.ts'
import { launch } from '../launch.ts'
import { runningDaemon } from '../running.ts'
import { parseDuration } from '../units.ts'

export const command = defineCommand({
  summary: 'stop the daemon, and start it with the environment of this shell',
  details: [
    'The config file, --demo and --listen stay as they were when it was started; --config names another file. Where no daemon runs, starts one. Where the config has errors, it stops nothing.',
  ],
  arguments: [],
  options: [
    { name: 'now', summary: 'cut running answers' },
    {
      name: 'drain',
      value: 'DURATION',
      summary: 'how long running answers may take to finish, e.g. 2m',
      parse: parseDuration,
    },
  ],
  async run({ now, drain }, context) {
    if (now && drain !== undefined)
      throw new GatewayError('usage', { reason: '--now and --drain exclude each other' })
    const before = (await runningDaemon(context))?.status
    const config = (context.configNamed ? undefined : before?.config.file) ?? context.paths.config
    // With a config that keeps the next one from starting, there would be none at all.
    if (before) await loadConfig(config)
    let stopped: Stopped | undefined
    if (before) stopped = await stopDaemon(context, now ? 0 : drain)
    const launched = await launch(
      { config, demo: before?.demo ?? false, listen: before?.listen },
      context,
    )
    return { ...launched, ...(stopped ? { stopped } : {}) }
  },
  views: {
    human: ({ status }) => status.urls.join('\n'),
    talk: ({ status, stopped }) => [
      ...(stopped ? stopLines(stopped) : []),
      `started, pid ${status.pid}${status.demo ? ', with the demo provider' : ''}`,
    ],
    json: result => result,
  },
})
