// Models of Bedrock's that embed, each with a form of its own, by InvokeModel.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html

import { given } from '../chat/fields.ts'
import type { Embedded, EmbeddingProvider, EmbeddingTask } from '../embedding.ts'
import { vectorOf } from '../embeddings/vector.ts'
import { AnswerFault } from '../translation.ts'
import { asNumber, asObject, type Json } from '../values.ts'

interface Family extends EmbeddingProvider {
  readonly claims: RegExp
}

type Header = (name: string) => string | undefined

/** Bedrock counts for every model. */
const counted = (header: Header): number | undefined =>
  asNumber(Number(header('x-amzn-bedrock-input-token-count') ?? Number.NaN))

/** Titan's for pictures, which embeds texts too, and is told the dimensions elsewhere. */
const titanImage: Family = {
  claims: /titan-embed-image/,
  most: 1,
  takes: () => [],
  encode: ({ texts, dimensions }) => ({
    inputText: texts[0],
    ...(dimensions === undefined ? {} : { embeddingConfig: { outputEmbeddingLength: dimensions } }),
  }),
  decode: decodeTitan,
}

const titan: Family = {
  claims: /titan-embed/,
  most: 1,
  takes: () => [],
  encode: ({ texts, dimensions }) => ({ inputText: texts[0], ...given({ dimensions }) }),
  decode: decodeTitan,
}

function decodeTitan(answer: Json, header: Header): Embedded {
  return {
    vectors: [vectorOf(answer['embedding'])],
    tokens: asNumber(answer['inputTextTokenCount']) ?? counted(header),
  }
}

const searches: Readonly<Partial<Record<EmbeddingTask, string>>> = {
  retrieval_query: 'search_query',
  question_answering: 'search_query',
  fact_verification: 'search_query',
  code_retrieval_query: 'search_query',
  retrieval_document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
}

const cohere: Family = {
  claims: /cohere\.embed/,
  most: 96,
  takes: task => (task && searches[task] ? ['task'] : []),
  encode: ({ texts, dimensions, task }) => ({
    texts,
    // It must be told, and a store of documents is what most vectors are for.
    input_type: (task && searches[task]) ?? 'search_document',
    embedding_types: ['float'],
    ...given({ output_dimension: dimensions }),
  }),
  decode(answer, header) {
    // A mapping by type, and a bare list from models that were asked for none.
    const found = asObject(answer['embeddings'])?.['float'] ?? answer['embeddings']
    if (!Array.isArray(found)) throw new AnswerFault('it has no embeddings')
    return { vectors: found.map(vectorOf), tokens: counted(header) }
  },
}

const purposes: Readonly<Partial<Record<EmbeddingTask, string>>> = {
  retrieval_query: 'TEXT_RETRIEVAL',
  question_answering: 'TEXT_RETRIEVAL',
  fact_verification: 'TEXT_RETRIEVAL',
  code_retrieval_query: 'TEXT_RETRIEVAL',
  retrieval_document: 'GENERIC_INDEX',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
}

const nova: Family = {
  claims: /nova.*embeddings/,
  most: 1,
  takes: task => (task && purposes[task] ? ['task'] : []),
  encode: ({ texts, dimensions, task }) => ({
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: (task && purposes[task]) ?? 'GENERIC_INDEX',
      ...given({ embeddingDimension: dimensions }),
      // A text that is too long is an error, as it is at OpenAI.
      text: { truncationMode: 'NONE', value: texts[0] },
    },
  }),
  decode(answer, header) {
    const [first] = Array.isArray(answer['embeddings']) ? answer['embeddings'] : []
    return { vectors: [vectorOf(asObject(first)?.['embedding'])], tokens: counted(header) }
  },
}

const families = [titanImage, titan, cohere, nova]

/** By which a model of Bedrock's is asked to embed texts; undefined for one that does not. */
export const invoker = (model: string): EmbeddingProvider | undefined =>
  families.find(({ claims }) => claims.test(model))
