import { GatewayError } from '../../errors.ts'
import type { Steps } from '../../wire/steps.ts'
import type { EncodedRequest, Far } from '../codec.ts'
import { asFunction } from '../custom-tools.ts'
import type { ModelFacts } from '../facts.ts'
import { sha256 } from '../hash.ts'
import type { ModelRequest, Tool } from '../message.ts'
import { ToolNames } from '../tool-names.ts'
import { asArray, asObject, type Json } from '../values.ts'
import { reasoningOf } from './decode-request.ts'
import { cacheField } from './encode-blocks.ts'
import { conversationOf, thinksOn } from './encode-turns.ts'
import { jsonTool } from './json-tool.ts'
import { inputSchema, strictSchema } from './schema.ts'
import { type Thinking, thinkingFor } from './thinking.ts'

/** A request as Anthropic takes it. Throws `untranslatable`. PROTOCOLS 3.1 */
export function* encodeRequest(request: ModelRequest, far: Far): Steps<EncodedRequest> {
  const { facts } = far
  const names = new ToolNames()
  const dropped = new Set(request.dropped)
  const maxTokens = maxTokensFor(request, facts)
  const { system, turns } = yield* conversationOf(request.messages, facts, names)
  if (request.format?.kind === 'json') system.push(onlyJson)
  const tools = toolsFor(request, facts, names, dropped)
  const choice = tools.length > 0 ? choiceFor(request, facts, names) : undefined
  const { thinking: ownThinking, output_config, betas, ...extra } = request.extra.anthropic ?? {}
  const outputExtra = asObject(output_config) ?? {}
  const reasoning = request.reasoning ?? reasoningOf(asObject(ownThinking), outputExtra['effort'])
  const type = choice?.['type']
  const thinking = thinkingFor(reasoning, {
    facts,
    maxTokens,
    forced: type === 'any' || type === 'tool' ? type : undefined,
    possible: thinksOn(turns),
  })
  if (reasoning && facts.thinking === 'none' && reasoning.effort !== 'none') {
    dropped.add('reasoning_effort')
  }
  const output = { ...outputExtra, ...outputFor(request, facts, thinking) }
  const stop = request.stop?.filter(text => text.trim() !== '') ?? []
  if (stop.length < (request.stop?.length ?? 0)) dropped.add('stop')
  const tier = tiers[request.tier ?? '']
  if (request.tier !== undefined && tier === undefined) dropped.add('service_tier')
  for (const name of hints(request)) dropped.add(name)
  const beta = asArray(betas).filter(name => typeof name === 'string')
  return {
    body: {
      ...extra,
      model: far.model,
      max_tokens: maxTokens,
      ...(system.length > 0 ? { system } : {}),
      messages: turns,
      ...(tools.length > 0 ? { tools } : {}),
      ...(choice ? { tool_choice: choice } : {}),
      ...(thinking.thinking ? { thinking: thinking.thinking } : {}),
      ...(Object.keys(output).length > 0 ? { output_config: output } : {}),
      ...samplingFor(request, facts, thinking, dropped),
      ...(stop.length > 0 ? { stop_sequences: stop } : {}),
      ...(request.user === undefined ? {} : { metadata: { user_id: userId(request.user) } }),
      ...(tier === undefined ? {} : { service_tier: tier }),
      ...(request.stream ? { stream: true } : {}),
    },
    dropped: [...dropped],
    toolNames: names.changed,
    ...(beta.length > 0 ? { headers: ['anthropic-beta', beta.join(',')] } : {}),
  }
}

/** Anthropic wants a limit said. What nobody asked for is what its models give without a stream that takes hours. */
function maxTokensFor({ maxTokens }: ModelRequest, { maxOutput }: ModelFacts): number {
  if (maxTokens === undefined) return Math.min(maxOutput ?? 4096, 32_000)
  if (maxTokens < 1) {
    throw new GatewayError('untranslatable', { field: 'max_tokens', reason: 'it is less than 1' })
  }
  return Math.min(maxTokens, maxOutput ?? maxTokens)
}

/** A schema is asked for with a format of its own; that there be some JSON can only be said. */
const onlyJson: Json = {
  type: 'text',
  text: 'Respond with a single valid JSON object and nothing else.',
}

function toolsFor(
  request: ModelRequest,
  facts: ModelFacts,
  names: ToolNames,
  dropped: Set<string>,
): Json[] {
  const tools = new Map<string, Json>()
  for (const tool of request.tools) {
    if (tool.kind !== 'hosted') {
      const sent = names.sent(tool.name)
      // Two tools of one name are refused.
      if (!tools.has(sent)) tools.set(sent, toolFields(asFunction(tool), sent))
    } else if (tool.vendor === 'anthropic') tools.set(tool.name, tool.raw)
    else dropped.add(`tools.${tool.name}`)
  }
  const json = jsonTool(request, facts)
  if (json !== undefined && request.format?.kind === 'schema') {
    const { schema, description = 'Gives the answer.' } = request.format
    tools.set(json, { name: json, description, input_schema: inputSchema(schema) })
  }
  return [...tools.values()]
}

function toolFields({ description, schema, strict, cache }: Tool, name: string): Json {
  const input = inputSchema(schema)
  return {
    name,
    ...(description ? { description } : {}),
    input_schema: strict ? strictSchema(input) : input,
    ...(strict ? { strict } : {}),
    ...cacheField(cache),
  }
}

function choiceFor(request: ModelRequest, facts: ModelFacts, names: ToolNames): Json | undefined {
  const { toolChoice, parallelToolCalls, tools } = request
  const one = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {}
  const json = jsonTool(request, facts)
  if (json !== undefined) {
    return tools.length === 0 || toolChoice?.mode === 'none'
      ? { type: 'tool', name: json, ...one }
      : { type: 'any', ...one }
  }
  switch (toolChoice?.mode) {
    case 'none':
      return { type: 'none' }
    case 'tool':
      return { type: 'tool', name: names.sent(toolChoice.name), ...one }
    case 'any':
      return { type: 'any', ...one }
    default:
      return toolChoice || parallelToolCalls === false ? { type: 'auto', ...one } : undefined
  }
}

function outputFor({ format }: ModelRequest, facts: ModelFacts, { effort }: Thinking): Json {
  return {
    ...(effort === undefined ? {} : { effort }),
    ...(format?.kind === 'schema' && facts.schema
      ? { format: { type: 'json_schema', schema: strictSchema(format.schema) } }
      : {}),
  }
}

/** What a model would refuse is left out, and named unless it says what the model does anyway. */
function samplingFor(
  request: ModelRequest,
  facts: ModelFacts,
  { thinking }: Thinking,
  dropped: Set<string>,
): Json {
  const { temperature, topP, topK } = request
  const fixed = facts.sampling === 'fixed' || (thinking && thinking['type'] !== 'disabled')
  if (fixed) {
    if (temperature !== undefined && temperature !== 1) dropped.add('temperature')
    if (topP !== undefined && topP < 0.99) dropped.add('top_p')
    if (topK !== undefined) dropped.add('top_k')
    return {}
  }
  const both = temperature !== undefined && topP !== undefined && facts.sampling === 'one'
  if (both) dropped.add('top_p')
  return {
    ...(temperature === undefined ? {} : { temperature: Math.min(1, temperature) }),
    ...(topP === undefined || both ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
  }
}

/** Anthropic refuses names and addresses of people, and its imitators long texts: those become a number. */
const userId = (user: string): string => (/^[\w-]{1,64}$/.test(user) ? user : sha256(user))

const tiers: Readonly<Record<string, string>> = { auto: 'auto', default: 'standard_only' }

/** Fields that Anthropic has nothing for, and those of other vendors. */
function hints(request: ModelRequest): string[] {
  const { seed, frequencyPenalty, presencePenalty, verbosity, cacheKey, extra } = request
  const here = Object.entries({
    seed,
    frequency_penalty: frequencyPenalty,
    presence_penalty: presencePenalty,
    verbosity,
    prompt_cache_key: cacheKey,
  }).filter(([, value]) => value !== undefined)
  const foreign = Object.entries(extra).filter(([vendor]) => vendor !== 'anthropic')
  return [...here.map(([name]) => name), ...foreign.flatMap(([, fields]) => Object.keys(fields))]
}
