/** Why a reference gives no text; becomes the reason and the hint of a missing credential. */
export class Absent extends Error {
  readonly hint: string
  constructor(reason: string, hint: string) {
    super(reason)
    this.hint = hint
  }
}
