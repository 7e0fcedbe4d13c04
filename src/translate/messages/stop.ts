import type { Finish, FinishReason } from '../message.ts'
import { asObject, asText, type Json } from '../values.ts'

const stopReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  context: 'model_context_window_exceeded',
  tool_calls: 'tool_use',
  filter: 'refusal',
  pause: 'pause_turn',
}

/**
 * Why an answer ended, as Messages says it. A client runs tools when it is told `tool_use` and only then, so what decides
 * that is whether there are calls: many servers say `stop` all the same, and some the opposite. PROTOCOLS 3.5
 */
export function stopFields(
  { reason, stopSequence, detail }: Finish,
  said: { readonly calls: boolean; readonly refusal: string },
): Json {
  const refused = said.refusal !== '' && reason === 'stop'
  const meant = refused
    ? 'filter'
    : reason === 'stop' && said.calls
      ? 'tool_calls'
      : reason === 'tool_calls' && !said.calls
        ? 'stop'
        : reason
  const met = meant === 'stop' ? stopSequence : undefined
  return {
    stop_reason: met === undefined ? stopReasons[meant] : 'stop_sequence',
    stop_sequence: met ?? null,
    stop_details:
      meant === 'filter'
        ? { type: 'refusal', category: null, explanation: said.refusal || (detail ?? null) }
        : null,
  }
}

/** The same read: of a whole answer, or of the `delta` that ends a stream. */
export function finishOf(delta: Json): Finish {
  const { stop_reason, stop_sequence, stop_details } = delta
  const detail = asText(asObject(stop_details)?.['explanation'])
  const met = asText(stop_sequence)
  const reason = Object.entries(stopReasons).find(([, word]) => word === stop_reason)?.[0]
  return {
    reason: (reason as FinishReason | undefined) ?? 'stop',
    ...(stop_reason === 'stop_sequence' && met !== undefined ? { stopSequence: met } : {}),
    ...(detail === undefined ? {} : { detail }),
  }
}
