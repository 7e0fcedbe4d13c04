// Responses has one place for what a vendor wants back with its reasoning, `encrypted_content`, which clients keep without
// looking. OpenAI's own stands there as it is; anybody else's is put there with its vendor's name, so that a conversation
// can return to whoever signed it, from any client and without state.

import type { ReasoningPart, Signature, Vendor } from '../message.ts'
import { asObject, asText } from '../values.ts'

const ours = 'gw1.'

type Sealed = Pick<ReasoningPart, 'signature' | 'redacted'>

/** Undefined where there is nothing to keep. */
export function sealSignature({ signature, redacted }: Sealed): string | undefined {
  const kept = redacted ?? signature
  if (!kept) return undefined
  if (kept.vendor === 'openai') return kept.value
  const { vendor, value } = kept
  const text = JSON.stringify({ vendor, value, ...(redacted ? { redacted: true } : {}) })
  return ours + Buffer.from(text).toString('base64url')
}

export function openSignature(sealed: string): Sealed {
  if (!sealed.startsWith(ours)) return { signature: { vendor: 'openai', value: sealed } }
  try {
    const text = Buffer.from(sealed.slice(ours.length), 'base64url').toString()
    const { vendor, value, redacted } = asObject(JSON.parse(text)) ?? {}
    if (!asText(vendor) || !asText(value)) return {}
    const kept: Signature = { vendor: vendor as Vendor, value: String(value) }
    return redacted === true ? { redacted: kept } : { signature: kept }
  } catch {
    // Somebody cut it: a signature that is not whole proves nothing.
    return {}
  }
}
