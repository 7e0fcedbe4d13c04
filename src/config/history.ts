// The generations of one config file, as the daemon keeps them: a file each, in a folder of the state. The daemon alone
// writes them (`daemon/history.ts`); the command line reads. Nothing needs them to start, or to serve.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Change } from './changes.ts'

/** One config text that became live. */
export interface Generation {
  readonly generation: number
  /** When it became live, ISO 8601. */
  readonly at: string
  /** The commands that made it, as `alias add`; empty where the file was only edited by hand. */
  readonly commands: readonly string[]
  /** The file was edited by something besides these commands. */
  readonly byHand: boolean
  /** The generation whose text this is again: what `undo` made. */
  readonly restores?: number
  /** Compared with the generation before; the first with all defaults. */
  readonly changes: readonly Change[]
  /** False where there was no file: `text` is then empty. */
  readonly exists: boolean
  /** sha256 of the text, hex. */
  readonly hash: string
  readonly text: string
  /** The number of the newest edit note that is told by this generation. */
  readonly note: number
}

export const generationFile = (folder: string, generation: number): string =>
  join(folder, `${generation}.json`)

/** The numbers of the generations in a folder, ascending; none where it is not there or cannot be read. */
export async function generationNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .flatMap(name => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => a - b)
}

/** One generation; undefined where it is not kept (any more), or what is there makes no sense. */
export async function readGeneration(
  folder: string,
  generation: number,
): Promise<Generation | undefined> {
  try {
    const read = JSON.parse(await readFile(generationFile(folder, generation), 'utf8'))
    return read.generation === generation && typeof read.text === 'string' ? read : undefined
  } catch {
    // A power cut may leave an empty file: the others are good all the same.
    return undefined
  }
}

/** All generations that are kept, the oldest first. */
export async function readHistory(folder: string): Promise<readonly Generation[]> {
  const numbers = await generationNumbers(folder)
  const all = await Promise.all(numbers.map(number => readGeneration(folder, number)))
  return all.filter(generation => generation !== undefined)
}

/**
 * The generation that `undo` goes back to from the newest: the one before it. After an undo that is the one before what
 * it went back to, so that undoing again goes further back, as in an editor. Undefined where no older one is kept.
 */
export function previousOf(history: readonly Generation[]): Generation | undefined {
  let at = history.length - 1
  for (;;) {
    const restores = history[at]?.restores
    if (restores === undefined) return history[at - 1]
    const next = history.findIndex(({ generation }) => generation === restores)
    // An undo leads to an older generation; a file that says otherwise would be followed for ever.
    if (next < 0 || next >= at) return undefined
    at = next
  }
}
