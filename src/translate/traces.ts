import type { Watch } from '../wire/json.ts'
import type { Protocol } from '../wire/protocol.ts'
import { unsigned } from './gemini/signature.ts'
import { ownReasoning } from './responses/items.ts'

const whole = (word: string): string => `${word}"`

/** Fields that answers of other vendors have in Chat. */
export const answerFields = ['thinking_blocks', 'reasoning_content', 'reasoning_details']
export const callFields = ['extra_content']

/**
 * What a body has where something in it may have to change before it passes to a model by another name: what other vendors
 * left in it (`foreignIn`), and turns of the system's (`fitTo`). `Z3cxL` is how what `seal` writes begins in base64.
 */
export const traces: Readonly<Partial<Record<Protocol, Watch>>> = {
  messages: {
    keys: ['budget_tokens', 'signature'].map(whole),
    values: ['gw1.', whole(''), whole('system')],
  },
  chat: { keys: [...answerFields, ...callFields, 'tool_calls'].map(whole), values: [] },
  responses: { keys: [], values: ['gw1.', ownReasoning] },
  gemini: { keys: [], values: ['Z3cxL', whole(unsigned)] },
}

/** Whether a whole key or string was met. */
export const wasSeen = (seen: ReadonlySet<string>, word: string): boolean => seen.has(whole(word))
