import fc from 'fast-check'
import t from 'tap'
import type { Protocol } from '../../src/wire/protocol.ts'
import { SseDecoder } from '../../src/wire/sse.ts'
import { isPartOfEvent, Opening, type StreamEnd, streamEnd } from '../../src/wire/stream.ts'

const sse = (...events: unknown[]): string =>
  events
    .map(event => (typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`))
    .join('')
const delta = (more: object, finish: string | null = null) => ({
  choices: [{ index: 0, delta: more, finish_reason: finish }],
})

const openings: readonly (readonly [
  says: string,
  protocol: Protocol,
  stream: string,
  said: 'content' | undefined | number,
])[] = [
  [
    'text',
    'chat',
    sse(delta({ role: 'assistant', content: '' }), delta({ content: 'x' })),
    'content',
  ],
  [
    'a role alone',
    'chat',
    sse(delta({ role: 'assistant', content: '', refusal: null })),
    undefined,
  ],
  ["Azure's first", 'chat', sse({ choices: [], prompt_filter_results: [{}] }), undefined],
  ['a comment', 'chat', ': OPENROUTER PROCESSING\n\n', undefined],
  ['reasoning', 'chat', sse(delta({ content: null, reasoning_content: 'hm' })), 'content'],
  ['a tool call', 'chat', sse(delta({ tool_calls: [{ index: 0, id: 'a' }] })), 'content'],
  ['an end without words', 'chat', sse(delta({}, 'stop')), 'content'],
  ['only the end', 'chat', sse('data: [DONE]\n\n'), undefined],
  ['no JSON', 'chat', sse('data: hello\n\n'), 'content'],
  ['something new', 'chat', sse({ object: 'chat.hint' }), 'content'],
  ['text', 'completions', sse({ choices: [{ text: 'x' }] }), 'content'],
  ['an error', 'chat', sse({ error: { message: 'no', code: 429 } }), 429],
  [
    'an error beside choices',
    'chat',
    sse({ choices: [], error: { message: 'no', code: 502 } }),
    502,
  ],
  [
    "Groq's",
    'chat',
    sse('event: error\ndata: {"error":{"message":"x","status_code":400}}\n\n'),
    400,
  ],
  ['an error of no kind', 'chat', sse({ error: 'no' }), 500],
  [
    'a start',
    'messages',
    sse(
      { type: 'message_start', message: {} },
      { type: 'content_block_start', content_block: { type: 'text', text: '' } },
      { type: 'ping' },
    ),
    undefined,
  ],
  ['text', 'messages', sse({ type: 'content_block_delta', delta: { text: 'x' } }), 'content'],
  [
    'a tool',
    'messages',
    sse({ type: 'content_block_start', content_block: { type: 'tool_use' } }),
    'content',
  ],
  [
    'overloaded',
    'messages',
    sse(
      { type: 'message_start', message: {} },
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n',
    ),
    529,
  ],
  [
    'a start',
    'responses',
    sse({ type: 'response.created', response: { error: null } }, { type: 'response.in_progress' }),
    undefined,
  ],
  ['text', 'responses', sse({ type: 'response.output_text.delta', delta: 'x' }), 'content'],
  [
    'failed',
    'responses',
    sse({ type: 'response.failed', response: { error: { code: 'rate_limit_exceeded' } } }),
    429,
  ],
  ['an error', 'responses', sse({ type: 'error', code: 'server_error', message: 'x' }), 500],
  ['nothing yet', 'gemini', sse({ candidates: [{ content: { role: 'model' } }] }), undefined],
  ['text', 'gemini', sse({ candidates: [{ content: { parts: [{ text: 'x' }] } }] }), 'content'],
  ['blocked', 'gemini', sse({ promptFeedback: { blockReason: 'SAFETY' } }), 'content'],
  ['an error in a list', 'gemini', sse('data: [{"error":{"code":503}}]\n\n'), 503],
]

t.test('where content begins, in any split', async t => {
  for (const [says, protocol, stream, wanted] of openings) {
    const bytes = Buffer.from(stream)
    for (let step = 1; step <= bytes.length; step++) {
      const opening = new Opening(protocol)
      let said: ReturnType<Opening['push']>
      for (let at = 0; at < bytes.length && said === undefined; at += step) {
        said = opening.push(bytes.subarray(at, at + step))
      }
      const got = typeof said === 'object' ? said.status : said
      if (got !== wanted) t.fail(`${protocol}, ${says}, ${step} at a time: ${got}`)
    }
    t.pass(`${protocol}: ${says}`)
  }
})

t.test('an error of an event is the body of a response', async t => {
  const body = (protocol: Protocol, stream: string): unknown => {
    const said = new Opening(protocol).push(Buffer.from(stream))
    return typeof said === 'object' && JSON.parse(said.body)
  }
  t.same(body('chat', sse({ error: { message: 'no', type: 'x', code: 429 } })), {
    error: { message: 'no', type: 'x', code: 429 },
  })
  t.same(body('messages', sse({ type: 'error', error: { type: 'api_error', message: 'x' } })), {
    type: 'error',
    error: { type: 'api_error', message: 'x' },
  })
  t.same(body('responses', sse({ type: 'error', sequence_number: 1, code: 'c', message: 'm' })), {
    error: { type: 'server_error', code: 'c', message: 'm' },
  })
  t.same(
    body(
      'responses',
      sse({ type: 'response.failed', response: { error: { code: 'c', message: 'm' } } }),
    ),
    { error: { type: 'server_error', code: 'c', message: 'm' } },
  )
})

const ends: readonly (readonly [Protocol, string, StreamEnd | 'error'])[] = [
  ['chat', sse(delta({ content: 'x' })), 'cut'],
  ['chat', sse(delta({ content: 'x' }), delta({}, 'stop')), 'whole'],
  ['chat', sse(delta({}, 'stop'), { choices: [], usage: {} }), 'whole'],
  ['chat', sse(delta({}, 'stop'), 'data: [DONE]\n\n'), 'done'],
  ['chat', sse(delta({ content: 'x' }), { error: { message: 'no' } }), 'error'],
  ['chat', sse({ error: { message: 'no' } }, 'data: [DONE]\n\n'), 'error'],
  ['chat', sse('data: [DONE]\n\n'), 'done'],
  ['chat', sse(delta({ content: 'x' }, 'stop'), delta({ content: '' })), 'whole'],
  ['chat', sse(delta({}, 'stop'), { choices: [{ index: 1, delta: { content: 'x' } }] }), 'cut'],
  ['chat', sse({ choices: [{ index: 1, delta: { content: 'x' } }] }, delta({}, 'stop')), 'cut'],
  ['chat', sse({ choices: [{ index: 1, finish_reason: 'stop' }] }, delta({}, 'stop')), 'whole'],
  ['chat', sse({ n: 1 }), undefined],
  ['chat', '', 'cut'],
  ['chat', ': OPENROUTER PROCESSING\n\nevent: x\n\n', 'cut'],
  ['messages', 'event: ping\ndata: {"type": "ping"}\n\n', 'cut'],
  ['responses', 'data: {"type":"keepalive","sequence_number":1}\n\n', 'cut'],
  ['media', '', undefined],
  ['completions', sse({ choices: [{ text: 'x', finish_reason: null }] }), 'cut'],
  ['messages', sse({ type: 'message_start' }, { type: 'content_block_delta' }), 'cut'],
  ['messages', sse({ type: 'message_start' }, { type: 'message_stop' }), 'done'],
  ['messages', sse({ type: 'error', error: {} }), 'error'],
  ['responses', sse({ type: 'response.created' }), 'cut'],
  ['responses', sse({ type: 'response.created' }, { type: 'response.completed' }), 'done'],
  ['responses', sse({ type: 'response.incomplete' }), 'done'],
  ['responses', sse({ type: 'response.failed', response: { error: { code: 'x' } } }), 'error'],
  ['gemini', sse({ candidates: [{ content: {} }] }), 'cut'],
  ['gemini', sse({ candidates: [{ finishReason: 'STOP' }] }), 'whole'],
  ['gemini', sse({ candidates: [{ finishReason: 'STOP' }] }, { usageMetadata: {} }), 'whole'],
  [
    'gemini',
    sse(
      { candidates: [{ finishReason: 'STOP' }] },
      { candidates: [{ index: 1, content: { parts: [{ text: 'x' }] } }] },
    ),
    'cut',
  ],
  ['gemini', sse({ promptFeedback: { blockReason: 'SAFETY' } }), 'done'],
  [
    'gemini',
    sse({ promptFeedback: { safetyRatings: [] }, candidates: [{ content: { parts: [{}] } }] }),
    'cut',
  ],
  ['media', sse({ type: 'image_generation.partial_image' }), undefined],
]

t.test('how a stream stands at its end', async t => {
  for (const [protocol, stream, wanted] of ends) {
    const events = new SseDecoder().push(Buffer.from(stream))
    const end = streamEnd(protocol, events)
    t.equal(typeof end === 'object' ? 'error' : end, wanted, `${protocol} ${stream.trim()}`)
  }
})

t.test('of some of its events it cannot be told that they say nothing', async t => {
  t.equal(streamEnd('responses', [], false), undefined)
  t.equal(streamEnd('responses', [], true), 'cut')
  t.equal(streamEnd('messages', [], false), 'cut', 'its last is short')
})

t.test('a part of an event, and a last event that only lacks its empty line', async t => {
  const last = 'data: {"choices":[{"delta":{"content":"é"}}]}'
  t.notOk(isPartOfEvent(Buffer.from(last)))
  t.notOk(isPartOfEvent(Buffer.from('data: [DONE]')))
  t.notOk(isPartOfEvent(Buffer.from('\n')))
  for (const nothing of [': bye', 'id: 7', 'retry: 10\r\n: bye\nid']) {
    t.notOk(isPartOfEvent(Buffer.from(nothing)), nothing)
  }
  for (const part of [': hi\ndata: {"cho', 'event: delta', 'id: 7\rdat', 'idle']) {
    t.ok(isPartOfEvent(Buffer.from(part)), part)
  }
  for (let n = 1; n < last.length; n++) {
    if (!isPartOfEvent(Buffer.from(last).subarray(0, n)) && !'data:  '.startsWith(last.slice(0, n)))
      t.fail(last.slice(0, n))
  }
})

t.test('no bytes make it throw', async t => {
  const protocol = fc.constantFrom<Protocol>('chat', 'messages', 'responses', 'gemini', 'media')
  fc.assert(
    fc.property(protocol, fc.json(), fc.string(), (protocol, json, text) => {
      const bytes = Buffer.from(`data: ${json}\n\ndata: ${text}\n\n`)
      new Opening(protocol).push(bytes)
      streamEnd(protocol, new SseDecoder().push(bytes))
      isPartOfEvent(bytes)
    }),
  )
  t.pass()
})
