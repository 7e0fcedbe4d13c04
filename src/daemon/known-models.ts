import type { ProviderModels } from '../control/api.ts'
import { listed } from '../demo/snapshots.ts'
import { catalogModels } from '../server/facts.ts'
import type { Snapshot } from '../server/snapshot.ts'

/** What can be written as a model: those that the config lists, and those that the catalog has of a preset's vendor. */
export async function knownModels({
  config,
  providers,
}: Snapshot): Promise<readonly ProviderModels[]> {
  return Promise.all(
    [...providers.values()].map(async ({ name, config: own, credential }) => {
      const catalog = own.builtIn ? listed : await catalogModels(own.preset ?? '')
      return {
        provider: name,
        usable: config.providers.has(name) || credential.kind === 'present',
        models: [...new Set([...own.models, ...catalog])],
      }
    }),
  )
}
