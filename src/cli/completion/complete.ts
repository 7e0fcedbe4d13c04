// `gateway __complete`, which the scripts in completions/ call at every Tab. The first line of the answer is the mode, the
// others are candidates; it is silent about whatever goes wrong, as a person is in the middle of a line.

import type { Io } from '../context.ts'
import { bashReply, readBashLine } from './bash-line.ts'
import { type Commands, completionsOf } from './candidates.ts'
import { valuesIn } from './values.ts'

/**
 * `bash LINE WORDBREAKS`: the line up to the cursor, answered by what bash is to put in. `words WORD...`: the words after
 * the program, the last at the cursor, answered by `VALUE<tab>SUMMARY`.
 */
export async function complete(
  [form, ...words]: readonly string[],
  commands: Commands,
  io: Io,
): Promise<void> {
  const [line = '', breaks = ''] = words
  const bash = form === 'bash' ? readBashLine(line, breaks) : undefined
  try {
    const values = valuesIn(io.env)
    const { mode, candidates } = await completionsOf(
      bash ? bash.words.slice(1) : words,
      commands,
      values,
    )
    const lines = candidates.map(({ value, summary }) =>
      bash ? bashReply(value, bash) : summary === undefined ? value : `${value}\t${summary}`,
    )
    io.stdout.write([mode, ...lines, ''].join('\n'))
  } catch {
    // Nothing to complete.
  }
}
