// One daemon per home. The control socket is the lock: whoever listens on it is the daemon. No pid is written down, so a
// recycled pid fools nobody, and a daemon that was killed leaves a socket that refuses connections, which is replaced.

import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import type { Server } from 'node:http'
import { createConnection } from 'node:net'
import { platform } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayError, reasonOf } from '../errors.ts'

/** A lock folder this old was left by a starter that was killed within the few milliseconds it is held. */
const staleAfterMs = 5_000

/**
 * Makes `server` listen on the control socket, and gives what takes the socket away again; undefined where another daemon
 * has it. With `replace`, that daemon has asked for it: the socket changes hands at once, and is never missing.
 */
export async function takeControl(
  server: Server,
  socket: string,
  replace = false,
): Promise<(() => void) | undefined> {
  if (platform() === 'win32') return (await listen(server, socket)) ? () => {} : undefined
  const folder = dirname(socket)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw cannot(folder, error)
  }
  refuseForeignFolder(folder)
  // Two starters that both find a dead socket must not each remove what the other has just made.
  const lock = `${socket}.lock`
  while (!enter(lock)) await sleep(10)
  try {
    if (!replace && (await answers(socket))) return undefined
    // By a name of its own first: node takes away the file of that name at the end, and it may be a successor's by then.
    const own = join(folder, `.${randomBytes(4).toString('hex')}`)
    await listen(server, own)
    renameSync(own, socket)
    const { ino } = statSync(socket)
    return () => {
      if (statSync(socket, { throwIfNoEntry: false })?.ino === ino) rmSync(socket, { force: true })
    }
  } finally {
    rmdirSync(lock)
  }
}

function enter(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot(lock, error)
  }
  try {
    if (Date.now() - statSync(lock).mtimeMs > staleAfterMs) rmdirSync(lock)
  } catch {
    // It has just been given back.
  }
  return false
}

/** True where a process listens on the socket. A connection is the only test that no crash can falsify. */
function answers(socket: string): Promise<boolean> {
  return new Promise(resolve => {
    const connection = createConnection(socket)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}

function listen(server: Server, socket: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(cannot(socket, error))
    }
    server.once('error', failed)
    // The mask makes the socket 0600 from its first moment; chmod afterwards would leave a gap.
    const mask = platform() === 'win32' ? undefined : process.umask(0o177)
    server.listen(socket, () => {
      server.off('error', failed)
      resolve(true)
    })
    if (mask !== undefined) process.umask(mask)
  })
}

/** In a folder of /tmp that somebody else made, that user could put a socket of their own in our place. */
function refuseForeignFolder(folder: string): void {
  const { mode, uid } = statSync(folder)
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new GatewayError('start_failed', {
      reason: `the folder ${folder} of the control socket can be written by others`,
    })
  }
}

const cannot = (path: string, error: unknown): GatewayError =>
  new GatewayError('start_failed', { reason: `cannot use ${path}: ${reasonOf(error)}` }, error)
