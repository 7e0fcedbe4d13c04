import { atOnce, type Steps } from '../../wire/steps.ts'
import type { Answering } from '../codec.ts'
import { parseExactInSteps } from '../exact.ts'
import { textKey } from '../hash.ts'
import type { Answer, Part, Signature, TokenUsage } from '../message.ts'
import { seal } from '../sealed.ts'
import { toolId } from '../tool-ids.ts'
import { asObject, type Json } from '../values.ts'
import { isOwnCitation } from './citation.ts'
import { stopFields } from './stop.ts'
import { usageFields } from './usage.ts'

/** A whole answer as Messages says it. */
export function encodeAnswer(answer: Answer, answering: Answering): Json {
  const { parts, finish, usage } = answer
  const calls = parts.some(part => part.t === 'tool_call')
  const refusal = parts.map(part => (part.t === 'refusal' ? part.text : '')).join('')
  return messageFields(
    answer,
    answering,
    withoutLastProof(parts, answering).flatMap(part =>
      blocksOf(part, finish.reason === 'length', answering),
    ),
    stopFields(finish, { calls, refusal }),
    usage.input === undefined ? { ...usage, input: answering.estimate() } : usage,
  )
}

/** How a stream begins: nothing has ended it. */
export const startFields: Json = { stop_reason: null, stop_sequence: null, stop_details: null }

/** All that a message has; clients fail on one without `content`. https://github.com/farion1231/cc-switch/issues/7396 */
export function messageFields(
  { id, model }: { readonly id?: string; readonly model?: string },
  answering: Answering,
  content: readonly Json[],
  stop: Json,
  usage: TokenUsage,
): Json {
  return {
    id: id === undefined ? answering.newId('msg_') : id.startsWith('msg_') ? id : `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: answering.model ?? model ?? answering.target,
    content,
    ...stop,
    container: null,
    usage: usageFields(usage),
  }
}

/** Another vendor's proof goes through the client's hands under that vendor's name; Anthropic's own as it is. */
export const proofOf = (signature: Signature, id: string | undefined): string =>
  signature.vendor === 'anthropic'
    ? signature.value
    : seal({ signature, ...(id === undefined ? {} : { id }) })

/** The id of a call as Anthropic takes it back, should the conversation go on there. */
export const callId = (id: string, { newId }: Answering): string =>
  id === '' ? newId('toolu_') : toolId(id, 'word')

/** An answer of Messages has no place for a picture, and one that vanishes would be looked for. */
export const pictureText = (mime: string): string =>
  `[a picture (${mime}), which cannot be shown here]`

/**
 * Google signs a text behind it. At the end of an answer such a block would be taken for what the answer says: Claude Code
 * prints the last one.
 */
function withoutLastProof(parts: readonly Part[], { memory }: Answering): readonly Part[] {
  const [text, last] = parts.slice(-2)
  if (text?.t !== 'text' || last?.t !== 'reasoning' || last.text !== '') return parts
  const proof = last.signature ?? last.redacted
  if (proof?.vendor !== 'google') return parts
  memory.remember(textKey(text.text), proof)
  return parts.slice(0, -1)
}

function blocksOf(part: Part, cut: boolean, answering: Answering): Json[] {
  switch (part.t) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [textBlock(part)]
    case 'reasoning': {
      const { text, signature, redacted, id } = part
      if (redacted && text === '') {
        return [{ type: 'redacted_thinking', data: proofOf(redacted, id) }]
      }
      const proof = signature ?? redacted
      if (text === '' && proof === undefined) return []
      return [
        {
          type: 'thinking',
          thinking: text,
          signature: proof === undefined ? '' : proofOf(proof, id),
        },
      ]
    }
    case 'tool_call': {
      const { name, kind, args, signature } = part
      const id = callId(part.id, answering)
      if (signature) answering.memory.remember(id, signature)
      const input = kind === 'custom' ? { input: args } : inputOf(args, cut)
      return [{ type: 'tool_use', id, name, input }]
    }
    case 'image': {
      const mime = 'mime' in part.source ? part.source.mime : undefined
      return [{ type: 'text', text: pictureText(mime ?? 'image') }]
    }
    case 'opaque':
      return part.vendor === 'anthropic' ? [part.raw] : []
    case 'file':
    case 'audio':
    case 'tool_result':
      return []
    default:
      return part satisfies never
  }
}

function textBlock(part: Extract<Part, { t: 'text' | 'refusal' }>): Json {
  const citations = part.t === 'text' ? part.citations?.filter(isOwnCitation) : undefined
  return { type: 'text', text: part.text, ...(citations?.length ? { citations } : {}) }
}

/** A tool's input must be an object. What a model wrote otherwise is kept where the tool, or the model, can see it. */
export const inputOf = (args: string, cut = false): Json => atOnce(inputInSteps(args, cut))

/** The same in steps. */
export function* inputInSteps(args: string, cut = false): Steps<Json> {
  if (args.trim() === '') return {}
  let value: unknown
  try {
    value = yield* parseExactInSteps(args)
  } catch {
    return cut ? {} : { input: args }
  }
  return asObject(value) ?? { input: value }
}
