import { GatewayError } from '../../errors.ts'
import type { Operation } from '../../wire/protocol.ts'
import type { Steps } from '../../wire/steps.ts'
import type { TranslatedRequest } from '../translation.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { imageUrl } from './image.ts'
import { chatMessages, contentOf } from './messages.ts'

/** A request of Ollama's, as a request of OpenAI's. */
export interface OllamaRequest extends TranslatedRequest {
  readonly operation: Operation
  /** Ollama streams unless it is told not to. */
  readonly stream: boolean
  /** It asks for nothing but that the model be loaded. */
  readonly empty: boolean
}

const chat: Operation = { protocol: 'chat', path: '/chat/completions' }
const completions: Operation = { protocol: 'completions', path: '/completions' }
const embeddings: Operation = { protocol: 'embeddings', path: '/embeddings' }

/** `/api/chat`. Throws `bad_request`. */
export function* chatRequest(request: Json): Steps<OllamaRequest> {
  const { messages, tools } = request
  if (messages !== undefined && messages !== null && !Array.isArray(messages)) {
    throw new GatewayError('bad_request', { reason: 'messages is not an array' })
  }
  const taken = new Taken(request, ['model', 'messages', 'stream', 'tools'])
  const body = {
    messages: yield* chatMessages(asArray(messages), taken),
    ...(asArray(tools).length > 0 ? { tools } : {}),
    ...taken.common(),
    ...taken.thinking(),
    ...taken.streaming(),
  }
  const empty = body.messages.length === 0
  return { operation: chat, body, dropped: taken.dropped(), stream: taken.stream, empty }
}

/** `/api/generate`. With a `suffix` what stands between is asked for, which only Completions have. Throws `bad_request`. */
export function generateRequest(request: Json): OllamaRequest {
  const prompt = textIn(request, 'prompt')
  const suffix = asText(request['suffix'])
  const operation = suffix === undefined ? chat : completions
  const taken = new Taken(request, [
    'model',
    'prompt',
    'suffix',
    'stream',
    ...(suffix === undefined ? ['system', 'images'] : []),
  ])
  const body =
    suffix === undefined
      ? { messages: promptMessages(request, prompt), ...taken.common(), ...taken.thinking() }
      : { prompt, suffix, ...taken.options() }
  return {
    operation,
    body: { ...body, ...taken.streaming() },
    dropped: taken.dropped(),
    stream: taken.stream,
    empty: prompt === '',
  }
}

/** `/api/embed`, with one input or many. Throws `bad_request`. */
export function embedRequest(request: Json): OllamaRequest {
  const { input, dimensions } = request
  const texts = input === undefined || input === null ? [] : [input].flat()
  if (!texts.every(text => typeof text === 'string')) {
    throw new GatewayError('bad_request', { reason: 'input is no text and no array of texts' })
  }
  const taken = new Taken(request, ['model', 'input', 'dimensions'])
  return {
    operation: embeddings,
    body: { input, ...(dimensions === undefined ? {} : { dimensions }) },
    dropped: taken.dropped(),
    stream: false,
    empty: texts.length === 0 || input === '',
  }
}

/** `/api/embeddings`, the older form, with one prompt. Throws `bad_request`. */
export function embeddingsRequest(request: Json): OllamaRequest {
  const input = textIn(request, 'prompt')
  const taken = new Taken(request, ['model', 'prompt'])
  const dropped = taken.dropped()
  return { operation: embeddings, body: { input }, dropped, stream: false, empty: input === '' }
}

function promptMessages(request: Json, prompt: string): Json[] {
  const system = asText(request['system'])
  const urls = asArray(request['images']).map((image, i) => imageUrl(image, `images[${i}]`))
  const user = { role: 'user', content: contentOf(prompt, urls) }
  return system === undefined ? [user] : [{ role: 'system', content: system }, user]
}

function textIn(request: Json, name: string): string {
  const value = request[name] ?? ''
  if (typeof value === 'string') return value
  throw new GatewayError('bad_request', { reason: `${name} is not a string` })
}

/** Ollama's options that OpenAI has too, under its name for them. */
const optionNames: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  top_p: 'top_p',
  seed: 'seed',
  stop: 'stop',
  presence_penalty: 'presence_penalty',
  frequency_penalty: 'frequency_penalty',
  num_predict: 'max_tokens',
}

const efforts: readonly unknown[] = ['low', 'medium', 'high']

/** What is taken from a request, so that the rest can be named: nothing is left out in silence. */
class Taken {
  readonly #request: Json
  readonly #names: Set<string>
  readonly #dropped: string[] = []

  constructor(request: Json, names: readonly string[]) {
    this.#request = request
    this.#names = new Set(names)
  }

  get stream(): boolean {
    return this.#request['stream'] !== false
  }

  /** A field deeper in the request that has no place. */
  drop(name: string): void {
    if (!this.#dropped.includes(name)) this.#dropped.push(name)
  }

  common(): Json {
    return { ...this.options(), ...this.#format() }
  }

  options(): Json {
    this.#names.add('options')
    const taken: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(asObject(this.#request['options']) ?? {})) {
      const known = optionNames[name]
      if (value === null || (Array.isArray(value) && value.length === 0)) continue
      if (known === undefined) this.drop(`options.${name}`)
      // Ollama's -1 and -2 mean as much as there is room for, which is what OpenAI does when it is not told.
      else if (name !== 'num_predict' || Number(value) > 0) taken[known] = value
    }
    return taken
  }

  thinking(): Json {
    const { think } = this.#request
    // Most models refuse to be told how much to think; whoever switches thinking off gets what the model does by itself.
    if (think === true) return this.#take('think', { reasoning_effort: 'medium' })
    return efforts.includes(think) ? this.#take('think', { reasoning_effort: think }) : {}
  }

  streaming(): Json {
    // Ollama's last line carries the counts, which OpenAI's streams have only for who asks.
    return this.stream ? { stream: true, stream_options: { include_usage: true } } : {}
  }

  dropped(): string[] {
    const rest = Object.entries(this.#request)
      .filter(([name, value]) => !this.#names.has(name) && value !== null && value !== '')
      .map(([name]) => name)
    return [...rest, ...this.#dropped]
  }

  #format(): Json {
    const { format } = this.#request
    if (format === 'json') return this.#take('format', { response_format: { type: 'json_object' } })
    const schema = asObject(format)
    if (!schema) return {}
    const json_schema = { name: 'response', schema }
    return this.#take('format', { response_format: { type: 'json_schema', json_schema } })
  }

  #take(name: string, value: Json): Json {
    this.#names.add(name)
    return value
  }
}
