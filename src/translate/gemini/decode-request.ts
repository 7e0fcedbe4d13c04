// A request of Gemini's generateContent -> the message model. https://ai.google.dev/api/generate-content
// Google takes every field in two spellings, and clients use both.

import type { Steps } from '../../wire/steps.ts'
import type {
  Effort,
  Format,
  HostedTool,
  ModelRequest,
  Reasoning,
  Tool,
  ToolChoice,
} from '../message.ts'
import { asArray, asNumber, asObject, asText, type Json } from '../values.ts'
import { decodeTurns, instructionParts } from './decode-turns.ts'
import { camel, defined, field, objectIn, textIn, untranslatable } from './fields.ts'
import { jsonSchema } from './open-api.ts'

/** What the message model has a place for; all else is Google's alone. */
const known: ReadonlySet<string> = new Set([
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'model',
])

const knownConfig: ReadonlySet<string> = new Set([
  'candidateCount',
  'frequencyPenalty',
  'maxOutputTokens',
  'presencePenalty',
  'responseJsonSchema',
  '_responseJsonSchema',
  'responseLogprobs',
  'responseMimeType',
  'responseModalities',
  'responseSchema',
  'seed',
  'stopSequences',
  'temperature',
  'thinkingConfig',
  'topK',
  'topP',
])

/** `path`: what follows the model, e.g. `:streamGenerateContent?alt=sse`. */
export function* decodeRequest(body: Json, model: string, path: string): Steps<ModelRequest> {
  const config = objectIn(body, 'generationConfig') ?? {}
  refuse(body, config)
  const number = (name: string): number | undefined => asNumber(field(config, name))
  const instruction = instructionParts(field(body, 'systemInstruction'))
  const stop = asArray(field(config, 'stopSequences')).filter(text => typeof text === 'string')
  const { tools, toolChoice } = choiceOf(body, toolsOf(asArray(body['tools'])))
  const own = onlyGoogles(body, config)
  return {
    model,
    messages: [
      ...(instruction.length > 0 ? [{ role: 'system', parts: instruction } as const] : []),
      ...(yield* decodeTurns(body['contents'])),
    ],
    tools,
    stream: path.startsWith(':streamGenerateContent'),
    includeUsage: true,
    extra: own ? { google: own } : {},
    dropped: [],
    ...defined({
      toolChoice,
      maxTokens: number('maxOutputTokens'),
      temperature: number('temperature'),
      topP: number('topP'),
      topK: number('topK'),
      seed: number('seed'),
      frequencyPenalty: number('frequencyPenalty'),
      presencePenalty: number('presencePenalty'),
      stop: stop.length > 0 ? stop : undefined,
      format: formatOf(config),
      reasoning: reasoningOf(objectIn(config, 'thinkingConfig')),
    }),
  }
}

/** What has a meaning that would be lost. */
function refuse(body: Json, config: Json): void {
  if (field(body, 'cachedContent') !== undefined) {
    throw untranslatable(
      'cachedContent',
      'only Google has what it names',
      'send the content itself',
    )
  }
  if ((asNumber(field(config, 'candidateCount')) ?? 1) > 1) {
    throw untranslatable('generationConfig.candidateCount', 'others give one answer at a time')
  }
  if (field(config, 'responseLogprobs') === true) {
    throw untranslatable(
      'generationConfig.responseLogprobs',
      'there are no logprobs on the other side',
    )
  }
  const other = asArray(field(config, 'responseModalities')).find(
    word => String(word).toUpperCase() !== 'TEXT',
  )
  if (other !== undefined) {
    throw untranslatable('generationConfig.responseModalities', 'others answer in text alone')
  }
}

function onlyGoogles(body: Json, config: Json): Json | undefined {
  const found = [
    ...Object.entries(body).filter(([name]) => !known.has(camel(name))),
    ...Object.entries(config)
      .filter(([name]) => !knownConfig.has(camel(name)))
      .map(([name, value]) => [`generationConfig.${name}`, value] as const),
  ]
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

function toolsOf(groups: readonly unknown[]): (Tool | HostedTool)[] {
  return groups.flatMap(value =>
    Object.entries(asObject(value) ?? {}).flatMap(([name, group]): (Tool | HostedTool)[] =>
      camel(name) === 'functionDeclarations'
        ? asArray(group).map(one => declared(asObject(one) ?? {}))
        : [{ kind: 'hosted', vendor: 'google', name: camel(name), raw: { [name]: group } }],
    ),
  )
}

function declared(tool: Json): Tool {
  const given = objectIn(tool, 'parametersJsonSchema')
  const parameters = objectIn(tool, 'parameters')
  return {
    kind: 'function',
    name: asText(tool['name']) ?? '',
    ...defined({
      description: asText(tool['description']),
      schema: given ?? (parameters && jsonSchema(parameters)),
    }),
  }
}

function choiceOf(
  body: Json,
  tools: ModelRequest['tools'],
): { readonly tools: ModelRequest['tools']; readonly toolChoice: ToolChoice | undefined } {
  const calling = objectIn(objectIn(body, 'toolConfig'), 'functionCallingConfig')
  const mode = textIn(calling, 'mode')?.toUpperCase()
  const allowed = asArray(field(calling, 'allowedFunctionNames')).map(String)
  const offered =
    allowed.length === 0
      ? tools
      : tools.filter(tool => tool.kind === 'hosted' || allowed.includes(tool.name))
  switch (mode) {
    case 'ANY':
      return allowed.length === 1
        ? { tools, toolChoice: { mode: 'tool', name: allowed[0]! } }
        : { tools: offered, toolChoice: { mode: 'any' } }
    case 'NONE':
      return { tools, toolChoice: { mode: 'none' } }
    case 'AUTO':
    case 'VALIDATED':
      return { tools: offered, toolChoice: { mode: 'auto' } }
    default:
      return { tools, toolChoice: undefined }
  }
}

function formatOf(config: Json): Format | undefined {
  const mime = textIn(config, 'responseMimeType')
  if (mime === 'text/x.enum') {
    throw untranslatable(
      'generationConfig.responseMimeType',
      'only Google answers with a bare word of a list',
      'ask for application/json',
    )
  }
  if (mime !== 'application/json') return undefined
  const given = objectIn(config, 'responseJsonSchema') ?? asObject(config['_responseJsonSchema'])
  const own = objectIn(config, 'responseSchema')
  const schema = given ?? (own && jsonSchema(own))
  return schema ? { kind: 'schema', name: 'response', schema } : { kind: 'json' }
}

const levels: readonly Effort[] = ['minimal', 'low', 'medium', 'high']

function reasoningOf(config: Json | undefined): Reasoning | undefined {
  if (!config) return undefined
  const budget = asNumber(field(config, 'thinkingBudget'))
  const level = levels.find(one => one === textIn(config, 'thinkingLevel')?.toLowerCase())
  const found = defined({
    effort: budget === 0 ? ('none' as const) : level,
    budget: budget !== undefined && budget > 0 ? budget : undefined,
    adaptive: budget === -1 ? true : undefined,
    show: field(config, 'includeThoughts') === true ? 'auto' : undefined,
  })
  return Object.keys(found).length > 0 ? found : undefined
}
