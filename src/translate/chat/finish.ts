import type { FinishReason } from '../message.ts'

/** What hosts say why an answer ended -> what it means. A word that is none of these means that it is whole. */
const meanings: Readonly<Record<string, FinishReason>> = {
  length: 'length',
  max_tokens: 'length',
  model_length: 'context',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'filter',
}

/** `called`: tools are called, of which not every host tells here. */
export function finishMeaning(word: string | undefined, called: boolean): FinishReason {
  const reason = meanings[word ?? ''] ?? 'stop'
  return reason === 'stop' && called ? 'tool_calls' : reason
}

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  pause: 'stop',
  length: 'length',
  context: 'length',
  tool_calls: 'tool_calls',
  filter: 'content_filter',
}

/** `called`: tools are called, which alone decides whether a client is to run some. */
export const finishWord = (reason: FinishReason, called: boolean): string =>
  /^(stop|pause|tool_calls)$/.test(reason) ? (called ? 'tool_calls' : 'stop') : words[reason]
