// Chat Completions has no place for reasoning. What hosts and clients put beside the text of a message:
// - `reasoning_content`, or `reasoning`: its text alone;
// - `thinking_blocks`: Anthropic's blocks as they are, with signatures (LiteLLM);
// - `reasoning_details`: text, summaries and encrypted pieces, of whose making `format` tells (OpenRouter).

import type { ReasoningPart, Signature, Vendor } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'

const formats: Readonly<Partial<Record<Vendor, string>>> = {
  anthropic: 'anthropic-claude-v1',
  google: 'google-gemini-v1',
  openai: 'openai-responses-v1',
  bedrock: 'bedrock-converse-v1',
}

/** Of a format that is none of ours to read, the signature keeps the name, so that it goes back as it came. */
function signatureOf(value: string, format: string): Signature {
  const vendor = (Object.keys(formats) as Vendor[]).find(name => formats[name] === format)
  return vendor ? { vendor, value } : { vendor: 'openrouter', value: `${format}:${value}` }
}

function formatOf({ vendor, value }: Signature): { format: string; value: string } {
  const format = formats[vendor]
  if (format !== undefined) return { format, value }
  const colon = value.indexOf(':')
  return { format: value.slice(0, colon), value: value.slice(colon + 1) }
}

/** The reasoning of a message, in the fullest form that it has. */
export function reasoningOf(message: Json): ReasoningPart[] {
  const parts = [
    ...asArray(message['thinking_blocks']).flatMap(blockPart),
    ...merged(asArray(message['reasoning_details']).flatMap(detailPart)),
  ]
  const text = reasoningText(message)
  return parts.length > 0 || text === undefined ? parts : [{ t: 'reasoning', text }]
}

export const reasoningText = (message: Json): string | undefined =>
  asText(message['reasoning_content']) ?? asText(message['reasoning'])

/** One of Anthropic's blocks. */
export function blockPart(value: unknown): ReasoningPart[] {
  const { type, thinking, signature, data } = asObject(value) ?? {}
  const text = asText(thinking) ?? ''
  const sealed = asText(type === 'redacted_thinking' ? data : signature)
  const proof = sealed === undefined ? undefined : ({ vendor: 'anthropic', value: sealed } as const)
  if (type === 'redacted_thinking')
    return proof ? [{ t: 'reasoning', text: '', redacted: proof }] : []
  if (text === '' && !proof) return []
  return [{ t: 'reasoning', text, ...(proof ? { signature: proof } : {}) }]
}

/** One of OpenRouter's details. */
export function detailPart(value: unknown): ReasoningPart[] {
  const detail = asObject(value) ?? {}
  const id = asText(detail['id'])
  const own = id === undefined ? {} : { id }
  const format = asText(detail['format']) ?? 'unknown'
  const signature = asText(detail['signature'])
  const signed = signature === undefined ? {} : { signature: signatureOf(signature, format) }
  const data = asText(detail['data'])
  switch (detail['type']) {
    case 'reasoning.text': {
      const text = asText(detail['text']) ?? ''
      return text === '' && signature === undefined
        ? []
        : [{ t: 'reasoning', text, ...own, ...signed }]
    }
    case 'reasoning.summary': {
      const text = asText(detail['summary']) ?? ''
      return text === '' ? [] : [{ t: 'reasoning', text, summary: true, ...own }]
    }
    case 'reasoning.encrypted':
      return data === undefined
        ? []
        : [{ t: 'reasoning', text: '', ...own, ...sealed(data, format) }]
    default:
      return []
  }
}

/** OpenAI seals its reasoning beside the summary, and so signs it; others hide it. */
function sealed(data: string, format: string): Pick<ReasoningPart, 'signature' | 'redacted'> {
  const proof = signatureOf(data, format)
  return proof.vendor === 'openai' ? { signature: proof } : { redacted: proof }
}

/** A summary and what is sealed are one, where they have one id. */
function merged(parts: readonly ReasoningPart[]): ReasoningPart[] {
  const out: ReasoningPart[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (
      last &&
      part.signature &&
      part.text === '' &&
      part.id !== undefined &&
      part.id === last.id
    ) {
      out[out.length - 1] = { ...last, signature: part.signature }
    } else out.push(part)
  }
  return out
}

/** Anthropic's block for what it signed; undefined for what another did. */
export function thinkingBlock({ text, signature, redacted }: ReasoningPart): Json | undefined {
  if (redacted?.vendor === 'anthropic') return { type: 'redacted_thinking', data: redacted.value }
  if (signature?.vendor !== 'anthropic') return undefined
  return { type: 'thinking', thinking: text, signature: signature.value }
}

/** OpenRouter's details for a piece of reasoning. */
export function reasoningDetails({
  text,
  signature,
  redacted,
  summary,
  id,
}: ReasoningPart): Json[] {
  const own = id === undefined ? {} : { id }
  const proof = signature && formatOf(signature)
  const seal = signature?.vendor === 'openai' ? proof : redacted && formatOf(redacted)
  const details: Json[] = []
  if (summary && text !== '') details.push({ type: 'reasoning.summary', summary: text, ...own })
  else if (text !== '' || (proof && proof !== seal)) {
    const signed = proof && proof !== seal ? { signature: proof.value, format: proof.format } : {}
    details.push({ type: 'reasoning.text', text, ...own, ...signed })
  }
  if (seal)
    details.push({ type: 'reasoning.encrypted', data: seal.value, format: seal.format, ...own })
  return details
}

/** The signature of a call as OpenRouter has it: among the details, with the id of the call. */
export const callDetail = (id: string, signature: Signature | undefined): Json[] =>
  signature?.vendor === 'google'
    ? reasoningDetails({ t: 'reasoning', text: '', redacted: signature, id })
    : []

/** Google's own field, of its imitation of this protocol, for the signature of a call. */
export function callSignature(call: Json): Signature | undefined {
  const value = asText(asObject(asObject(call['extra_content'])?.['google'])?.['thought_signature'])
  return value === undefined ? undefined : { vendor: 'google', value }
}

/** The same, to be written. */
export const signedCall = (signature: Signature | undefined): Json =>
  signature?.vendor === 'google'
    ? { extra_content: { google: { thought_signature: signature.value } } }
    : {}
