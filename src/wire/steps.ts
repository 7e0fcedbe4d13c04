/** Something that takes long, in steps between which others may have their turn. */
export type Steps<Result> = Generator<void, Result>

/** Takes all steps in one go. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/**
 * Takes the steps one in a turn of the event loop, the first at once, and goes on with what they come to: at once where
 * there is only one. Stops where nobody waits for it any more.
 */
export function inTurns<Result>(
  steps: Steps<Result>,
  isOver: () => boolean,
  goOn: (result: Result) => void,
): void {
  if (isOver()) return
  const { done, value } = steps.next()
  if (done) goOn(value)
  // The first of two turns may be this one's own, in which nobody is heard.
  else setImmediate(setImmediate, () => inTurns(steps, isOver, goOn))
}

/** Gives what the steps come to, or throws what they threw, whenever it is asked for. */
export function* resultOf<Result>(steps: Steps<Result>): Steps<() => Result> {
  try {
    const result = yield* steps
    return () => result
  } catch (error) {
    return () => {
      throw error
    }
  }
}
