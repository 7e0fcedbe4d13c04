import type { Resolution } from '../alias/resolve.ts'
import { GatewayError } from '../errors.ts'
import { parameterOf } from '../wire/query.ts'
import type { Exchange } from './exchange.ts'
import { loadFacts, type ModelFacts } from './facts.ts'
import { decodePath } from './path.ts'
import type { Snapshot } from './snapshot.ts'

/** A name that a client can ask for, and what is known of the model behind it now. */
export interface ListedModel {
  readonly id: string
  readonly title: string
  readonly provider: string
  readonly facts: ModelFacts
}

/** `GET /v1/models`, in the form of the API that the client speaks. */
export function listModels(exchange: Exchange): void {
  const anthropic = speaksAnthropic(exchange)
  modelsOf(exchange.snapshot)
    .then(models =>
      exchange.json(
        200,
        anthropic
          ? anthropicPage(models, exchange)
          : { object: 'list', data: models.map(model => openaiModel(exchange.snapshot, model)) },
      ),
    )
    .catch(error => exchange.fail(error))
}

/** `GET /v1/models/{id}`: also a name that is not listed (a pattern matches it, it is hidden), if it leads somewhere. */
export function showModel(exchange: Exchange): void {
  const anthropic = speaksAnthropic(exchange)
  const { snapshot, parameter } = exchange
  const resolution = snapshot.resolver.resolve(decodePath(parameter))
  modelOf(snapshot, resolution).then(
    model =>
      exchange.json(
        200,
        anthropic ? anthropicModel(snapshot, model) : openaiModel(snapshot, model),
      ),
    error => exchange.fail(error),
  )
}

/** What is known of the model behind a name. */
export const modelOf = async (snapshot: Snapshot, resolution: Resolution): Promise<ListedModel> =>
  listed(snapshot, resolution, await loadFacts())

/** Aliases first, then the models that providers declare; no patterns, and nothing hidden, disabled or without a meaning. */
export async function modelsOf(snapshot: Snapshot): Promise<ListedModel[]> {
  const factsOf = await loadFacts()
  const names = new Set<string>()
  for (const [name, { hidden }] of snapshot.resolver.table.global.exact) {
    if (!hidden) names.add(name)
  }
  for (const { name: provider, exact, models } of snapshot.resolver.table.providers.values()) {
    for (const [name, { hidden }] of exact) if (!hidden) names.add(`${provider}/${name}`)
    for (const model of models) names.add(model)
  }
  const found: ListedModel[] = []
  for (const name of names) {
    try {
      found.push(listed(snapshot, snapshot.resolver.resolve(name), factsOf))
    } catch (error) {
      // Disabled, or its target is nowhere: a client that asked for it would get this error.
      if (!(error instanceof GatewayError)) throw error
    }
  }
  return found
}

function listed(
  snapshot: Snapshot,
  { name, alias, targets }: Resolution,
  factsOf: (preset: string | undefined, model: string) => ModelFacts,
): ListedModel {
  const target = targets[0]!
  return {
    id: name,
    title: alias?.description ?? name,
    provider: target.provider,
    facts: factsOf(snapshot.providers.get(target.provider)!.config.preset, target.model),
  }
}

/** The gateway does not know when a model was made: this is when it learned of the name. */
const created = (snapshot: Snapshot): Date => snapshot.loadedAt

/** https://platform.openai.com/docs/api-reference/models, with the limits as vLLM and OpenRouter name them. */
function openaiModel(snapshot: Snapshot, { id, provider, facts }: ListedModel): unknown {
  return {
    id,
    object: 'model',
    created: Math.floor(created(snapshot).getTime() / 1000),
    owned_by: provider,
    context_length: facts.contextWindow,
    max_model_len: facts.contextWindow,
    max_output_tokens: facts.outputLimit,
    input_modalities: facts.inputModalities,
  }
}

/** https://docs.anthropic.com/en/api/models-list */
function anthropicModel(snapshot: Snapshot, { id, title, facts }: ListedModel): { id: string } {
  return {
    type: 'model',
    id,
    display_name: title,
    created_at: created(snapshot).toISOString(),
    max_input_tokens: facts.contextWindow,
    max_tokens: facts.outputLimit,
  } as { id: string }
}

function anthropicPage(models: readonly ListedModel[], { query, snapshot }: Exchange): unknown {
  const at = (name: 'after_id' | 'before_id'): number | undefined => {
    const id = parameterOf(query, name)
    if (id === undefined) return undefined
    const index = models.findIndex(model => model.id === id)
    // The whole list in place of a page that is not there would have a client begin anew, and never end.
    if (index < 0)
      throw new GatewayError('bad_request', { reason: `${name} is no model listed here` })
    return index
  }
  const after = at('after_id')
  const before = at('before_id')
  const limit = Number(parameterOf(query, 'limit') ?? mostModels)
  if (!Number.isInteger(limit) || limit < 1 || limit > mostModels)
    throw new GatewayError('bad_request', { reason: `limit is a number from 1 to ${mostModels}` })
  const inside = models.slice(after === undefined ? 0 : after + 1, before)
  // Backwards, a page is the one that ends just before the id.
  const page = before === undefined ? inside.slice(0, limit) : inside.slice(-limit)
  return {
    data: page.map(model => anthropicModel(snapshot, model)),
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: page.length < inside.length,
  }
}

/** Anthropic's own limit of a page; here it is the usual size, too, for clients that read but one. */
const mostModels = 1000

/** Anthropic's clients ask at the same path; by this field they can be told. */
function speaksAnthropic(exchange: Exchange): boolean {
  const anthropic = exchange.req.headers['anthropic-version'] !== undefined
  if (anthropic) exchange.dialect = 'anthropic'
  return anthropic
}
