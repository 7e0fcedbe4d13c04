import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import { restartLines } from '../live.ts'
import { needDaemon } from '../running.ts'

export const command = defineCommand({
  summary: 'have the daemon read its config and credentials again now',
  details: [
    'The daemon sees a changed config by itself; this is for scripts, which get exit code 1 and all the errors where the config is refused. The last good one serves on then.',
  ],
  arguments: [],
  options: [],
  async run(_input, context) {
    const { client, status } = await needDaemon(context)
    const result = await client.call('reload')
    if (result.live) return result
    throw new GatewayError('config_invalid', {
      file: status.config.file,
      problems: result.problems,
    })
  },
  views: {
    talk: ({ generation, changed, restartNeeded }) => [
      changed
        ? `live as generation ${generation}`
        : `nothing changed since generation ${generation}`,
      ...restartLines(restartNeeded),
    ],
    json: result => result,
  },
})
