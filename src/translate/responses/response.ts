import type { Answering } from '../codec.ts'
import type { Finish, TokenUsage, UpstreamError } from '../message.ts'
import { asArray, asObject, type Json } from '../values.ts'

export interface ResponseState {
  readonly id: string
  readonly model: string
  /** Seconds since the epoch. */
  readonly created: number
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed'
  readonly output: readonly Json[]
  readonly usage?: TokenUsage
  readonly finish?: Finish
  readonly error?: UpstreamError
  /** Seconds since the epoch. */
  readonly completed?: number
}

/**
 * A response object, whole: clients' parsers want nearly every field, and most repeat what was asked.
 * https://www.openresponses.org/specification
 */
export function responseObject(state: ResponseState, { raw, request }: Answering): Json {
  const { status, finish, error, usage } = state
  const said = (field: string, otherwise: unknown): unknown => raw[field] ?? otherwise
  const ask = raw['reasoning'] as Json | undefined
  return {
    id: state.id,
    object: 'response',
    created_at: state.created,
    completed_at: state.completed ?? null,
    status,
    error: error ? { code: codeOf(error), message: error.message } : null,
    incomplete_details: status === 'incomplete' ? { reason: incompleteReason(finish) } : null,
    instructions: said('instructions', null),
    metadata: said('metadata', {}),
    model: state.model,
    output: state.output,
    parallel_tool_calls: request.parallelToolCalls ?? true,
    temperature: said('temperature', 1),
    tool_choice: said('tool_choice', 'auto'),
    tools: asArray(raw['tools']).map(toolOf),
    top_p: said('top_p', 1),
    max_output_tokens: said('max_output_tokens', null),
    max_tool_calls: said('max_tool_calls', null),
    previous_response_id: null,
    reasoning: { effort: ask?.['effort'] ?? null, summary: ask?.['summary'] ?? null },
    store: false,
    background: false,
    service_tier: said('service_tier', 'default'),
    text: textOf(asObject(raw['text'])),
    truncation: said('truncation', 'disabled'),
    top_logprobs: 0,
    presence_penalty: 0,
    frequency_penalty: 0,
    user: said('user', null),
    safety_identifier: said('safety_identifier', null),
    prompt_cache_key: said('prompt_cache_key', null),
    usage: usage ? usageOf(usage) : null,
  }
}

/** A tool of the client's, with what its parser wants there and its request may leave out. */
function toolOf(value: unknown): unknown {
  const tool = asObject(value)
  if (tool?.['type'] !== 'function') return value
  const { description = null, parameters = null, strict = false } = tool
  return { ...tool, description, parameters, strict }
}

function textOf(text: Json = {}): Json {
  const format = asObject(text['format']) ?? { type: 'text' }
  if (format['type'] !== 'json_schema') return { ...text, format }
  const { description = null, strict } = format
  return { ...text, format: { ...format, description, strict: strict ?? false } }
}

/** How a response ends that ended well: not every end is whole. */
export const statusOf = ({ reason }: Finish): 'completed' | 'incomplete' =>
  reason === 'length' || reason === 'context' || reason === 'filter' ? 'incomplete' : 'completed'

const incompleteReason = (finish: Finish | undefined): string =>
  finish?.reason === 'filter' ? 'content_filter' : 'max_output_tokens'

/** All of its fields are mandatory to Codex. */
function usageOf({
  input = 0,
  cached = 0,
  cacheWrite,
  output = 0,
  reasoning = 0,
}: TokenUsage): Json {
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: cached,
      ...(cacheWrite === undefined ? {} : { cache_write_tokens: cacheWrite }),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}

/** The codes that Codex acts on. */
function codeOf({ kind, code }: UpstreamError): string {
  switch (kind) {
    case 'context_length':
      return 'context_length_exceeded'
    case 'rate_limit':
      return 'rate_limit_exceeded'
    case 'quota':
      return 'insufficient_quota'
    case 'overloaded':
      return 'server_is_overloaded'
    case 'server':
    case 'timeout':
      return 'server_error'
    default:
      return code ?? 'invalid_prompt'
  }
}
