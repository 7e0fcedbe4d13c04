import type { Answer } from './api.ts'
import { listed } from './snapshots.ts'

// One date for all: a listing must not change from run to run.
const created = 1_700_000_000

const owners: readonly [prefix: string, owner: string][] = [
  ['claude-', 'anthropic'],
  ['grok-', 'xai'],
  ['demo', 'gateway'],
]

/** `GET /v1/models`. */
export function listModels(): Answer {
  return { json: { object: 'list', data: listed.map(describe) } }
}

/** `GET /v1/models/{id}`: any name is a model here, as it is for a chat. */
export function showModel(id: string): Answer {
  return { json: describe(id) }
}

function describe(id: string): unknown {
  const owner = owners.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'openai'
  return { id, object: 'model', created, owned_by: owner }
}
