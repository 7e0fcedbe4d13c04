import { askedEffort, budgetOf, effortOf, nearestEffort } from '../effort.ts'
import type { ModelFacts } from '../facts.ts'
import type { Reasoning } from '../message.ts'
import type { Json } from '../values.ts'

export interface Thinking {
  /** `thinking`; undefined where the model is left to what it does by itself. */
  readonly thinking: Json | undefined
  /** `output_config.effort` */
  readonly effort: string | undefined
}

/** What decides whether a model can be told to think. */
export interface Circumstances {
  readonly facts: ModelFacts
  readonly maxTokens: number
  /** A call of a tool is demanded: of any (`any`), or of a certain one (`tool`). */
  readonly forced: 'any' | 'tool' | undefined
  /** The history lets a model with a budget think. */
  readonly possible: boolean
}

const nothing: Thinking = { thinking: undefined, effort: undefined }

/** How Anthropic's models are told how much to think. PROTOCOLS 3.1 */
export function thinkingFor(
  reasoning: Reasoning | undefined,
  { facts, maxTokens, forced, possible }: Circumstances,
): Thinking {
  if (!reasoning || facts.thinking === 'none') return nothing
  const asked = askedEffort(reasoning)
  if (asked === 'none') {
    return { thinking: facts.thinkingOff ? { type: 'disabled' } : undefined, effort: undefined }
  }
  const effort = asked === undefined ? undefined : nearestEffort(asked, facts.efforts)
  const display =
    reasoning.show === undefined || reasoning.show === 'omitted' ? {} : { display: 'summarized' }
  if (facts.thinking === 'adaptive') {
    // https://github.com/strands-agents/sdk-typescript/issues/798
    const thinking = forced === 'tool' ? undefined : { type: 'adaptive', ...display }
    return { thinking, effort }
  }
  const budget = budgetFor(reasoning, facts, maxTokens)
  const thinks = budget !== undefined && forced === undefined && possible
  return {
    thinking: thinks ? { type: 'enabled', budget_tokens: budget } : undefined,
    effort: facts.thinking === 'budget' && reasoning.effort !== undefined ? effort : undefined,
  }
}

/** The smallest that Anthropic takes. */
const least = 1024

/** Tokens to think for, of those that the answer may have; undefined where there is no room for any. */
function budgetFor(
  { effort, budget }: Reasoning,
  facts: ModelFacts,
  maxTokens: number,
): number | undefined {
  if (maxTokens <= least) return undefined
  const [min, max] = facts.budget ?? [least, Number.POSITIVE_INFINITY]
  const asked = budget ?? budgetOf(effort ?? effortOf(budgetOf('medium')))
  return Math.max(least, min, Math.min(asked, max, maxTokens - 1))
}
