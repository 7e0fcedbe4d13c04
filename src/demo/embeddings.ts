import { asArray, asObject } from '../translate/values.ts'
import { type Body, integer, invalid, isObject, modelOf, required, type Understood } from './api.ts'
import { snapshotOf } from './snapshots.ts'
import { countTokens } from './tokens.ts'

const sizes: Readonly<Record<string, number>> = {
  'text-embedding-3-large': 3072,
  'gemini-embedding-001': 3072,
}
const size = 1536
const largest = 3072

// Each word has a direction of its own, drawn from its hash; a text is their sum, at length 1: the same text gives the same
// vector, and texts that share words are near each other. Fewer dimensions are the first ones.

/** `POST /v1/embeddings`. */
export function embeddings(body: Body): Understood {
  const model = modelOf(body)
  const inputs = inputsOf(required(body, 'input'))
  const dimensions = integer(body, 'dimensions', 1, largest) ?? sizes[model] ?? size
  const format = body['encoding_format'] ?? 'float'
  if (format !== 'float' && format !== 'base64')
    throw invalid(`Invalid value for 'encoding_format': expected 'float' or 'base64'.`, {
      param: 'encoding_format',
      code: 'invalid_value',
    })
  const prompt_tokens = inputs.reduce((sum, input) => sum + input.tokens, 0)
  const answer = () => {
    const data = inputs.map(({ words }, index) => {
      const vector = embed(words, dimensions)
      const embedding =
        format === 'float' ? Array.from(vector) : Buffer.from(vector.buffer).toString('base64')
      return { object: 'embedding', index, embedding }
    })
    const usage = { prompt_tokens, total_tokens: prompt_tokens }
    return { json: { object: 'list', data, model: snapshotOf(model), usage } }
  }
  return { model, says: [body['input']].flat().filter(text => typeof text === 'string'), answer }
}

/** `:embedContent` of one text, and `:batchEmbedContents` of several. */
export function embedContents(method: string, body: Body, model: string): Understood {
  const requests = method === 'embedContent' ? [body] : asArray(body['requests']).filter(isObject)
  if (requests.length === 0) throw invalid('requests is missing or empty')
  const wanted = requests.map(request => {
    const parts = asArray(asObject(request['content'])?.['parts'])
    const text = parts.map(part => asObject(part)?.['text'] ?? '').join('\n')
    if (text === '') throw invalid('content is missing or empty')
    const config = asObject(request['embedContentConfig']) ?? request
    const dimensions = integer(config, 'outputDimensionality', 1, largest) ?? sizes[model] ?? size
    return { text, dimensions }
  })
  const answer = () => {
    const found = wanted.map(({ text, dimensions }) => ({
      values: Array.from(embed(wordsOf(text), dimensions)),
    }))
    return { json: method === 'embedContent' ? { embedding: found[0] } : { embeddings: found } }
  }
  return { model, says: wanted.map(({ text }) => text), answer }
}

/** Vertex AI's `:predict`. https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
export function predict(body: Body, model: string): Understood {
  const texts = asArray(body['instances']).map(instance =>
    String(asObject(instance)?.['content'] ?? ''),
  )
  if (texts.length === 0) throw invalid('instances is missing or empty')
  const parameters = asObject(body['parameters']) ?? {}
  const dimensions = integer(parameters, 'outputDimensionality', 1, largest) ?? sizes[model] ?? size
  const answer = () => ({
    json: {
      predictions: texts.map(text => ({
        embeddings: {
          values: Array.from(embed(wordsOf(text), dimensions)),
          statistics: { token_count: countTokens(text), truncated: false },
        },
      })),
    },
  })
  return { model, says: texts, answer }
}

interface Input {
  readonly words: readonly string[]
  readonly tokens: number
}

/** A text, a list of texts, a list of token numbers, or a list of those. */
function inputsOf(input: unknown): Input[] {
  const list = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input]
  if (list.length === 0) throw wrong('must not be empty')
  return list.map(item => {
    if (typeof item === 'string') {
      if (item === '') throw wrong('must not contain an empty string')
      return { words: wordsOf(item), tokens: countTokens(item) }
    }
    if (Array.isArray(item) && item.length > 0 && item.every(Number.isInteger))
      return { words: item.map(String), tokens: item.length }
    throw wrong('must be a text, a list of texts, or lists of token numbers')
  })
}

const wordsOf = (text: string): readonly string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]

const wrong = (reason: string) =>
  invalid(`Invalid 'input': it ${reason}.`, { param: 'input', code: 'invalid_value' })

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
