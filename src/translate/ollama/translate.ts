import { chatProvider } from '../chat/provider.ts'
import type { Far } from '../codec.ts'
import type { ModelRequest } from '../message.ts'
import { throughModel } from '../through.ts'
import type { Translate } from '../translation.ts'
import { ollamaClient } from './client.ts'
import type { Way } from './line.ts'

export interface OllamaAnswerOptions {
  readonly way: Way
  /** The client wants lines as they come. */
  readonly stream: boolean
  /** The name to answer with; undefined for the upstream's own. */
  readonly model: string | undefined
  /** When the client asked, in milliseconds since the epoch. */
  readonly started: number
  readonly far: Far
  readonly newId: (prefix: string) => string
}

/** The answers to `/api/chat` and `/api/generate`, from Chat Completions and Completions. */
export function toOllama({
  way,
  stream,
  model,
  started,
  far,
  newId,
}: OllamaAnswerOptions): Translate {
  // Nothing in these answers repeats the question.
  const request: ModelRequest = {
    model: far.model,
    messages: [],
    tools: [],
    stream,
    includeUsage: true,
    extra: {},
    dropped: [],
  }
  const { memory, model: target } = far
  return throughModel({
    asking: 'ollama',
    client: ollamaClient(way),
    provider: chatProvider,
    asked: { request, toolNames: new Map(), far, newId },
    answering: {
      request,
      raw: {},
      path: '',
      model,
      target,
      started,
      estimate: () => 0,
      newId,
      memory,
    },
  })
}
