import { GatewayError } from '../../errors.ts'
import type { Steps } from '../../wire/steps.ts'
import type { EncodedRequest, Far } from '../codec.ts'
import { asFunction } from '../custom-tools.ts'
import { askedEffort, nearestEffort } from '../effort.ts'
import { foreignFields } from '../extra.ts'
import type { ModelRequest, Tool } from '../message.ts'
import { jsonTool } from '../messages/json-tool.ts'
import { inputSchema, strictSchema } from '../messages/schema.ts'
import { thinkingFor } from '../messages/thinking.ts'
import { ToolNames } from '../tool-names.ts'
import { asObject, type Json } from '../values.ts'
import { cachePoint } from './encode-blocks.ts'
import { type Conversation, conversationOf, thinksOn } from './encode-turns.ts'
import { type ConverseModel, converseModel, factsBehind } from './model.ts'

/**
 * A request as Bedrock's Converse takes it; the model, and whether to stream, stand in the path. Throws `untranslatable`.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, PROTOCOLS 3.10
 */
export function* encodeRequest(request: ModelRequest, far: Far): Steps<EncodedRequest> {
  const facts = factsBehind(far)
  const model = converseModel(far.model)
  const names = new ToolNames()
  const dropped = new Set([...request.dropped, ...foreignFields(request, 'bedrock')])
  if (request.maxTokens !== undefined && request.maxTokens < 1) {
    throw new GatewayError('untranslatable', { field: 'max_tokens', reason: 'it is less than 1' })
  }
  const own = request.extra.bedrock ?? {}
  const conversation = yield* conversationOf(request.messages, model, {
    names,
    prefill: facts.prefill,
  })
  const { system, turns } = conversation
  if (request.format?.kind === 'json') system.push(onlyJson)
  const tools = toolsFor(request, far, { names, model, conversation, dropped })
  const choice = tools.some(isSpec) ? choiceFor(request, far, { names, model, dropped }) : undefined
  const thinking = thoughtFor(request, far, { forced: forcedBy(choice), turns, dropped })
  const schema =
    request.format?.kind === 'schema' && facts.schema
      ? strictSchema(request.format.schema)
      : undefined
  const output = {
    ...(thinking.effort === undefined ? {} : { effort: thinking.effort }),
    ...(schema ? { format: { type: 'json_schema', schema } } : {}),
  }
  const sampling = samplingFor(request, far, { thinking, model, dropped })
  const additional = {
    ...thinking.fields,
    ...(Object.keys(output).length > 0 ? { output_config: output } : {}),
    ...sampling.additional,
    ...asObject(own['additionalModelRequestFields']),
  }
  const tier = tiers[request.tier ?? '']
  if (request.tier !== undefined && request.tier !== 'auto' && !tier) dropped.add('service_tier')
  for (const name of hints(request)) dropped.add(name)
  return {
    body: {
      ...(tier ? { serviceTier: { type: tier } } : {}),
      // Claude says which sequence it met, in a field of its own.
      ...(sampling.inference['stopSequences'] && model.thinking === 'claude'
        ? { additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'] }
        : {}),
      ...own,
      ...(system.length > 0 ? { system } : {}),
      messages: turns,
      ...(Object.keys(sampling.inference).length > 0
        ? { inferenceConfig: sampling.inference }
        : {}),
      ...(tools.length > 0
        ? { toolConfig: { tools, ...(choice ? { toolChoice: choice } : {}) } }
        : {}),
      ...(Object.keys(additional).length > 0 ? { additionalModelRequestFields: additional } : {}),
    },
    dropped: [...dropped],
    toolNames: names.changed,
  }
}

/** A schema is asked for with a tool, or a format of Claude's own; that there be some JSON can only be said. */
const onlyJson: Json = { text: 'Respond with a single valid JSON object and nothing else.' }

/** OpenAI's words for what Bedrock has under the same names, https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html */
const tiers: Readonly<Record<string, string>> = {
  default: 'default',
  flex: 'flex',
  priority: 'priority',
  reserved: 'reserved',
}

interface Saying {
  readonly names: ToolNames
  readonly model: ConverseModel
  readonly dropped: Set<string>
}

const isSpec = (tool: Json): boolean => tool['toolSpec'] !== undefined

function toolsFor(
  request: ModelRequest,
  far: Far,
  { names, model, conversation, dropped }: Saying & { readonly conversation: Conversation },
): Json[] {
  const { called } = conversation
  const tools = new Map<string, readonly Json[]>()
  // There is no way to say that no tool be called: none is offered, unless the conversation speaks of some.
  if (request.toolChoice?.mode !== 'none' || called.size > 0) {
    for (const tool of request.tools) {
      if (tool.kind === 'hosted') dropped.add(`tools.${tool.name}`)
      else {
        const sent = names.sent(tool.name)
        if (!tools.has(sent)) {
          tools.set(sent, [
            toolSpec(asFunction(tool), sent),
            ...cachePoint(tool.cache, model, 'all'),
          ])
        }
      }
    }
  }
  // A conversation that speaks of tools is refused unless they are offered, whatever the client offers by now.
  for (const name of called) {
    if (!tools.has(name)) tools.set(name, [toolSpec({ description: 'No longer offered.' }, name)])
  }
  const json = jsonTool(request, factsBehind(far))
  if (json !== undefined && request.format?.kind === 'schema') {
    const { schema, description = 'Gives the answer.' } = request.format
    tools.set(json, [toolSpec({ description, schema }, json)])
  }
  return [...tools.values()].flat()
}

const toolSpec = (
  { description, schema }: Pick<Tool, 'description' | 'schema'>,
  name: string,
): Json => ({
  toolSpec: {
    name,
    ...(description?.trim() ? { description } : {}),
    inputSchema: { json: inputSchema(schema) },
  },
})

function choiceFor(
  request: ModelRequest,
  far: Far,
  { names, model, dropped }: Saying,
): Json | undefined {
  const { toolChoice, tools } = request
  const json = jsonTool(request, factsBehind(far))
  const wanted: { readonly mode: string; readonly name?: string } | undefined =
    json === undefined
      ? toolChoice?.mode === 'tool'
        ? { mode: 'tool', name: names.sent(toolChoice.name) }
        : toolChoice
      : tools.length === 0 || toolChoice?.mode === 'none'
        ? { mode: 'tool', name: json }
        : { mode: 'any' }
  switch (wanted?.mode) {
    case 'tool':
      if (model.choice === 'tool') return { tool: { name: wanted.name } }
      dropped.add(json === undefined ? 'tool_choice' : 'response_format')
      return model.choice === 'any' ? { any: {} } : { auto: {} }
    case 'any':
      if (model.choice !== 'auto') return { any: {} }
      dropped.add(json === undefined ? 'tool_choice' : 'response_format')
      return { auto: {} }
    case 'auto':
      return { auto: {} }
    default:
      return undefined
  }
}

const forcedBy = (choice: Json | undefined): 'any' | 'tool' | undefined =>
  choice?.['tool'] ? 'tool' : choice?.['any'] ? 'any' : undefined

interface Thought {
  /** Of `additionalModelRequestFields`. */
  readonly fields: Json
  /** `output_config.effort` */
  readonly effort: string | undefined
  /** It thinks, and so takes no sampling; `alone`: it takes no limit to its length either. */
  readonly thinks: boolean
  readonly alone?: true
}

const noThought: Thought = { fields: {}, effort: undefined, thinks: false }

function thoughtFor(
  { reasoning, maxTokens }: ModelRequest,
  far: Far,
  circumstances: {
    readonly forced: 'any' | 'tool' | undefined
    readonly turns: Conversation['turns']
    readonly dropped: Set<string>
  },
): Thought {
  if (!reasoning) return noThought
  const { facts } = far
  const { forced, turns, dropped } = circumstances
  const asked = askedEffort(reasoning)
  switch (converseModel(far.model).thinking) {
    case 'claude': {
      const { thinking, effort } = thinkingFor(reasoning, {
        facts,
        maxTokens: maxTokens ?? Math.min(facts.maxOutput ?? 4096, 32_000),
        forced,
        possible: thinksOn(turns),
      })
      const thinks = thinking !== undefined && thinking['type'] !== 'disabled'
      return { fields: thinking ? { thinking } : {}, effort, thinks }
    }
    case 'effort': {
      const effort = asked && nearestEffort(asked, ['low', 'medium', 'high'])
      return { ...noThought, fields: effort ? { reasoning_effort: effort } : {} }
    }
    case 'nova': {
      if (asked === 'none') {
        return { ...noThought, fields: { reasoningConfig: { type: 'disabled' } } }
      }
      const effort = nearestEffort(asked ?? 'medium', ['low', 'medium', 'high'])
      const config = { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }
      // https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
      return effort === 'high'
        ? { fields: config, effort: undefined, thinks: true, alone: true }
        : { ...noThought, fields: config }
    }
    case 'none':
      if (asked !== 'none') dropped.add('reasoning_effort')
      return noThought
  }
}

function samplingFor(
  request: ModelRequest,
  { facts }: Far,
  { thinking, model, dropped }: Omit<Saying, 'names'> & { readonly thinking: Thought },
): { readonly inference: Json; readonly additional: Json } {
  const { temperature, topP, topK } = request
  const claude = model.thinking === 'claude'
  const stop = request.stop?.filter(text => !claude || text.trim() !== '') ?? []
  if (stop.length < (request.stop?.length ?? 0)) dropped.add('stop')
  const max = thinking.alone ? undefined : request.maxTokens
  if (thinking.alone && request.maxTokens !== undefined) dropped.add('max_tokens')
  const limits = {
    ...(max === undefined ? {} : { maxTokens: Math.min(max, facts.maxOutput ?? max) }),
    ...(stop.length > 0 ? { stopSequences: stop } : {}),
  }
  if (facts.sampling === 'fixed' || thinking.thinks) {
    if (temperature !== undefined && temperature !== 1) dropped.add('temperature')
    if (topP !== undefined && topP < 0.99) dropped.add('top_p')
    if (topK !== undefined) dropped.add('top_k')
    return { inference: limits, additional: {} }
  }
  const both = temperature !== undefined && topP !== undefined && facts.sampling === 'one'
  if (both) dropped.add('top_p')
  if (topK !== undefined && model.topK === 'none') dropped.add('top_k')
  return {
    inference: {
      ...limits,
      ...(temperature === undefined ? {} : { temperature: Math.min(1, Math.max(0, temperature)) }),
      ...(topP === undefined || both ? {} : { topP }),
    },
    additional:
      topK === undefined || model.topK === 'none'
        ? {}
        : model.topK === 'nova'
          ? { inferenceConfig: { topK } }
          : { top_k: topK },
  }
}

/** Fields that Converse has nothing for. */
function hints(request: ModelRequest): string[] {
  const { seed, frequencyPenalty, presencePenalty, verbosity, cacheKey, user } = request
  const here = Object.entries({
    seed,
    frequency_penalty: frequencyPenalty,
    presence_penalty: presencePenalty,
    verbosity,
    prompt_cache_key: cacheKey,
    user,
    parallel_tool_calls: request.parallelToolCalls === false ? false : undefined,
  })
  return here.filter(([, value]) => value !== undefined).map(([name]) => name)
}
