// One daemon per home. The control socket is the lock: whoever listens on it is the daemon. No pid is written down, so a
// recycled pid fools nobody, and a daemon that was killed leaves a socket that refuses connections, which is removed.

import { mkdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import type { Server } from 'node:http'
import { createConnection } from 'node:net'
import { platform } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayError, reasonOf } from '../errors.ts'

/** A lock folder this old was left by a starter that was killed within the few milliseconds it is held. */
const staleAfterMs = 5_000

/** Makes `server` listen on the control socket. False where another daemon has it. */
export async function takeControl(server: Server, socket: string): Promise<boolean> {
  if (platform() === 'win32') return listen(server, socket)
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
    if (await answers(socket)) return false
    rmSync(socket, { force: true })
    return await listen(server, socket)
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
