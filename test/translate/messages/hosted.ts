import t from 'tap'
import { Collector } from '../../../src/translate/collect.ts'
import {
  hostedBody,
  hostedProvider,
  hostedRequest,
} from '../../../src/translate/messages/hosted.ts'
import { hostedAnswer } from '../../../src/translate/messages/hosted-answer.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { pieces } from '../../fixtures/answer-events.ts'
import { exception, frame } from '../../fixtures/event-frames.ts'
import { asked } from '../../fixtures/far.ts'

const chunk = (event: object): Buffer =>
  frame(
    { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
    JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString('base64'), p: 'abcde' }),
  )

const message = {
  id: 'msg_bdrk_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 9, cache_read_input_tokens: 3, output_tokens: 1 },
}
const events = [
  { type: 'message_start', message },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße ☀' } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 5 },
  },
  { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 9 } },
]
const stream = Buffer.concat(events.map(chunk))
const streaming = ['Content-Type', 'application/vnd.amazon.eventstream']

t.test('Bedrock is asked in the body what others are asked in fields and path', async t => {
  const request = hostedRequest('bedrock', [
    'anthropic-beta',
    'context-1m-2025-08-07, claude-code-20250219',
    'anthropic-version',
    '2023-06-01',
    'x',
    'y',
  ])
  const { headers, dropped } = request
  t.strictSame(hostedBody({ model: 'x', stream: true, max_tokens: 3, messages: [] }, request), {
    anthropic_version: 'bedrock-2023-05-31',
    anthropic_beta: ['context-1m-2025-08-07'],
    max_tokens: 3,
    messages: [],
  })
  t.strictSame(headers, ['x', 'y'])
  t.strictSame(dropped, ['anthropic-beta.claude-code-20250219'])
})

t.test('Vertex keeps the fields, and whether to stream', async t => {
  const sent = ['anthropic-beta', 'context-1m-2025-08-07']
  const request = hostedRequest('vertex', sent)
  const { headers } = request
  t.strictSame(hostedBody({ model: 'x', stream: true }, request), {
    anthropic_version: 'vertex-2023-10-16',
    stream: true,
  })
  t.strictSame(headers, sent)
})

t.test("Anthropic's events come out of the frames as they went in, cut at every byte", async t => {
  const expected = events
    .map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')
  for (let size = 1; size <= stream.length; size += size < 40 ? 1 : 37) {
    const answer = hostedAnswer('bedrock', undefined)(200, streaming)!
    const text = pieces(stream, [size])
      .map(piece => answer.push(piece, 0))
      .join('')
    t.equal(text + atOnce(answer.end(0)), expected)
    t.strictSame([answer.finished, answer.fault], [true, undefined])
    t.match(answer.told?.(), {
      model: 'claude-sonnet-4-5',
      usage: { input: 12, cached: 3, output: 5 },
    })
  }
})

t.test('an answer carries the name it is to carry', async t => {
  const named = hostedAnswer('bedrock', 'fast')(200, streaming)!
  t.match(named.push(stream, 0), '"model":"fast"')
  const whole = hostedAnswer('bedrock', 'fast')(200, ['content-type', 'application/json'])!
  whole.push(Buffer.from(JSON.stringify(message)), 0)
  t.match(JSON.parse(atOnce(whole.end(0))), { model: 'fast', id: 'msg_bdrk_1' })
  t.equal(whole.told?.().model, 'claude-sonnet-4-5')
})

t.test('B4: a stream that ends before its message_stop is an error, for whoever asked', async t => {
  // https://github.com/BerriAI/litellm/issues/32159
  const cut = stream.subarray(0, -10)
  const answer = hostedAnswer('bedrock', undefined)(200, streaming)!
  answer.push(cut, 0)
  atOnce(answer.end(0))
  t.match(answer.fault, /before it was whole/)
  t.match(
    answer.broken?.({ kind: 'server', message: 'cut' }, 0, true).text,
    /^event: error\ndata: /,
  )
  const decoder = hostedProvider('bedrock').decodeStream(asked())
  t.match([...decoder.push(cut), ...decoder.end()].at(-1), { t: 'error' })
})

t.test('an exception within a stream is an error of its kind', async t => {
  const bytes = Buffer.concat([
    ...events.slice(0, 3).map(chunk),
    exception('throttlingException', 'Slow down'),
  ])
  const answer = hostedAnswer('bedrock', undefined)(200, streaming)!
  answer.push(bytes, 0)
  t.equal(answer.fault, 'Slow down')
  t.match(
    answer.broken?.({ kind: 'server', message: 'x' }, 0, true).text,
    /rate_limit_error.*Slow down/,
  )
  const decoder = hostedProvider('bedrock').decodeStream(asked())
  t.match(decoder.push(bytes).at(-1), { t: 'error', error: { kind: 'rate_limit' } })
})

t.test('an error before any answer is told in the words of Messages', async t => {
  const answer = hostedAnswer('bedrock', undefined)(429, [
    'x-amzn-errortype',
    'ThrottlingException:x',
  ])!
  answer.push(Buffer.from('{"message":"Too many tokens"}'), 0)
  t.match(JSON.parse(atOnce(answer.end(0))), {
    type: 'error',
    error: { type: 'rate_limit_error', message: 'Too many tokens' },
  })
  t.equal(answer.status, 429)
})

t.test('a client of another protocol reads the same', async t => {
  const decoder = hostedProvider('bedrock').decodeStream(asked())
  const collector = new Collector()
  const all = [...pieces(stream, [7]).flatMap(piece => decoder.push(piece)), ...decoder.end()]
  for (const event of all) collector.add(event)
  t.match(collector.answer(), {
    parts: [{ t: 'text', text: 'Grüße ☀' }],
    usage: { input: 12, output: 5 },
    finish: { reason: 'stop' },
  })
  t.equal(all.at(-1)?.t, 'end')
})
