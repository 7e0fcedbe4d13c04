import { createHash } from 'node:crypto'
import { answer } from './answers.ts'
import { type Answer, ApiError, type Body, integer, isObject, modelOf, required } from './api.ts'
import { sample } from './sample.ts'
import { snapshotOf } from './snapshots.ts'
import { countPrompt, countTokens, pieces, textOf } from './tokens.ts'

/** One of the `n` answers. `pieces` are its text, or the arguments of the tool it calls: one for each token. */
export interface Choice {
  readonly pieces: readonly string[]
  readonly tool: string | undefined
  readonly finish: 'stop' | 'length' | 'tool_calls'
}

/** `POST /v1/chat/completions`, whole or as the events of a stream. `now` in milliseconds. */
export function chat(body: Body, now: number): Answer {
  const model = snapshotOf(modelOf(body))
  const messages = messagesOf(body)
  const count = integer(body, 'n', 1, 128) ?? 1
  const choices = Array.from({ length: count }, (_, index) => compose(body, messages, index))
  const stream = body['stream'] === true
  const id = idOf('chatcmpl-', body)
  const head = {
    id,
    object: stream ? 'chat.completion.chunk' : 'chat.completion',
    created: Math.floor(now / 1000),
    model,
  }
  const usage = usageOf(countPrompt(messages, body['tools']), choices)
  if (stream) return { events: [...chunks(head, choices, wantsUsage(body) ? usage : undefined)] }
  return {
    json: {
      ...head,
      choices: choices.map((choice, index) => ({
        index,
        message: { role: 'assistant', ...whole(choice, id), refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: choice.finish,
      })),
      usage,
      ...tail,
    },
  }
}

const tail = { service_tier: 'default', system_fingerprint: 'fp_demo' }

/** The text of the last user message: what the answer is about, and where a magic word may stand. */
export function lastPrompt(messages: unknown): string {
  if (!Array.isArray(messages)) return ''
  const last = messages.findLast(message => isObject(message) && message['role'] === 'user')
  return textOf(last?.content)
}

/** True when the client asked for the usage at the end of a stream. */
export function wantsUsage(body: Body): boolean {
  const options = body['stream_options']
  return isObject(options) && options['include_usage'] === true
}

/** Cuts a text at the first stop sequence, and at the limit of tokens. */
export function finished(text: string, body: Body): Choice {
  const stops = [body['stop']].flat().filter(stop => typeof stop === 'string' && stop !== '')
  const ends = stops.map(stop => text.indexOf(stop as string)).filter(end => end >= 0)
  const all = pieces(ends.length > 0 ? text.slice(0, Math.min(...ends)) : text)
  const limit = integer(body, 'max_completion_tokens', 1) ?? integer(body, 'max_tokens', 1)
  const cut = limit !== undefined && all.length > limit
  return {
    pieces: cut ? all.slice(0, limit) : all,
    tool: undefined,
    finish: cut ? 'length' : 'stop',
  }
}

/** `usage` as OpenAI gives it, from the very pieces that are sent. */
export function usageOf(prompt: number, choices: readonly Choice[]): unknown {
  const completion = choices.reduce(
    (sum, { pieces, tool }) => sum + pieces.length + countTokens(tool ?? ''),
    0,
  )
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

/** An id that is the same for the same request. */
export function idOf(prefix: string, value: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url')
  return prefix + hash.replace(/[-_]/g, '').slice(0, 29)
}

function messagesOf(body: Body): readonly unknown[] {
  const messages = required(body, 'messages')
  if (!Array.isArray(messages) || !messages.every(isObject))
    throw new ApiError(400, `Invalid type for 'messages': expected an array of objects.`, {
      param: 'messages',
      code: 'invalid_type',
    })
  if (messages.length === 0)
    throw new ApiError(
      400,
      `Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      { param: 'messages', code: 'empty_array' },
    )
  return messages
}

function compose(body: Body, messages: readonly unknown[], index: number): Choice {
  const prompt = lastPrompt(messages)
  const last = messages.at(-1) as Body
  const toolResult = last['role'] === 'tool' ? textOf(last['content']) : undefined
  const tool = toolResult === undefined ? toolFor(body, prompt) : undefined
  if (tool) {
    const choice = finished(JSON.stringify(sample(tool['parameters'], prompt)), {
      ...body,
      stop: null,
    })
    return {
      ...choice,
      tool: String(tool['name']),
      finish: choice.finish === 'length' ? 'length' : 'tool_calls',
    }
  }
  const system = (messages as readonly Body[])
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(({ content }) => textOf(content))
    .join('\n')
  const seed = typeof body['seed'] === 'number' ? Math.trunc(body['seed']) : 0
  const text = answer({ prompt, system, toolResult, variant: seed + index })
  return finished(formatted(text, body['response_format'], prompt), body)
}

/** The tool to call: the one that is forced, or else the first, if one is required or the prompt asks for it. */
function toolFor(body: Body, prompt: string): Body | undefined {
  const tools = (Array.isArray(body['tools']) ? body['tools'] : [])
    .map(tool => (isObject(tool) ? tool['function'] : undefined))
    .filter(isObject)
    .filter(tool => typeof tool['name'] === 'string')
  const choice = body['tool_choice']
  if (choice === 'none') return undefined
  if (isObject(choice)) {
    const forced = isObject(choice['function']) ? choice['function']['name'] : undefined
    return tools.find(tool => tool['name'] === forced)
  }
  if (choice === 'required' || /\buse (?:a|the|your|my) tools?\b/i.test(prompt)) return tools[0]
  return tools.find(tool => prompt.includes(tool['name'] as string))
}

function formatted(text: string, format: unknown, prompt: string): string {
  if (!isObject(format)) return text
  if (format['type'] === 'json_object') return JSON.stringify({ answer: text })
  if (format['type'] !== 'json_schema' || !isObject(format['json_schema'])) return text
  return JSON.stringify(sample(format['json_schema']['schema'], prompt))
}

const callId = (id: string): string => id.replace('chatcmpl-', 'call_').slice(0, 29)

function whole({ pieces, tool }: Choice, id: string): object {
  const text = pieces.join('')
  if (tool === undefined) return { content: text }
  const call = { id: callId(id), type: 'function', function: { name: tool, arguments: text } }
  return { content: null, tool_calls: [call] }
}

function* chunks(
  head: { readonly id: string },
  choices: readonly Choice[],
  usage: unknown,
): Generator<unknown> {
  const chunk = (index: number, delta: unknown, finish: string | null = null) => ({
    ...head,
    ...tail,
    choices: [{ index, delta, logprobs: null, finish_reason: finish }],
    // Whoever asked for the usage finds null in every chunk but the last.
    ...(usage === undefined ? {} : { usage: null }),
  })
  for (const [index, { pieces, tool, finish }] of choices.entries()) {
    if (tool === undefined) {
      yield chunk(index, { role: 'assistant', content: '', refusal: null })
      for (const content of pieces) yield chunk(index, { content })
    } else {
      const call = { index: 0, id: callId(head.id), type: 'function' }
      const named = { ...call, function: { name: tool, arguments: '' } }
      yield chunk(index, { role: 'assistant', content: null, tool_calls: [named], refusal: null })
      for (const part of pieces)
        yield chunk(index, { tool_calls: [{ index: 0, function: { arguments: part } }] })
    }
    yield chunk(index, {}, finish)
  }
  if (usage !== undefined) yield { ...head, ...tail, choices: [], usage }
}
