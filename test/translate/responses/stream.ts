import fc from 'fast-check'
import t from 'tap'
import { Collector } from '../../../src/translate/collect.ts'
import type { AnswerEvent } from '../../../src/translate/message.ts'
import { ResponsesDecoder } from '../../../src/translate/responses/decode-answer.ts'
import { ResponsesStream } from '../../../src/translate/responses/encode-stream.ts'
import { joined, pieces, senseless, sensible } from '../../fixtures/answer-events.ts'
import { answering, asked, request } from '../../fixtures/far.ts'
import { responsesFaults } from '../../fixtures/responses-validator.ts'

const encoded = (events: readonly AnswerEvent[], raw = {}): string => {
  const encoder = new ResponsesStream(answering(raw))
  return events.map(event => encoder.event(event, 1000)).join('')
}

const decoded = (chunks: readonly Buffer[]): AnswerEvent[] => {
  const decoder = new ResponsesDecoder(asked())
  return [...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.end()]
}

t.test('whatever is said to it, the stream is valid', async t => {
  fc.assert(
    fc.property(fc.oneof(senseless, sensible), events => {
      const faults = responsesFaults(encoded(events))
      if (faults.length > 0) throw new Error(faults.join('\n'))
    }),
    { numRuns: 500 },
  )
  t.pass()
})

t.test('an answer comes back as it was, in any pieces', async t => {
  fc.assert(
    fc.property(
      sensible,
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
      (events, sizes) => {
        const back = decoded(pieces(Buffer.from(encoded(events)), sizes))
        const { parts, usage, finish } = collect(events)
        const got = collect(back)
        const words = (all: typeof parts) =>
          all.map(part => (part.t === 'reasoning' ? { ...part, id: '' } : part))
        t.strictSame(words(got.parts), words(parts))
        t.strictSame([got.usage, got.finish], [usage, finish])
        t.ok(joined(back).at(-1)?.t === 'end')
      },
    ),
    { numRuns: 100 },
  )
})

function collect(events: readonly AnswerEvent[]) {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  return collector.answer()
}

t.test('R1: a stream that ends too early is an error, never an end', async t => {
  // caozhiyuan/copilot-api#298, openai/codex#41340
  const whole = encoded([
    { t: 'start' },
    { t: 'open', block: { t: 'text' } },
    { t: 'text', text: 'x' },
  ])
  t.match(decoded([Buffer.from(whole)]).at(-1), { t: 'error', error: { kind: 'server' } })
  const error: AnswerEvent = {
    t: 'error',
    error: { kind: 'rate_limit', message: 'try again in 1.2s' },
  }
  const failed = encoded([{ t: 'start' }, error])
  t.match(failed, /event: response\.failed\n.*"code":"rate_limit_exceeded"/)
  t.notMatch(failed, /event: error/)
})

t.test('R3: arguments that come only at the end of a call are not lost', async t => {
  // BerriAI/litellm#25321, Gitlawb/openclaude#1259, lidge-jun/opencodex#4652, router-for-me/CLIProxyAPI#1635
  const item = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{"a":1}' }
  const begun = {
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...item, arguments: '' },
  }
  const done = { type: 'response.output_item.done', output_index: 0, item }
  const end = { type: 'response.completed', response: { status: 'completed', output: [item] } }
  for (const events of [[begun, done, end], [done, end], [end]]) {
    const bytes = events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('')
    const got = collect(decoded([Buffer.from(bytes)]))
    t.strictSame(got.parts, [
      { t: 'tool_call', id: 'c1', name: 'f', kind: 'function', args: '{"a":1}' },
    ])
    t.equal(got.finish.reason, 'tool_calls')
  }
})

t.test('R4: a custom tool is answered as one, with its bare input', async t => {
  // antirez/ds4#745, router-for-me/CLIProxyAPI#5753, unslothai/unsloth#9121
  const tools = [{ kind: 'custom', name: 'apply_patch' } as const]
  const encoder = new ResponsesStream(answering({}, { request: request({ tools }) }))
  const block = { t: 'tool_call', id: 'c', name: 'apply_patch', kind: 'function' } as const
  const events: AnswerEvent[] = [
    { t: 'open', block },
    { t: 'args', text: '{"inp' },
    { t: 'args', text: 'ut":"*** Begin"}' },
    { t: 'close' },
    { t: 'end' },
  ]
  const text = events.map(event => encoder.event(event, 0)).join('')
  t.strictSame(responsesFaults(text), [])
  t.match(text, /"type":"custom_tool_call","status":"completed".*"input":"\*\*\* Begin"/)
})

t.test('R5: a tool of a namespace is called by both its names', async t => {
  // theopenco/llmgateway#3613
  const raw = {
    input: [
      {
        type: 'additional_tools',
        tools: [{ type: 'namespace', name: 'web', tools: [{ type: 'function', name: 'get' }] }],
      },
    ],
  }
  const block = { t: 'tool_call', id: 'c', name: 'web__get', kind: 'function' } as const
  const text = encoded([{ t: 'open', block }, { t: 'end' }], raw)
  t.match(text, /"name":"get","namespace":"web"/)
  t.strictSame(responsesFaults(text), [])
})

t.test('reasoning is sealed for whoever signed it, where the client asks for it', async t => {
  const events: AnswerEvent[] = [
    { t: 'open', block: { t: 'reasoning' } },
    { t: 'text', text: 'hm' },
    { t: 'signature', signature: { vendor: 'anthropic', value: 'sig' } },
    { t: 'close' },
    { t: 'end' },
  ]
  t.match(
    encoded(events, { include: ['reasoning.encrypted_content'] }),
    /"encrypted_content":"gw1\./,
  )
  t.notMatch(encoded(events), /encrypted_content/)
})

t.test('an event that is not JSON is no word of the upstream', async t => {
  t.match(decoded([Buffer.from('data: <html>\n\n')]), [{ t: 'error', error: { broken: true } }])
})
