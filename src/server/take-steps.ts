import { inTurns } from '../proxy/in-turns.ts'
import { resultOf, type Steps } from '../wire/steps.ts'
import type { Exchange } from './exchange.ts'

/**
 * Takes steps for a request, as `inTurns` does, while its client waits, and goes on with what they come to. What they or
 * `goOn` throw is what the request is answered.
 */
export function takeSteps<Result>(
  exchange: Exchange,
  steps: Steps<Result>,
  goOn: (result: Result) => void,
): void {
  inTurns(
    resultOf(steps),
    () => exchange.res.destroyed,
    result => {
      try {
        goOn(result())
      } catch (error) {
        exchange.fail(error)
      }
    },
  )
}
