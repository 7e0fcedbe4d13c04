import type { ReasoningPart, Signature } from '../message.ts'
import { seal, unseal } from '../sealed.ts'

/**
 * What stands in place of a signature that nobody has: a conversation that another vendor's model began, or that was kept
 * without it. Google's documented way around the check. https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export const unsigned = 'skip_thought_signature_validator'

/** What proves a part, or stands in its place. */
export type Proof = Pick<ReasoningPart, 'signature' | 'redacted'>

/** As `thoughtSignature`; undefined where there is nothing to keep. In base64: some of Google's clients decode it. */
export function thoughtSignature({ signature, redacted }: Proof): string | undefined {
  const kept = redacted ?? signature
  if (!kept || kept.vendor === 'google') return kept?.value
  const text = seal({ signature: kept, redacted: redacted !== undefined })
  return Buffer.from(text).toString('base64')
}

/** What a client sends back as `thoughtSignature`. */
export function proofIn(text: string): Proof {
  if (text === unsigned) return {}
  const sealed = unseal(Buffer.from(text, 'base64').toString())
  if (!sealed) return { signature: { vendor: 'google', value: text } }
  return sealed.redacted ? { redacted: sealed.signature } : { signature: sealed.signature }
}

/** A signature, if its vendor is Google. */
export const googles = (signature: Signature | undefined): string | undefined =>
  signature?.vendor === 'google' ? signature.value : undefined
