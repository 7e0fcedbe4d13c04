import { type FactOverrides, factsFor, type ModelFacts } from '../translate/facts.ts'
import type { Exchange } from './exchange.ts'

/** By snapshot: the table is long, and every request asks. */
const known = new WeakMap<object, Map<string, ModelFacts>>()

/** A client may ask a provider for any name. */
const most = 1000

/** What a model accepts, by what the gateway knows and what the config says over it. */
export function modelFacts({ snapshot }: Pick<Exchange, 'snapshot'>, model: string): ModelFacts {
  const models = known.get(snapshot) ?? new Map<string, ModelFacts>()
  const found = models.get(model)
  if (found) return found
  if (models.size === most) models.clear()
  const facts = factsFor(model, snapshot.config.models as FactOverrides)
  known.set(snapshot, models.set(model, facts))
  return facts
}
