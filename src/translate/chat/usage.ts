import { withThoughts } from '../../wire/usage.ts'
import type { TokenUsage } from '../message.ts'
import { asObject, type Json } from '../values.ts'
import { given } from './fields.ts'

/** What a chunk or an answer counts, in any of the places where hosts put it; undefined where it counts nothing. */
export function usageIn(value: Json, choice: Json | undefined): TokenUsage | undefined {
  const usage =
    asObject(value['usage']) ??
    asObject(asObject(value['x_groq'])?.['usage']) ??
    asObject(choice?.['usage'])
  if (!usage) return undefined
  const prompt = asObject(usage['prompt_tokens_details']) ?? {}
  const completion = asObject(usage['completion_tokens_details']) ?? {}
  const input = count(usage['prompt_tokens'])
  const said = count(usage['completion_tokens'])
  const total = count(usage['total_tokens'])
  const reasoning = count(completion['reasoning_tokens']) ?? count(usage['reasoning_tokens'])
  // Gemini's imitation leaves thoughts out of the answer, but not out of the sum.
  const output =
    !said && total !== undefined && input !== undefined && total > input
      ? total - input
      : withThoughts(said, { input, reasoning, total })
  const reported =
    count(prompt['cached_tokens']) ??
    count(usage['prompt_cache_hit_tokens']) ??
    count(usage['cached_tokens'])
  // Some local servers count more from the cache than there was.
  const cached = reported === undefined ? undefined : Math.min(reported, input ?? reported)
  const found = given({
    input,
    cached,
    cacheWrite: count(prompt['cache_write_tokens']),
    output,
    reasoning,
  })
  return Object.keys(found).length === 0 ? undefined : found
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 ? value : undefined

/** Counts as this protocol has them: of the whole, with what was cached and thought within. */
export function chatUsage({
  input = 0,
  output = 0,
  cached,
  cacheWrite,
  reasoning,
}: TokenUsage): Json {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: cached ?? 0,
      ...given({ cache_write_tokens: cacheWrite }),
    },
    completion_tokens_details: { reasoning_tokens: reasoning ?? 0 },
  }
}
