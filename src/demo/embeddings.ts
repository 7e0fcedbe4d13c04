import { type Answer, ApiError, type Body, integer, modelOf, required } from './api.ts'
import { snapshotOf } from './snapshots.ts'
import { countTokens } from './tokens.ts'

const sizes: Readonly<Record<string, number>> = { 'text-embedding-3-large': 3072 }
const size = 1536
const largest = 3072

/**
 * `POST /v1/embeddings`. Each word has a direction of its own, drawn from its hash; a text is their sum, at length 1: the
 * same text gives the same vector, and texts that share words are near each other. `dimensions` keeps the first ones.
 */
export function embeddings(body: Body): Answer {
  const model = modelOf(body)
  const inputs = inputsOf(required(body, 'input'))
  const dimensions = integer(body, 'dimensions', 1, largest) ?? sizes[model] ?? size
  const format = body['encoding_format'] ?? 'float'
  if (format !== 'float' && format !== 'base64')
    throw new ApiError(400, `Invalid value for 'encoding_format': expected 'float' or 'base64'.`, {
      param: 'encoding_format',
      code: 'invalid_value',
    })
  const prompt = inputs.reduce((sum, input) => sum + input.tokens, 0)
  const data = inputs.map((input, index) => {
    const vector = embed(input.words, dimensions)
    const embedding =
      format === 'float' ? Array.from(vector) : Buffer.from(vector.buffer).toString('base64')
    return { object: 'embedding', index, embedding }
  })
  const usage = { prompt_tokens: prompt, total_tokens: prompt }
  return { json: { object: 'list', data, model: snapshotOf(model), usage } }
}

interface Input {
  readonly words: readonly string[]
  readonly tokens: number
}

/** A text, a list of texts, a list of token numbers, or a list of those. */
function inputsOf(input: unknown): Input[] {
  const list = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input]
  if (list.length === 0) throw invalid('must not be empty')
  return list.map(item => {
    if (typeof item === 'string') {
      if (item === '') throw invalid('must not contain an empty string')
      const words = item.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [item]
      return { words, tokens: countTokens(item) }
    }
    if (Array.isArray(item) && item.length > 0 && item.every(Number.isInteger))
      return { words: item.map(String), tokens: item.length }
    throw invalid('must be a text, a list of texts, or lists of token numbers')
  })
}

function invalid(reason: string): ApiError {
  return new ApiError(400, `Invalid 'input': it ${reason}.`, {
    param: 'input',
    code: 'invalid_value',
  })
}

function embed(words: readonly string[], dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions)
  for (const word of words) {
    const next = random(word)
    for (let i = 0; i < dimensions; i++) sum[i]! += next()
  }
  const length = Math.hypot(...sum)
  return Float32Array.from(sum, value => value / length)
}

/** Numbers between -1 and 1, always the same ones for the same word: FNV-1a, then mulberry32. */
function random(word: string): () => number {
  let state = 0x811c9dc5
  for (let i = 0; i < word.length; i++)
    state = Math.imul(state ^ word.charCodeAt(i), 0x01000193) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1
  }
}
