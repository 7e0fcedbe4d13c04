import type { Steps } from '../wire/steps.ts'

/** In milliseconds. Whoever else has something to do waits for so long, for the step that is under way, and for V8's collector. */
const turn = 2

/**
 * Takes steps, in as many turns of the event loop as they need, the first of them at once, and goes on with what they come to.
 * Stops where nobody waits for it any more.
 */
export function inTurns<Result>(
  steps: Steps<Result>,
  isOver: () => boolean,
  goOn: (result: Result) => void,
): void {
  if (isOver()) return
  const until = performance.now() + turn
  do {
    const { done, value } = steps.next()
    if (!done) continue
    // What comes next may take steps of its own.
    if (performance.now() < until) goOn(value)
    else nextTurn(() => isOver() || goOn(value))
    return
  } while (performance.now() < until)
  nextTurn(() => inTurns(steps, isOver, goOn))
}

/** The first of two turns may be this one's own, in which nobody is heard. No argument: node keeps those of what has been done. */
const nextTurn = (act: () => void): void => {
  setImmediate(() => setImmediate(act))
}
