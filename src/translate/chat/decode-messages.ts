import { atOnce, flatMapInSteps, type Steps } from '../../wire/steps.ts'
import { exactJsonInSteps } from '../exact.ts'
import type { Message, Part, ToolCallPart, ToolResultPart } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { contentParts } from './decode-parts.ts'
import { cacheMark, malformed, untranslatable } from './fields.ts'
import { callSignature, reasoningOf } from './reasoning.ts'

export interface DecodedMessages {
  readonly messages: readonly Message[]
  /** Fields of messages that have no place. */
  readonly dropped: readonly string[]
}

/** The messages of a request. Results that follow each other are one message. Throws GatewayError. */
export function* decodeMessages(values: readonly unknown[]): Steps<DecodedMessages> {
  const messages: Message[] = []
  const dropped = new Set<string>()
  const legacy = new LegacyCalls()
  let results: ToolResultPart[] | undefined
  for (const [i, value] of values.entries()) {
    yield
    const where = `messages[${i}]`
    const message = asObject(value)
    if (!message) throw malformed(`${where} is no object`)
    const role = message['role']
    if (role === 'tool' || role === 'function') {
      if (!results) {
        results = []
        messages.push({ role: 'user', parts: results })
      }
      results.push(yield* resultOf(message, where, role === 'function' ? legacy : undefined))
      continue
    }
    results = undefined
    if (asText(message['name'])) dropped.add('messages.name')
    messages.push({ role: roleOf(role, where), parts: yield* partsOf(message, where, legacy) })
  }
  return { messages, dropped: [...dropped] }
}

function roleOf(role: unknown, where: string): Message['role'] {
  if (role === 'developer' || role === 'system') return 'system'
  if (role === 'user' || role === 'assistant') return role
  throw malformed(`${where}.role is "${String(role)}"`)
}

function* partsOf(message: Json, where: string, legacy: LegacyCalls): Steps<Part[]> {
  const content = yield* contentParts(message['content'], `${where}.content`)
  const said =
    message['role'] === 'assistant'
      ? yield* assistantParts(message, content, where, legacy)
      : content
  // Some clients mark a whole message, which means up to its last part.
  const { cache } = cacheMark(message['cache_control'])
  const last = said.at(-1)
  const markable =
    last?.t === 'text' || last?.t === 'image' || last?.t === 'file' || last?.t === 'tool_call'
  return cache && markable ? [...said.slice(0, -1), { ...last, cache }] : said
}

function* assistantParts(
  message: Json,
  content: readonly Part[],
  where: string,
  legacy: LegacyCalls,
): Steps<Part[]> {
  if (asObject(message['audio']))
    throw untranslatable(`${where}.audio`, 'what was spoken lies with the provider that spoke it')
  const refusal = asText(message['refusal'])
  const called = asObject(message['function_call'])
  return [
    ...reasoningOf(message),
    ...content,
    ...(refusal === undefined ? [] : [{ t: 'refusal' as const, text: refusal }]),
    ...(yield* flatMapInSteps(asArray(message['tool_calls']), (call, n) =>
      callOf(call, `${where}.tool_calls[${n}]`),
    )),
    ...(called ? yield* legacy.made(called, where) : []),
  ]
}

function* callOf(value: unknown, where: string): Steps<ToolCallPart[]> {
  const call = asObject(value) ?? {}
  const id = asText(call['id'])
  if (id === undefined) throw malformed(`${where} has no id`)
  const kind = call['type'] === 'custom' ? 'custom' : 'function'
  const called = asObject(call[kind])
  const name = asText(called?.['name'])
  if (name === undefined) throw malformed(`${where} names no ${kind}`)
  const signature = callSignature(call)
  return [
    {
      t: 'tool_call',
      id,
      name,
      args: yield* argsInSteps(kind === 'custom' ? called?.['input'] : called?.['arguments']),
      kind,
      ...(signature ? { signature } : {}),
      ...cacheMark(call['cache_control']),
    },
  ]
}

/** Some clients send arguments as the object that they are. */
export const argsText = (args: unknown): string => atOnce(argsInSteps(args))

/** The same in steps. */
function* argsInSteps(args: unknown): Steps<string> {
  return typeof args === 'string' ? args : args ? yield* exactJsonInSteps(args) : ''
}

function* resultOf(
  message: Json,
  where: string,
  legacy: LegacyCalls | undefined,
): Steps<ToolResultPart> {
  const name = asText(message['name'])
  const id = legacy ? legacy.answered(name ?? '') : asText(message['tool_call_id'])
  if (id === undefined) throw malformed(`${where} has no tool_call_id`)
  const content = yield* contentParts(message['content'], `${where}.content`)
  const parts = content.map(part => {
    if (part.t === 'text' || part.t === 'image' || part.t === 'file') return part
    throw untranslatable(`${where}.content`, `the result of a tool cannot have a part "${part.t}"`)
  })
  return {
    t: 'tool_result',
    id,
    ...(name === undefined ? {} : { name }),
    parts,
    ...cacheMark(message['cache_control']),
  }
}

/** Calls of the time before tools have no ids: a result belongs to the last call of its name. */
class LegacyCalls {
  readonly #ids = new Map<string, string>()
  #count = 0

  answered(name: string): string {
    return this.#ids.get(name) ?? `call_0_${name}`
  }

  *made(called: Json, where: string): Steps<ToolCallPart[]> {
    const name = asText(called['name'])
    if (name === undefined) throw malformed(`${where}.function_call names no function`)
    const id = `call_${++this.#count}_${name}`
    this.#ids.set(name, id)
    const args = yield* argsInSteps(called['arguments'])
    return [{ t: 'tool_call', id, name, args, kind: 'function' }]
  }
}
