import type { Steps } from '../../wire/steps.ts'
import type { Effort, Format, ModelRequest, Reasoning } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeTools } from './decode-tools.ts'
import { Fields, given, malformed, untranslatable } from './fields.ts'

/** Fields that only one vendor knows. Clients put those of others into this protocol to reach what they cannot otherwise. */
const vendorFields = {
  openai: [
    'logit_bias',
    'prediction',
    'store',
    'metadata',
    'moderation',
    'prompt_cache_retention',
    'web_search_options',
  ],
  anthropic: ['container', 'context_management', 'mcp_servers', 'betas', 'cache_control'],
  google: ['safety_settings', 'cached_content'],
} as const

/** A Chat Completions request. PROTOCOLS 3.1. Throws `bad_request` and `untranslatable`. */
export function* decodeRequest(body: Json, model: string): Steps<ModelRequest> {
  const fields = new Fields(body)
  fields.take('model')
  refuse(fields)
  const { messages, dropped } = yield* decodeMessages(fields.list('messages') ?? [])
  if (messages.length === 0) throw malformed('messages is missing or empty')
  const effort = fields.take('reasoning_effort')
  const user = fields.text('user')
  const limit = fields.number('max_tokens')
  const extra = {
    openai: fields.some(vendorFields.openai),
    anthropic: fields.some(vendorFields.anthropic),
    google: fields.some(vendorFields.google),
  }
  return {
    model,
    messages,
    ...decodeTools(fields),
    ...given({
      parallelToolCalls: fields.flag('parallel_tool_calls'),
      maxTokens: fields.number('max_completion_tokens') ?? limit,
      temperature: fields.number('temperature'),
      topP: fields.number('top_p'),
      topK: fields.number('top_k'),
      stop: stopOf(fields.take('stop')),
      seed: fields.number('seed'),
      frequencyPenalty: fields.number('frequency_penalty'),
      presencePenalty: fields.number('presence_penalty'),
      format: formatOf(fields.take('response_format')),
      reasoning: reasoningOf(effort, fields.take('reasoning'), fields.take('thinking')),
      verbosity: fields.text('verbosity'),
      user: fields.text('safety_identifier') ?? user,
      tier: fields.text('service_tier'),
      cacheKey: fields.text('prompt_cache_key'),
    }),
    stream: fields.flag('stream') ?? false,
    includeUsage: asObject(fields.take('stream_options'))?.['include_usage'] === true,
    extra: given(extra),
    dropped: [...dropped, ...fields.rest()],
  }
}

/** What the answer would have to be, and cannot. */
function refuse(fields: Fields): void {
  if ((fields.number('n') ?? 1) > 1) throw untranslatable('n', 'one answer is all that it gives')
  if (fields.flag('logprobs') || (fields.number('top_logprobs') ?? 0) > 0)
    throw untranslatable('logprobs', 'it does not tell how likely its words are')
  const modalities = fields.list('modalities') ?? []
  if (modalities.includes('audio') || asObject(fields.take('audio')))
    throw untranslatable('audio', 'it answers in writing')
}

function stopOf(stop: unknown): readonly string[] | undefined {
  if (stop === undefined) return undefined
  const stops = typeof stop === 'string' ? [stop] : stop
  if (!Array.isArray(stops) || !stops.every(text => typeof text === 'string'))
    throw malformed('stop is no string and no array of strings')
  return stops.length === 0 ? undefined : stops
}

function formatOf(value: unknown): Format | undefined {
  const format = asObject(value)
  if (!format || format['type'] === 'text') return undefined
  if (format['type'] === 'json_object') return { kind: 'json' }
  const described = asObject(format['json_schema'])
  const schema = asObject(described?.['schema'])
  if (format['type'] !== 'json_schema' || !described)
    throw malformed('response_format is none that there is')
  const strict = described['strict']
  return {
    kind: 'schema',
    name: asText(described['name']) ?? 'response',
    schema: schema ?? {},
    ...given({
      strict: typeof strict === 'boolean' ? strict : undefined,
      description: asText(described['description']),
    }),
  }
}

const efforts: readonly unknown[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** OpenAI's one word, OpenRouter's `reasoning`, or Anthropic's `thinking`. */
function reasoningOf(
  effort: unknown,
  openrouter: unknown,
  anthropic: unknown,
): Reasoning | undefined {
  const { effort: word, max_tokens, enabled, exclude } = asObject(openrouter) ?? {}
  const { type, budget_tokens, display } = asObject(anthropic) ?? {}
  const said = effort ?? word ?? (enabled === false || type === 'disabled' ? 'none' : undefined)
  if (said !== undefined && !efforts.includes(said))
    throw malformed(`reasoning_effort is none of ${asArray(efforts).join(', ')}`)
  const budget = max_tokens ?? budget_tokens
  const reasoning = given({
    effort: said as Effort | undefined,
    budget: typeof budget === 'number' ? budget : undefined,
    adaptive: type === 'adaptive' ? true : undefined,
    show: exclude === true || display === 'omitted' ? undefined : asText(display),
  })
  return Object.keys(reasoning).length === 0 ? undefined : reasoning
}
