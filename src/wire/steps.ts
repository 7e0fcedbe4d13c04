/**
 * Something that takes long, in steps between which others may have their turn. No function of a request's own may make them: V8
 * gives what a generator function makes a hidden class, a new one for each closure, which is old from birth, and holds on to all
 * that the closure knows until the whole heap is gone through.
 */
export type Steps<Result> = Generator<void, Result>

/** Takes all steps in one go. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** What is done in one. */
export function* oneStep<Result>(act: () => Result): Steps<Result> {
  yield
  return act()
}

/** What `each` makes of all elements, in one array: as `flatMap`, and a step for each of them at least. */
export function* flatMapInSteps<Element, Result>(
  elements: readonly Element[],
  each: (element: Element, index: number) => readonly Result[] | Steps<readonly Result[]>,
): Steps<Result[]> {
  const all: Result[] = []
  for (let i = 0; i < elements.length; i++) {
    const made = each(elements[i]!, i)
    for (const result of isSteps(made) ? yield* made : made) all.push(result)
    yield
  }
  return all
}

const isSteps = <Result>(
  made: readonly Result[] | Steps<readonly Result[]>,
): made is Steps<readonly Result[]> => !Array.isArray(made)

/** Hands on what the steps come to. */
export function* handingOn<Result>(
  steps: Steps<Result>,
  take: (result: Result) => void,
): Steps<void> {
  take(yield* steps)
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
