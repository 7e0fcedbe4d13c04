import type { Protocol } from '../wire/protocol.ts'
import { Watch } from '../wire/watch.ts'
import { unsigned } from './gemini/signature.ts'
import { ownReasoning } from './responses/items.ts'

const whole = (word: string): string => `${word}"`

/** Fields that answers of other vendors have in Chat. */
export const answerFields = ['thinking_blocks', 'reasoning_content', 'reasoning_details']
export const callFields = ['extra_content']

/** How the URL of a picture or a document begins. */
const urls = ['http', 'HTTP', 'Http']

/**
 * What a body has where something in it may have to change before it goes on: what other vendors left in it (`foreignIn`), turns
 * of the system's (`fitTo`), URLs whose bytes are wanted. `Z3cxL` is how what `seal` writes begins in base64.
 */
export const traces: Readonly<Partial<Record<Protocol, Watch>>> = {
  messages: new Watch(['budget_tokens', 'signature'].map(whole), [
    ...urls,
    'gw1.',
    ...['', 'system', 'url'].map(whole),
  ]),
  chat: new Watch([...answerFields, ...callFields, 'tool_calls'].map(whole), urls),
  responses: new Watch([], [...urls, 'gw1.', ownReasoning]),
  gemini: new Watch([], [...urls, 'Z3cxL', whole(unsigned)]),
}

/** Whether a whole key or string was met. */
export const wasSeen = (seen: ReadonlySet<string>, word: string): boolean => seen.has(whole(word))

/** Whether there may be a URL. */
export const sawUrl = (seen: ReadonlySet<string>): boolean => urls.some(url => seen.has(url))
