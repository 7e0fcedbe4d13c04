import type { Generation } from '../config/history.ts'
import { GatewayError } from '../errors.ts'
import { parseCount } from './units.ts'

/** Who made a generation, in words: `alias add`, `by hand`, `by hand, then alias add`. */
export const makerOf = ({ commands, byHand, exists }: Generation): string =>
  [...(byHand ? [exists ? 'by hand' : 'no file'] : []), ...commands].join(', then ')

/** What a generation is, for `--json`: all but its text and what only the gateway needs. */
export function factsOf(generation: Generation): Omit<Generation, 'text' | 'note'> & {
  readonly by: string
} {
  const { text: _text, note: _note, ...facts } = generation
  return { ...facts, by: makerOf(generation) }
}

/** The generation that a word of the command line names. Throws `usage` and `generation_not_found`. */
export function findGeneration(history: readonly Generation[], word: string): Generation {
  const number = parseCount(word)
  const found = history.find(({ generation }) => generation === number)
  if (!found) throw new GatewayError('generation_not_found', { number })
  return found
}

/** To the second, as the log has it. */
export const timeText = (at: string): string => at.replace(/\.\d+Z$/, 'Z')
