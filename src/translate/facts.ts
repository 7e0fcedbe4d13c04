// What models accept, as data: the first pattern that matches decides. PROTOCOLS 3.0 names the sources. A model nobody has
// heard of gets what is safe for most. The config's `models:` overrides single facts by pattern.

import type { Effort } from './message.ts'

export interface ModelFacts {
  /** The most tokens an answer may have; undefined where it is not known. */
  readonly maxOutput: number | undefined
  /**
   * `temperature`, `top_p`, `top_k`: `free`, `one` of temperature and top_p at a time, or `fixed`: the model refuses any.
   */
  readonly sampling: 'free' | 'one' | 'fixed'
  /** How it is told to think: a budget of tokens, an effort, or it cannot be. */
  readonly thinking: 'none' | 'budget' | 'adaptive' | 'effort' | 'level'
  /** False where thinking cannot be switched off. */
  readonly thinkingOff: boolean
  /** Smallest and largest budget, in tokens, where `thinking` is `budget`. */
  readonly budget: readonly [min: number, max: number] | undefined
  /** Efforts it takes, from least to most. */
  readonly efforts: readonly Effort[]
  /** The conversation may end with the assistant's turn, for the model to go on from. */
  readonly prefill: boolean
  /** It takes a JSON Schema for its answer. */
  readonly schema: boolean
  /** It takes `system` messages between the others. */
  readonly systemAnywhere: boolean
  /** It takes sequences to stop at. */
  readonly stop: boolean
  /** With tools it thinks only over the Responses API: Chat Completions refuses the two together. */
  readonly toolsNeedResponses: boolean
  /** Calls of tools must carry the signature that came with them (Gemini 3). */
  readonly signedCalls: boolean
}
