// A daemon that takes the place of another: the older one starts it, lends it the sockets on which it listens, and lets go
// of them once the newer one is ready. At no moment does nobody listen. See node's child_process on `stdio`.

import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import type { Server } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { RestartTake, StartMessage } from '../control/api.ts'
import { type Code, catalogue, GatewayError } from '../errors.ts'
import type { Paths } from '../paths.ts'
import { threads } from '../threads.ts'
import type { Address } from './addresses.ts'

/** A listening socket, and the address it has. */
export interface Socket extends Address {
  readonly server: Server
}

/** The same in the process that it was lent to. */
export interface LentSocket extends Address {
  readonly fd: number
}

/** What a daemon listens on: the address that was asked for, and the sockets that stand for it. */
export interface Port<Kind> {
  readonly asked: Address
  readonly sockets: readonly Kind[]
}

/** Of clients and of metrics, in this order; undefined where there is none. */
export type Ports<Kind> = readonly (Port<Kind> | undefined)[]

/** The first descriptor after stdin, stdout, stderr and the channel. */
const firstFd = 4
/** As long as `gateway start` waits. */
const readyLimitMs = 20_000

/**
 * Starts the next daemon with these sockets. Resolves with its process id when it serves; throws why it does not, and has
 * then ended it. An abort of `signal` ends it too, and throws `stopping`.
 */
export async function startSuccessor(
  { program, arguments: given, env }: RestartTake,
  ports: Ports<Socket>,
  paths: Paths,
  signal: AbortSignal,
): Promise<Extract<StartMessage, { type: 'ready' }>> {
  let fd = firstFd
  const lent = ports.map(
    port =>
      port && {
        asked: port.asked,
        sockets: port.sockets.map(({ host, port }) => ({ host, port, fd: fd++ })),
      },
  )
  const fds = ports.flatMap(port => port?.sockets.map(({ server }) => fdOf(server)) ?? [])
  mkdirSync(dirname(paths.log), { recursive: true, mode: 0o700 })
  const log = openSync(paths.log, 'a', 0o600)
  const home = env['GATEWAY_HOME']
  const child = spawn(program, [...given, '--take-over', JSON.stringify(lent)], {
    detached: true,
    windowsHide: true,
    cwd: paths.state,
    env: { ...threads, ...env, ...(home ? { GATEWAY_HOME: resolve(home) } : {}) },
    stdio: ['ignore', log, log, 'ipc', ...fds],
  })
  closeSync(log)
  try {
    const message = await new Promise<StartMessage>((done, fail) => {
      const failed = (reason: string) => fail(new GatewayError('start_failed', { reason }))
      const timer = setTimeout(
        () => failed(`it was not ready within ${readyLimitMs / 1000} s`),
        readyLimitMs,
      )
      signal.addEventListener('abort', () => fail(new GatewayError('stopping')))
      child.once('message', message => done(message as StartMessage))
      child.once('error', error => failed(error.message))
      child.once('exit', (code, signal) =>
        failed(signal ? `it was ended by ${signal}` : `it exited with code ${code}`),
      )
      child.once('message', () => clearTimeout(timer))
      child.once('exit', () => clearTimeout(timer))
    })
    if (message.type === 'ready') return message
    const { code, facts } =
      message.type === 'failed' ? message.error : { code: 'start_failed', facts: {} }
    throw Object.hasOwn(catalogue, code)
      ? new GatewayError(code as Code, facts)
      : new GatewayError('start_failed', { reason: code })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    child.removeAllListeners('exit')
    if (child.connected) child.disconnect()
    child.unref()
  }
}

/** node gives it no public name; `listen` with `{ fd }`, which is public, is its other end. */
const fdOf = (server: Server): number =>
  (server as unknown as { readonly _handle: { readonly fd: number } })._handle.fd

/** What `--take-over` says, in the newer daemon. */
export function readLent(text: string): Ports<LentSocket> {
  // An absent port has become null on the way.
  return (JSON.parse(text) as (Port<LentSocket> | null)[]).map(port => port ?? undefined)
}

/** Lets go of what was lent and is not used: the config has another address by now. */
export function closeLent(ports: Ports<LentSocket>): void {
  for (const { fd } of ports.flatMap(port => port?.sockets ?? [])) closeSync(fd)
}
