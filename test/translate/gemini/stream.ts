import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { Collector } from '../../../src/translate/collect.ts'
import { geminiClient } from '../../../src/translate/gemini/client.ts'
import { geminiProvider } from '../../../src/translate/gemini/provider.ts'
import type { Answer, AnswerEvent } from '../../../src/translate/message.ts'
import type { Json } from '../../../src/translate/values.ts'
import { encodeSse } from '../../../src/wire/sse.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { joined, pieces, senseless, sensible } from '../../fixtures/answer-events.ts'
import { answering, asked, request } from '../../fixtures/far.ts'
import { geminiFaults, geminiResponses } from '../../fixtures/gemini-validator.ts'

const sse = ':streamGenerateContent?alt=sse'
const showing = request({ reasoning: { show: 'auto' } })

const encoded = (events: readonly AnswerEvent[], path = sse, asking = showing): string => {
  const encoder = geminiClient.stream(answering({}, { request: asking, path }))
  return events.map(event => encoder.event(event, 1000)).join('')
}

const decoded = (chunks: readonly Buffer[], toolNames = new Map()): AnswerEvent[] => {
  const decoder = geminiProvider.decodeStream(asked({ toolNames }))
  return [...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.end()]
}

const collect = (events: readonly AnswerEvent[]): Answer => {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  return collector.answer()
}

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 })

// A case is a file: the responses of an `answer`, and the `events` that it becomes, however it is cut.
const folder = new URL('../../fixtures/translate/gemini/', import.meta.url)

for (const file of readdirSync(folder).filter(name => name.startsWith('answer-'))) {
  const { answer, toolNames = {}, events } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  t.test(file, async t => {
    const names = new Map<string, string>(Object.entries(toolNames))
    const text = answer.map((response: Json) => encodeSse(JSON.stringify(response))).join('')
    t.strictSame(decoded([Buffer.from(text)], names), events)
    for (const bytes of [text, text.replaceAll('\n', '\r\n'), text.trimEnd()]) {
      t.strictSame(decoded(pieces(Buffer.from(bytes), [1]), names), events)
    }
  })
}

t.test('whatever is said to it, the stream is valid, in both its forms', async t => {
  fc.assert(
    fc.property(
      fc.oneof(senseless, sensible),
      fc.boolean(),
      fc.boolean(),
      (events, bySse, show) => {
        const path = bySse ? sse : ':streamGenerateContent'
        const faults = geminiFaults(encoded(events, path, show ? showing : request()), bySse)
        if (faults.length > 0) throw new Error(faults.join('\n'))
      },
    ),
    { numRuns: 500 },
  )
  t.pass()
})

t.test('after its end nothing is said', async t => {
  const more: AnswerEvent[] = [{ t: 'text', text: 'x' }, { t: 'ping' }, { t: 'end' }]
  const error: AnswerEvent = { t: 'error', error: { kind: 'server', message: 'no' } }
  for (const last of [{ t: 'end' } as const, error]) {
    t.equal(encoded([last, error, ...more]), encoded([last]))
  }
})

/** What Google has no word for: ids of reasoning, and that it is a summary. */
const said = ({ parts, usage, finish }: Answer) => ({
  parts: parts.map(part =>
    part.t === 'reasoning'
      ? { t: part.t, text: part.text }
      : part.t === 'tool_call'
        ? { ...part, args: JSON.parse(part.args) }
        : part,
  ),
  usage: { cached: 0, reasoning: 0, ...usage },
  finish,
})

/** Texts that follow each other are one: Google has no borders between them. */
const merged = (events: readonly AnswerEvent[]): AnswerEvent[] => {
  const out: AnswerEvent[] = []
  for (const event of joined(events)) {
    const [before, last] = out.slice(-2)
    const same =
      event.t === 'open' && last?.t === 'close' && before !== undefined
        ? kindBefore(out) === event.block.t && event.block.t !== 'tool_call'
        : false
    if (same) out.pop()
    else out.push(event)
  }
  return joined(out)
}

const kindBefore = (events: readonly AnswerEvent[]): string | undefined => {
  const open = events.findLast(event => event.t === 'open')
  return open?.t === 'open' ? open.block.t : undefined
}

/** An answer without any is an error, trap G5. */
const answers = (events: readonly AnswerEvent[]): boolean =>
  events.some(event => event.t === 'open' && event.block.t !== 'reasoning')

t.test('an answer comes back as it was, in any pieces', async t => {
  fc.assert(
    fc.property(sensible, sizes, (events, sizes) => {
      const back = decoded(pieces(Buffer.from(encoded(events)), sizes))
      if (!answers(events)) return
      t.strictSame(said(collect(back)), said(collect(merged(events))))
      t.equal(back.at(-1)?.t, 'end')
    }),
    { numRuns: 100 },
  )
})

t.test('a whole answer says what its stream does', async t => {
  fc.assert(
    fc.property(sensible, events => {
      const whole = geminiClient.whole(collect(events), answering({}, { request: showing }))
      const back = geminiProvider.decodeWhole(whole, asked())
      if (!answers(events)) return
      t.strictSame(said(collect(back)), said(collect(merged(events))))
    }),
    { numRuns: 100 },
  )
})

t.test(
  'thoughts are shown to who asks for them, and their signatures keep their vendor',
  async t => {
    const events: AnswerEvent[] = [
      { t: 'open', block: { t: 'reasoning' } },
      { t: 'text', text: 'hm' },
      { t: 'signature', signature: { vendor: 'anthropic', value: 'sig' } },
      { t: 'close' },
      { t: 'open', block: { t: 'reasoning', redacted: { vendor: 'anthropic', value: 'dark' } } },
      { t: 'close' },
      { t: 'open', block: { t: 'tool_call', id: 'c', name: 'f', kind: 'function' } },
      { t: 'signature', signature: { vendor: 'google', value: 'own' } },
      { t: 'close' },
      { t: 'end' },
    ]
    const parts = (asking: typeof showing) =>
      geminiResponses(encoded(events, sse, asking), true).flatMap(
        ({ candidates: [{ content }] }) => content.parts,
      )
    const back = atOnce(
      geminiClient.decodeRequest(
        { contents: [{ role: 'model', parts: parts(showing) }] },
        'm',
        sse,
      ),
    )
    t.strictSame(back.messages[0]?.parts, [
      { t: 'reasoning', text: 'hm', signature: { vendor: 'anthropic', value: 'sig' } },
      { t: 'reasoning', text: '', redacted: { vendor: 'anthropic', value: 'dark' } },
      {
        t: 'tool_call',
        id: 'c',
        name: 'f',
        args: '{}',
        kind: 'function',
        signature: { vendor: 'google', value: 'own' },
      },
    ])
    for (const { thoughtSignature: signed } of parts(showing)) {
      // Clients in Python and Go hold it as bytes.
      if (signed && signed !== 'own')
        t.equal(Buffer.from(signed, 'base64').toString('base64'), signed)
    }
    t.strictSame(parts(request()), [
      { functionCall: { id: 'c', name: 'f', args: {} }, thoughtSignature: 'own' },
      { text: '' },
    ])
  },
)

t.test("an error has a status of Google's, and says when to try again", async t => {
  t.strictSame(
    geminiClient.encodeError({ kind: 'rate_limit', message: 'slow down', retryAfter: 1500 }),
    {
      status: 429,
      body: {
        error: {
          code: 429,
          message: 'slow down',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
        },
      },
    },
  )
})
