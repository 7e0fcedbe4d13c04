import type { StartMessage } from '../control/api.ts'
import { connectControl } from '../control/client.ts'
import { controlServer } from '../control/handlers.ts'
import { GatewayError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { Daemon, type DaemonOptions } from './daemon.ts'
import { takeControl } from './lock.ts'

/**
 * The life of the process: takes the control socket, starts the daemon, tells the process that started it, obeys
 * signals, and ends. Gives the exit code where the daemon does not come to run.
 */
export async function live(
  options: DaemonOptions,
  tell: (message: StartMessage) => void,
): Promise<number | undefined> {
  const { log, paths } = options
  const daemon = new Daemon(options)
  const exit = (code: number): void => {
    // Before the socket goes: whoever sees that the daemon is gone may read its last words at once.
    log.flushSync()
    // Takes the socket away, so that the next command need not find out that nobody answers on it.
    release?.()
    control.close()
    process.exit(code)
  }
  // A write that is under way would land after the last words.
  const end = (): void => void log.settled.then(() => exit(0))
  const control = controlServer(daemon, end)
  let release: (() => void) | undefined
  try {
    const { takeOver } = options
    if (!takeOver) {
      release = await takeControl(control, paths.socket)
      if (!release) {
        const { pid } = await connectControl(paths).call('status')
        tell({ type: 'running', pid })
        return 0
      }
    }
    lastWords(log, exit)
    const urls = await daemon.start()
    // Whoever asks the older daemon now would be told that it is leaving.
    if (takeOver) release = await takeControl(control, paths.socket, true)
    void daemon.retired.then(end)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      let again = false
      process.on(signal, () => {
        // Asked twice, it does not wait for answers any more.
        void daemon.stop(again ? 0 : undefined).then(end)
        again = true
      })
    }
    process.on('SIGHUP', () => void daemon.reload())
    tell({ type: 'ready', pid: process.pid, urls })
    return undefined
  } catch (error) {
    const known =
      error instanceof GatewayError
        ? error
        : new GatewayError('start_failed', { reason: reasonOf(error) }, error)
    log.error(
      known.code === 'start_failed' ? known.message : `the daemon did not start: ${known.message}`,
    )
    log.flushSync()
    tell({ type: 'failed', error: { code: known.code, facts: known.facts } })
    release?.()
    control.close()
    return 1
  }
}

/** A crash leaves a line in the log that says why. */
function lastWords(log: Log, end: (code: number) => void): void {
  const crash = (error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error('crashed', { stack: stack.split('\n', 8).join(' | ') })
    end(70)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}
