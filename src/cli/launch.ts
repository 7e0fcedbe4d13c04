// Starting the daemon. It is a program of its own, found by its path: nothing that can serve a request is imported here.

import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StartMessage, Status } from '../control/api.ts'
import { type Code, catalogue, GatewayError, reasonOf } from '../errors.ts'
import type { Paths } from '../paths.ts'
import { threads } from '../threads.ts'
import type { Context } from './context.ts'
import { runningDaemon } from './running.ts'

export interface Flags {
  readonly config: string
  readonly demo: boolean
  /** `HOST:PORT` in place of the config's `listen`. */
  readonly listen: string | undefined
}

export interface Launched {
  /** False where a daemon was running already. */
  readonly started: boolean
  readonly status: Status
}

/** The daemon's program: beside this one, built or not. */
export const daemonUrl = new URL(`../daemon/main${extname(import.meta.url)}`, import.meta.url)

/** The first config is small and checks take milliseconds; one that is not ready by then hangs. */
export const readyLimitMs = 20_000

export const daemonArguments = ({ config, demo, listen }: Flags): string[] => [
  '--config',
  config,
  ...(demo ? ['--demo'] : []),
  ...(listen === undefined ? [] : ['--listen', listen]),
]

/** Starts the daemon and waits until it is ready; one that runs already is left alone. Throws what stopped it. */
export async function launch(flags: Flags, context: Context): Promise<Launched> {
  const before = await runningDaemon(context)
  if (before?.status.stopping) await untilGone(before.status.pid, context)
  else if (before) return { started: false, status: await untilReady(context) }
  const child = await spawnDaemon(flags, context)
  try {
    const message = await child.message
    if (message.type === 'failed') {
      const { code, facts } = message.error
      throw Object.hasOwn(catalogue, code)
        ? new GatewayError(code as Code, facts)
        : new GatewayError('start_failed', { reason: code })
    }
    return { started: message.type === 'ready', status: await untilReady(context) }
  } finally {
    child.release()
  }
}

interface Spawned {
  readonly message: Promise<StartMessage>
  /** Lets the daemon live on without us. */
  release(): void
}

async function spawnDaemon(flags: Flags, { paths, io }: Context): Promise<Spawned> {
  const log = await openLog(paths)
  const { size } = await log.stat()
  const home = io.env['GATEWAY_HOME']
  const child = spawn(
    process.execPath,
    [...process.execArgv, fileURLToPath(daemonUrl), ...daemonArguments(flags)],
    {
      detached: true,
      windowsHide: true,
      // A daemon must not keep the folder it was started from busy; what is relative to that folder is made absolute.
      cwd: paths.state,
      env: { ...threads, ...io.env, ...(home ? { GATEWAY_HOME: resolve(home) } : {}) },
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    },
  )
  const message = firstMessage(child, () => tail(paths.log, size))
  // Nobody waits for it where the spawn itself throws below.
  message.catch(() => {})
  await log.close()
  return {
    message,
    release() {
      if (child.connected) child.disconnect()
      child.unref()
    },
  }
}

async function openLog({ log }: Paths): Promise<FileHandle> {
  try {
    await mkdir(dirname(log), { recursive: true, mode: 0o700 })
    return await open(log, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600)
  } catch (error) {
    throw new GatewayError(
      'start_failed',
      {
        reason: `cannot write ${log}: ${reasonOf(error)}`,
        hint: 'set GATEWAY_HOME to a folder that can be written',
      },
      error,
    )
  }
}

function firstMessage(
  child: ChildProcess,
  lastWords: () => Promise<string>,
): Promise<StartMessage> {
  return new Promise((done, fail) => {
    const failed = (reason: string) => {
      clearTimeout(timer)
      void lastWords().then(words =>
        fail(new GatewayError('start_failed', { reason: words ? `${reason}\n${words}` : reason })),
      )
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      failed(`it was not ready within ${readyLimitMs / 1000} s`)
    }, readyLimitMs)
    child.once('message', message => {
      clearTimeout(timer)
      done(message as StartMessage)
    })
    child.once('error', error => failed(error.message))
    child.once('exit', (code, signal) =>
      failed(signal ? `it was ended by ${signal}` : `it exited with code ${code}`),
    )
  })
}

/** The last lines that were written to the log since it had `from` bytes. */
async function tail(file: string, from: number): Promise<string> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0))
  return bytes.subarray(from).toString('utf8').trimEnd().split('\n').slice(-10).join('\n')
}

/** Waits for a daemon that somebody else is starting. Throws `start_failed` where it never gets ready. */
async function untilReady(context: Context): Promise<Status> {
  const client = await context.control()
  const end = Date.now() + readyLimitMs
  for (;;) {
    const status = await client.call('status')
    if (status.ready) return status
    if (Date.now() > end)
      throw new GatewayError('start_failed', {
        reason: `process ${status.pid} was not ready within ${readyLimitMs / 1000} s`,
      })
    await pause(25)
  }
}

/** Waits until the control socket is closed and the process has ended. Throws `control_failed` where that never happens. */
export async function untilGone(pid: number, context: Context): Promise<void> {
  const client = await context.control()
  const end = Date.now() + readyLimitMs
  for (;;) {
    const answers = await client.call('status').then(
      status => status.pid === pid,
      (error: unknown) => !(error instanceof GatewayError && error.code === 'not_running'),
    )
    if (!answers && !(await isAlive(pid))) return
    if (Date.now() > end)
      throw new GatewayError('control_failed', { reason: `process ${pid} does not end` })
    await pause(20)
  }
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  // In a container whose first process reaps nobody, what has ended stays in the table as a zombie.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return !/\) Z /.test(stat)
}

const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))
