import { GatewayError } from '../../errors.ts'
import type { Steps } from '../../wire/steps.ts'
import type {
  Effort,
  Format,
  HostedTool,
  Message,
  ModelRequest,
  Reasoning,
  Tool,
  ToolChoice,
} from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { cacheOf, partsOf } from './decode-blocks.ts'

/** Fields that are read here; all others are Anthropic's alone. */
const known = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'metadata',
  'service_tier',
])

/** A request of Messages. Throws `bad_request`, and `untranslatable` where only Anthropic can do what it asks. */
export function* decodeRequest(body: Json, model: string): Steps<ModelRequest> {
  const { stop_sequences, tool_choice, metadata, service_tier, max_tokens } = body
  const given = body['messages']
  if (!Array.isArray(given)) {
    throw new GatewayError('bad_request', { reason: 'messages is not an array' })
  }
  if (max_tokens === 0) {
    throw new GatewayError('untranslatable', {
      field: 'max_tokens',
      reason: 'only Anthropic fills its cache without an answer',
    })
  }
  const { thinking, output_config } = body
  const output = asObject(output_config) ?? {}
  const reasoning = reasoningOf(asObject(thinking), output['effort'])
  const format = formatOf(asObject(output['format']))
  const choice = asObject(tool_choice)
  const toolChoice = choice && choiceOf(choice)
  const user = asText(asObject(metadata)?.['user_id'])
  const tier = service_tier === 'standard_only' ? 'default' : asText(service_tier)
  const stop = asArray(stop_sequences).filter(text => typeof text === 'string')
  const extra = Object.fromEntries(
    Object.entries(body).filter(([name, value]) => !known.has(name) && value !== null),
  )
  const messages: Message[] = yield* systemOf(body['system'])
  for (const [i, message] of given.entries()) messages.push(yield* messageOf(message, i))
  return {
    model,
    messages,
    tools: asArray(body['tools']).map(tool => toolOf(asObject(tool) ?? {})),
    ...(toolChoice ? { toolChoice } : {}),
    ...(choice?.['disable_parallel_tool_use'] === true ? { parallelToolCalls: false } : {}),
    ...numbers(body),
    ...(stop.length > 0 ? { stop } : {}),
    ...(format ? { format } : {}),
    ...(reasoning ? { reasoning } : {}),
    ...(user === undefined ? {} : { user }),
    ...(tier === undefined ? {} : { tier }),
    stream: body['stream'] === true,
    includeUsage: true,
    extra: Object.keys(extra).length > 0 ? { anthropic: extra } : {},
    dropped: [],
  }
}

const numeric = {
  max_tokens: 'maxTokens',
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
} as const

function numbers(body: Json): Partial<Record<(typeof numeric)[keyof typeof numeric], number>> {
  return Object.fromEntries(
    Object.entries(numeric).flatMap(([name, field]) =>
      typeof body[name] === 'number' ? [[field, body[name]]] : [],
    ),
  )
}

/**
 * Claude Code begins with a line that is for Anthropic's books and new at each turn: elsewhere nothing after it could be
 * cached. https://github.com/anthropics/claude-code/issues/68900
 */
const billing = /^\s*x-anthropic-billing-header:[^\n]*(?:\n+|$)/i

function* systemOf(system: unknown): Steps<Message[]> {
  const parts = (yield* partsOf(system)).flatMap((part, i) => {
    if (i > 0 || part.t !== 'text' || !billing.test(part.text)) return [part]
    const text = part.text.replace(billing, '')
    return text.trim() === '' ? [] : [{ ...part, text }]
  })
  return parts.length > 0 ? [{ role: 'system', parts }] : []
}

function* messageOf(value: unknown, index: number): Steps<Message> {
  const { role, content } = asObject(value) ?? {}
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    const reason = `messages[${index}].role is none of user, assistant and system`
    throw new GatewayError('bad_request', { reason })
  }
  if (typeof content !== 'string' && !Array.isArray(content)) {
    const reason = `messages[${index}].content is no text and no array`
    throw new GatewayError('bad_request', { reason })
  }
  return { role, parts: yield* partsOf(content) }
}

/** A tool with a type of its own is one that Anthropic runs, or has taught its models. */
function toolOf(tool: Json): Tool | HostedTool {
  const { type, name, description, input_schema, strict } = tool
  const label = String(name ?? type ?? '')
  if (type !== undefined && type !== null && type !== 'custom') {
    return { kind: 'hosted', vendor: 'anthropic', name: label, raw: tool }
  }
  const schema = asObject(input_schema)
  return {
    kind: 'function',
    name: label,
    ...(typeof description === 'string' ? { description } : {}),
    ...(schema ? { schema } : {}),
    ...(typeof strict === 'boolean' ? { strict } : {}),
    ...cacheOf(tool),
  }
}

function choiceOf({ type, name }: Json): ToolChoice | undefined {
  if (type === 'tool') return { mode: 'tool', name: String(name ?? '') }
  return type === 'auto' || type === 'any' || type === 'none' ? { mode: type } : undefined
}

function formatOf(format: Json | undefined): Format | undefined {
  const schema = asObject(format?.['schema'])
  return schema && { kind: 'schema', name: 'output', schema, strict: true }
}

const efforts: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max']

/** `thinking`, and the effort of `output_config`. */
export function reasoningOf(thinking: Json | undefined, effort: unknown): Reasoning | undefined {
  const { type, budget_tokens, display } = thinking ?? {}
  if (type === 'disabled') return { effort: 'none' }
  const asked = efforts.find(word => word === effort)
  const thinks = type === 'enabled' || type === 'adaptive'
  if (asked === undefined && !thinks) return undefined
  return {
    ...(asked === undefined ? {} : { effort: asked }),
    ...(type === 'enabled' && typeof budget_tokens === 'number' ? { budget: budget_tokens } : {}),
    ...(type === 'adaptive' ? { adaptive: true } : {}),
    ...(thinks && display !== 'omitted' ? { show: 'auto' } : {}),
  }
}
