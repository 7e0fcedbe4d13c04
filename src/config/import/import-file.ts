import { GatewayError } from '../../errors.ts'
import { isMapping, type Mapping, WrongField, wrongProblem } from '../fields.ts'
import { type Parsed, parse, YamlFault } from '../parse.ts'
import { type Format, formats } from './formats.ts'
import type { Imported } from './imported.ts'
import { importLitellm } from './litellm.ts'
import { importLlamaSwap } from './llama-swap.ts'
import { importLlm } from './llm.ts'

export interface ImportedFile extends Imported {
  readonly format: Format
  readonly parsed: Parsed
}

/**
 * What the file of another program comes down to here. `config` is the value of the config that it goes into. Throws
 * `manifest_invalid` for a text that is none, and `usage` where its format cannot be told.
 */
export function importFile(
  text: string,
  file: string,
  config: unknown,
  options: { readonly from?: Format | undefined; readonly baseUrl?: string | undefined } = {},
): ImportedFile {
  let parsed: Parsed | undefined
  try {
    parsed = parse(text)
    const value = parsed.value ?? {}
    const format = options.from ?? formatOf(value)
    if (format === undefined)
      throw new GatewayError('usage', {
        reason: `${file} is none of ${formats.join(', ')}, as far as can be told`,
        hint: 'say what it is: --from FORMAT',
      })
    return { format, parsed, ...read(format, value, config, options.baseUrl) }
  } catch (error) {
    const problems =
      error instanceof YamlFault
        ? error.faults.map(fault => ({ file, path: '', severity: 'error' as const, ...fault }))
        : error instanceof WrongField
          ? [wrongProblem(error, file, parsed)]
          : undefined
    if (!problems) throw error
    throw new GatewayError('manifest_invalid', { what: file, problems }, error)
  }
}

function read(format: Format, value: Mapping, config: unknown, baseUrl?: string): Imported {
  switch (format) {
    case 'litellm':
      return importLitellm(value, config)
    case 'llama-swap':
      return importLlamaSwap(value, config, baseUrl)
    case 'llm':
      return importLlm(value, config)
    default:
      return format satisfies never
  }
}

function formatOf(value: Mapping): Format | undefined {
  if (Array.isArray(value['model_list'])) return 'litellm'
  if (isMapping(value['models'])) return 'llama-swap'
  const values = Object.values(value)
  return values.length > 0 && values.every(one => typeof one === 'string') ? 'llm' : undefined
}
