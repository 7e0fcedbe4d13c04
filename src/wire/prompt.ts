import {
  endOfElements,
  isArrayAt,
  isObjectAt,
  isTextAt,
  type Member,
  memberNamed,
  type ObjectScan,
  type Place,
  type Splice,
  scanObject,
} from './json.ts'
import type { Patch } from './patch.ts'
import type { Operation } from './protocol.ts'

/** Who can be made to say something: the roles that every protocol has a place for. */
export const promptRoles = ['system', 'developer', 'user', 'assistant'] as const
export type PromptRole = (typeof promptRoles)[number]

export interface PromptMessage {
  readonly role: PromptRole
  readonly content: string
}

/** Messages to put around those of the client, in the order in which the model reads them. */
export interface Prompt {
  readonly prepend: readonly PromptMessage[]
  readonly append: readonly PromptMessage[]
}

export const noPrompt: Prompt = Object.freeze({
  prepend: Object.freeze([]),
  append: Object.freeze([]),
})

/** The fields that hold messages, in any protocol. */
const fields: readonly string[] = [
  ...['messages', 'system', 'input', 'instructions'],
  ...['contents', 'systemInstruction', 'system_instruction'],
]

/** Whether a patch changes what messages are put around. */
export const touchesPrompt = ({ set, default: others, remove }: Patch): boolean =>
  [...Object.keys(set), ...Object.keys(others), ...remove].some(path =>
    fields.includes(path.split('.')[0]!),
  )

/**
 * The splices that put messages around what the client has said, each where its protocol keeps such a message: what a
 * system says in Anthropic's and Gemini's protocols, and before the others in OpenAI's Responses, is a field of its own.
 * None where there are no messages to put them around.
 */
export function addPrompt(
  body: Buffer,
  scan: ObjectScan,
  prompt: Prompt,
  { protocol, path }: Operation,
): readonly Splice[] {
  if (prompt === noPrompt) return []
  const object = { body, scan }
  switch (protocol) {
    case 'chat':
      return around(object, 'messages', prompt, message => message)
    case 'messages':
      return aside(object, prompt, instructed('system'), 'messages', message => message)
    case 'responses': {
      // An item of the input may be the system's too, so only what stands before all others goes elsewhere.
      const { own, rest } = split(prompt.prepend)
      return [
        ...intoText(object, 'instructions', own, []),
        ...around(object, 'input', { prepend: rest, append: prompt.append }, message => message),
      ]
    }
    case 'gemini':
      // Its other methods (embeddings, counts) refuse a field that they do not know.
      return /^:(streamG|g)enerateContent$/.test(path)
        ? aside(object, prompt, intoSystemInstruction, 'contents', ({ role, content }) => ({
            role: role === 'assistant' ? 'model' : role,
            parts: [{ text: content }],
          }))
        : []
    case 'completions':
    case 'embeddings':
    case 'media':
    case 'converse':
    case 'invoke':
      return []
    default:
      return protocol satisfies never
  }
}

interface Scanned {
  readonly body: Buffer
  readonly scan: ObjectScan
}
type WriteMessage = (message: PromptMessage) => object
type Instruct = (object: Scanned, before: readonly string[], after: readonly string[]) => Splice[]

const instructed =
  (name: string): Instruct =>
  (object, before, after) =>
    intoText(object, name, before, after)

/** What the system says, and what the others do. */
function split(messages: readonly PromptMessage[]) {
  const own = (role: PromptRole) => role === 'system' || role === 'developer'
  return {
    own: messages.filter(({ role }) => own(role)).map(({ content }) => content),
    rest: messages.filter(({ role }) => !own(role)),
  }
}

/** For a protocol whose messages are those of users and assistants alone. */
function aside(
  object: Scanned,
  prompt: Prompt,
  instruct: Instruct,
  name: string,
  write: WriteMessage,
): Splice[] {
  const [before, after] = [split(prompt.prepend), split(prompt.append)]
  return [
    ...instruct(object, before.own, after.own),
    ...around(object, name, { prepend: before.rest, append: after.rest }, write),
  ]
}

/** Around the elements of an array; a text stands for one message of a user's. */
function around(
  object: Scanned,
  name: string,
  { prepend, append }: Prompt,
  write: WriteMessage,
): Splice[] {
  if (prepend.length + append.length === 0) return []
  const { body } = object
  const field = lastOf(object, name)
  if (!field) return []
  const [before, after] = [prepend, append].map(list =>
    list.map(message => JSON.stringify(write(message))).join(','),
  ) as [string, string]
  if (isArrayAt(body, field.start)) return intoArray(body, field, before, after)
  if (!isTextAt(body, field.start)) return []
  return [
    insertion(field.start, `[${before}${before && ','}{"role":"user","content":`),
    insertion(field.end, `}${after && ','}${after}]`),
  ]
}

function intoArray(body: Buffer, array: Place, before: string, after: string): Splice[] {
  const end = endOfElements(body, array)
  const start = array.start + 1
  if (end === undefined) return [insertion(start, [before, after].filter(Boolean).join(','))]
  return [
    ...(before ? [insertion(start, `${before},`)] : []),
    ...(after ? [insertion(end, `,${after}`)] : []),
  ]
}

/** A field that is a text, or (Anthropic's `system`) an array of blocks. */
function intoText(
  object: Scanned,
  name: string,
  before: readonly string[],
  after: readonly string[],
): Splice[] {
  if (before.length + after.length === 0) return []
  const { body } = object
  const field = lastOf(object, name)
  if (!field) return [newMember(object, name, [...before, ...after].join(paragraph))]
  if (isArrayAt(body, field.start)) {
    const [first, last] = [before, after].map(texts =>
      texts.map(text => JSON.stringify({ type: 'text', text })).join(','),
    ) as [string, string]
    return intoArray(body, field, first, last)
  }
  const said = isTextAt(body, field.start) ? body.subarray(field.start + 1, field.end - 1) : ''
  if (said.length === 0) {
    const bytes = Buffer.from(JSON.stringify([...before, ...after].join(paragraph)))
    return [{ start: field.start, end: field.end, bytes }]
  }
  // What the client said stays as it wrote it, escapes included.
  return [
    insertion(field.start + 1, inner(before.map(text => text + paragraph))),
    insertion(field.end - 1, inner(after.map(text => paragraph + text))),
  ]
}

const inner = (texts: readonly string[]): string => JSON.stringify(texts.join('')).slice(1, -1)

const paragraph = '\n\n'

/** Gemini's `systemInstruction`, also in the spelling of its older clients, holds parts. */
function intoSystemInstruction(
  object: Scanned,
  before: readonly string[],
  after: readonly string[],
): Splice[] {
  if (before.length + after.length === 0) return []
  const { body } = object
  const field = lastOf(object, 'systemInstruction') ?? lastOf(object, 'system_instruction')
  const partsOf = (texts: readonly string[]) => texts.map(text => ({ text }))
  if (!field) {
    return [newMember(object, 'systemInstruction', { parts: partsOf([...before, ...after]) })]
  }
  if (!isObjectAt(body, field.start)) return []
  const parts = memberNamed(body, scanObject(body, field.start), 'parts')
  if (!parts || !isArrayAt(body, parts.start)) return []
  const [first, last] = [before, after].map(texts =>
    partsOf(texts)
      .map(part => JSON.stringify(part))
      .join(','),
  ) as [string, string]
  return intoArray(body, parts, first, last)
}

const lastOf = ({ body, scan }: Scanned, name: string): Member | undefined =>
  memberNamed(body, scan, name)

function newMember({ scan: { start, members } }: Scanned, name: string, value: unknown): Splice {
  const comma = members.length > 0 ? ',' : ''
  return insertion(start + 1, `${JSON.stringify(name)}:${JSON.stringify(value)}${comma}`)
}

const insertion = (at: number, text: string): Splice => ({
  start: at,
  end: at,
  bytes: Buffer.from(text),
})
