import type { Far } from '../codec.ts'
import { askedEffort, nearestEffort } from '../effort.ts'
import type { ModelFacts } from '../facts.ts'
import type { Effort, ModelRequest, Reasoning } from '../message.ts'
import type { Json } from '../values.ts'

/** How much to think, as this host is told; undefined where it cannot be. */
export function encodeReasoning(request: ModelRequest, { facts, quirks }: Far): Json | undefined {
  // These models refuse tools here unless they do not think, and the newest think unless they are told.
  if (facts.toolsNeedResponses && request.tools.length > 0) return { reasoning_effort: 'none' }
  const { reasoning } = request
  if (!reasoning) return {}
  const effort = effortFor(reasoning, facts)
  switch (quirks.reasoningIn) {
    case 'effort':
      if (facts.thinking === 'none') return effort === 'none' ? {} : undefined
      return effort === undefined ? {} : { reasoning_effort: effort }
    case 'openrouter':
      return { reasoning: openrouterOf(reasoning, effort) }
    case 'deepseek':
      return { thinking: { type: effort === 'none' ? 'disabled' : 'enabled' } }
    case 'kwargs':
      return { chat_template_kwargs: { enable_thinking: effort !== 'none' } }
    case 'none':
      return undefined
    default:
      return quirks.reasoningIn satisfies never
  }
}

function openrouterOf({ budget, show, effort }: Reasoning, known: Effort | undefined): Json {
  const much =
    budget !== undefined && effort === undefined
      ? { max_tokens: budget }
      : known === undefined
        ? { enabled: true }
        : { effort: known }
  return show === 'omitted' ? { ...much, exclude: true } : much
}

/** Undefined where the model decides. Told not to think, a model that cannot but think is to think the least. */
function effortFor(reasoning: Reasoning, { efforts, thinkingOff }: ModelFacts): Effort | undefined {
  const asked = reasoning.adaptive && !reasoning.effort ? undefined : askedEffort(reasoning)
  if (asked === undefined || (asked === 'none' && thinkingOff)) return asked
  return efforts.length === 0 ? asked : nearestEffort(asked, efforts)
}
