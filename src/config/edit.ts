// Writing the user's config file. It is replaced whole by a rename, so that a reader sees the old text or the new, and a
// crash leaves one of them.
//
// Two commands at once: the temporary file is also the lock (as git's index.lock is). It has one name beside the config and
// is created exclusively, so the second command waits, and then edits the text that the first has written. An editor
// knows nothing of the lock: the bytes are compared once more before the rename, and a difference is `config_changed`.

import { readFileSync } from 'node:fs'
import { type FileHandle, mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayError, type Problem, reasonOf } from '../errors.ts'
import { hashText, parseConfig, readConfig } from './load.ts'

export { deleteValue, renameKey, setValue } from './splice.ts'

/** An edit takes milliseconds: a lock this old, in milliseconds, was left by a crash. */
const staleAfter = 10_000
const waitForLock = 3_000

export interface Edited {
  readonly before: string
  readonly after: string
  /** There was no file: `before` is the text a first run writes. */
  readonly created: boolean
}

/** The text of a first config file. */
export function defaultText(): string {
  return readFileSync(new URL('../../config/default.yaml', import.meta.url), 'utf8')
}

/**
 * Applies `change` to the text of the config and writes it, unless it is the same. Throws `config_edit_failed` where the
 * text cannot be edited, `config_edit_refused` where the outcome would not be a valid config, `config_invalid` where it was
 * none before and the change does not mend it, `config_changed` and `config_unwritable`. Then nothing was written.
 * `announce` is told the hash of the text that is there, and of the one that is just about to take its place.
 */
export async function editConfig(
  file: string,
  change: (text: string) => string,
  announce: (from: string, to: string) => Promise<void> = async () => {},
): Promise<Edited> {
  const target = await findTarget(file)
  const { handle, lock } = await takeLock(target)
  let done = false
  try {
    const found = await readConfig(file)
    const before = found ?? defaultText()
    const after = applyChange(change, before, file)
    const created = found === undefined
    if (after !== found) {
      await handle.writeFile(after)
      await keepOwner(handle, target)
      await handle.sync()
      await announce(hashText(found ?? ''), hashText(after))
      if ((await readConfig(file)) !== found) throw new GatewayError('config_changed', { file })
      await rename(lock, target)
      done = true
      await syncFolder(dirname(target))
    }
    return { before, after, created }
  } catch (error) {
    throw error instanceof GatewayError ? error : unwritable(file, error)
  } finally {
    await handle.close()
    if (!done) await unlink(lock).catch(() => {})
  }
}

function unwritable(file: string, error: unknown): GatewayError {
  const { code } = error as NodeJS.ErrnoException
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'permission denied'
      : code === 'EROFS'
        ? 'the file system is read-only'
        : reasonOf(error)
  return new GatewayError('config_unwritable', { file, reason }, error)
}

/** The file itself where `file` is a link: replacing the link would leave the real file as it was. */
async function findTarget(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unwritable(file, error)
  }
  // Throws for a link whose end is gone, which must not become a file of its own.
  await readConfig(file)
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    return join(await realpath(dirname(file)), basename(file))
  } catch (error) {
    throw unwritable(file, error)
  }
}

async function takeLock(target: string): Promise<{ handle: FileHandle; lock: string }> {
  const lock = join(dirname(target), `.${basename(target)}.lock`)
  const until = Date.now() + waitForLock
  for (;;) {
    try {
      return { handle: await open(lock, 'wx', 0o600), lock }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(target, error)
    }
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > staleAfter) await unlink(lock).catch(() => {})
    else if (Date.now() > until)
      throw unwritable(target, new Error(`another command is editing it, and holds ${lock}`))
    else await sleep(10 + Math.random() * 20)
  }
}

function applyChange(change: (text: string) => string, before: string, file: string): string {
  let after: string
  const wrongBefore = problemsOf(before, file)
  try {
    after = change(before)
  } catch (error) {
    // A text that cannot be parsed cannot be edited either: its own problems say more.
    if (wrongBefore.length)
      throw new GatewayError('config_invalid', { file, problems: wrongBefore })
    if (error instanceof GatewayError && error.code === 'config_edit_failed')
      throw new GatewayError('config_edit_failed', { ...error.facts, file }, error)
    throw error
  }
  const problems = problemsOf(after, file)
  if (problems.length && wrongBefore.length)
    throw new GatewayError('config_invalid', { file, problems: wrongBefore })
  if (problems.length) throw new GatewayError('config_edit_refused', { file, problems })
  return after
}

function problemsOf(text: string, file: string): readonly Problem[] {
  try {
    parseConfig(text, file)
    return []
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'config_invalid')
      return error.facts['problems'] as Problem[]
    throw error
  }
}

/** The new file gets the mode of the old one, and its owner where the system lets us. */
async function keepOwner(handle: FileHandle, target: string): Promise<void> {
  const old = await stat(target).catch(() => undefined)
  if (!old) return
  const own = await handle.stat()
  if (old.uid !== own.uid || old.gid !== own.gid) {
    await handle.chown(old.uid, old.gid).catch(() => {})
  }
  // After chown, which clears the set-id bits.
  await handle.chmod(old.mode & 0o7777)
}

/** Makes the rename itself survive a power cut; Windows has no such call for folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
