// What a client of Chat Completions is told, and what the official SDK makes of it.

import OpenAI from 'openai'
import t from 'tap'
import { chatClient } from '../../../src/translate/chat/client.ts'
import type { Answering } from '../../../src/translate/codec.ts'
import { Collector } from '../../../src/translate/collect.ts'
import type { AnswerEvent, OpenBlock } from '../../../src/translate/message.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { readChat } from '../../fixtures/chat-validator.ts'
import { answering, memory, request } from '../../fixtures/far.ts'
import { upstream } from '../../fixtures/upstream.ts'

const stream = (events: readonly AnswerEvent[], how: Answering = answering()): string => {
  const encoder = chatClient.stream(how)
  return events.map(event => encoder.event(event, 5000)).join('')
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of our own
const whole = (events: readonly AnswerEvent[], how: Answering = answering()): any => {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  return chatClient.whole(collector.answer(), how, 5000)
}

const block = (block: OpenBlock, ...inner: AnswerEvent[]): AnswerEvent[] => [
  { t: 'open', block },
  ...inner,
  { t: 'close' },
]
const text = (text: string): AnswerEvent => ({ t: 'text', text })
const args = (text: string): AnswerEvent => ({ t: 'args', text })
const call = (id: string, name: string): OpenBlock => ({
  t: 'tool_call',
  id,
  name,
  kind: 'function',
})
const start: AnswerEvent = { t: 'start', id: 'msg_1', model: 'claude', created: 7 }
const end = (
  reason: 'stop' | 'tool_calls' | 'length' | 'filter' | 'context' | 'pause',
): AnswerEvent[] => [{ t: 'finish', finish: { reason } }, { t: 'end' }]
const deltas = (text: string) =>
  text
    .split('\n\n')
    .filter(line => line.startsWith('data: {'))
    .map(line => JSON.parse(line.slice(6)).choices[0]?.delta)

t.test(
  'M1 calls are numbered among themselves, not among blocks: BerriAI/litellm#5231',
  async t => {
    const out = stream([
      start,
      ...block({ t: 'text' }, text('ok')),
      ...block(call('a', 'f'), args('{"x":1}')),
      ...block(call('b', 'g'), args('{'), args('}')),
      ...end('tool_calls'),
    ])
    const { calls, faults, finish } = readChat(out)
    t.strictSame(faults, [])
    t.equal(finish, 'tool_calls')
    t.match(calls, [
      { id: 'a', name: 'f', args: '{"x":1}' },
      { id: 'b', name: 'g', args: '{}' },
    ])
  },
)

t.test('M2 usage and thinking are told: shogo-labs/shogo-ai#766', async t => {
  const out = readChat(
    stream([
      { ...start, usage: { input: 50, cached: 20 } } as AnswerEvent,
      ...block({ t: 'reasoning' }, text('hm')),
      ...block({ t: 'text' }, text('ok')),
      { t: 'usage', usage: { output: 9, reasoning: 4, cacheWrite: 10 } },
      ...end('stop'),
    ]),
  )
  t.equal(out.reasoning, 'hm')
  t.strictSame(out.usage, {
    prompt_tokens: 50,
    completion_tokens: 9,
    total_tokens: 59,
    prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 10 },
    completion_tokens_details: { reasoning_tokens: 4 },
  })
})

t.test(
  'M3 a call after thinking is there, and its thinking can be replayed: BerriAI/litellm#36262',
  async t => {
    const events = [
      start,
      ...block({ t: 'reasoning' }, text('hm'), {
        t: 'signature',
        signature: { vendor: 'anthropic', value: 'sig' },
      }),
      ...block({ t: 'reasoning', redacted: { vendor: 'anthropic', value: 'sealed' } }),
      ...block(call('a', 'f')),
      ...end('tool_calls'),
    ]
    const thinking_blocks = [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'redacted_thinking', data: 'sealed' },
    ]
    t.strictSame(
      deltas(stream(events)).flatMap(delta => delta?.thinking_blocks ?? []),
      thinking_blocks,
    )
    const { message } = whole(events).choices[0]
    t.match(message, { reasoning_content: 'hm', thinking_blocks, content: null })
    t.strictSame(message.tool_calls, [
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
    ])
    const asked = {
      model: 'm',
      messages: [message, { role: 'tool', tool_call_id: 'a', content: '' }],
    }
    t.match(atOnce(chatClient.decodeRequest(asked, 'm', '')).messages[0]!.parts, [
      { t: 'reasoning', text: 'hm', signature: { vendor: 'anthropic', value: 'sig' } },
      { t: 'reasoning', redacted: { value: 'sealed' } },
      { t: 'tool_call', id: 'a' },
    ])
  },
)

t.test("a call's signature is told, and remembered for clients that forget it", async t => {
  const signature = { vendor: 'google', value: 'sig' } as const
  const events = [start, ...block(call('a', 'f'), { t: 'signature', signature }), ...end('stop')]
  for (const say of [stream, whole]) {
    const kept = memory()
    const said = JSON.stringify(say(events, answering({}, { memory: kept })))
    t.match(said, 'thought_signature')
    t.strictSame(kept.recall('a'), signature)
  }
})

t.test('a client from before there were tools is answered in its words', async t => {
  const how = answering({ functions: [{ name: 'f' }] })
  const events = [
    start,
    ...block(call('a', 'f'), args('{}')),
    ...block(call('b', 'f')),
    ...end('stop'),
  ]
  t.match(whole(events, how).choices[0], {
    finish_reason: 'function_call',
    message: { function_call: { name: 'f', arguments: '{}' } },
  })
  t.strictSame(
    deltas(stream(events, how)).flatMap(delta => delta?.function_call ?? []),
    [{ name: 'f', arguments: '' }, { arguments: '{}' }],
  )
})

t.test('reasons to finish', async t => {
  const reason = (event: Parameters<typeof end>[0]) =>
    whole([start, ...block({ t: 'text' }, text('x')), ...end(event)]).choices[0].finish_reason
  t.equal(reason('stop'), 'stop')
  t.equal(reason('pause'), 'stop')
  t.equal(reason('length'), 'length')
  t.equal(reason('context'), 'length')
  t.equal(reason('filter'), 'content_filter')
})

t.test('what is said besides: refusals, sources and images', async t => {
  const events = [
    start,
    ...block(
      { t: 'text' },
      text('see'),
      { t: 'citation', citation: { url: 'https://e.com', title: 'E' } },
      {
        t: 'citation',
        citation: { document_index: 0 },
      },
    ),
    ...block({ t: 'refusal' }, text('no')),
    ...block({ t: 'image', base64: 'iVBO', mime: 'image/png' }),
    ...block({ t: 'opaque', vendor: 'anthropic', raw: {} }),
    ...end('stop'),
  ]
  const annotation = {
    type: 'url_citation',
    url_citation: { url: 'https://e.com', title: 'E', start_index: 0, end_index: 3 },
  }
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } }
  const { message } = whole(events).choices[0]
  t.strictSame(message, {
    role: 'assistant',
    content: 'see',
    refusal: 'no',
    annotations: [annotation],
    images: [image],
  })
  const said = deltas(stream(events))
  t.strictSame(
    said.flatMap(delta => delta?.annotations ?? []),
    [annotation],
  )
  t.strictSame(
    said.flatMap(delta => delta?.images ?? []),
    [image],
  )
})

t.test('why a filter stopped it is told as a refusal', async t => {
  const finish = { reason: 'filter', detail: 'not this' } as const
  const events: AnswerEvent[] = [start, { t: 'finish', finish }, { t: 'end' }]
  t.equal(whole(events).choices[0].message.refusal, 'not this')
  t.match(readChat(stream(events)), { refusal: 'not this', finish: 'content_filter', faults: [] })
})

t.test('the model is whose name was asked for, or the one that answered', async t => {
  const events = [start, ...end('stop')]
  t.equal(whole(events).model, 'claude')
  t.equal(whole(events, answering({}, { model: 'fast' })).model, 'fast')
  t.match(stream(events, answering({}, { model: 'fast' })), '"model":"fast"')
  t.equal(whole(end('stop'), answering({}, { target: 't' })).model, 't')
})

t.test("errors have OpenAI's status, type and code", async t => {
  const forms = [
    ['context_length', 400, 'invalid_request_error', 'context_length_exceeded'],
    ['auth', 401, 'invalid_request_error', 'invalid_api_key'],
    ['quota', 429, 'insufficient_quota', 'insufficient_quota'],
    ['not_found', 404, 'invalid_request_error', 'model_not_found'],
    ['rate_limit', 429, 'rate_limit_error', 'rate_limit_exceeded'],
    ['overloaded', 503, 'server_error', 'overloaded'],
    ['timeout', 504, 'timeout', null],
    ['server', 502, 'server_error', null],
  ] as const
  for (const [kind, status, type, code] of forms) {
    t.strictSame(chatClient.encodeError({ kind, message: 'x', code: 'own' }), {
      status,
      body: { error: { message: 'x', type, param: null, code } },
    })
  }
  t.match(chatClient.encodeError({ kind: 'invalid', message: 'x', code: 'own', param: 'n' }), {
    body: { error: { code: 'own', param: 'n' } },
  })
  t.equal(chatClient.encodeError({ kind: 'server', message: 'x', status: 500 }).status, 500)
})

const sdk = (url: string) => new OpenAI({ baseURL: url, apiKey: 'x', maxRetries: 0 })
const ask = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] }
const sse = { 'content-type': 'text/event-stream' }

t.test('the SDK reads a stream', async t => {
  const events = [
    start,
    { t: 'ping' } as const,
    ...block({ t: 'reasoning' }, text('hm')),
    ...block({ t: 'text' }, text('Hel'), text('lo')),
    ...block(call('a', 'f'), args('{"x"'), args(':1}')),
    ...block(call('b', 'g')),
    { t: 'usage', usage: { input: 3, output: 4 } } as const,
    ...end('tool_calls'),
  ]
  const up = await upstream(t, exchange => exchange.raw(stream(events), 200, sse))
  const runner = sdk(up.url).chat.completions.stream({
    ...ask,
    stream_options: { include_usage: true },
  })
  const { choices, usage, id, model } = await runner.finalChatCompletion()
  t.match({ id, model }, { id: 'msg_1', model: 'claude' })
  t.equal(choices[0]!.finish_reason, 'tool_calls')
  t.equal(choices[0]!.message.content, 'Hello')
  t.match(choices[0]!.message.tool_calls, [
    { id: 'a', function: { name: 'f', arguments: '{"x":1}' } },
    { id: 'b', function: { name: 'g', arguments: '{}' } },
  ])
  t.equal(usage?.total_tokens, 7)
})

t.test('S6 the SDK throws where a stream fails: BerriAI/litellm#32475', async t => {
  const failures: [AnswerEvent[], string][] = [
    [[start, { t: 'error', error: { kind: 'overloaded', message: 'busy' } }], 'busy'],
    [
      [
        start,
        ...block({ t: 'text' }, text('x')),
        { t: 'error', error: { kind: 'server', message: 'it broke' } },
      ],
      'it broke',
    ],
    [[start, { t: 'end' }], 'the answer ended before it was whole'],
  ]
  for (const [events, message] of failures) {
    const up = await upstream(t, exchange => exchange.raw(stream(events), 200, sse))
    await t.rejects(sdk(up.url).chat.completions.stream(ask).finalMessage(), {
      message,
      type: 'server_error',
    })
  }
})

t.test('the SDK runs tools', async t => {
  const how = answering({}, { request: request({ includeUsage: false }) })
  const up = await upstream(t, [
    exchange =>
      exchange.raw(
        stream([start, ...block(call('a', 'add'), args('{"x":1}')), ...end('tool_calls')], how),
        200,
        sse,
      ),
    exchange =>
      exchange.raw(
        stream([start, ...block({ t: 'text' }, text('two')), ...end('stop')], how),
        200,
        sse,
      ),
  ])
  const runner = sdk(up.url).chat.completions.runTools({
    ...ask,
    stream: true,
    tools: [
      {
        type: 'function',
        function: {
          name: 'add',
          description: 'adds one',
          parameters: { type: 'object' },
          parse: JSON.parse,
          function: ({ x }: { x: number }) => String(x + 1),
        },
      },
    ],
  })
  t.equal(await runner.finalContent(), 'two')
  const { messages } = atOnce(
    chatClient.decodeRequest(JSON.parse(up.requests[1]!.body.toString()), 'm', ''),
  )
  t.match(messages.slice(1), [
    { role: 'assistant', parts: [{ t: 'tool_call', id: 'a', name: 'add', args: '{"x":1}' }] },
    { role: 'user', parts: [{ t: 'tool_result', id: 'a', parts: [{ text: '2' }] }] },
  ])
})
