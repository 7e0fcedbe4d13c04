import type { Memory } from '../translate/codec.ts'
import type { Signature } from '../translate/message.ts'

/** So many calls are remembered, and so many characters of their signatures. */
const most = 20_000
const mostCharacters = 32 * 1024 ** 2

export interface SignedCall {
  readonly callId: string
  readonly signature: Signature
}

/** Keeps signatures of calls for clients that cannot; the ones used longest ago are forgotten first. */
export class CallMemory implements Memory {
  readonly #signatures = new Map<string, Signature>()
  #characters = 0
  /** Called with what is new here, and not for what was only heard. */
  onNews: ((news: SignedCall) => void) | undefined

  remember(callId: string, signature: Signature): void {
    this.hear({ callId, signature })
    this.onNews?.({ callId, signature })
  }

  /** Another process has seen it. */
  hear({ callId, signature }: SignedCall): void {
    this.#forget(callId)
    if (signature.value.length > mostCharacters / 16) return
    this.#signatures.set(callId, signature)
    this.#characters += signature.value.length
    while (this.#signatures.size > most || this.#characters > mostCharacters) {
      this.#forget(this.#signatures.keys().next().value!)
    }
  }

  recall(callId: string): Signature | undefined {
    const signature = this.#signatures.get(callId)
    if (signature) {
      // The last to be used is the last to be forgotten.
      this.#signatures.delete(callId)
      this.#signatures.set(callId, signature)
    }
    return signature
  }

  #forget(callId: string): void {
    this.#characters -= this.#signatures.get(callId)?.value.length ?? 0
    this.#signatures.delete(callId)
  }
}
