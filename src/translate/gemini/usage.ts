// Google counts what the model thought beside its answer, and what was cached within the prompt. PROTOCOLS 3.9

import type { TokenUsage } from '../message.ts'
import { asNumber, type Json } from '../values.ts'

/** Of `usageMetadata`; undefined where it says nothing. */
export function usageOf(metadata: Json | undefined): TokenUsage | undefined {
  if (!metadata) return undefined
  const count = (name: string): number | undefined => asNumber(metadata[name])
  const usage = {
    input: sum(count('promptTokenCount'), count('toolUsePromptTokenCount')),
    cached: count('cachedContentTokenCount'),
    output: sum(count('candidatesTokenCount'), count('thoughtsTokenCount')),
    reasoning: count('thoughtsTokenCount'),
  }
  const known = Object.entries(usage).filter(([, n]) => n !== undefined)
  return known.length > 0 ? Object.fromEntries(known) : undefined
}

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : a + (b ?? 0)

/** As `usageMetadata`. Some hosts count more thoughts than the whole answer has. */
export function usageMetadata({ input = 0, cached, output = 0, reasoning = 0 }: TokenUsage): Json {
  const thoughts = Math.min(reasoning, output)
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - thoughts,
    ...(thoughts ? { thoughtsTokenCount: thoughts } : {}),
    ...(cached ? { cachedContentTokenCount: cached } : {}),
    totalTokenCount: input + output,
  }
}
