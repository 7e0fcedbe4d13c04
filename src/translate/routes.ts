// By which of the protocols that a provider speaks a client's request goes there. The order is written once, here: what
// needs no translation comes first, then what loses least. PROTOCOLS 2.2, and docs/protocols.md is written from it.

import type { Protocol } from '../wire/protocol.ts'
import type { ModelFacts } from './facts.ts'

/** Protocols in which models hold conversations. */
export type Spoken = Extract<Protocol, 'chat' | 'responses' | 'messages' | 'gemini' | 'converse'>

/** Protocols in which clients do. */
export type Asking = Exclude<Spoken, 'converse'> | 'ollama'

/** Protocols in which clients have tokens counted. */
export type Counting = Exclude<Asking, 'chat' | 'ollama'>

/** Protocols in which providers count them. */
export type Counter = Exclude<Spoken, 'chat'>

const order: Readonly<Record<Asking, readonly Spoken[]>> = {
  chat: ['chat', 'messages', 'gemini', 'responses', 'converse'],
  responses: ['responses', 'chat', 'messages', 'gemini', 'converse'],
  messages: ['messages', 'chat', 'gemini', 'responses', 'converse'],
  gemini: ['gemini', 'chat', 'messages', 'responses', 'converse'],
  ollama: ['chat', 'messages', 'gemini', 'responses', 'converse'],
}

const counters: Readonly<Record<Counting, readonly Counter[]>> = {
  responses: ['responses', 'messages', 'gemini', 'converse'],
  messages: ['messages', 'gemini', 'responses', 'converse'],
  gemini: ['gemini', 'messages', 'responses', 'converse'],
}

/** Ways in which clients ask for embeddings: OpenAI's, Gemini's two, and Ollama's. */
export type Embedding = 'embeddings' | 'embedContent' | 'batchEmbedContents' | 'ollama'

/** Ways in which providers are asked for them: besides those Vertex AI's older one, and that of each model at Bedrock. */
export type Embedder = Exclude<Embedding, 'ollama'> | 'predict' | 'invoke'

const embedders: Readonly<Record<Embedding, readonly Embedder[]>> = {
  embeddings: ['embeddings', 'batchEmbedContents', 'predict', 'embedContent', 'invoke'],
  ollama: ['embeddings', 'batchEmbedContents', 'predict', 'embedContent', 'invoke'],
  embedContent: ['embedContent', 'predict', 'batchEmbedContents', 'embeddings', 'invoke'],
  batchEmbedContents: ['batchEmbedContents', 'predict', 'embedContent', 'embeddings', 'invoke'],
}

/**
 * The protocol to ask a provider in that speaks some; undefined where it speaks none. `request` says whether it brings
 * tools, and whether it asks for reasoning.
 */
export function routeTo(
  asking: Asking,
  speaks: (protocol: Spoken) => boolean,
  facts: ModelFacts,
  request: { readonly tools: boolean; readonly reasoning: boolean },
): Spoken | undefined {
  const found = order[asking].find(speaks)
  if (found !== 'chat' || asking === 'chat' || !speaks('responses')) return found
  // OpenAI's newest models refuse tools beside reasoning in chat, and none of them shows its reasoning there, as open ones do.
  const better =
    (request.tools && facts.toolsNeedResponses) || (request.reasoning && facts.reasoningHidden)
  return better ? 'responses' : 'chat'
}

/** The protocol in which a provider is asked to count that does so in some; undefined where it does in none. */
export const counterTo = (
  counting: Counting,
  counts: (protocol: Counter) => boolean,
): Counter | undefined => counters[counting].find(counts)

/** The way to ask a provider for embeddings that gives them in some; undefined where it does in none. */
export const embedderTo = (
  embedding: Embedding,
  embeds: (way: Embedder) => boolean,
): Embedder | undefined => embedders[embedding].find(embeds)
