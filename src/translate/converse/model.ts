// What Bedrock's models differ in where Converse is the same for all of them, by the model's id. An id that says nothing of
// its model (an application inference profile) is a model that nobody has heard of.

import type { Far } from '../codec.ts'
import type { ModelFacts } from '../facts.ts'
import type { Vendor } from '../message.ts'
import type { ToolIdForm } from '../tool-ids.ts'

export interface ConverseModel {
  /** Who signs its reasoning: Claude's signatures are good at every host of it. */
  readonly signer: Vendor
  /** What it takes of `cachePoint`: anywhere, everywhere but among tools, or none. */
  readonly cache: 'all' | 'messages' | 'none'
  /** The strictest choice of tools that it takes. */
  readonly choice: 'tool' | 'any' | 'auto'
  readonly toolIds: ToolIdForm
  /** A turn with results of tools may say more besides. */
  readonly mixes: boolean
  /** How it is told to think. */
  readonly thinking: 'claude' | 'effort' | 'nova' | 'none'
  /** Where `top_k` stands, within `additionalModelRequestFields`. */
  readonly topK: 'top_k' | 'nova' | 'none'
}

const unknown: ConverseModel = {
  signer: 'bedrock',
  cache: 'none',
  choice: 'tool',
  toolIds: 'word',
  mixes: true,
  thinking: 'none',
  topK: 'none',
}

const table: readonly (readonly [RegExp, ConverseModel])[] = [
  [/claude/, { ...unknown, signer: 'anthropic', cache: 'all', thinking: 'claude', topK: 'top_k' }],
  [/nova-2/, { ...unknown, cache: 'messages', mixes: false, thinking: 'nova', topK: 'nova' }],
  [/nova/, { ...unknown, cache: 'messages', mixes: false, topK: 'nova' }],
  [/openai\./, { ...unknown, choice: 'auto', thinking: 'effort' }],
  [
    /mistral|pixtral|magistral|voxtral|ministral/,
    { ...unknown, choice: 'any', toolIds: 'nine', topK: 'top_k' },
  ],
  [/llama|cohere|command|jamba|titan|deepseek/, { ...unknown, choice: 'auto' }],
]

/** https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html */
export const converseModel = (id: string): ConverseModel =>
  table.find(([pattern]) => pattern.test(id))?.[1] ?? unknown

/** The facts of a model as they are behind Converse, which has no place for a schema of the answer but Claude's own. */
export const factsBehind = ({ facts, model }: Far): ModelFacts => ({
  ...facts,
  schema: facts.schema && converseModel(model).thinking === 'claude',
  systemAnywhere: false,
})
