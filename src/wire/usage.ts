/** Tokens as a provider counts them; undefined where it did not say, which is not zero. */
export interface Usage {
  readonly input: number | undefined
  readonly output: number | undefined
  readonly cached: number | undefined
  readonly reasoning: number | undefined
}

/** What a response tells of itself: the model that answered, and what it counted. */
export interface Told {
  readonly model: string | undefined
  readonly usage: Usage | undefined
}

type Json = Readonly<Record<string, unknown>>

/** Reads `model` and `usage` of a response body or of one stream event, in the words of OpenAI or Anthropic. */
export function tell(value: unknown): Told {
  const body = asObject(value)
  if (!body) return { model: undefined, usage: undefined }
  // Anthropic's `message_start` and the events of Responses carry the response inside.
  const inner = asObject(body['message']) ?? asObject(body['response']) ?? body
  const model = inner['model']
  return {
    model: typeof model === 'string' ? model : undefined,
    usage: readUsage(asObject(inner['usage']) ?? asObject(body['usage'])),
  }
}

function readUsage(usage: Json | undefined): Usage | undefined {
  if (!usage) return undefined
  const input = number(usage['prompt_tokens']) ?? number(usage['input_tokens'])
  const output = number(usage['completion_tokens']) ?? number(usage['output_tokens'])
  if (input === undefined && output === undefined) return undefined
  const inputDetails =
    asObject(usage['prompt_tokens_details']) ?? asObject(usage['input_tokens_details'])
  const outputDetails =
    asObject(usage['completion_tokens_details']) ?? asObject(usage['output_tokens_details'])
  return {
    input,
    output,
    cached: number(inputDetails?.['cached_tokens']) ?? number(usage['cache_read_input_tokens']),
    reasoning: number(outputDetails?.['reasoning_tokens']),
  }
}

const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

const number = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined
