import type { FormPatch } from '../wire/form-patch.ts'
import type { Params } from './alias.ts'

/** Only the model, whatever the form says of it. */
export const modelPatch = (model: string): FormPatch => ({
  set: new Map([['model', [model]]]),
  default: new Map(),
  remove: new Set(),
})

/**
 * The parameters of a target as changes to a form, with its model; undefined where they ask for none. A form has no
 * fields below fields, so dotted paths are left out, and no messages to put others around.
 */
export function formPatch(params: Params, model: string): FormPatch | undefined {
  const set = fields(params.set)
  const byDefault = fields(params.default)
  const remove = params.remove.filter(isTop)
  if (set.length + byDefault.length + remove.length === 0) return undefined
  return {
    set: new Map([['model', [model]], ...set]),
    default: new Map(byDefault),
    remove: new Set(remove),
  }
}

const isTop = (key: string): boolean => !key.includes('.')

const fields = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values)
    .filter(([key]) => isTop(key))
    .map(([key, value]) => [key, textsOf(value)] as const)

/** A list is a field that stands there several times, as `timestamp_granularities[]` may; null is no field. */
function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (value === null) return []
  return [typeof value === 'string' ? value : JSON.stringify(value)]
}
