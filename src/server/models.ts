import { isPattern } from '../alias/pattern.ts'
import { resolve } from '../alias/resolve.ts'
import type { Exchange } from './exchange.ts'
import { decodePath } from './path.ts'
import type { Snapshot } from './snapshot.ts'

interface Model {
  readonly id: string
  readonly object: 'model'
  /** Seconds since 1970. The gateway does not know when a model was made: this is when it learned of the name. */
  readonly created: number
  readonly owned_by: string
}

/** `GET /v1/models`: the names a client can ask for. https://platform.openai.com/docs/api-reference/models/list */
export function listModels(exchange: Exchange): void {
  exchange.json(200, { object: 'list', data: [...modelsOf(exchange.snapshot).values()] })
}

/** `GET /v1/models/{id}`: also a name that is not listed (a pattern matches it, it is hidden), if it leads somewhere. */
export function showModel(exchange: Exchange): void {
  const { snapshot, parameter } = exchange
  const id = decodePath(parameter)
  const listed = modelsOf(snapshot).get(id)
  if (listed) exchange.json(200, listed)
  else {
    const { targets } = resolve(snapshot.resolver.table, id)
    exchange.json(200, entry(snapshot, id, targets[0]!.provider))
  }
}

/** Aliases first, then the models that providers declare; no patterns, and nothing hidden or disabled. */
function modelsOf(snapshot: Snapshot): Map<string, Model> {
  const models = new Map<string, Model>()
  const { table } = snapshot.resolver
  const add = (id: string, provider?: string): void => {
    if (!models.has(id)) models.set(id, entry(snapshot, id, provider))
  }
  for (const [name, alias] of table.global.exact) {
    if (!alias.hidden && !alias.disabled) add(name)
  }
  for (const { name: provider, aliases, models: declared } of snapshot.config.providers.values()) {
    for (const [name, alias] of aliases) {
      if (!isPattern(name) && !alias.hidden && !alias.disabled) add(`${provider}/${name}`, provider)
    }
    for (const model of declared) add(model, provider)
  }
  return models
}

function entry(snapshot: Snapshot, id: string, provider = 'gateway'): Model {
  return {
    id,
    object: 'model',
    created: Math.floor(snapshot.loadedAt.getTime() / 1000),
    owned_by: provider,
  }
}
