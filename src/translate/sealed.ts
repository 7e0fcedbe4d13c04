// A vendor's proof of reasoning in the hands of a client that knows only another vendor's. Clients give such proofs back
// untouched, so the vendor is written before it: what comes back is then told apart, and goes to its own vendor alone.

import type { Signature, Vendor } from './message.ts'

const mark = 'gw1.'
const form = /^gw1\.(anthropic|google|openai|bedrock|openrouter)(!?)\.([^.]*)\.(.*)$/s

export interface Sealed {
  readonly signature: Signature
  /** Of the reasoning that it proves, where its vendor gave it one. */
  readonly id?: string
  /** It stands in place of text that its vendor does not show. */
  readonly redacted?: boolean
}

/** A proof as one text. An `id` with a full stop is left out. */
export const seal = ({ signature: { vendor, value }, id = '', redacted }: Sealed): string =>
  `${mark}${vendor}${redacted ? '!' : ''}.${id.includes('.') ? '' : id}.${value}`

/** What was sealed; undefined for any other text. */
export function unseal(text: string): Sealed | undefined {
  const found = text.startsWith(mark) ? form.exec(text) : null
  if (!found) return undefined
  const [, vendor, hidden, id, value] = found as unknown as [string, Vendor, string, string, string]
  return {
    signature: { vendor, value },
    ...(id === '' ? {} : { id }),
    ...(hidden === '' ? {} : { redacted: true }),
  }
}
