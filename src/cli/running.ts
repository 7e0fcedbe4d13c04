import type { Status } from '../control/api.ts'
import type { ControlClient } from '../control/client.ts'
import { GatewayError } from '../errors.ts'
import { version } from '../version.ts'
import type { Context } from './context.ts'

export interface Daemon {
  readonly client: ControlClient
  readonly status: Status
}

/** The running daemon, or undefined. Warns where its version is not that of this command line. */
export async function runningDaemon(context: Context): Promise<Daemon | undefined> {
  const client = await context.control()
  try {
    const status = await client.call('status')
    if (status.version !== version)
      context.warn(
        `the daemon is version ${status.version}, this command line is ${version}: gateway restart`,
      )
    // A daemon from before there were any must still be shown, and stopped.
    return { client, status: { ...status, temporary: status.temporary ?? [] } }
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_running') return undefined
    throw error
  }
}

/** The running daemon; throws `not_running`. */
export async function needDaemon(context: Context): Promise<Daemon> {
  const daemon = await runningDaemon(context)
  if (daemon) return daemon
  throw new GatewayError('not_running')
}
