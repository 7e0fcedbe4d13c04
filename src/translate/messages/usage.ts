// Anthropic's `input_tokens` are those that no cache had to do with; ours are all of them.

import type { TokenUsage } from '../message.ts'
import { asObject, type Json } from '../values.ts'

/** Tokens as Messages counts them. Caches of some servers say more than there was: nothing gets below zero. */
export function usageFields(usage: TokenUsage): Json {
  const { input = 0, cached = 0, cacheWrite = 0, cacheWrite1h, output = 0, reasoning } = usage
  return {
    input_tokens: Math.max(0, input - cached - cacheWrite),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cached,
    ...(cacheWrite1h === undefined
      ? {}
      : {
          cache_creation: {
            ephemeral_5m_input_tokens: Math.max(0, cacheWrite - cacheWrite1h),
            ephemeral_1h_input_tokens: cacheWrite1h,
          },
        }),
    output_tokens: output,
    ...(reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  }
}

/** Reads what one answer says of itself, in any number of places: the last word on each count is the one that holds. */
export class Counts {
  readonly #said = new Map<string, number>()

  add(usage: Json | undefined): void {
    if (!usage) return
    const { cache_creation, output_tokens_details } = usage
    for (const [name, value] of Object.entries({
      ...usage,
      hour: asObject(cache_creation)?.['ephemeral_1h_input_tokens'],
      thinking: asObject(output_tokens_details)?.['thinking_tokens'],
    })) {
      if (typeof value === 'number') this.#said.set(name, value)
    }
  }

  usage(): TokenUsage {
    const said = this.#said
    const uncached = said.get('input_tokens')
    const cached = said.get('cache_read_input_tokens')
    const cacheWrite = said.get('cache_creation_input_tokens')
    const counts = {
      input: uncached === undefined ? undefined : uncached + (cached ?? 0) + (cacheWrite ?? 0),
      cached,
      cacheWrite,
      cacheWrite1h: said.get('hour'),
      output: said.get('output_tokens'),
      reasoning: said.get('thinking'),
    }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined))
  }
}
