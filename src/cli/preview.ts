import { defaultText } from '../config/edit.ts'
import { parseConfig, readConfig } from '../config/load.ts'
import { GatewayError } from '../errors.ts'

/**
 * What a change would make of the config file, without writing it; throws what writing it would. For changes that also
 * write elsewhere, and must not have done so when the config refuses its part. `apply` of the result is what then edits it.
 */
export async function previewEdit<Result extends { readonly text: string }>(
  file: string,
  change: (text: string) => Result,
): Promise<Result & { readonly apply: (text: string) => string }> {
  const before = (await readConfig(file)) ?? defaultText()
  parseConfig(before, file)
  const result = change(before)
  try {
    parseConfig(result.text, file)
  } catch (error) {
    if (!(error instanceof GatewayError && error.code === 'config_invalid')) throw error
    throw new GatewayError('config_edit_refused', { file, problems: error.facts['problems'] })
  }
  // The same text again, as it mostly is, need not be changed twice.
  return { ...result, apply: text => (text === before ? result : change(text)).text }
}
