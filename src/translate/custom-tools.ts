// OpenAI's custom tools take free text (`apply_patch`). To everyone else they are said as functions with one text, and
// the calls are turned back: a client that offered a custom tool understands no other call of it.

import { jsonInSteps } from '../wire/json-pieces.ts'
import type { Steps } from '../wire/steps.ts'
import type { Tool } from './message.ts'
import { asObject, asText } from './values.ts'

/** A custom tool as a function; a function stays as it is. */
export function asFunction(tool: Tool): Tool {
  if (tool.kind !== 'custom') return tool
  const { syntax, definition } = tool.format ?? {}
  const grammar = asText(definition)
  const description = [
    tool.description,
    grammar && `The input must match this ${asText(syntax) ?? ''} grammar:\n${grammar}`,
  ]
    .filter(Boolean)
    .join('\n\n')
  return {
    kind: 'function',
    name: tool.name,
    ...(description === '' ? {} : { description }),
    schema: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
    ...(tool.cache ? { cache: tool.cache } : {}),
  }
}

/** The input of a custom call as the arguments of that function. */
export const inputAsArgs = (input: string): Steps<string> => jsonInSteps({ input }, JSON.stringify)

/** The input within the arguments that a model wrote: of `input`, of the only text there is, or else all of it. */
export function argsAsInput(args: string): string {
  let value: unknown
  try {
    value = JSON.parse(args)
  } catch {
    return args
  }
  if (typeof value === 'string') return value
  const fields = asObject(value) ?? {}
  const texts = Object.values(fields).filter(field => typeof field === 'string')
  const { input } = fields
  return typeof input === 'string' ? input : texts.length === 1 ? texts[0]! : args
}
