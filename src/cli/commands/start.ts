import { parseListen } from '../../config/units.ts'
import type { Status } from '../../control/api.ts'
import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import type { Flags } from '../launch.ts'
import { runningDaemon } from '../running.ts'

export const command = defineCommand({
  summary: 'start the daemon',
  details: [
    'Returns when the daemon is ready, and prints its URL. Where one is running already, says so and leaves it alone.',
    'With --demo, every provider is played by the built-in demo provider: no key is needed and nothing leaves the machine.',
  ],
  arguments: [],
  options: [
    {
      name: 'foreground',
      summary: 'stay in this terminal, log to stderr, end on SIGTERM or Ctrl-C',
    },
    { name: 'demo', summary: 'let the built-in demo provider play every provider' },
    {
      name: 'listen',
      value: 'ADDRESS',
      summary: 'listen on this HOST:PORT, whatever the config says',
      parse: checkListen,
    },
  ],
  examples: ['gateway start', 'gateway start --demo --listen 127.0.0.1:8081'],
  async run({ foreground, demo, listen }, context) {
    const flags: Flags = { config: context.paths.config, demo, listen }
    if (foreground) return serveHere(flags, context)
    const { launch } = await import('../launch.ts')
    const launched = await launch(flags, context)
    if (!launched.started) warnOfDifference(flags, launched.status, context)
    return launched
  },
  views: {
    human: result => result?.status.urls.join('\n'),
    talk: result =>
      result
        ? [
            `${result.started ? 'started' : 'already running'}, pid ${result.status.pid}${result.status.demo ? ', with the demo provider' : ''}`,
          ]
        : [],
    json: result => result,
  },
})

/** Becomes the daemon: one process, so that signals and the exit code are the daemon's own. */
async function serveHere(flags: Flags, context: Context): Promise<undefined> {
  const running = await runningDaemon(context)
  // A supervisor must not take it for started, only to see it end at once.
  if (running) throw new GatewayError('already_running', { pid: running.status.pid })
  const { daemonUrl, daemonArguments } = await import('../launch.ts')
  process.argv = [...process.argv.slice(0, 2), ...daemonArguments(flags), '--foreground']
  await import(daemonUrl.href)
}

function checkListen(text: string): string {
  if (parseListen(text)) return text
  throw new GatewayError('usage', {
    reason: `"${text}" is no address to listen on`,
    hint: 'write it as HOST:PORT, e.g. 127.0.0.1:8081',
  })
}

function warnOfDifference({ config, demo, listen }: Flags, status: Status, context: Context): void {
  const differs = (what: string) =>
    context.warn(`the running daemon ${what}: gateway stop, then start it again`)
  if (demo && !status.demo) differs('is not in demo mode')
  if (!demo && status.demo) differs('is in demo mode')
  if (config !== status.config.file) differs(`reads ${status.config.file}`)
  const port = listen === undefined ? undefined : String(parseListen(listen)?.port)
  const sameListen = listen === status.listen || status.urls.some(url => new URL(url).port === port)
  if (listen !== undefined && !sameListen) differs(`listens on ${status.urls.join(', ')}`)
}
