import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { changesBetween } from '../config/changes.ts'
import type { Config, LoadedConfig } from '../config/config.ts'
import { authorOf, readEditNotes } from '../config/edits.ts'
import {
  type Generation,
  generationFile,
  generationNumbers,
  readGeneration,
} from '../config/history.ts'
import { hashText, parseConfig } from '../config/load.ts'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'

/** What is kept: so many generations, and of these no more than so many bytes. */
const kept = { generations: 200, bytes: 16 * 1024 ** 2 }

/** Writes down every config text that becomes live. Its faults are lines of the log: no request depends on it. */
export class History {
  readonly #folder: string
  readonly #log: Log
  #last: Pick<Generation, 'generation' | 'exists' | 'hash' | 'note'> | undefined
  /** What the last one means; undefined where this version cannot read it any more. */
  #config: Config | undefined

  private constructor(folder: string, log: Log) {
    this.#folder = folder
    this.#log = log
  }

  /** The history in a folder, which need not exist. */
  static async open(folder: string, log: Log): Promise<History> {
    const history = new History(folder, log)
    for (const number of [...(await generationNumbers(folder))].reverse()) {
      const last = await readGeneration(folder, number)
      if (!last) continue
      history.#last = last
      history.#config = tryParse(last.text)
      break
    }
    return history
  }

  /** The number of the generation that a config is: that of the last one where the text is the same, else the next. */
  numberOf(config: LoadedConfig): number {
    const last = this.#last?.generation ?? 0
    return this.#isLast(config) ? last : last + 1
  }

  /** Keeps a config that is live, unless it is the last one again. */
  async record(loaded: LoadedConfig, at: Date): Promise<void> {
    if (this.#isLast(loaded)) return
    const { text, hash, exists, config } = loaded
    const generation = this.numberOf(loaded)
    const from = this.#last?.hash ?? hashText('')
    const notes = await readEditNotes(this.#folder)
    const { note, ...author } = authorOf(notes, from, hash, this.#last?.note ?? 0)
    const before = this.#last ? this.#config : tryParse('')
    this.#last = { generation, hash, exists, note }
    this.#config = config
    const changes = before ? changesBetween(before, config) : []
    const facts = { generation, at: at.toISOString(), ...author, changes }
    await this.#write({ ...facts, exists, hash, text, note })
  }

  #isLast({ hash, exists }: LoadedConfig): boolean {
    return this.#last?.hash === hash && this.#last.exists === exists
  }

  async #write(entry: Generation): Promise<void> {
    const file = generationFile(this.#folder, entry.generation)
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeFile(`${file}.new`, JSON.stringify(entry), { mode: 0o600 })
      await rename(`${file}.new`, file)
      await this.#prune()
    } catch (error) {
      this.#log.warn('the history of the config could not be written', { reason: reasonOf(error) })
    }
  }

  /** Takes the oldest away until the rest is within bounds. The newest stay, however long: `undo` needs two. */
  async #prune(): Promise<void> {
    const newest = [...(await generationNumbers(this.#folder))].reverse()
    let bytes = 0
    for (const [i, number] of newest.entries()) {
      const file = generationFile(this.#folder, number)
      bytes += (await stat(file)).size
      if (i >= 2 && (i >= kept.generations || bytes > kept.bytes)) await rm(file)
    }
  }
}

function tryParse(text: string): Config | undefined {
  try {
    return parseConfig(text, '').config
  } catch {
    return undefined
  }
}
