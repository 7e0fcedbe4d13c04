import { AnswerFault } from '../translation.ts'
import { asObject, asText, type Json } from '../values.ts'

/** A call of a tool, whole. */
export interface ToolCall {
  readonly id: string | undefined
  readonly name: string
  readonly arguments: Json
}

interface Open {
  readonly index: unknown
  id: string | undefined
  name: string
  text: string
}

/** Puts the calls of tools together from the parts in which a stream brings them. */
export class ToolCalls {
  readonly #calls: Open[] = []

  get size(): number {
    return this.#calls.length
  }

  add(part: unknown): void {
    const { index, id, function: called } = asObject(part) ?? {}
    const { name, arguments: text } = asObject(called) ?? {}
    const call = this.#callFor(index, asText(id), asText(name))
    call.id ??= asText(id)
    if (call.name === '') call.name = asText(name) ?? ''
    // Some servers send the arguments as the object that they are.
    call.text += typeof text === 'string' ? text : text ? JSON.stringify(text) : ''
  }

  /** Throws AnswerFault where a call was cut off. */
  whole(): ToolCall[] {
    return this.#calls.map(({ id, name, text }) => {
      const args = parse(text)
      if (!args)
        throw new AnswerFault(`its call of "${name}" has arguments that are no JSON object`)
      return { id, name, arguments: args }
    })
  }

  /** Some servers number every call 0, and some number none: another id is another call. */
  #callFor(index: unknown, id: string | undefined, name: string | undefined): Open {
    const known =
      index === undefined ? this.#calls.at(-1) : this.#calls.findLast(call => call.index === index)
    const other =
      (id !== undefined && known?.id !== undefined && id !== known.id) ||
      (index === undefined && id === undefined && name !== undefined)
    if (known && !other) return known
    const call: Open = { index, id, name: '', text: '' }
    this.#calls.push(call)
    return call
  }
}

function parse(text: string): Json | undefined {
  if (text.trim() === '') return {}
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}
