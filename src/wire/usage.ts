/** Tokens as a provider counts them, `input` with what a cache gave; undefined where it did not say, which is not zero. */
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

export const nothing: Told = { model: undefined, usage: undefined }

type Json = Readonly<Record<string, unknown>>

/**
 * Reads `model` and `usage` of a response body or of one stream event, in the words of OpenAI, Anthropic or Gemini; of an array,
 * as Gemini streams one, what its elements tell together.
 */
export function tell(value: unknown): Told {
  if (Array.isArray(value)) return mergeTold(value.toReversed().map(element => tell(element)))
  const body = asObject(value)
  if (!body) return nothing
  // Anthropic's `message_start` and the events of Responses carry the response inside.
  const inner = asObject(body['message']) ?? asObject(body['response']) ?? body
  const model = inner['model'] ?? inner['modelVersion']
  return {
    model: typeof model === 'string' ? model : undefined,
    usage:
      readUsage(
        asObject(inner['usage']) ??
          asObject(body['usage']) ??
          asObject(asObject(body['x_groq'])?.['usage']),
      ) ?? readGemini(asObject(inner['usageMetadata'])),
  }
}

/**
 * What several events tell together, the last one first: Anthropic says the input at the beginning of a stream, and the
 * output at its end.
 */
export function mergeTold(all: readonly Told[]): Told {
  let { model, usage } = nothing
  for (const next of all) {
    model ??= next.model
    usage = usage && next.usage ? merged(usage, next.usage) : (usage ?? next.usage)
  }
  return { model, usage }
}

const merged = (last: Usage, before: Usage): Usage => ({
  input: last.input ?? before.input,
  output: last.output ?? before.output,
  cached: last.cached ?? before.cached,
  reasoning: last.reasoning ?? before.reasoning,
})

/** https://ai.google.dev/api/generate-content#UsageMetadata: thoughts are counted beside the candidates. */
function readGemini(usage: Json | undefined): Usage | undefined {
  if (!usage) return undefined
  const prompt = number(usage['promptTokenCount'])
  const input = sum(prompt, number(usage['toolUsePromptTokenCount']))
  const said = number(usage['candidatesTokenCount'])
  const reasoning = number(usage['thoughtsTokenCount'])
  if (input === undefined && said === undefined && reasoning === undefined) return undefined
  return {
    input,
    output:
      said === undefined && reasoning === undefined ? undefined : (said ?? 0) + (reasoning ?? 0),
    cached: number(usage['cachedContentTokenCount']),
    reasoning,
  }
}

function readUsage(usage: Json | undefined): Usage | undefined {
  if (!usage) return undefined
  const read = number(usage['cache_read_input_tokens'])
  const written = number(usage['cache_creation_input_tokens'])
  // Anthropic counts what a cache gave or took beside the input, and everybody else within it.
  const input = number(usage['prompt_tokens']) ?? sum(number(usage['input_tokens']), read, written)
  const said = number(usage['completion_tokens']) ?? number(usage['output_tokens'])
  if (input === undefined && said === undefined) return undefined
  const inputDetails =
    asObject(usage['prompt_tokens_details']) ?? asObject(usage['input_tokens_details'])
  const outputDetails =
    asObject(usage['completion_tokens_details']) ?? asObject(usage['output_tokens_details'])
  const reasoning = number(outputDetails?.['reasoning_tokens']) ?? number(usage['reasoning_tokens'])
  return {
    input,
    output: withThoughts(said, { input, reasoning, total: number(usage['total_tokens']) }),
    // DeepSeek and Kimi have names of their own.
    cached:
      number(inputDetails?.['cached_tokens']) ??
      read ??
      number(usage['prompt_cache_hit_tokens']) ??
      number(usage['cached_tokens']),
    reasoning,
  }
}

interface Around {
  readonly input: number | undefined
  readonly reasoning: number | undefined
  readonly total: number | undefined
}

/** What was put out with what was thought, which xAI counts beside it: as its sum shows. vercel/ai#12425 */
export const withThoughts = (
  said: number | undefined,
  { input = 0, reasoning = 0, total = 0 }: Around,
): number | undefined =>
  said !== undefined && reasoning > 0 && total >= input + said + reasoning ? said + reasoning : said

const sum = (first: number | undefined, ...more: readonly (number | undefined)[]) =>
  first === undefined ? undefined : more.reduce<number>((all, next) => all + (next ?? 0), first)

const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

const number = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined
