import fc from 'fast-check'
import t from 'tap'
import { Collector } from '../../../src/translate/collect.ts'
import { ConverseDecoder } from '../../../src/translate/converse/decode-answer.ts'
import { converseProvider } from '../../../src/translate/converse/provider.ts'
import type { AnswerEvent } from '../../../src/translate/message.ts'
import { joined, pieces, sensible } from '../../fixtures/answer-events.ts'
import { event, exception } from '../../fixtures/event-frames.ts'
import { asked, far, request } from '../../fixtures/far.ts'

const decoded = (chunks: readonly Buffer[], more = {}): AnswerEvent[] => {
  const decoder = new ConverseDecoder(asked(more))
  return [...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.end()]
}

const collect = (events: readonly AnswerEvent[]) => {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  return collector.answer()
}

const stop = (stopReason: string) => event('messageStop', { stopReason })
const metadata = event('metadata', {
  usage: {
    inputTokens: 10,
    outputTokens: 5,
    totalTokens: 15,
    cacheReadInputTokens: 100,
    cacheWriteInputTokens: 7,
    cacheDetails: [{ ttl: '1h', inputTokens: 7 }],
  },
  metrics: { latencyMs: 3 },
})

const talk = [
  event('messageStart', { role: 'assistant' }),
  event('contentBlockDelta', {
    contentBlockIndex: 0,
    delta: { reasoningContent: { text: 'Hm' } },
  }),
  event('contentBlockDelta', {
    contentBlockIndex: 0,
    delta: { reasoningContent: { signature: 'sig' } },
  }),
  event('contentBlockStop', { contentBlockIndex: 0 }),
  event('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'Wetter: ' } }),
  event('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'schön ☀' } }),
  event('contentBlockStop', { contentBlockIndex: 1 }),
  event('contentBlockStart', {
    contentBlockIndex: 2,
    start: { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } },
  }),
  event('contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '{"city":' } } }),
  event('contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '"Bonn"}' } } }),
  event('contentBlockStop', { contentBlockIndex: 2 }),
  event('contentBlockStart', {
    contentBlockIndex: 3,
    start: { toolUse: { toolUseId: 'tooluse_2', name: 'now' } },
  }),
  event('contentBlockDelta', { contentBlockIndex: 3, delta: { toolUse: { input: '{}' } } }),
  event('contentBlockStop', { contentBlockIndex: 3 }),
]

const whole = {
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Hm', signature: 'sig' } } },
        { text: 'Wetter: schön ☀' },
        { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Bonn' } } },
        { toolUse: { toolUseId: 'tooluse_2', name: 'now', input: {} } },
      ],
    },
  },
  stopReason: 'tool_use',
  usage: { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 100, cacheWriteInputTokens: 7 },
}

t.test('a stream says what it says, cut at every byte', async t => {
  const bytes = Buffer.concat([...talk, stop('tool_use'), metadata])
  const expected = collect(decoded([bytes]))
  t.match(expected, {
    parts: [
      { t: 'reasoning', text: 'Hm', signature: { vendor: 'bedrock', value: 'sig' } },
      { t: 'text', text: 'Wetter: schön ☀' },
      { t: 'tool_call', id: 'tooluse_1', name: 'weather', args: '{"city":"Bonn"}' },
      { t: 'tool_call', id: 'tooluse_2', name: 'now', args: '{}' },
    ],
    usage: { input: 117, cached: 100, cacheWrite: 7, cacheWrite1h: 7, output: 5 },
    finish: { reason: 'tool_calls' },
  })
  for (let at = 1; at < bytes.length; at++) {
    t.strictSame(collect(decoded([bytes.subarray(0, at), bytes.subarray(at)])), expected)
  }
})

t.test('a whole answer says what a stream says', async t => {
  const { usage, ...said } = collect(converseProvider.decodeWhole(whole, asked()))
  const { usage: _, ...streamed } = collect(decoded([...talk, stop('tool_use'), metadata]))
  t.strictSame(said, streamed)
  t.equal(usage.input, 117)
})

const frames = (events: readonly AnswerEvent[]): Buffer[] => {
  let index = -1
  let kind = ''
  return events.flatMap((said): Buffer[] => {
    switch (said.t) {
      case 'start':
        return [event('messageStart', { role: 'assistant' })]
      case 'open': {
        index++
        kind = said.block.t
        const { block } = said
        if (block.t !== 'tool_call') return []
        const start = { toolUse: { toolUseId: block.id, name: block.name } }
        return [event('contentBlockStart', { contentBlockIndex: index, start })]
      }
      case 'text':
      case 'args': {
        const delta =
          kind === 'tool_call'
            ? { toolUse: { input: said.text } }
            : kind === 'text'
              ? { text: said.text }
              : { reasoningContent: { text: said.text } }
        return [event('contentBlockDelta', { contentBlockIndex: index, delta })]
      }
      case 'close':
        return [event('contentBlockStop', { contentBlockIndex: index })]
      case 'usage': {
        const { input, output } = said.usage
        return [event('metadata', { usage: { inputTokens: input, outputTokens: output } })]
      }
      case 'finish':
        return [
          stop(
            { length: 'max_tokens', tool_calls: 'tool_use' }[said.finish.reason as 'length'] ??
              'end_turn',
          ),
        ]
      default:
        return []
    }
  })
}

t.test('any answer comes back as it was, in any pieces', async t => {
  fc.assert(
    fc.property(
      sensible,
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
      (events, sizes) => {
        const back = decoded(pieces(Buffer.concat(frames(events)), sizes))
        const [want, got] = [collect(events), collect(back)]
        const plain = (parts: typeof want.parts) =>
          parts.map(part => (part.t === 'reasoning' ? { t: part.t, text: part.text } : part))
        t.strictSame(plain(got.parts), plain(want.parts))
        t.strictSame([got.usage.input, got.usage.output], [want.usage.input, want.usage.output])
        t.strictSame(got.finish, want.finish)
        t.equal(joined(back).at(-1)?.t, 'end')
      },
    ),
    { numRuns: 100 },
  )
})

t.test(
  'B4: a stream that ends before its messageStop is an error, wherever it was cut',
  async t => {
    // https://github.com/BerriAI/litellm/issues/32159
    const bytes = Buffer.concat(talk)
    for (let end = 0; end <= bytes.length; end++) {
      const last = decoded([bytes.subarray(0, end)]).at(-1)
      if (last?.t !== 'error') t.fail(`cut after ${end} bytes it is ${last?.t}`)
    }
    const ended = Buffer.concat([bytes, stop('tool_use'), metadata])
    t.match(decoded([ended.subarray(0, -3)]).at(-1), { t: 'error' }, 'within its last frame')
    t.match(decoded([bytes, stop('tool_use')]).at(-1), { t: 'end' }, 'without counts it is whole')
  },
)

t.test('B2: a call is known by the event that begins its block, text before it or not', async t => {
  // https://github.com/ankit373/hydra/issues/971
  const events = decoded([...talk, stop('tool_use'), metadata])
  t.strictSame(
    events.flatMap(event => (event.t === 'open' ? event.block.t : [])),
    ['reasoning', 'text', 'tool_call', 'tool_call'],
  )
  t.ok(
    events.every(event => event.t !== 'open' || event.block.t !== 'tool_call' || event.block.name),
  )
})

for (const [type, kind] of [
  ['throttlingException', 'rate_limit'],
  ['serviceUnavailableException', 'overloaded'],
  ['modelStreamErrorException', 'server'],
  ['internalServerException', 'server'],
  ['validationException', 'invalid'],
  ['modelTimeoutException', 'timeout'],
]) {
  t.test(`${type} within a stream is an error of kind ${kind}`, async t => {
    const events = decoded([...talk.slice(0, 3), exception(type!, 'It failed.')])
    t.match(events.at(-1), { t: 'error', error: { kind, message: 'It failed.' } })
    t.equal(events.filter(event => event.t === 'error').length, 1)
  })
}

t.test('a frame that was spoilt ends it', async t => {
  const bytes = Buffer.concat(talk)
  bytes[200]! ^= 1
  t.match(decoded([bytes]).at(-1), { t: 'error', error: { kind: 'server' } })
})

t.test('hidden reasoning is kept for Bedrock alone', async t => {
  const delta = { reasoningContent: { redactedContent: 'c2VjcmV0' } }
  const { parts } = collect(
    decoded([event('contentBlockDelta', { contentBlockIndex: 0, delta }), stop('end_turn')]),
  )
  t.match(parts, [{ t: 'reasoning', redacted: { vendor: 'bedrock', value: 'c2VjcmV0' } }])
})

t.test("Claude's signatures are Anthropic's own", async t => {
  const { parts } = collect(
    decoded([...talk, stop('tool_use')], { far: far({}, 'us.anthropic.claude-sonnet-4-5') }),
  )
  t.match(parts[0], { signature: { vendor: 'anthropic', value: 'sig' } })
})

t.test('the arguments of the tool that stands for a schema are the answer', async t => {
  const format = { kind: 'schema', name: 'x', schema: {} } as const
  const start = { toolUse: { toolUseId: 'a', name: 'json' } }
  const { parts, finish } = collect(
    decoded(
      [
        event('contentBlockStart', { contentBlockIndex: 0, start }),
        event('contentBlockDelta', {
          contentBlockIndex: 0,
          delta: { toolUse: { input: '{"a":1}' } },
        }),
        stop('tool_use'),
      ],
      { request: request({ format }) },
    ),
  )
  t.match(parts, [{ t: 'text', text: '{"a":1}' }])
  t.equal(finish.reason, 'stop')
})

t.test('the input of a custom tool is said bare', async t => {
  const tools = [{ kind: 'custom', name: 'patch' }] as const
  const start = { toolUse: { toolUseId: 'a', name: 'patch' } }
  const input = (text: string) =>
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: text } } })
  const { parts } = collect(
    decoded(
      [
        event('contentBlockStart', { contentBlockIndex: 0, start }),
        input('{"inp'),
        input('ut":"*** Begin"}'),
        event('contentBlockStop', { contentBlockIndex: 0 }),
        stop('tool_use'),
      ],
      { request: request({ tools }) },
    ),
  )
  t.match(parts, [{ t: 'tool_call', kind: 'custom', args: '*** Begin' }])
})

t.test('why it ended', async t => {
  const said = (reason: string, more = {}) =>
    collect(decoded([event('messageStop', { stopReason: reason, ...more })])).finish
  t.match(said('max_tokens'), { reason: 'length' })
  t.match(said('model_context_window_exceeded'), { reason: 'context' })
  t.match(said('guardrail_intervened'), { reason: 'filter' })
  t.match(said('content_filtered'), { reason: 'filter' })
  t.match(said('stop_sequence', { additionalModelResponseFields: { stop_sequence: 'END' } }), {
    reason: 'stop',
    stopSequence: 'END',
  })
  t.match(decoded([stop('malformed_tool_use')]).at(-1), { t: 'error' })
})

t.test('an error is told by its header and its words', async t => {
  const said = (status: number, type: string, body: string) =>
    converseProvider.decodeError(status, body, name =>
      name === 'x-amzn-errortype' ? type : undefined,
    )
  t.match(said(429, 'ThrottlingException:http://x/', '{"message":"Too many"}'), {
    kind: 'rate_limit',
    message: 'Too many',
  })
  t.match(
    said(403, 'UnrecognizedClientException', '{"message":"The security token is invalid."}'),
    { kind: 'auth' },
  )
  t.match(said(403, 'com.amazon#AccessDeniedException', '{"Message":"No access."}'), {
    kind: 'permission',
    message: 'No access.',
  })
  t.match(said(424, 'ModelErrorException', '{"message":"It broke"}'), { kind: 'server' })
  t.match(said(429, 'ModelNotReadyException', '{"message":"Loading"}'), { kind: 'overloaded' })
  t.match(
    said(400, 'ValidationException', '{"message":"Input is too long for requested model."}'),
    {
      kind: 'context_length',
    },
  )
  t.match(said(502, '', '<html>'), { kind: 'server' })
})
