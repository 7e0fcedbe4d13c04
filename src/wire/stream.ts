// What the events of a stream of answers say about its beginning and its end, in the protocol it is written in.
// PROTOCOLS "Mid-stream". What is not understood counts as content, and as a good end: a vendor's new event must pass.

import { WholeElements } from './json-elements.ts'
import { OPEN_ARRAY, skipSpace } from './json-walk.ts'
import type { Protocol } from './protocol.ts'
import { SseDecoder, type SseEvent } from './sse.ts'

type Json = Readonly<Record<string, unknown>>

/** An error that an event carries. */
export interface EventError {
  /** The HTTP status that says the same. */
  readonly status: number
  /** The error as the body of a response with that status. */
  readonly body: string
}

/** Reads the beginning of an answer. */
export interface Begins {
  /** What these bytes bring: content, an error before any, or neither yet. */
  push(chunk: Buffer): 'content' | EventError | undefined
}

/** Reads the first events of a stream: pings, roles and the like, until one carries content or an error. */
export class Opening implements Begins {
  readonly #protocol: Protocol
  readonly #decoder = new SseDecoder()

  constructor(protocol: Protocol) {
    this.#protocol = protocol
  }

  push(chunk: Buffer): 'content' | EventError | undefined {
    for (const event of this.#decoder.push(chunk)) {
      const value = parse(event.data)
      const error = errorIn(value, event.event)
      if (error) return error
      // The end of a stream that said nothing is for whoever sees it end.
      if (event.data === '[DONE]') continue
      if (!value || !isPreface(this.#protocol, value)) return 'content'
    }
    return undefined
  }
}

/** The opening of an answer that is no stream: some servers send blanks until they have one, to keep the connection open. */
const blankOpening: Begins = {
  push: chunk => (skipSpace(chunk, 0) === chunk.length ? undefined : 'content'),
}

/** The error in elements of a stream of Google's in one array: as they come, with what is between them. */
export function errorInElements(elements: Buffer): EventError | undefined {
  if (!elements.includes('"error"')) return undefined
  return parseElements(elements.toString())
    .map(element => errorIn(object(element)))
    .find(error => error !== undefined)
}

/** Reads the first elements of a stream of Google's in one array, as `Opening` reads events. */
class ArrayOpening implements Begins {
  readonly #elements = new WholeElements()

  push(chunk: Buffer): 'content' | EventError | undefined {
    const whole = this.#elements.push(chunk).toString()
    const isArray = this.#elements.isOpen || this.#elements.count > 0
    if (!isArray) return blankOpening.push(chunk)
    for (const element of parseElements(whole)) {
      const value = object(element)
      const error = errorIn(value)
      if (error || !value || !isPreface('gemini', value)) return error ?? 'content'
    }
    return undefined
  }
}

/** Whether an answer may be a stream of Google's in one array, which it is unless it was asked for as events. */
export const mayBeArray = (protocol: Protocol, path: string): boolean =>
  protocol === 'gemini' && path.includes(':streamGenerateContent')

/** The opening of an answer of JSON that begins with these bytes, where it is to be waited for what they bring. */
export function openingOfJson(first: Buffer, mayBeArray: boolean): Begins | undefined {
  const begins = first[skipSpace(first, 0)]
  if (mayBeArray && (begins === undefined || begins === OPEN_ARRAY)) return new ArrayOpening()
  return begins === undefined ? blankOpening : undefined
}

export type StreamEnd = 'done' | 'whole' | EventError | 'cut' | undefined

/**
 * How a stream stands after its last events: `done` where one of them says so, `whole` where the answer is there but not
 * the last word, the error where it ended as one, `cut` where it is in the middle of an answer or has not begun one, and
 * undefined where that cannot be told. `areAll`: there were no others before them.
 */
export function streamEnd(
  protocol: Protocol,
  events: readonly SseEvent[],
  areAll = true,
): StreamEnd {
  // Where some were let go, the last may be so long that nothing is left of it but its end. That of Messages is short.
  const wouldShow = protocol === 'messages' || (areAll && conversations.has(protocol))
  if (wouldShow && events.every(saysNothing)) return 'cut'
  const answers = new Answers()
  let done = false
  let cut = false
  for (const event of events.toReversed()) {
    if (event.data === '[DONE]') {
      done = true
      continue
    }
    const value = parse(event.data)
    const error = errorIn(value, event.event)
    if (error) return error
    if (done) return 'done'
    if (!value) continue
    const type = value['type']
    switch (protocol) {
      case 'messages':
        if (type === 'message_stop') return 'done'
        if (/^(message|content_block)_/.test(String(type))) cut = true
        break
      case 'responses':
        if (type === 'response.completed' || type === 'response.incomplete') return 'done'
        if (String(type).startsWith('response.')) cut = true
        break
      case 'chat':
      case 'completions':
        answers.met(value['choices'], 'finish_reason', isEmptyChoice)
        break
      case 'gemini':
        // A model may give a reason to finish in every event, so none of them is the last word.
        if (object(value['promptFeedback'])?.['blockReason']) return 'done'
        answers.met(value['candidates'], 'finishReason', isEmptyCandidate)
        break
      default:
        return undefined
    }
  }
  return done ? 'done' : cut ? 'cut' : answers.state
}

/** The answers of one stream, of which there may be several at once. */
class Answers {
  readonly #finished = new Set<unknown>()
  readonly #said = new Set<unknown>()
  #begun = false

  met(answers: unknown, reason: string, isEmpty: (answer: Json) => boolean): void {
    if (Array.isArray(answers)) this.#begun = true
    for (const answer of objects(answers)) {
      const index = answer['index'] ?? 0
      if (answer[reason]) this.#finished.add(index)
      else if (!isEmpty(answer)) this.#said.add(index)
    }
  }

  get state(): 'whole' | 'cut' | undefined {
    if (!this.#begun) return undefined
    const whole = this.#finished.size > 0 && [...this.#said].every(i => this.#finished.has(i))
    return whole ? 'whole' : 'cut'
  }
}

/** Those of which it is known how a stream of an answer begins. */
const conversations: ReadonlySet<Protocol> = new Set([
  'messages',
  'responses',
  'chat',
  'completions',
  'gemini',
])

/** What only keeps a stream open: a comment is no event at all. */
const saysNothing = ({ event, data }: SseEvent): boolean =>
  data.trim() === '' ||
  /^(ping|keep-?alive)$/i.test(event) ||
  /^\{"type": ?"(ping|keepalive)"/.test(data)

/** Whether bytes after the last whole event are a part of one, and not one that lacks its empty line. */
export function isPartOfEvent(rest: Buffer): boolean {
  // Comments, and what says nothing of an answer.
  const text = rest
    .toString()
    .replaceAll(/^(?::|(?:id|retry)(?:$|:)).*$/gm, '')
    .trim()
  if (text === '') return false
  const [event] = new SseDecoder().push(Buffer.from(`${text}\n\n`))
  if (!event) return true
  return event.data.startsWith('{') && parse(event.data) === undefined
}

/** Said before an answer begins: another target can still give it. */
function isPreface(protocol: Protocol, value: Json): boolean {
  const type = value['type']
  switch (protocol) {
    case 'messages':
      return (
        type === 'message_start' ||
        type === 'ping' ||
        (type === 'content_block_start' && isEmptyBlock(object(value['content_block'])))
      )
    case 'responses':
      return responsesPrefaces.has(String(type))
    case 'chat':
    case 'completions':
      return Array.isArray(value['choices']) && objects(value['choices']).every(isEmptyChoice)
    case 'gemini':
      return (
        Array.isArray(value['candidates']) &&
        objects(value['candidates']).every(isEmptyCandidate) &&
        !object(value['promptFeedback'])?.['blockReason']
      )
    default:
      return false
  }
}

const responsesPrefaces: ReadonlySet<string> = new Set([
  'response.created',
  'response.queued',
  'response.in_progress',
  'response.output_item.added',
  'response.content_part.added',
  'response.reasoning_summary_part.added',
  'keepalive',
])

const isEmptyBlock = (block: Json | undefined): boolean =>
  (block?.['type'] === 'text' || block?.['type'] === 'thinking') &&
  !block['text'] &&
  !block['thinking']

function isEmptyChoice(choice: Json): boolean {
  const delta = object(choice['delta']) ?? {}
  return (
    !choice['finish_reason'] &&
    !choice['text'] &&
    !choice['message'] &&
    Object.entries(delta).every(([name, said]) => name === 'role' || !filled(said))
  )
}

const isEmptyCandidate = ({ finishReason, content }: Json): boolean =>
  !finishReason && !filled(object(content)?.['parts'])

const filled = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== '' && value !== null && value !== undefined

function errorIn(value: Json | undefined, event = ''): EventError | undefined {
  if (!value) return undefined
  const type = value['type']
  const failed = type === 'response.failed' ? object(value['response'])?.['error'] : undefined
  const said = failed ?? value['error']
  if (!said && event !== 'error' && type !== 'error') return undefined
  const error = object(said) ?? (said ? { message: said } : value)
  return {
    status: statusOf(error, value),
    // Anthropic's event is the body of a response as it stands; the others have the error alone in common.
    body: JSON.stringify(
      type === 'error' && object(value['error']) ? value : { error: withoutType(error) },
    ),
  }
}

/** An `error` event of Responses names its own kind where an error has its. */
const withoutType = ({ type, sequence_number: _, ...error }: Json): Json =>
  type === undefined || type === 'error' ? { type: 'server_error', ...error } : { type, ...error }

/** Statuses by the words that vendors have for them. PROTOCOLS 4.2 */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_prompt: 400,
  context_length_exceeded: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  overloaded_error: 529,
  tool_use_failed: 400,
}

function statusOf(error: Json, event: Json): number {
  for (const figure of [error['status_code'], error['code'], error['status'], event['status']]) {
    const status = Number(figure)
    if (status >= 400 && status < 600) return status
  }
  for (const word of [error['code'], error['type']]) {
    if (typeof word === 'string' && Object.hasOwn(statuses, word)) return statuses[word]!
  }
  return 500
}

/** The object that an event's data is; Google puts some errors into an array. */
function parse(data: string): Json | undefined {
  if (!/^\s*[[{]/.test(data) || data === '[DONE]') return undefined
  try {
    const value: unknown = JSON.parse(data)
    return object(Array.isArray(value) ? value[0] : value)
  } catch {
    return undefined
  }
}

/** Elements of an array, with what is between them, before and after. What cannot be read is one that is no object. */
function parseElements(text: string): readonly unknown[] {
  const inner = text.replace(/^\s*[[,]/, '')
  for (const elements of [`[${inner}]`, `[${inner}`]) {
    try {
      return JSON.parse(elements)
    } catch {}
  }
  return [undefined]
}

const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

const objects = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(item => object(item) !== undefined) : []
