// Who edits the config: a command notes here what it is about to write, so that the daemon, which sees only a file that
// changed, can tell the command from an editor. Notes are matched by the texts before and after, never by time: it makes
// no difference who comes first, the daemon's watcher or the end of the command, or whether a daemon runs at all.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface EditNote {
  /** Counts up. */
  readonly number: number
  /** sha256 of the texts, hex; of the empty text where there was no file. */
  readonly from: string
  readonly to: string
  /** The command, e.g. `alias add`. */
  readonly by: string
  /** The generation whose text it puts back. */
  readonly restores?: number
}

/** As many as are made while a daemon is stopped, at most; older ones are for texts that are in the history by now. */
const kept = 100

const noteFile = (folder: string): string => join(folder, 'edits.json')

/** The notes, the oldest first; none where they cannot be read, as a note is not worth an error. */
export async function readEditNotes(folder: string): Promise<readonly EditNote[]> {
  try {
    return JSON.parse(await readFile(noteFile(folder), 'utf8')) as EditNote[]
  } catch {
    return []
  }
}

/** Notes an edit that is about to be written; the caller holds the lock of the config file. */
export async function noteEdit(folder: string, note: Omit<EditNote, 'number'>): Promise<void> {
  const notes = await readEditNotes(folder)
  const all = [...notes, { number: (notes.at(-1)?.number ?? 0) + 1, ...note }]
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = noteFile(folder)
  await writeFile(`${file}.new`, JSON.stringify(all.slice(-kept)), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

export interface Author {
  /** The commands, in their order; empty where the file was edited by hand. */
  readonly commands: readonly string[]
  /** Something besides these commands edited it too. */
  readonly byHand: boolean
  readonly restores?: number
  /** The number of the newest note that counted, or `after` again. */
  readonly note: number
}

/** Who made the text `to` out of the text `from`, by the notes that are newer than number `after`. */
export function authorOf(
  notes: readonly EditNote[],
  from: string,
  to: string,
  after: number,
): Author {
  const fresh = notes.filter(note => note.number > after)
  const last = fresh.findLastIndex(note => note.to === to)
  if (last < 0) return { commands: [], byHand: true, note: after }
  // Back from the text that is there, as far as one edit begins where another ended.
  const chain = [fresh[last]!]
  for (const note of fresh.slice(0, last).reverse()) {
    if (chain[0]!.from === from) break
    if (note.to === chain[0]!.from) chain.unshift(note)
  }
  const { restores, number } = chain.at(-1)!
  return {
    commands: [...new Set(chain.map(note => note.by))],
    byHand: chain[0]!.from !== from,
    note: number,
    ...(restores === undefined ? {} : { restores }),
  }
}
