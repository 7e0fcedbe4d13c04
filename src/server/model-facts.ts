import { type FactOverrides, factsFor, type ModelFacts } from '../translate/facts.ts'
import type { Exchange } from './exchange.ts'

/** What a model accepts, by what the gateway knows and what the config says over it. */
export const modelFacts = ({ snapshot }: Pick<Exchange, 'snapshot'>, model: string): ModelFacts =>
  factsFor(model, snapshot.config.models as FactOverrides)
