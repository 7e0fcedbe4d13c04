// Clients that have Gemini embed: `:embedContent`, one text, and `:batchEmbedContents`, several. https://ai.google.dev/api/embeddings

import { given, malformed } from '../chat/fields.ts'
import type { EmbeddingClient, EmbeddingRequest, EmbeddingTask } from '../embedding.ts'
import { asArray, asNumber, asObject, type Json } from '../values.ts'
import { encodeError } from './encode-error.ts'
import { camel, field, objectIn, textIn, untranslatable } from './fields.ts'

const common = {
  asking: 'gemini',
  names: { task: 'taskType', title: 'title' },
  encodeError,
} as const

export const embedContentClient: EmbeddingClient = {
  ...common,
  decode: body => requestOf([body]),
  encode: ({ vectors, tokens }) => ({
    embedding: { values: vectors[0] },
    usageMetadata: { promptTokenCount: tokens },
  }),
}

export const batchEmbedContentsClient: EmbeddingClient = {
  ...common,
  decode(body) {
    const requests = asArray(body['requests']).map(asObject)
    if (requests.length === 0 || !requests.every(one => one !== undefined)) {
      throw malformed('requests is no array of requests')
    }
    return requestOf(requests)
  },
  encode: ({ vectors, tokens }) => ({
    embeddings: vectors.map(values => ({ values })),
    usageMetadata: { promptTokenCount: tokens },
  }),
}

/** Others take one wish for all texts: requests that want different things cannot be said as one. */
function requestOf(requests: readonly Json[]): EmbeddingRequest {
  const [first, ...others] = requests.map(wishesOf)
  if (others.some(other => JSON.stringify(other) !== JSON.stringify(first))) {
    throw untranslatable('requests', 'they differ in more than their content')
  }
  const { word, task, ...wishes } = first!
  const names = requests.flatMap(one => Object.keys(one).map(camel))
  const unsaid = word && !task && word !== 'TASK_TYPE_UNSPECIFIED' ? ['taskType'] : []
  return {
    ...wishes,
    ...given({ task }),
    texts: requests.map(textOf),
    base64: false,
    extra: {},
    dropped: [...[...new Set(names)].filter(name => !known.includes(name)), ...unsaid],
  }
}

const known = [
  'model',
  'content',
  'taskType',
  'title',
  'outputDimensionality',
  'embedContentConfig',
]

interface Wishes extends Pick<EmbeddingRequest, 'dimensions' | 'task' | 'title'> {
  /** The task in Google's word, known or not. */
  readonly word?: string
}

function wishesOf(request: Json): Wishes {
  const config = objectIn(request, 'embedContentConfig')
  const dimensions = asNumber(
    field(request, 'outputDimensionality') ?? field(config, 'outputDimensionality'),
  )
  const word = textIn(request, 'taskType') ?? textIn(config, 'taskType')
  const task = word === undefined ? undefined : tasks.find(name => name.toUpperCase() === word)
  const title = textIn(request, 'title') ?? textIn(config, 'title')
  return given({ dimensions, word, task, title })
}

const tasks: readonly EmbeddingTask[] = [
  'retrieval_query',
  'retrieval_document',
  'semantic_similarity',
  'classification',
  'clustering',
  'question_answering',
  'fact_verification',
  'code_retrieval_query',
]

function textOf(request: Json): string {
  const parts = asArray(objectIn(request, 'content')?.['parts']).map(part => asObject(part) ?? {})
  if (parts.length === 0) throw malformed('content has no parts')
  return parts
    .map(({ text, ...other }) => {
      if (typeof text === 'string') return text
      const [name = 'text'] = Object.keys(other)
      throw untranslatable(`content.parts.${name}`, 'only texts can be embedded there')
    })
    .join('\n')
}
