import { encodeError } from '../chat/encode-error.ts'
import { Fields, given, malformed, untranslatable } from '../chat/fields.ts'
import type {
  EmbeddingAnswer,
  EmbeddingClient,
  EmbeddingRequest,
  EmbeddingTask,
} from '../embedding.ts'
import type { Json } from '../values.ts'
import { inBase64 } from './vector.ts'

/** OpenAI's Embeddings, as its clients speak them. https://platform.openai.com/docs/api-reference/embeddings */
export const embeddingsClient: EmbeddingClient = {
  asking: 'chat',
  names: { task: 'input_type', title: 'title' },
  decode,
  encode,
  encodeError,
}

/** Throws `untranslatable` for tokens: they are numbers of OpenAI's vocabularies, and say nothing to other models. */
export function decode(body: Json): EmbeddingRequest {
  const fields = new Fields(body)
  fields.take('model')
  const input = fields.take('input')
  const texts = Array.isArray(input) ? input : [input]
  if (texts.some(item => typeof item === 'number' || Array.isArray(item))) {
    throw untranslatable('input', 'tokens are numbers that its model does not know')
  }
  if (texts.length === 0 || !texts.every(text => typeof text === 'string')) {
    throw malformed('input is no text and no array of texts')
  }
  const format = fields.text('encoding_format')
  if (format !== undefined && format !== 'float' && format !== 'base64') {
    throw malformed('encoding_format is neither float nor base64')
  }
  const dimensions = fields.number('dimensions')
  const dropped = fields.text('user') === undefined ? [] : ['user']
  const extra = fields.some(fields.rest()) ?? {}
  // It stays there too: a server of the same protocol has it as it was written.
  const task = tasks[String(extra['input_type'])]
  return { texts, base64: format === 'base64', extra, dropped, ...given({ dimensions, task }) }
}

/** `input_type`, which OpenAI's own models do not have, but others do that are asked in its protocol. */
const tasks: Readonly<Record<string, EmbeddingTask>> = {
  query: 'retrieval_query',
  search_query: 'retrieval_query',
  passage: 'retrieval_document',
  document: 'retrieval_document',
  search_document: 'retrieval_document',
  classification: 'classification',
  clustering: 'clustering',
}

function encode({ vectors, model, tokens, request }: EmbeddingAnswer): Json {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: request.base64 ? inBase64(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}
