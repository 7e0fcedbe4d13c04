// The message model -> a request of OpenAI's Responses API. PROTOCOLS 3.8
// Nothing is stored there: the whole conversation is sent, and reasoning comes back sealed to be sent again.

import { GatewayError } from '../../errors.ts'
import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import type { EncodedRequest, Far } from '../codec.ts'
import { askedEffort, nearestEffort } from '../effort.ts'
import { sha256 } from '../hash.ts'
import type {
  Message,
  ModelRequest,
  Part,
  Reasoning,
  Source,
  Tool,
  ToolResultPart,
} from '../message.ts'
import { toolId } from '../tool-ids.ts'
import { ToolNames } from '../tool-names.ts'
import type { Json } from '../values.ts'
import { pairItems } from './pair-items.ts'

export function* encodeRequest(request: ModelRequest, far: Far): Steps<EncodedRequest> {
  const names = new ToolNames()
  const dropped = [...unknownTo(request, far)]
  const leading = request.messages.findIndex(({ role }) => role !== 'system')
  const system = request.messages.slice(0, leading < 0 ? undefined : leading)
  const rest = leading < 0 ? [] : request.messages.slice(leading)
  const custom = new Set(
    rest.flatMap(({ parts }) =>
      parts.flatMap(part => (part.t === 'tool_call' && part.kind === 'custom' ? [part.id] : [])),
    ),
  )
  const instructions = system.flatMap(({ parts }) => parts.map(textOf)).join('\n\n')
  const tools = request.tools.flatMap(tool => {
    if (tool.kind !== 'hosted') return [toolOf(tool, names)]
    if (tool.vendor === 'openai') return [tool.raw]
    dropped.push(`tools.${tool.name}`)
    return []
  })
  const items = yield* flatMapInSteps(rest, message => itemsOf(message, names, custom))
  const thinks = far.facts.thinking === 'effort'
  const { toolChoice: choice, reasoning, format } = request
  return {
    body: {
      model: far.model,
      ...(instructions === '' ? {} : { instructions }),
      input: yield* pairItems(items),
      store: false,
      stream: request.stream,
      ...(thinks ? { include: ['reasoning.encrypted_content'] } : {}),
      ...(tools.length > 0 ? { tools } : {}),
      ...(choice && tools.length > 0
        ? {
            tool_choice:
              choice.mode === 'tool'
                ? { type: kindOf(request, choice.name), name: names.sent(choice.name) }
                : choice.mode === 'any'
                  ? 'required'
                  : choice.mode,
          }
        : {}),
      ...optional('parallel_tool_calls', tools.length > 0 ? request.parallelToolCalls : undefined),
      ...optional('max_output_tokens', maxTokens(request, far)),
      ...(far.facts.sampling === 'fixed'
        ? {}
        : { ...optional('temperature', request.temperature), ...optional('top_p', request.topP) }),
      ...(thinks && reasoning ? { reasoning: reasoningOf(reasoning, far) } : {}),
      ...(format || request.verbosity
        ? {
            text: {
              ...(format ? { format: formatOf(format) } : {}),
              ...optional('verbosity', request.verbosity),
            },
          }
        : {}),
      // Ids of others are longer than the 64 characters that are taken.
      ...optional(
        'safety_identifier',
        request.user && (request.user.length > 64 ? sha256(request.user) : request.user),
      ),
      ...optional('service_tier', tierOf(request.tier)),
      ...optional('prompt_cache_key', request.cacheKey),
    },
    dropped,
    toolNames: names.changed,
  }
}

const optional = (name: string, value: unknown): Json =>
  value === undefined ? {} : { [name]: value }

/** The least that OpenAI takes is 16. */
const maxTokens = ({ maxTokens: said }: ModelRequest, { facts }: Far): number | undefined =>
  said === undefined ? undefined : Math.max(16, Math.min(said, facts.maxOutput ?? said))

const tierOf = (tier: string | undefined): string | undefined =>
  tier === 'standard_only'
    ? 'default'
    : tier === 'auto' || tier === 'default' || tier === 'flex' || tier === 'priority'
      ? tier
      : undefined

function* unknownTo(request: ModelRequest, { facts }: Far): Generator<string> {
  const { extra } = request
  if (request.topK !== undefined) yield 'top_k'
  if (request.stop !== undefined && request.stop.length > 0) yield 'stop'
  if (request.seed !== undefined) yield 'seed'
  if (request.frequencyPenalty) yield 'frequency_penalty'
  if (request.presencePenalty) yield 'presence_penalty'
  if (facts.sampling === 'fixed') {
    if (request.temperature !== undefined) yield 'temperature'
    if (request.topP !== undefined) yield 'top_p'
  }
  for (const vendor of ['anthropic', 'google', 'bedrock', 'openrouter'] as const) {
    yield* Object.keys(extra[vendor] ?? {})
  }
}

function reasoningOf(reasoning: Reasoning, { facts }: Far): Json {
  const asked = askedEffort(reasoning)
  const effort =
    asked === 'none' && facts.thinkingOff
      ? asked
      : asked && (nearestEffort(asked, facts.efforts) ?? asked)
  const { show } = reasoning
  return {
    ...optional('effort', effort),
    // Without it OpenAI shows nothing of what it thought.
    summary: show === 'concise' || show === 'detailed' ? show : 'auto',
  }
}

function formatOf(format: NonNullable<ModelRequest['format']>): Json {
  if (format.kind === 'json') return { type: 'json_object' }
  const { name, schema, strict, description } = format
  return {
    type: 'json_schema',
    name,
    schema,
    ...optional('strict', strict),
    ...optional('description', description),
  }
}

const kindOf = ({ tools }: ModelRequest, name: string): string =>
  tools.some(tool => tool.name === name && tool.kind === 'custom') ? 'custom' : 'function'

function toolOf(tool: Tool, names: ToolNames): Json {
  const head = {
    type: tool.kind,
    name: names.sent(tool.name),
    ...optional('description', tool.description),
  }
  if (tool.kind === 'custom') return { ...head, ...optional('format', tool.format) }
  return {
    ...head,
    parameters: tool.schema ?? { type: 'object', properties: {} },
    // OpenAI takes a schema for a strict one unless it is told otherwise.
    strict: tool.strict ?? false,
  }
}

function* itemsOf(message: Message, names: ToolNames, custom: ReadonlySet<string>): Steps<Json[]> {
  const items: Json[] = []
  let content: Json[] = []
  const role = message.role === 'system' ? 'developer' : message.role
  const flush = (): void => {
    if (content.length > 0) items.push({ type: 'message', role, content })
    content = []
  }
  // Results come right after their calls, whatever else the turn says.
  const parts =
    message.role === 'user'
      ? [...message.parts].sort(
          (a, b) => Number(b.t === 'tool_result') - Number(a.t === 'tool_result'),
        )
      : message.parts
  for (const [i, part] of parts.entries()) {
    yield
    const inMessage = contentOf(part, message.role)
    if (inMessage) {
      content.push(inMessage)
      continue
    }
    flush()
    if (part.t === 'tool_call') {
      const head = { call_id: toolId(part.id, 'any'), name: names.sent(part.name) }
      items.push(
        part.kind === 'custom'
          ? { type: 'custom_tool_call', ...head, input: part.args }
          : { type: 'function_call', ...head, arguments: part.args || '{}' },
      )
    } else if (part.t === 'tool_result') {
      items.push({
        type: custom.has(part.id) ? 'custom_tool_call_output' : 'function_call_output',
        call_id: toolId(part.id, 'any'),
        output: outputOf(part),
      })
    } else if (part.t === 'reasoning' && part.signature?.vendor === 'openai') {
      // A reasoning item without what it led to is refused.
      if (parts.slice(i + 1).some(({ t }) => t === 'text' || t === 'tool_call')) {
        items.push({
          type: 'reasoning',
          ...optional('id', part.id),
          summary: part.text === '' ? [] : [{ type: 'summary_text', text: part.text }],
          encrypted_content: part.signature.value,
        })
      }
    }
  }
  flush()
  return items
}

/** A part of a message item; undefined for what is an item of its own, or is not said to OpenAI. */
function contentOf(part: Part, role: Message['role']): Json | undefined {
  const mine = role === 'assistant'
  switch (part.t) {
    case 'text':
      if (part.text === '') return undefined
      return mine
        ? { type: 'output_text', text: part.text, annotations: [] }
        : { type: 'input_text', text: part.text }
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'image':
      // What a model drew is no part of what it said.
      if (mine) return undefined
      return {
        type: 'input_image',
        ...('fileId' in part.source
          ? { file_id: fileIdOf(part.source) }
          : { image_url: urlOf(part.source) }),
        detail: part.detail ?? 'auto',
      }
    case 'file':
      return fileOf(part)
    case 'audio':
      throw new GatewayError('untranslatable', {
        field: 'input_audio',
        reason: "OpenAI's Responses takes no sound",
      })
    default:
      return undefined
  }
}

function fileOf({ source, name, title }: Extract<Part, { t: 'file' }>): Json {
  if ('text' in source)
    return { type: 'input_text', text: [title ?? name, source.text].filter(Boolean).join('\n\n') }
  if ('fileId' in source) return { type: 'input_file', file_id: fileIdOf(source) }
  if ('url' in source) return { type: 'input_file', file_url: source.url }
  return {
    type: 'input_file',
    filename: name ?? title ?? 'document.pdf',
    file_data: urlOf(source),
  }
}

function fileIdOf({ fileId, vendor }: Extract<Source, { fileId: string }>): string {
  if (vendor === 'openai') return fileId
  throw new GatewayError('untranslatable', {
    field: 'file_id',
    reason: `only ${vendor} has the file`,
    hint: 'send its bytes',
  })
}

const urlOf = (source: Source): string =>
  'url' in source
    ? source.url
    : 'base64' in source
      ? `data:${source.mime};base64,${source.base64}`
      : ''

function outputOf({ parts, isError }: ToolResultPart): string | Json[] {
  const isText = parts.every(({ t }) => t === 'text' || t === 'opaque')
  const prefix = isError ? 'Error: ' : ''
  if (isText) return prefix + parts.map(textOf).filter(Boolean).join('\n')
  return [
    ...(isError ? [{ type: 'input_text', text: 'Error:' }] : []),
    ...parts.flatMap(part => {
      const content = contentOf(part, 'user')
      return content ? [content] : []
    }),
  ]
}

const textOf = (part: Part): string => (part.t === 'text' ? part.text : '')
