import type { Blocks } from '../blocks.ts'
import type { Asked } from '../codec.ts'
import { argsAsInput } from '../custom-tools.ts'
import type { AnswerEvent, OpenBlock } from '../message.ts'
import { asObject, asText } from '../values.ts'
import { argsText } from './decode-messages.ts'
import { callSignature } from './reasoning.ts'

interface Call {
  readonly key: string
  readonly index: unknown
  /** As the server says it; many say none. */
  said: string | undefined
  id: string
  /** As the server and as the client knows it; empty before it came. */
  sent: string
  name: string
  args: string
  /** What cannot be told yet: before the name is known, and of a function that stands for a custom tool. */
  held: string
  custom: boolean
  /** A function in place of a custom tool: what it means shows only when it is whole. */
  wrapped: boolean
}

/** Puts calls of tools together from their parts, in all the ways in which servers number and name them. PROTOCOLS 3.6 */
export class CallReader {
  readonly #asked: Asked
  readonly #blocks: Blocks
  readonly #calls: Call[] = []

  constructor(asked: Asked, blocks: Blocks) {
    this.#asked = asked
    this.#blocks = blocks
  }

  get any(): boolean {
    return this.#calls.length > 0
  }

  /** One entry of `tool_calls`, or the `function_call` of the time before. */
  read(value: unknown): AnswerEvent[] {
    const part = asObject(value) ?? {}
    const custom = asObject(part['custom'])
    const called = custom ?? asObject(part['function']) ?? {}
    const name = asText(called['name'])
    const text = argsText(custom ? called['input'] : called['arguments'])
    const call = this.#callFor(part['index'], asText(part['id']), name, text)
    call.args += text
    const events = this.#name(call, name, custom !== undefined)
    if (call.name === '' || call.wrapped) call.held += text
    else events.push(...this.#blocks.say(call.key, blockOf(call), text))
    const signature = callSignature(part)
    if (signature) events.push(...this.#blocks.sign(call.key, signature))
    return events
  }

  /** All parts have come. Gives undefined where a call never got a name, so that nobody can make it. */
  end(): AnswerEvent[] | undefined {
    if (this.#calls.some(({ name, held }) => name === '' && held !== '')) return undefined
    return this.#calls
      .filter(({ wrapped }) => wrapped)
      .flatMap(call => this.#blocks.say(call.key, blockOf(call), argsAsInput(call.held)))
  }

  /** The name opens the call. It comes once: later ones repeat it, or are empty. */
  #name(call: Call, name: string | undefined, custom: boolean): AnswerEvent[] {
    if (call.name !== '' || name === undefined) return []
    const { request, toolNames } = this.#asked
    call.id = call.said ?? this.#asked.newId('call_')
    call.sent = name
    call.name = toolNames.get(name) ?? name
    const isCustom = request.tools.find(tool => tool.name === call.name)?.kind === 'custom'
    call.custom = custom || isCustom
    call.wrapped = isCustom && !custom
    if (call.wrapped) return []
    const text = call.held
    call.held = ''
    return this.#blocks.say(call.key, blockOf(call), text)
  }

  /** Some servers number every call 0, and some number none. */
  #callFor(index: unknown, id: string | undefined, name: string | undefined, text: string): Call {
    const number = typeof index === 'number' ? index : undefined
    const known =
      number === undefined
        ? (this.#calls.find(call => id !== undefined && call.said === id) ?? this.#calls.at(-1))
        : this.#calls.findLast(call => call.index === number)
    if (known && !isOther(known, id, name, text)) {
      known.said ??= id
      return known
    }
    const call: Call = {
      key: `call ${this.#calls.length}`,
      index: number,
      said: id,
      id: '',
      sent: '',
      name: '',
      args: '',
      held: '',
      custom: false,
      wrapped: false,
    }
    this.#calls.push(call)
    return call
  }
}

/** What comes is no more of the call `known`, but another. Only a name begins one, and some servers repeat it. */
function isOther(
  known: Call,
  id: string | undefined,
  name: string | undefined,
  text: string,
): boolean {
  if (name === undefined || known.sent === '') return false
  if (id !== undefined && known.said !== undefined) return id !== known.said
  return known.index === undefined || name !== known.sent || (text !== '' && isWhole(known.args))
}

function isWhole(args: string): boolean {
  try {
    JSON.parse(args)
    return true
  } catch {
    return false
  }
}

const blockOf = ({ id, name, custom }: Call): OpenBlock => ({
  t: 'tool_call',
  id,
  name,
  kind: custom ? 'custom' : 'function',
})
