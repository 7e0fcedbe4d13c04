// Gemini's `contents` -> messages. Its calls and results need no ids: they find each other by name, in order. Where an id is
// missing one is made, the same at every turn, as a conversation only grows.

import { GatewayError } from '../../errors.ts'
import type { Steps } from '../../wire/steps.ts'
import { exactJsonInSteps } from '../exact.ts'
import type { Message, Part, ToolCallPart, ToolResultPart } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { mediaPart, opaque, resultOf } from './decode-part.ts'
import { objectIn, textIn } from './fields.ts'
import { type Proof, proofIn } from './signature.ts'

interface Waiting {
  readonly id: string
  readonly name: string
  readonly given: boolean
}

/** Throws GatewayError `bad_request`. */
export function* decodeTurns(contents: unknown): Steps<Message[]> {
  if (!Array.isArray(contents) && !asObject(contents)) {
    throw new GatewayError('bad_request', { reason: '"contents" is not an array' })
  }
  const turns = new Turns()
  for (const content of Array.isArray(contents) ? contents : [contents]) {
    const { role, parts } = asObject(content) ?? {}
    for (const part of Array.isArray(parts) ? parts : parts === undefined ? [] : [parts]) {
      const value = typeof part === 'string' ? { text: part } : (asObject(part) ?? {})
      if (role === 'model') yield* turns.model(value)
      else yield* turns.user(value)
      yield
    }
  }
  return turns.messages
}

class Turns {
  readonly messages: { readonly role: Message['role']; readonly parts: Part[] }[] = []
  #waiting: Waiting[] = []
  #made = 0

  #newId(): string {
    return `gemini_call_${++this.#made}`
  }

  *user(part: Json): Steps<void> {
    const given = objectIn(part, 'functionResponse')
    if (given) this.#add('user', yield* this.#result(given))
    else {
      const found = typeof part['text'] === 'string' ? textPart(part['text']) : mediaPart(part)
      this.#add('user', found ?? opaque(part))
    }
  }

  *model(part: Json): Steps<void> {
    const signed = textIn(part, 'thoughtSignature')
    const proof = signed === undefined ? {} : proofIn(signed)
    const isSigned = proof.signature !== undefined || proof.redacted !== undefined
    const call = objectIn(part, 'functionCall')
    const { text } = part
    if (call) {
      const { signature } = proof
      this.#add('assistant', { ...(yield* this.#call(call)), ...(signature ? { signature } : {}) })
    } else if (typeof text !== 'string') {
      this.#add('assistant', mediaPart(part) ?? opaque(part))
    } else if (part['thought'] === true) {
      this.#think(text, proof)
    } else {
      if (text !== '') this.#speak(text)
      // The signature of a text stands in reasoning that is not shown.
      if (isSigned) this.#add('assistant', { t: 'reasoning', text: '', ...proof })
    }
  }

  /** What clients keep of a stream is a part for each of its events. */
  #speak(text: string): void {
    const last = this.#last('assistant')
    if (last?.t === 'text') this.#replace({ ...last, text: last.text + text })
    else this.#add('assistant', textPart(text))
  }

  #think(text: string, proof: Proof): void {
    const last = this.#last('assistant')
    const open = last?.t === 'reasoning' && !last.signature && !last.redacted ? last : undefined
    if (open) this.#replace({ ...open, text: open.text + text, ...proof })
    else if (text !== '' || Object.keys(proof).length > 0) {
      this.#add('assistant', { t: 'reasoning', text, ...proof })
    }
  }

  *#call(call: Json): Steps<ToolCallPart> {
    const own = asText(call['id'])
    const id = own ?? this.#newId()
    const name = asText(call['name']) ?? ''
    this.#waiting.push({ id, name, given: own !== undefined })
    const args = yield* exactJsonInSteps(call['args'] ?? {})
    return { t: 'tool_call', id, name, args, kind: 'function' }
  }

  *#result(given: Json): Steps<ToolResultPart> {
    const own = asText(given['id'])
    const name = asText(given['name']) ?? ''
    const call =
      this.#waiting.find(({ id }) => id === own) ??
      this.#waiting.find(one => one.name === name && (own === undefined || !one.given))
    this.#waiting = this.#waiting.filter(one => one !== call)
    return {
      t: 'tool_result',
      id: call?.id ?? own ?? this.#newId(),
      name,
      ...(yield* resultOf(given)),
    }
  }

  #last(role: Message['role']): Part | undefined {
    const last = this.messages.at(-1)
    return last?.role === role ? last.parts.at(-1) : undefined
  }

  #replace(part: Part): void {
    this.messages.at(-1)!.parts.splice(-1, 1, part)
  }

  #add(role: Message['role'], part: Part): void {
    const last = this.messages.at(-1)
    if (last?.role === role) last.parts.push(part)
    else this.messages.push({ role, parts: [part] })
  }
}

const textPart = (text: string): Part => ({ t: 'text', text })

/** Texts of a `systemInstruction`, which may be a bare text. */
export function instructionParts(instruction: unknown): Part[] {
  const value = asObject(instruction)
  const { parts } = value ?? {}
  const all = value ? (asObject(parts) ? [parts] : asArray(parts)) : [instruction]
  return all.flatMap(part => {
    const text = asText(part) ?? asText(asObject(part)?.['text'])
    return text === undefined ? [] : [textPart(text)]
  })
}
