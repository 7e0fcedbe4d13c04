import { type Change, changesBetween, changeText } from '../../config/changes.ts'
import { authorOf, readEditNotes } from '../../config/edits.ts'
import { type Generation, previousOf, readHistory } from '../../config/history.ts'
import { hashText, parseConfig, readConfig } from '../../config/load.ts'
import { GatewayError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import { editConfig } from '../edit.ts'
import { findGeneration, makerOf } from '../generations.ts'
import { type Liveness, livenessExit, livenessLines, waitUntilLive } from '../live.ts'

export const command = defineCommand({
  summary: 'take the last change of the config back',
  details: [
    'Writes the text of the generation before into the config file, byte for byte, as an edit like any other. Undoing again goes one further back; to take an undo back, or to go to any generation, name it with --to. A file that has changed since its last generation became live is not touched.',
  ],
  arguments: [],
  options: [
    {
      name: 'to',
      value: 'N',
      summary: 'go to the text of this generation',
      completes: 'generation',
    },
  ],
  examples: ['gateway undo', 'gateway undo --to 7'],
  async run({ to }, context) {
    const { config: file, history: folder } = context.paths
    const text = await readConfig(file)
    // An edit of a moment ago may not be a generation yet.
    const seen = await waitUntilLive(context)
    const kept = await readHistory(folder)
    const last = kept.at(-1)
    if (!last) {
      throw new GatewayError('nothing_to_undo', { reason: 'no config has been live yet' })
    }
    const history = [...kept, ...(await pending(folder, last, text))]
    const newest = history.at(-1)!
    const refuseOther = (now: string | undefined) => {
      if (now === (newest.exists ? newest.text : undefined)) return
      const hint = whatNow(last.generation, seen)
      throw new GatewayError('undo_refused', { file, number: last.generation, hint })
    }
    refuseOther(text)
    const target = to === undefined ? previousOf(history) : findGeneration(kept, to)
    if (!target) {
      throw new GatewayError('nothing_to_undo', { reason: 'no older generation is kept' })
    }
    const edit = await editConfig(
      context,
      now => {
        // A first text is made for a file that is not there.
        refuseOther(text === undefined ? undefined : now)
        return target.text
      },
      target.generation,
    )
    return {
      // Absent where that text was never live.
      ...(newest === last ? { from: last.generation } : {}),
      to: target.generation,
      by: makerOf(target),
      changes: changesOf(newest.text, target.text, file),
      changed: edit.before !== edit.after,
      live: await waitUntilLive(context),
    }
  },
  views: {
    talk: ({ from, to, changes, changed, live }) => [
      changed ? `back to generation ${to}` : `the config is the text of generation ${to} already`,
      ...changes.map(changeText),
      ...livenessLines(live),
      ...(changed && from !== undefined ? [`to take this back: gateway undo --to ${from}`] : []),
    ],
    json: ({ changes, ...result }) => ({ ...result, changes, says: changes.map(changeText) }),
    exit: ({ live }) => livenessExit(live),
  },
})

function changesOf(before: string, after: string, file: string): readonly Change[] {
  try {
    return changesBetween(parseConfig(before, file).config, parseConfig(after, file).config)
  } catch (error) {
    // It was live under another version of the gateway: undone all the same.
    if (error instanceof GatewayError && error.code === 'config_invalid') return []
    throw error
  }
}

/** While the daemon is stopped: the text that our own commands have made of the last generation's, and nobody else. */
async function pending(
  folder: string,
  last: Generation,
  text: string | undefined,
): Promise<readonly Generation[]> {
  if (text === undefined || text === last.text) return []
  const hash = hashText(text)
  const author = authorOf(await readEditNotes(folder), last.hash, hash, last.note)
  if (author.byHand) return []
  const { restores: _restores, ...facts } = last
  return [{ ...facts, ...author, generation: last.generation + 1, exists: true, hash, text }]
}

function whatNow(number: number, { state }: Liveness): string {
  const keep = `gateway history show ${number} --text prints what was live`
  if (state === 'refused') return `gateway config check says why it is not live; ${keep}`
  return state === 'stopped' ? `gateway start makes it a generation of its own; ${keep}` : keep
}
