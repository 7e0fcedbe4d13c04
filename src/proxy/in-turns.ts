import type { Steps } from '../wire/steps.ts'

/** In milliseconds. */
const turn = 2

/** What has still to be done, by whomever: a turn of the event loop is for one of them, or everybody else would wait for all. */
const waiting: (() => void)[] = []

/**
 * Takes steps in turns of the event loop, the first at once where nobody waits for one, and goes on with what they come to. Whoever
 * has something else to do waits for two milliseconds, and for the step that is under way. Stops where nobody waits for it any more.
 */
export function inTurns<Result>(
  steps: Steps<Result>,
  isOver: () => boolean,
  goOn: (result: Result) => void,
): void {
  const act = (): void => {
    if (isOver()) return
    const until = performance.now() + turn
    for (;;) {
      const { done, value } = steps.next()
      const isLate = performance.now() >= until
      if (done) {
        // To send a long request takes as long as a turn.
        if (isLate) waiting.push(() => isOver() || goOn(value))
        else goOn(value)
        return
      }
      if (isLate) {
        waiting.push(act)
        return
      }
    }
  }
  waiting.push(act)
  if (waiting.length === 1) take()
}

/** Does what is due. It is the first until it is done: what it leads to has a turn of its own. */
function take(): void {
  try {
    waiting[0]!()
  } finally {
    waiting.shift()
    // The first of two turns may be this one's own, in which nobody is heard.
    if (waiting.length > 0) setImmediate(() => setImmediate(take))
  }
}
