import { noPrompt, type PromptMessage } from '../wire/prompt.ts'
import { noParams, type Params } from './alias.ts'

/**
 * One set of changes out of several layers, later ones stronger: what a later layer sets, an earlier one no longer
 * removes, and the other way round. The messages of a later layer
 * stand further out: before those that an earlier one prepends, after those it appends.
 */
export function mergeParams(layers: readonly Params[]): Params {
  const used = layers.filter(layer => layer !== noParams)
  if (used.length < 2) return used[0] ?? noParams
  const set: Record<string, unknown> = {}
  const defaults: Record<string, unknown> = {}
  const remove = new Set<string>()
  const prepend: PromptMessage[] = []
  const append: PromptMessage[] = []
  for (const layer of used) {
    for (const key of layer.remove) {
      delete set[key]
      delete defaults[key]
      remove.add(key)
    }
    for (const [key, value] of Object.entries(layer.default)) defaults[key] = value
    for (const [key, value] of Object.entries(layer.set)) {
      set[key] = value
      remove.delete(key)
    }
    prepend.unshift(...layer.prompt.prepend)
    append.push(...layer.prompt.append)
  }
  return {
    set,
    default: defaults,
    remove: [...remove],
    prompt: prepend.length + append.length > 0 ? { prepend, append } : noPrompt,
  }
}
