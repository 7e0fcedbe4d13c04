// The message model -> a request of Gemini's generateContent. PROTOCOLS 3.9, https://ai.google.dev/api/generate-content

import type { Steps } from '../../wire/steps.ts'
import type { EncodedRequest, Far } from '../codec.ts'
import { asFunction } from '../custom-tools.ts'
import { askedEffort, budgetOf, nearestEffort } from '../effort.ts'
import { foreignFields } from '../extra.ts'
import type { Format, ModelRequest, Reasoning, Tool } from '../message.ts'
import { ToolNames } from '../tool-names.ts'
import type { Json } from '../values.ts'
import { encodePart } from './encode-part.ts'
import { encodeTurns } from './encode-turns.ts'
import { openApiSchema } from './open-api.ts'

/** Google's two hosts. */
export type Host = 'gemini' | 'vertex'

/** The most sequences to stop at. */
const maxStop = 5

export function* encodeRequest(request: ModelRequest, far: Far, host: Host): Steps<EncodedRequest> {
  const names = new ToolNames('google')
  const { format, tools } = request
  const inWords = format && !formatFits(format, request, far) ? [formatWords(format)] : []
  const leading = request.messages.findIndex(({ role }) => role !== 'system')
  const start = leading < 0 ? request.messages.length : leading
  const system = request.messages.slice(0, start).flatMap(({ parts }) => parts.map(encodePart))
  const instruction = [...system.filter(part => part !== undefined), ...inWords]
  const declared = tools.flatMap(tool =>
    tool.kind === 'hosted' ? [] : [declaration(asFunction(tool), names, far)],
  )
  const hosted = tools.flatMap(tool =>
    tool.kind === 'hosted' && tool.vendor === 'google' ? [tool.raw] : [],
  )
  const offered = [...(declared.length > 0 ? [{ functionDeclarations: declared }] : []), ...hosted]
  const config = {
    ...configOf(request, far),
    ...(format && inWords.length === 0 ? formatOf(format, far) : {}),
  }
  const calling = declared.length > 0 ? callingConfig(request, names) : undefined
  const { own, generationConfig } = googlesOwn(request)
  const generation = { ...generationConfig, ...config }
  return {
    body: {
      ...own,
      ...(instruction.length > 0 ? { systemInstruction: { parts: instruction } } : {}),
      contents: yield* encodeTurns(request.messages.slice(start), {
        names,
        far,
        // Vertex refuses them.
        ids: host === 'gemini',
      }),
      ...(offered.length > 0 ? { tools: offered } : {}),
      ...(calling ? { toolConfig: { functionCallingConfig: calling } } : {}),
      ...(Object.keys(generation).length > 0 ? { generationConfig: generation } : {}),
    },
    dropped: [...unknownTo(request, far)],
    toolNames: names.changed,
  }
}

/** Fields that only Google knows; those of `generationConfig` have its name before their own. */
function googlesOwn({ extra }: ModelRequest): { own: Json; generationConfig: Json } {
  const prefix = 'generationConfig.'
  const all = Object.entries(extra.google ?? {})
  const inner = all.filter(([name]) => name.startsWith(prefix))
  return {
    own: Object.fromEntries(all.filter(([name]) => !name.startsWith(prefix))),
    generationConfig: Object.fromEntries(
      inner.map(([name, value]) => [name.slice(prefix.length), value]),
    ),
  }
}

function* unknownTo(request: ModelRequest, { facts, quirks }: Far): Generator<string> {
  if ((request.stop?.length ?? 0) > maxStop) yield 'stop'
  if (request.parallelToolCalls !== undefined) yield 'parallel_tool_calls'
  if (request.verbosity !== undefined) yield 'verbosity'
  if (request.user !== undefined) yield 'user'
  if (request.tier !== undefined) yield 'service_tier'
  if (request.cacheKey !== undefined) yield 'prompt_cache_key'
  if (!quirks.penalties) {
    if (request.frequencyPenalty) yield 'frequency_penalty'
    if (request.presencePenalty) yield 'presence_penalty'
  }
  if (facts.sampling === 'fixed') {
    if (request.temperature !== undefined) yield 'temperature'
    if (request.topP !== undefined) yield 'top_p'
    if (request.topK !== undefined) yield 'top_k'
  }
  const asked = request.reasoning && askedEffort(request.reasoning)
  if (facts.thinking === 'none' && asked !== undefined && asked !== 'none') yield 'reasoning'
  for (const tool of request.tools) {
    if (tool.kind === 'hosted' && tool.vendor !== 'google') yield `tools.${tool.name}`
  }
  yield* foreignFields(request, 'google')
}

function configOf(request: ModelRequest, { facts, quirks }: Far): Json {
  const { maxTokens, temperature, topP, topK, stop, seed, reasoning } = request
  const { frequencyPenalty, presencePenalty } = request
  const sequences = stop?.filter(text => text !== '').slice(0, maxStop) ?? []
  const thinkingConfig = reasoning && thinkingOf(reasoning, maxTokens, facts)
  return Object.fromEntries(
    Object.entries({
      maxOutputTokens: maxTokens && Math.min(maxTokens, facts.maxOutput ?? maxTokens),
      ...(facts.sampling === 'fixed' ? {} : { temperature, topP, topK }),
      stopSequences: sequences.length > 0 ? sequences : undefined,
      // Google's is a number of 32 bits.
      seed: seed === undefined ? undefined : seed | 0,
      ...(quirks.penalties ? { frequencyPenalty, presencePenalty } : {}),
      thinkingConfig,
    }).filter(([, value]) => value !== undefined),
  )
}

/** What it thinks counts as output: a budget must leave room for the answer. */
function thinkingOf(
  reasoning: Reasoning,
  maxTokens: number | undefined,
  { thinking, thinkingOff, budget, efforts }: Far['facts'],
): Json | undefined {
  const asked = askedEffort(reasoning)
  const includeThoughts = asked !== 'none'
  if (thinking === 'level') {
    const level = asked && nearestEffort(asked, efforts)
    return { ...(level ? { thinkingLevel: level.toUpperCase() } : {}), includeThoughts }
  }
  if (thinking !== 'budget' || !budget) return undefined
  const [min, max] = budget
  // -1: as much as it finds right.
  if (asked === undefined) return { thinkingBudget: -1, includeThoughts }
  const wanted = Math.min(reasoning.budget ?? budgetOf(asked), max, (maxTokens ?? max + 1) - 1)
  const least = thinkingOff ? 0 : min
  return { thinkingBudget: wanted < min ? least : wanted, includeThoughts }
}

/** Models that take no JSON Schema, but Gemini's own form of it: those from before Gemini could think. */
const isOld = ({ facts }: Far): boolean => facts.thinking === 'none'

function declaration(tool: Tool, names: ToolNames, far: Far): Json {
  return {
    name: names.sent(tool.name),
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...(tool.schema ? parametersOf(tool.schema, far) : {}),
  }
}

function parametersOf(schema: Json, far: Far): Json {
  if (isOld(far)) {
    const parameters = openApiSchema(schema)
    return parameters ? { parameters } : {}
  }
  const { $schema: _, ...parametersJsonSchema } = schema
  return { parametersJsonSchema }
}

function callingConfig({ toolChoice, tools }: ModelRequest, names: ToolNames): Json | undefined {
  switch (toolChoice?.mode) {
    case 'any':
      return { mode: 'ANY' }
    case 'none':
      return { mode: 'NONE' }
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [names.sent(toolChoice.name)] }
    default:
      // Arguments that must match their schema.
      if (tools.some(tool => tool.kind === 'function' && tool.strict)) return { mode: 'VALIDATED' }
      return toolChoice ? { mode: 'AUTO' } : undefined
  }
}

/** Before Gemini 3, tools and a form for the answer exclude each other. */
const formatFits = (format: Format, { tools }: ModelRequest, { facts }: Far): boolean =>
  (tools.length === 0 || facts.signedCalls) && (format.kind === 'json' || facts.schema)

const formatWords = (format: Format): Json => ({
  text:
    format.kind === 'json'
      ? 'Answer with a JSON object and nothing else.'
      : `Answer with JSON that matches this schema, and nothing else:\n${JSON.stringify(format.schema)}`,
})

function formatOf(format: Format, far: Far): Json {
  const mime = { responseMimeType: 'application/json' }
  if (format.kind === 'json') return mime
  if (!isOld(far)) {
    const { $schema: _, ...responseJsonSchema } = format.schema
    return { ...mime, responseJsonSchema }
  }
  const responseSchema = openApiSchema(format.schema)
  return responseSchema ? { ...mime, responseSchema } : mime
}
