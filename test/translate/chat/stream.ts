import fc from 'fast-check'
import t from 'tap'
import { ChatDecoder, decodeWhole } from '../../../src/translate/chat/decode-answer.ts'
import { encodeAnswer } from '../../../src/translate/chat/encode-answer.ts'
import { ChatEncoder } from '../../../src/translate/chat/encode-stream.ts'
import { Collector } from '../../../src/translate/collect.ts'
import type { AnswerEvent, Part } from '../../../src/translate/message.ts'
import { joined, pieces, senseless, sensible } from '../../fixtures/answer-events.ts'
import { readChat } from '../../fixtures/chat-validator.ts'
import { answering, asked, request } from '../../fixtures/far.ts'
import { wholeAnswer } from '../../fixtures/wild-events.ts'

const encoded = (events: readonly AnswerEvent[], includeUsage = true, raw = {}): string => {
  const encoder = new ChatEncoder(answering(raw, { request: request({ includeUsage }) }))
  return events.map(event => encoder.event(event, 5000)).join('')
}

const decoded = (chunks: readonly Buffer[]): AnswerEvent[] => {
  const decoder = new ChatDecoder(asked())
  return [...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.end()]
}

const collect = (events: readonly AnswerEvent[]) => {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  return collector.answer()
}

/** Ids of calls are unique, whoever makes them. */
const distinct = (events: readonly AnswerEvent[]): AnswerEvent[] =>
  events.map((event, i) =>
    event.t === 'open' && event.block.t === 'tool_call'
      ? { t: 'open', block: { ...event.block, id: `${event.block.id}${i}` } }
      : event,
  )

t.test('whatever is said to it, the stream is valid', async t => {
  fc.assert(
    fc.property(
      fc.oneof(senseless, sensible, wholeAnswer),
      fc.boolean(),
      fc.boolean(),
      (events, usage, legacy) => {
        const raw = legacy ? { functions: [] } : {}
        const { faults } = readChat(encoded(distinct([...events, ...events]), usage, raw), usage)
        if (faults.length > 0) throw new Error(faults.join('; '))
      },
    ),
    { numRuns: 500 },
  )
  t.pass()
})

/** Chat has no order between text and reasoning, and one of each. */
const said = (parts: readonly Part[]) => {
  const text = (kind: string) =>
    parts.map(part => (part.t === kind && 'text' in part ? part.text : '')).join('')
  const calls = parts.flatMap(part =>
    part.t === 'tool_call' ? [[part.id, part.name, part.args]] : [],
  )
  return { text: text('text'), reasoning: text('reasoning'), calls }
}

t.test('an answer comes back as it was, in any pieces, streamed or whole', async t => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(sensible.map(distinct), sizes, (events, sizes) => {
      const before = collect(events)
      const bytes = Buffer.from(encoded(events))
      const back = decoded(pieces(bytes, sizes))
      if (JSON.stringify(joined(back)) !== JSON.stringify(joined(decoded([bytes]))))
        throw new Error('pieces matter')
      const whole = encodeAnswer(before, answering(), 5000)
      for (const after of [collect(back), collect(decodeWhole(whole, asked()))]) {
        if (
          JSON.stringify([said(after.parts), after.usage, after.finish]) !==
          JSON.stringify([said(before.parts), { ...after.usage, ...before.usage }, before.finish])
        )
          throw new Error(JSON.stringify([after, before]))
      }
    }),
    { numRuns: 200 },
  )
  t.pass()
})

t.test('no chunk is such that its reading throws', async t => {
  const names = [
    'choices',
    'delta',
    'message',
    'content',
    'tool_calls',
    'function',
    'arguments',
    'name',
    'id',
    'index',
    'usage',
    'finish_reason',
    'reasoning_details',
    'thinking_blocks',
    'type',
    'text',
    'data',
    'error',
    'annotations',
    'images',
  ]
  const { json } = fc.letrec(tie => ({
    json: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constantFrom(null, '', 'x', 0, 1, true, 'reasoning.text', 'reasoning.encrypted'),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 5 }),
    ),
  }))
  const chunk = fc.record({
    choices: fc.array(fc.record({ delta: json, finish_reason: json }), { maxLength: 2 }),
    usage: json,
  })
  fc.assert(
    fc.property(fc.array(fc.oneof(json, chunk), { maxLength: 4 }), chunks => {
      const bytes = chunks.map(one => `data: ${JSON.stringify(one)}\n\n`).join('')
      const last = decoded([Buffer.from(bytes)]).at(-1)?.t
      if (last !== 'end' && last !== 'error') throw new Error(`it ends with ${last}`)
      decodeWhole(Object(chunks[0]), asked())
    }),
    { numRuns: 500 },
  )
  t.pass()
})
