// How many tokens a request has: how clients ask, how those providers are asked that count, and what they say. PROTOCOLS 3.12

import type { Patch } from '../wire/patch.ts'
import type { Operation } from '../wire/protocol.ts'
import type { Steps } from '../wire/steps.ts'
import { exactJson } from './exact.ts'
import { decodeCountRequest, encodeCount, encodeCountRequest } from './gemini/count-tokens.ts'
import type { ModelRequest } from './message.ts'
import { messagesClient } from './messages/client.ts'
import type { ClaudeHost } from './messages/hosts.ts'
import { responsesClient } from './responses/client.ts'
import type { Counter, Counting } from './routes.ts'
import { asNumber, type Json } from './values.ts'

/** How a client asks, and is told. */
export interface CountingClient {
  readonly asking: Counting
  /** Throws as the protocol's `decodeRequest` does. */
  readonly decode: (body: Json, model: string) => Steps<ModelRequest>
  readonly encode: (tokens: number) => Json
}

/** By the path of the operation. */
export const countingClients: Readonly<Record<string, CountingClient>> = {
  '/messages/count_tokens': {
    asking: 'messages',
    decode: (body, model) => messagesClient.decodeRequest(body, model, ''),
    encode: input_tokens => ({ input_tokens }),
  },
  ':countTokens': { asking: 'gemini', decode: decodeCountRequest, encode: encodeCount },
  '/responses/input_tokens': {
    asking: 'responses',
    decode: (body, model) => responsesClient.decodeRequest(body, model),
    encode: input_tokens => ({ object: 'response.input_tokens', input_tokens }),
  },
}

/** Where a provider counts, by the protocol that it is asked in. */
export const counters: Readonly<Record<Counter, string>> = {
  messages: '/messages/count_tokens',
  gemini: ':countTokens',
  responses: '/responses/input_tokens',
  converse: '/count-tokens',
}

/** Fields that are counted; those who count refuse all others. */
const counted = {
  messages: [
    ...['anthropic_version', 'model', 'messages', 'system', 'tools', 'tool_choice', 'thinking'],
    'output_config',
  ],
  responses: [
    ...['model', 'input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls'],
    ...['reasoning', 'text', 'truncation'],
  ],
  converse: ['messages', 'system', 'toolConfig'],
}

/** What is sent to count a request that was encoded, and for a host of Claude put into its form. */
export function countRequest(
  spoken: Counter,
  body: Json,
  model: string,
  host: ClaudeHost | undefined,
): Json {
  if (spoken === 'gemini') {
    return encodeCountRequest(body, model, host === 'vertex' ? 'vertex' : 'gemini')
  }
  if (spoken === 'messages' && host === 'bedrock') {
    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
    const invoked = Buffer.from(exactJson(body)).toString('base64')
    return { input: { invokeModel: { body: invoked } } }
  }
  const asked = Object.fromEntries(
    Object.entries(body).filter(([name]) => counted[spoken].includes(name)),
  )
  if (spoken === 'converse') return { input: { converse: asked } }
  // At Vertex AI one path counts for all of Claude's models.
  return host === 'vertex' ? { ...asked, model: bareName(model) } : asked
}

const bareName = (model: string): string => model.slice(model.lastIndexOf('/') + 1)

/** What was counted, by whomever; undefined where it is no count. */
export const countIn = (answer: Json): number | undefined =>
  asNumber(answer['input_tokens'] ?? answer['inputTokens'] ?? answer['totalTokens'])

/** Of changes to a request, those that whoever counts takes; all of them where nothing is counted. */
export function countable({ path, protocol }: Operation, patch: Patch): Patch {
  if (countingClients[path] === undefined) return patch
  const names = protocol === 'messages' || protocol === 'responses' ? counted[protocol] : []
  const takes = (name: string): boolean => names.includes(name.split('.')[0]!)
  const only = (values: Json): Json =>
    Object.fromEntries(Object.entries(values).filter(([name]) => takes(name)))
  return { set: only(patch.set), default: only(patch.default), remove: patch.remove }
}
