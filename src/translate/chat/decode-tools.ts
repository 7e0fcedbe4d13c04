import type { HostedTool, Tool, ToolChoice } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { cacheMark, type Fields, given, malformed, untranslatable } from './fields.ts'

export interface DecodedTools {
  readonly tools: readonly (Tool | HostedTool)[]
  readonly toolChoice?: ToolChoice
}

/** What a request says about tools, `functions` of the time before them included. Throws GatewayError. */
export function decodeTools(fields: Fields): DecodedTools {
  const tools = [
    ...(fields.list('tools') ?? []).map((tool, i) => toolOf(tool, `tools[${i}]`)),
    ...(fields.list('functions') ?? []).map((called, i) =>
      functionOf(asObject(called) ?? {}, `functions[${i}]`),
    ),
  ]
  const choice = fields.take('tool_choice')
  const legacy = fields.take('function_call')
  const allowed = asObject(choice)?.['allowed_tools']
  if (asObject(choice)?.['type'] === 'allowed_tools')
    return onlyAllowed(tools, asObject(allowed) ?? {})
  const toolChoice = choiceOf(choice) ?? choiceOf(asObject(legacy) ? { function: legacy } : legacy)
  return { tools, ...given({ toolChoice }) }
}

function toolOf(value: unknown, where: string): Tool | HostedTool {
  const tool = asObject(value) ?? {}
  const type = asText(tool['type']) ?? 'function'
  if (type === 'function') {
    return {
      ...functionOf(asObject(tool['function']) ?? {}, `${where}.function`),
      ...cacheMark(tool['cache_control']),
    }
  }
  if (type === 'custom') return customOf(asObject(tool['custom']) ?? {}, where)
  const name = asText(tool['name']) ?? type
  // Anthropic dates the tools that it runs itself.
  return { kind: 'hosted', vendor: /_\d{8}$/.test(type) ? 'anthropic' : 'openai', name, raw: tool }
}

function functionOf(called: Json, where: string): Tool {
  const name = asText(called['name'])
  if (name === undefined) throw malformed(`${where} has no name`)
  const strict = called['strict']
  return {
    kind: 'function',
    name,
    ...given({
      description: asText(called['description']),
      schema: asObject(called['parameters']),
      strict: typeof strict === 'boolean' ? strict : undefined,
    }),
    ...cacheMark(called['cache_control']),
  }
}

function customOf(custom: Json, where: string): Tool {
  const name = asText(custom['name'])
  if (name === undefined) throw malformed(`${where}.custom has no name`)
  const { type, grammar } = asObject(custom['format']) ?? {}
  return {
    kind: 'custom',
    name,
    ...given({
      description: asText(custom['description']),
      format: type === 'grammar' ? { type, ...asObject(grammar) } : undefined,
    }),
  }
}

const modes: Readonly<Record<string, ToolChoice>> = {
  auto: { mode: 'auto' },
  none: { mode: 'none' },
  required: { mode: 'any' },
  any: { mode: 'any' },
}

function choiceOf(choice: unknown): ToolChoice | undefined {
  if (choice === undefined) return undefined
  if (typeof choice === 'string' && modes[choice]) return modes[choice]
  const name = nameIn(choice)
  if (name !== undefined) return { mode: 'tool', name }
  throw malformed('tool_choice is none that there is')
}

function nameIn(choice: unknown): string | undefined {
  const chosen = asObject(choice)
  return asText(asObject(chosen?.['function'] ?? chosen?.['custom'])?.['name'])
}

/** The model may use some of the tools only: the others are not offered. */
function onlyAllowed(tools: readonly (Tool | HostedTool)[], allowed: Json): DecodedTools {
  const names = new Set(asArray(allowed['tools']).map(nameIn))
  const left = tools.filter(({ name }) => names.has(name))
  if (left.length === 0)
    throw untranslatable('tool_choice.allowed_tools', 'it allows none of the tools')
  return { tools: left, toolChoice: { mode: allowed['mode'] === 'required' ? 'any' : 'auto' } }
}
