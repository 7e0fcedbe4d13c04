import type { Answer, Understood } from './api.ts'
import { listed } from './snapshots.ts'

// One date for all: a listing must not change from run to run.
const created = 1_700_000_000

const owners: readonly [prefix: string, owner: string][] = [
  ['claude-', 'anthropic'],
  ['gemini-', 'google'],
  ['grok-', 'xai'],
  ['demo', 'gateway'],
]

const ownerOf = (id: string): string =>
  owners.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'openai'

/** A vendor's way to list models, and to show one: any name is a model here, as it is for a conversation. */
export interface Catalog {
  readonly list: () => Understood
  readonly show: (id: string) => Understood
}

const catalog = (
  describe: (id: string) => unknown,
  list: (ids: readonly string[]) => unknown,
  ids: readonly string[],
): Catalog => {
  const told = (json: () => unknown): Understood => ({
    model: '',
    says: [],
    answer: (): Answer => ({ json: json() }),
  })
  return { list: () => told(() => list(ids)), show: id => told(() => describe(id)) }
}

const openai = (id: string) => ({ id, object: 'model', created, owned_by: ownerOf(id) })

export const openaiModels = catalog(
  openai,
  ids => ({ object: 'list', data: ids.map(openai) }),
  listed,
)

const anthropic = (id: string) => ({
  type: 'model',
  id,
  display_name: id,
  created_at: new Date(created * 1000).toISOString(),
})

/** https://docs.anthropic.com/en/api/models-list */
export const anthropicModels = catalog(
  anthropic,
  ids => ({
    data: ids.map(anthropic),
    has_more: false,
    first_id: ids[0] ?? null,
    last_id: ids.at(-1) ?? null,
  }),
  listed.filter(id => ownerOf(id) === 'anthropic'),
)

const gemini = (id: string) => ({
  name: `models/${id}`,
  version: '001',
  displayName: id,
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  supportedGenerationMethods: /embedding/.test(id)
    ? ['embedContent', 'batchEmbedContents', 'countTokens']
    : ['generateContent', 'streamGenerateContent', 'countTokens'],
})

/** https://ai.google.dev/api/models */
export const geminiModels = catalog(
  gemini,
  ids => ({ models: ids.map(gemini) }),
  listed.filter(id => ownerOf(id) === 'google'),
)
