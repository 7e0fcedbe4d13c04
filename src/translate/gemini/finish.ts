import type { Finish, FinishReason } from '../message.ts'

/** Google's words for why an answer ended. https://ai.google.dev/api/generate-content#FinishReason */
const reasons: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'filter',
  RECITATION: 'filter',
  LANGUAGE: 'filter',
  BLOCKLIST: 'filter',
  PROHIBITED_CONTENT: 'filter',
  SPII: 'filter',
  MODEL_ARMOR: 'filter',
  IMAGE_SAFETY: 'filter',
  IMAGE_PROHIBITED_CONTENT: 'filter',
  IMAGE_RECITATION: 'filter',
}

/** Ends at which there is no answer: the model wrote what nobody can read, or a call that may not be made. */
const failures: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'MALFORMED_RESPONSE',
  'MISSING_THOUGHT_SIGNATURE',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
])

export const isFailure = (word: string): boolean => failures.has(word)

/** `calls`: the answer has calls of tools, of which Google says no more than that it ended. */
export function finishOf(word: string, calls: boolean, message?: string): Finish {
  const reason = reasons[word] ?? 'stop'
  if (reason === 'stop') return { reason: calls ? 'tool_calls' : 'stop' }
  return reason === 'filter' ? { reason, detail: message ?? word } : { reason }
}

/** As Google says it. */
export function finishReason({ reason, detail }: Finish): string {
  switch (reason) {
    case 'length':
    case 'context':
      return 'MAX_TOKENS'
    case 'filter':
      return detail && reasons[detail] === 'filter' ? detail : 'SAFETY'
    default:
      return 'STOP'
  }
}
