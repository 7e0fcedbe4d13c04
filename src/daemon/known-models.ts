import type { ProviderModels } from '../control/api.ts'
import { catalogModels } from '../server/facts.ts'
import type { Snapshot } from '../server/snapshot.ts'

/** What can be written as a model: those that the config lists, and of providers with a key those of the catalog. */
export async function knownModels({
  config,
  providers,
}: Snapshot): Promise<readonly ProviderModels[]> {
  return Promise.all(
    [...providers.values()].map(async ({ name, config: own, credential }) => {
      const usable = config.providers.has(name) || credential.kind === 'present'
      const catalog = usable && own.preset !== undefined ? await catalogModels(own.preset) : []
      return { provider: name, models: [...new Set([...own.models, ...catalog])] }
    }),
  )
}
