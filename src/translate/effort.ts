// How much to think, in the two ways of saying it: an effort, and a budget in tokens. The thresholds are the same both
// ways, so that what went there and back is what it was. PROTOCOLS 3.0

import type { Effort, Reasoning } from './message.ts'

const budgets: Readonly<Record<Exclude<Effort, 'none' | 'max'>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 24_576,
  xhigh: 32_000,
}

const order: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** The tokens that an effort may think for; infinite for `max`, which is bounded by the length of the answer alone. */
export const budgetOf = (effort: Effort): number =>
  effort === 'none' ? 0 : effort === 'max' ? Number.POSITIVE_INFINITY : budgets[effort]

/** The effort that a budget in tokens stands for. */
export const effortOf = (budget: number): Effort =>
  budget <= 0 ? 'none' : budget < 4000 ? 'low' : budget < 16_000 ? 'medium' : 'high'

/** The effort a client asked for, in whichever way it said so; undefined where it left that to the model. */
export const askedEffort = ({ effort, budget }: Reasoning): Effort | undefined =>
  effort ?? (budget === undefined ? undefined : effortOf(budget))

/** Of the efforts that a model takes, from least to most, the next one that is no more than asked for, or else the least. */
export function nearestEffort(asked: Effort, taken: readonly Effort[]): Effort | undefined {
  const rank = order.indexOf(asked)
  return taken.findLast(effort => order.indexOf(effort) <= rank) ?? taken[0]
}
