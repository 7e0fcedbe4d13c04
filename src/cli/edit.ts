import { type Edited, editConfig as edit } from '../config/edit.ts'
import { noteEdit } from '../config/edits.ts'
import type { Context } from './context.ts'

export { deleteValue, renameKey, setValue } from '../config/edit.ts'

/**
 * Edits the config file as `editConfig` of `config/edit.ts` does, under the name of the command that runs. `restores` is
 * the generation whose text is put back.
 */
export function editConfig(
  { paths, command }: Context,
  change: (text: string) => string,
  restores?: number,
): Promise<Edited> {
  const more = restores === undefined ? {} : { restores }
  return edit(paths.config, change, (from, to) =>
    // Without the note the edit is taken for one by hand, which is no reason not to make it.
    noteEdit(paths.history, { from, to, by: command, ...more }).catch(() => {}),
  )
}
