// An answer of Gemini's generateContent, streamed or whole -> events of the message model. PROTOCOLS 3.9
// Each event of a stream is a GenerateContentResponse. Nothing says which is the last: older models write a finish reason into
// each, so what ends an answer is said when the bytes end.

import { SseDecoder } from '../../wire/sse.ts'
import type { AnswerDecoder, Asked } from '../codec.ts'
import { brokenAnswer, errorWithin } from '../error-kind.ts'
import { exactJson, parseExact } from '../exact.ts'
import type {
  AnswerEvent,
  Finish,
  OpenBlock,
  Signature,
  TokenUsage,
  UpstreamError,
} from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { finishOf, isFailure } from './finish.ts'
import { PartialArgs } from './partial-args.ts'
import { unsigned } from './signature.ts'
import { usageOf } from './usage.ts'

export class GeminiDecoder implements AnswerDecoder {
  readonly #asked: Asked
  readonly #sse = new SseDecoder()
  #started = false
  #open: OpenBlock['t'] | undefined
  /** It has said something besides what it thought. */
  #answered = false
  #calls = false
  /** Of a call whose arguments come in parts, until they are whole. */
  #partial:
    | {
        readonly call: Json
        readonly args: PartialArgs
        readonly signature: Signature | undefined
      }
    | undefined
  /** The signature of a text, until what that cites has been said. */
  #unsaid: Signature | undefined
  /** The URLs that have been said: each event may have all of them again. */
  readonly #cited = new Set<string>()
  #usage: TokenUsage | undefined
  #finish: string | undefined
  #finishMessage: string | undefined
  /** Why the prompt was refused, in Google's word. */
  #blocked: string | undefined
  #over = false

  constructor(asked: Asked) {
    this.#asked = asked
  }

  push(chunk: Buffer): AnswerEvent[] {
    return this.#sse.push(chunk).flatMap(({ data }) => this.#read(data))
  }

  end(): AnswerEvent[] {
    const last = this.push(Buffer.from('\n\n'))
    return [...last, ...this.#ended()]
  }

  /** The events of a whole answer. */
  whole(response: Json): AnswerEvent[] {
    const said = this.#response(response)
    return [...said, ...this.#ended()]
  }

  #read(data: string): AnswerEvent[] {
    if (this.#over || data === '[DONE]') return []
    let value: unknown
    try {
      value = parseExact(data)
    } catch {
      return this.#failed(brokenAnswer('an event of it is not JSON'))
    }
    const response = asObject(Array.isArray(value) ? value[0] : value)
    return response ? this.#response(response) : []
  }

  #response(response: Json): AnswerEvent[] {
    if (response['error']) return this.#failed(errorWithin(response))
    const usage = usageOf(asObject(response['usageMetadata']))
    // It counts anew in each event, all from the beginning.
    if (usage) this.#usage = { ...this.#usage, ...usage }
    const events = this.#start(response)
    const feedback = asObject(response['promptFeedback'])
    const candidate = asObject(asArray(response['candidates'])[0])
    const refused = asText(feedback?.['blockReason'])
    if (refused !== undefined && !candidate) {
      this.#blocked = refused
      const words = asText(feedback?.['blockReasonMessage']) ?? `the prompt was refused: ${refused}`
      return [...events, ...this.#say('refusal', words)]
    }
    if (!candidate) return events
    const parts = asArray(asObject(candidate['content'])?.['parts']).map(
      part => asObject(part) ?? {},
    )
    const lastText = parts.findLastIndex(part => part['text'] && part['thought'] !== true)
    for (const [i, part] of parts.entries()) {
      // What ends the text must not come before what it cites.
      if (i > lastText) events.push(...this.#citations(candidate))
      events.push(...this.#signed(), ...this.#part(part))
    }
    events.push(...this.#citations(candidate), ...this.#signed())
    this.#finish = asText(candidate['finishReason']) ?? this.#finish
    this.#finishMessage = asText(candidate['finishMessage']) ?? this.#finishMessage
    return events
  }

  #start(response: Json): AnswerEvent[] {
    if (this.#started) return []
    this.#started = true
    const id = asText(response['responseId'])
    const model = asText(response['modelVersion'])
    const created = Date.parse(asText(response['createTime']) ?? '')
    const { input, cached } = this.#usage ?? {}
    return [
      {
        t: 'start',
        ...(id ? { id } : {}),
        ...(model ? { model } : {}),
        ...(Number.isNaN(created) ? {} : { created: Math.floor(created / 1000) }),
        ...(input === undefined
          ? {}
          : { usage: { input, ...(cached === undefined ? {} : { cached }) } }),
      },
    ]
  }

  #part(part: Json): AnswerEvent[] {
    const said = asText(part['thoughtSignature'])
    const signed = said === unsigned ? undefined : said
    const signature =
      signed === undefined ? undefined : ({ vendor: 'google', value: signed } as const)
    const { text } = part
    if (typeof text === 'string') {
      if (part['thought'] === true) {
        const said = text === '' && !signature ? [] : this.#say('reasoning', text)
        return signature ? [...said, ...this.#sign(signature)] : said
      }
      const said = text === '' ? [] : this.#say('text', text)
      // A text has no place for a signature: reasoning that is not shown has. After a call nobody expects any.
      if (signature && !this.#calls) this.#unsaid = signature
      return said
    }
    const call = asObject(part['functionCall'])
    if (call) return this.#call(call, signature)
    const data = asObject(part['inlineData'])
    if (data) return this.#image(data)
    const code = asObject(part['executableCode'])
    if (code) {
      const language = (asText(code['language']) ?? '').toLowerCase()
      return this.#say('text', `\n\`\`\`${language}\n${asText(code['code']) ?? ''}\n\`\`\`\n`)
    }
    const result = asObject(part['codeExecutionResult'])
    if (result) return this.#say('text', `\n\`\`\`\n${asText(result['output']) ?? ''}\n\`\`\`\n`)
    if (Object.keys(part).length === 0) return []
    return [
      ...this.#close(),
      { t: 'open', block: { t: 'opaque', vendor: 'google', raw: part } },
      { t: 'close' },
    ]
  }

  /** A call stands in one part, and each is a call of its own, whatever ids it has; or its arguments come in several. */
  #call(call: Json, signature: Signature | undefined): AnswerEvent[] {
    const begins = asText(call['name']) !== undefined
    const before = begins ? this.#partDone() : []
    const goesOn = call['willContinue'] === true
    if (begins && !goesOn && call['partialArgs'] === undefined) {
      return [...before, ...this.#wholeCall(call, signature)]
    }
    if (begins) this.#partial = { call, args: new PartialArgs(), signature }
    this.#partial?.args.add(call['partialArgs'])
    return goesOn ? before : [...before, ...this.#partDone()]
  }

  #partDone(): AnswerEvent[] {
    if (!this.#partial) return []
    const { call, args, signature } = this.#partial
    this.#partial = undefined
    return this.#wholeCall({ ...call, args: args.value }, signature)
  }

  #wholeCall(call: Json, signature: Signature | undefined): AnswerEvent[] {
    this.#calls = true
    this.#answered = true
    const { newId, toolNames, far } = this.#asked
    const name = asText(call['name']) ?? ''
    const id = asText(call['id']) ?? newId('call_')
    if (signature) far.memory.remember(id, signature)
    return [
      ...this.#close(),
      {
        t: 'open',
        block: { t: 'tool_call', id, name: toolNames.get(name) ?? name, kind: 'function' },
      },
      { t: 'args', text: exactJson(call['args'] ?? {}) },
      ...(signature ? [{ t: 'signature', signature } as const] : []),
      { t: 'close' },
    ]
  }

  #image(data: Json): AnswerEvent[] {
    const base64 = asText(data['data'])
    const mime = asText(data['mimeType']) ?? 'image/png'
    if (base64 === undefined || !mime.startsWith('image/')) return []
    this.#answered = true
    return [...this.#close(), { t: 'open', block: { t: 'image', base64, mime } }, { t: 'close' }]
  }

  #citations(candidate: Json): AnswerEvent[] {
    if (this.#open !== 'text') return []
    const grounding = asObject(candidate['groundingMetadata'])
    return asArray(grounding?.['groundingChunks']).flatMap(chunk => {
      const { uri, title } = asObject(asObject(chunk)?.['web']) ?? {}
      const url = asText(uri)
      if (url === undefined || this.#cited.has(url)) return []
      this.#cited.add(url)
      return [{ t: 'citation', citation: { type: 'url_citation', url, title: title ?? '' } }]
    })
  }

  #say(block: 'text' | 'reasoning' | 'refusal', text: string): AnswerEvent[] {
    if (block !== 'reasoning') this.#answered = true
    const delta: AnswerEvent[] = text === '' ? [] : [{ t: 'text', text }]
    if (this.#open === block) return delta
    const close = this.#close()
    this.#open = block
    return [...close, { t: 'open', block: { t: block } }, ...delta]
  }

  /** The signature of a text, in reasoning that is not shown. */
  #signed(): AnswerEvent[] {
    const signature = this.#unsaid
    if (!signature) return []
    this.#unsaid = undefined
    return [...this.#close(), ...this.#say('reasoning', ''), ...this.#sign(signature)]
  }

  /** Of the open reasoning: it ends there. */
  #sign(signature: Signature): AnswerEvent[] {
    return [{ t: 'signature', signature }, ...this.#close()]
  }

  #close(): AnswerEvent[] {
    if (!this.#open) return []
    this.#open = undefined
    return [{ t: 'close' }]
  }

  #ended(): AnswerEvent[] {
    if (this.#over) return []
    const rest = this.#partDone()
    const word = this.#finish
    if (word !== undefined && isFailure(word)) {
      const message = this.#finishMessage ?? `the model ended with ${word}`
      return this.#failed({ kind: 'server', message, code: word })
    }
    if (word === undefined && this.#blocked === undefined) {
      return this.#failed(brokenAnswer('it ended before it was whole'))
    }
    const finish: Finish =
      word === undefined
        ? { reason: 'filter', detail: this.#blocked! }
        : finishOf(word, this.#calls, this.#finishMessage)
    // What a broken conversation is answered with: it would look like success.
    if (finish.reason === 'stop' && !this.#answered && !this.#usage?.output) {
      return this.#failed(brokenAnswer('the model ended without an answer'))
    }
    this.#over = true
    const usage = this.#usage
    return [
      ...rest,
      ...this.#close(),
      ...(usage ? [{ t: 'usage', usage } as const] : []),
      { t: 'finish', finish },
      { t: 'end' },
    ]
  }

  #failed(error: UpstreamError): AnswerEvent[] {
    this.#over = true
    return [{ t: 'error', error }]
  }
}
