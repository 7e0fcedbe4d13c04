import {
  elementsOf,
  isArrayAt,
  isObjectAt,
  readValue,
  type Splice,
  scanBody,
  scanObject,
} from './json.ts'
import type { Protocol } from './protocol.ts'

/**
 * The splices that put a system text before whatever the client has said, where its protocol keeps such a text; none
 * where the protocol has no place for one.
 */
export function prependSystem(body: Buffer, text: string, protocol: Protocol): Splice[] {
  switch (protocol) {
    case 'chat':
      return intoMessages(body, text)
    case 'responses':
      return intoField(body, 'instructions', text)
    case 'messages':
      return intoField(body, 'system', text)
    case 'gemini':
      return intoSystemInstruction(body, text)
    case 'completions':
    case 'embeddings':
    case 'media':
    case 'converse':
      return []
    default:
      return protocol satisfies never
  }
}

function intoMessages(body: Buffer, text: string): Splice[] {
  const messages = scanBody(body, ['messages']).members.get('messages')?.at(-1)
  if (!messages || !isArrayAt(body, messages.start)) return []
  const message = JSON.stringify({ role: 'system', content: text })
  const comma = elementsOf(body, messages.start).length > 0 ? ',' : ''
  return [insertion(messages.start + 1, message + comma)]
}

/** A field that is a text, or (Anthropic's `system`) an array of blocks. */
function intoField(body: Buffer, name: string, text: string): Splice[] {
  const { start, empty, members } = scanBody(body, [name])
  const field = members.get(name)?.at(-1)
  if (!field) {
    return [
      insertion(start + 1, `${JSON.stringify(name)}:${JSON.stringify(text)}${empty ? '' : ','}`),
    ]
  }
  if (isArrayAt(body, field.start)) {
    const comma = elementsOf(body, field.start).length > 0 ? ',' : ''
    return [insertion(field.start + 1, JSON.stringify({ type: 'text', text }) + comma)]
  }
  const before = readValue(body, field)
  const both = typeof before === 'string' && before !== '' ? `${text}\n\n${before}` : text
  return [{ start: field.start, end: field.end, bytes: Buffer.from(JSON.stringify(both)) }]
}

/** Gemini's `systemInstruction`, also in the spelling of its older clients, holds parts. */
function intoSystemInstruction(body: Buffer, text: string): Splice[] {
  const names = ['systemInstruction', 'system_instruction']
  const { start, empty, members } = scanBody(body, names)
  const part = JSON.stringify({ text })
  const field = names.map(name => members.get(name)?.at(-1)).find(found => found !== undefined)
  if (!field) {
    return [insertion(start + 1, `"systemInstruction":{"parts":[${part}]}${empty ? '' : ','}`)]
  }
  if (!isObjectAt(body, field.start)) return []
  const parts = scanObject(body, field.start, ['parts']).members.get('parts')?.at(-1)
  if (!parts || !isArrayAt(body, parts.start)) return []
  const comma = elementsOf(body, parts.start).length > 0 ? ',' : ''
  return [insertion(parts.start + 1, part + comma)]
}

const insertion = (at: number, text: string): Splice => ({
  start: at,
  end: at,
  bytes: Buffer.from(text),
})
