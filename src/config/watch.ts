// The only door to chokidar. It says "look again", and nothing else: whether anything changed is the caller's business.
//
// What is watched is folders, not the file: an editor that saves by renaming, or a delete and a create, would leave a
// watch on the file itself behind with the old inode. Where the file, or a folder above it, is a link (a Kubernetes
// ConfigMap mounts `gateway.yaml -> ..data/gateway.yaml`, `..data -> ..2026_01_01/`, and swaps `..data`), the folders of
// every link on the way are watched as well. A folder that does not exist yet is waited for in the one above it.

import { lstat, readlink, stat } from 'node:fs/promises'
import { basename, join, parse, resolve, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FSWatcher } from 'chokidar'

/** A writer is done when size, times and inode have not changed for so long, in milliseconds. */
const settleMs = 50
/** An empty or missing file is mostly one that is about to be written: taken at once, it would mean "all defaults". */
const settleEmptyMs = 300
/** After so long it is reported though it still changes: something writes to it all the time. */
const settleLimitMs = 2_000
/** Network and container mounts may send no events: the file itself is looked at as often as this. */
const pollMs = 2_000
/** A watch that does not begin within this is left to the poll. */
const readyMs = 1_000

export interface Watch {
  /**
   * Whether the file is still as it was when it was last reported: asked once it has been read. If not, what was read may
   * be half of what somebody is writing, and the whole of it will be reported.
   */
  isAsReported(): Promise<boolean>
  /** Reports the file once more, as soon as it has settled. */
  lookAgain(): void
  /** Resolves when nothing more will be reported. */
  close(): Promise<void>
}

/** A folder to watch: its identity, as one that is removed and made again needs a new watch, and the entries that matter. */
interface Place {
  readonly id: string
  readonly names: Set<string>
}
type Places = ReadonlyMap<string, Place>

/**
 * Calls `onChange` each time `file` may have changed, once it has settled. Resolves when changes from now on are seen.
 * The file, and its folder, need not exist.
 */
export async function watchConfig(file: string, onChange: () => void): Promise<Watch> {
  // Loading it takes 10 ms, which only the daemon should pay.
  const { watch } = await import('chokidar')
  const path = resolve(file)
  let places: Places = new Map()
  const watchers = new Map<string, FSWatcher>()
  let reported = await stamp(path)
  /** False where the last report was of a file that never stopped changing. */
  let steady = true
  let looking: Promise<void> | undefined
  let again = false
  const closing = new AbortController()
  const { signal } = closing

  await follow()
  const poll = setInterval(() => void compare(), pollMs)
  poll.unref()
  await compare()

  return {
    async isAsReported() {
      return !steady || (await stamp(path)) === reported
    },
    lookAgain() {
      reported = 'unknown'
      nudge()
    },
    async close() {
      closing.abort()
      clearInterval(poll)
      await looking
      await Promise.all([...watchers.values()].map(watcher => watcher.close()))
    },
  }

  /** Watches one folder, until the watch is active. Each has a watcher: `unwatch` of one would deafen all below it. */
  async function open(folder: string): Promise<void> {
    const watcher = watch(folder, {
      ignoreInitial: true,
      followSymlinks: false,
      depth: 0,
      atomic: false,
      ignorePermissionErrors: true,
      // A folder may be a whole home, with a log in it that grows at every request.
      ignored: entry => entry !== folder && !matters(folder, basename(entry)),
    })
    watchers.set(folder, watcher)
    // `raw` is each event as the system sends it; the others are slowed down, and some are merged.
    watcher.on('raw', (_event, name, details) => {
      const own = (details as { watchedPath?: string } | undefined)?.watchedPath === folder
      if (!own || !name || name === basename(folder) || matters(folder, basename(name))) nudge()
    })
    watcher.on('all', nudge)
    // A watch may fail, e.g. where there are no more inotify handles: the poll needs none.
    watcher.on('error', nudge)
    const ready = new Promise<void>(done => watcher.once('ready', done))
    await Promise.race([ready, pause(readyMs, signal)])
  }

  function matters(folder: string, name: string): boolean {
    return places.get(folder)?.names.has(name) ?? false
  }

  async function compare(): Promise<void> {
    if ((await stamp(path)) !== reported) nudge()
  }

  function nudge(): void {
    again = true
    looking ??= look().finally(() => {
      looking = undefined
    })
  }

  async function look(): Promise<void> {
    while (again && !signal.aborted) {
      again = false
      const moved = await follow()
      const now = await settled(path, signal)
      if (signal.aborted) return
      if (now.stamp !== reported) {
        reported = now.stamp
        steady = now.steady
        onChange()
      }
      // What happened in a folder before its watch began had no event.
      if (moved) again = true
    }
  }

  /** Watches the folders that matter now, and no longer those that do not. True where that made a difference. */
  async function follow(): Promise<boolean> {
    const next = await findPlaces(path)
    const differ = (a: Places, b: Places) =>
      [...a].filter(([folder, { id }]) => b.get(folder)?.id !== id).map(([folder]) => folder)
    const gone = differ(places, next)
    const added = differ(next, places)
    if (signal.aborted) return false
    places = next
    await Promise.all(gone.map(folder => watchers.get(folder)?.close()))
    for (const folder of gone) watchers.delete(folder)
    if (!signal.aborted) await Promise.all(added.map(open))
    return added.length > 0
  }
}

/**
 * The folders whose entries decide what `file` is: its own, that of every link on the way to it, and, where a part of the
 * way is missing, the last one that exists.
 */
async function findPlaces(file: string): Promise<Places> {
  const places = new Map<string, Place>()
  const note = async (folder: string, name: string) => {
    const place = places.get(folder)
    if (place) place.names.add(name)
    else {
      const info = await stat(folder, { bigint: true }).catch(() => undefined)
      if (info) places.set(folder, { id: `${info.dev}:${info.ino}`, names: new Set([name]) })
    }
  }
  const { root } = parse(file)
  let folder = root
  let rest = file.slice(root.length).split(sep).filter(Boolean)
  // More links than this are a circle; the system itself gives up at 40.
  for (let links = 0; rest.length && links < 40; ) {
    const name = rest.shift()!
    const path = join(folder, name)
    const info = await lstat(path).catch(() => undefined)
    const link = info?.isSymbolicLink() ? await readlink(path).catch(() => undefined) : undefined
    // Not the parents of folders that are there: chokidar reads a folder anew at every event in it, and a parent may be a
    // home or /tmp. A folder that is removed says so itself; one that another takes the place of is found by the poll.
    if (!info || link !== undefined || !rest.length) await note(folder, name)
    if (!info) break
    if (link === undefined) {
      folder = path
      continue
    }
    links++
    const target = resolve(folder, link)
    folder = parse(target).root
    rest = [...target.slice(folder.length).split(sep).filter(Boolean), ...rest]
  }
  return places
}

/** The stamp of the file once it has stopped changing, or has not for so long that nobody waits any more: not `steady`. */
async function settled(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly stamp: string; readonly steady: boolean }> {
  const until = Date.now() + settleLimitMs
  let last = await stamp(path)
  for (let since = Date.now(); !signal.aborted; ) {
    await pause(settleMs / 2, signal)
    const now = await stamp(path)
    const enough = isEmpty(now) ? settleEmptyMs : settleMs
    if (now !== last) {
      last = now
      since = Date.now()
    }
    if (Date.now() - since >= enough) break
    if (Date.now() >= until) return { stamp: last, steady: false }
  }
  return { stamp: last, steady: true }
}

const missing = 'missing'

/** Changes whenever the file at `path` may have: another inode, size or time. ctime, so that a chmod counts. */
async function stamp(path: string): Promise<string> {
  const info = await stat(path, { bigint: true }).catch(() => undefined)
  return info ? `${info.size}:${info.dev}:${info.ino}:${info.mtimeNs}:${info.ctimeNs}` : missing
}

function isEmpty(stamp: string): boolean {
  return stamp === missing || stamp.startsWith('0:')
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {})
}
