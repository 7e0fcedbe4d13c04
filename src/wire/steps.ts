/** Something that takes long, in steps between which others may have their turn. */
export type Steps<Result> = Generator<void, Result>

/** Takes all steps in one go. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
