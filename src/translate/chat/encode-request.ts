import { jsonInSteps } from '../../wire/json-pieces.ts'
import type { Steps } from '../../wire/steps.ts'
import type { EncodedRequest, Far } from '../codec.ts'
import { asFunction } from '../custom-tools.ts'
import { foreignFields } from '../extra.ts'
import { sha256 } from '../hash.ts'
import type { Format, HostedTool, ModelRequest, Tool, ToolChoice } from '../message.ts'
import { ToolNames } from '../tool-names.ts'
import type { Json } from '../values.ts'
import { encodeMessages } from './encode-messages.ts'
import { marked } from './encode-parts.ts'
import { encodeReasoning } from './encode-reasoning.ts'
import { given, untranslatable } from './fields.ts'

/** A request as a Chat Completions server takes it. PROTOCOLS 3.4, 3.13. Throws `untranslatable`. */
export function* encodeRequest(request: ModelRequest, far: Far): Steps<EncodedRequest> {
  const { quirks, facts, memory } = far
  const names = new ToolNames()
  const dropped = new Set(foreignFields(request, quirks.openaiFields ? 'openai' : undefined))
  /** The entry where the host takes it; otherwise the client's field is named. */
  const only = (takes: boolean, name: string, value: unknown, field = name): Json => {
    if (value === undefined) return {}
    if (!takes) dropped.add(field)
    return takes ? { [name]: value } : {}
  }
  const reasoning = encodeReasoning(request, far)
  const asked = request.reasoning !== undefined && request.reasoning.effort !== 'none'
  if (!reasoning || (asked && reasoning['reasoning_effort'] === 'none'))
    dropped.add('reasoning_effort')
  const messages = yield* encodeMessages(request.messages, {
    quirks,
    names,
    signature: call => call.signature ?? memory.recall(call.id),
  })
  const schemas = quirks.schemas && facts.schema
  const words = yield* formatWords(request.format, schemas, messages)
  if (words !== undefined) messages.unshift({ role: 'system', content: words })
  const free = facts.sampling !== 'fixed'
  const body: Json = {
    model: far.model,
    messages,
    ...toolFields(request, far, names, dropped),
    ...given({ [quirks.maxTokensField]: clamped(request.maxTokens, facts.maxOutput) }),
    ...only(free, 'temperature', request.temperature),
    ...only(
      free && !(facts.sampling === 'one' && request.temperature !== undefined),
      'top_p',
      request.topP,
    ),
    ...only(quirks.topK && free, 'top_k', request.topK),
    ...only(free && quirks.penalties, 'frequency_penalty', request.frequencyPenalty),
    ...only(free && quirks.penalties, 'presence_penalty', request.presencePenalty),
    ...only(quirks.seed !== 'none', quirks.seed, request.seed, 'seed'),
    ...only(facts.stop, 'stop', stopsOf(request.stop, quirks.maxStop, dropped)),
    ...(request.format ? { response_format: formatOf(request.format, schemas) } : {}),
    ...reasoning,
    ...only(quirks.openaiFields, 'verbosity', request.verbosity),
    ...only(quirks.openaiFields, 'service_tier', request.tier),
    ...only(quirks.openaiFields, 'prompt_cache_key', request.cacheKey),
    ...only(quirks.user !== 'none', quirks.user, userOf(request.user), 'user'),
    ...(quirks.openaiFields ? request.extra.openai : {}),
    ...(request.stream ? { stream: true } : {}),
    // Every other protocol counts in its streams, and so the client's may need it.
    ...(request.stream && quirks.streamOptions ? { stream_options: { include_usage: true } } : {}),
  }
  return { body, dropped: [...dropped], toolNames: names.changed }
}

function toolFields(
  { tools, toolChoice, parallelToolCalls }: ModelRequest,
  { quirks }: Far,
  names: ToolNames,
  dropped: Set<string>,
): Json {
  const hosted = tools.filter(tool => tool.kind === 'hosted')
  for (const { name } of hosted) dropped.add(`tools.${name}`)
  const own = tools.filter((tool): tool is Tool => tool.kind !== 'hosted')
  if (own.length === 0) return {}
  if (!quirks.tools) throw untranslatable('tools', 'the provider knows of none')
  // Where none may be called and that cannot be said, none is offered.
  if (toolChoice?.mode === 'none' && !quirks.toolChoice) return {}
  if (toolChoice && !quirks.toolChoice && toolChoice.mode !== 'auto') dropped.add('tool_choice')
  if (parallelToolCalls !== undefined && !quirks.parallelToolCalls)
    dropped.add('parallel_tool_calls')
  return {
    tools: own.map(tool => toolOf(tool, names, quirks)),
    ...(toolChoice && quirks.toolChoice
      ? { tool_choice: choiceOf(toolChoice, tools, names, quirks) }
      : {}),
    ...(parallelToolCalls !== undefined && quirks.parallelToolCalls
      ? { parallel_tool_calls: parallelToolCalls }
      : {}),
  }
}

function toolOf(tool: Tool, names: ToolNames, quirks: Far['quirks']): Json {
  const name = names.sent(tool.name)
  if (tool.kind === 'custom' && quirks.openaiFields) {
    const { type, ...grammar } = tool.format ?? {}
    const format = type === 'grammar' ? { type, grammar } : undefined
    return { type: 'custom', custom: { name, ...given({ description: tool.description, format }) } }
  }
  const { description, schema, strict, cache } = asFunction(tool)
  return marked(
    {
      type: 'function',
      function: {
        name,
        ...given({ description }),
        parameters: objectSchema(schema),
        ...given({ strict }),
      },
    },
    quirks.cacheMarks && cache ? { cache } : {},
  )
}

/** Arguments are an object, whether their schema says so or not: servers refuse one that does not. */
const objectSchema = (schema: Json = {}): Json =>
  schema['type'] === 'object' ? schema : { properties: {}, ...schema, type: 'object' }

function choiceOf(
  choice: ToolChoice,
  tools: readonly (Tool | HostedTool)[],
  names: ToolNames,
  { openaiFields }: Far['quirks'],
): unknown {
  if (choice.mode !== 'tool') return choice.mode === 'any' ? 'required' : choice.mode
  const custom = openaiFields && tools.find(({ name }) => name === choice.name)?.kind === 'custom'
  const type = custom ? 'custom' : 'function'
  return { type, [type]: { name: names.sent(choice.name) } }
}

/** Clients that are made for one vendor ask for as much as its models give, which others refuse. */
const clamped = (asked: number | undefined, most: number | undefined): number | undefined =>
  asked === undefined || most === undefined ? asked : Math.min(asked, most)

function stopsOf(
  stop: readonly string[] | undefined,
  most: number,
  dropped: Set<string>,
): readonly string[] | undefined {
  const said = stop?.filter(text => text !== '')
  if (said && said.length > most) dropped.add('stop')
  return said && said.length > 0 ? said.slice(0, most) : undefined
}

function formatOf(format: Format, schemas: boolean): Json {
  if (format.kind === 'json' || !schemas) return { type: 'json_object' }
  const { kind: _, ...json_schema } = format
  return { type: 'json_schema', json_schema }
}

/** Servers that take no schema must be told it in words, and all insist that their JSON is spoken of. */
function* formatWords(
  format: Format | undefined,
  schemas: boolean,
  messages: readonly Json[],
): Steps<string | undefined> {
  if (format?.kind === 'schema' && !schemas)
    return `Answer with one JSON object that matches this JSON Schema, and nothing else:\n${JSON.stringify(format.schema)}`
  if (format?.kind !== 'json') return undefined
  for (const message of messages) {
    if (/json/i.test(yield* jsonInSteps(message, JSON.stringify))) return undefined
    yield
  }
  return 'Answer with one JSON object and nothing else.'
}

/** Some clients say who their user is in a text longer than vendors take; it tells one from another all the same. */
const userOf = (user: string | undefined): string | undefined =>
  user === undefined || user.length <= 64 ? user : sha256(user)
