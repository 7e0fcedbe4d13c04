import { noParams, type Params } from './alias.ts'

/**
 * One set of changes out of several layers, later ones stronger: what a later layer sets, an earlier one no longer
 * removes, and the other way round. System texts are joined, the last layer's first, because it is nearest to the client.
 */
export function mergeParams(layers: readonly Params[]): Params {
  const used = layers.filter(layer => layer !== noParams)
  if (used.length < 2) return used[0] ?? noParams
  const set: Record<string, unknown> = {}
  const defaults: Record<string, unknown> = {}
  const remove = new Set<string>()
  const system: string[] = []
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
    if (layer.system !== undefined) system.unshift(layer.system)
  }
  return {
    set,
    default: defaults,
    remove: [...remove],
    system: system.length > 0 ? system.join('\n\n') : undefined,
  }
}
