import { inTurns } from '../proxy/in-turns.ts'
import { atOnce, resultOf, type Steps } from '../wire/steps.ts'
import type { Exchange } from './exchange.ts'

/**
 * Takes steps for a request while its client waits, and goes on with what they come to: those of a long one in turns of the event
 * loop, and others at once. What they or `goOn` throw is what the request is answered.
 */
export function takeSteps<Result>(
  exchange: Exchange,
  isLong: boolean,
  steps: Steps<Result>,
  goOn: (result: Result) => void,
): void {
  const end = (result: () => Result): void => {
    try {
      goOn(result())
    } catch (error) {
      exchange.fail(error)
    }
  }
  if (isLong) inTurns(resultOf(steps), () => exchange.res.destroyed, end)
  else end(atOnce(resultOf(steps)))
}
