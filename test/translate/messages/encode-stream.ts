import fc from 'fast-check'
import t from 'tap'
import { geminiProvider } from '../../../src/translate/gemini/provider.ts'
import { textKey } from '../../../src/translate/hash.ts'
import type { AnswerEvent, Message } from '../../../src/translate/message.ts'
import { messagesClient } from '../../../src/translate/messages/client.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { answering, far, memory, request } from '../../fixtures/far.ts'
import { validMessages } from '../../fixtures/messages-validator.ts'
import { anyEvents, wholeAnswer } from '../../fixtures/wild-events.ts'

/** What a client is sent for these events. */
export function streamOf(
  events: readonly AnswerEvent[],
  told = answering({}, { estimate: () => 42 }),
): string {
  const encoder = messagesClient.stream(told)
  return events.map(event => encoder.event(event, 0)).join('')
}

const text = (text: string): AnswerEvent[] => [
  { t: 'open', block: { t: 'text' } },
  { t: 'text', text },
  { t: 'close' },
]
const call = (id: string, name: string, args: string): AnswerEvent[] => [
  { t: 'open', block: { t: 'tool_call', id, name, kind: 'function' } },
  ...(args === '' ? [] : [{ t: 'args', text: args } as const]),
  { t: 'close' },
]
const ending = (reason: 'stop' | 'tool_calls' | 'length' = 'stop'): AnswerEvent[] => [
  { t: 'finish', finish: { reason } },
  { t: 'end' },
]

t.test('whatever the events, what is written is a valid stream', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyEvents, events => {
        validMessages(streamOf([...events, { t: 'end' }]), { lenient: true })
      }),
      { numRuns: 1000 },
    ),
  )
})

t.test('an answer that was whole is whole', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(wholeAnswer, events => {
        const { error, delta } = validMessages(streamOf(events))
        if (error || !delta) throw new Error('it is no message')
      }),
    ),
  )
})

const start: AnswerEvent = { t: 'start', id: 'chatcmpl-1', model: 'gpt' }

t.test('S1: a block begins and says its first words at once', async t => {
  // BerriAI/litellm#24355, BerriAI/litellm#25272, BerriAI/litellm#25561
  // https://github.com/BerriAI/litellm/issues/25321 https://github.com/BerriAI/litellm/issues/30024
  const events = [start, ...call('call_1', 'f', '{"a":1}'), ...ending('tool_calls')]
  t.match(validMessages(streamOf(events)).content, [{ type: 'tool_use', input: { a: 1 } }])
})

t.test('S2: no empty text stands before what was said', async t => {
  // https://github.com/BerriAI/litellm/issues/31560 https://github.com/BerriAI/litellm/issues/31561
  const events: AnswerEvent[] = [
    start,
    { t: 'open', block: { t: 'text' } },
    { t: 'close' },
    ...call('call_1', 'f', ''),
    ...ending('tool_calls'),
  ]
  t.match(validMessages(streamOf(events)).content, [{ type: 'tool_use', input: {} }])
})

t.test('S3: blocks are counted from 0, one after the other', async t => {
  // https://github.com/QuantumNous/new-api/issues/5482
  const events = [start, ...text('a'), ...call('c', 'f', '{}'), ...text('b'), ...ending()]
  const indices = [...streamOf(events).matchAll(/content_block_start","index":(\d)/g)]
  t.same(
    indices.map(found => found[1]),
    ['0', '1', '2'],
  )
})

t.test('S4: a message begins complete', async t => {
  // SaladDay/cc-switch-cli#320
  // https://github.com/farion1231/cc-switch/issues/7396 https://github.com/labring/aiproxy/issues/604
  const { message } = validMessages(streamOf([start, ...text('a'), ...ending()]))
  t.match(message, { id: 'msg_chatcmpl-1', model: 'gpt', content: [], stop_reason: null })
})

t.test('S5: a message begins with an estimate of its input, and ends with the count', async t => {
  // musistudio/claude-code-router#807
  // https://github.com/router-for-me/CLIProxyAPI/issues/1700 https://github.com/getpaseo/paseo/issues/4294
  const usage = { input: 100, cached: 60, cacheWrite: 10, output: 7, reasoning: 3 }
  const stream = streamOf([start, ...text('a'), { t: 'usage', usage }, ...ending()])
  const { message, usage: told } = validMessages(stream)
  t.equal(message['usage'].input_tokens, 42)
  t.strictSame(told, {
    input_tokens: 30,
    cache_creation_input_tokens: 10,
    cache_read_input_tokens: 60,
    output_tokens: 7,
    output_tokens_details: { thinking_tokens: 3 },
  })
  const counted = streamOf([{ t: 'start', usage: { input: 5, output: 1 } }, ...ending()])
  t.equal(validMessages(counted).message['usage'].input_tokens, 5, 'what is known is not estimated')
})

t.test('S6: an error in the middle is the end, and no success', async t => {
  // Portkey-AI/gateway#741
  // https://github.com/BerriAI/litellm/issues/32475 https://github.com/diegosouzapw/OmniRoute/issues/8210
  const failed: AnswerEvent = { t: 'error', error: { kind: 'overloaded', message: 'busy' } }
  const { error, delta } = validMessages(streamOf([start, ...text('a'), failed, ...ending()]))
  t.same(error, { type: 'overloaded_error', message: 'busy' })
  t.equal(delta, undefined)
  t.match(validMessages(streamOf([start, { t: 'end' }])).error, { type: 'api_error' })
})

t.test('S7: what is open is closed before a tool is called', async t => {
  // https://github.com/orangeboyChen/codebuddy2api/pull/11
  const events: AnswerEvent[] = [
    start,
    { t: 'open', block: { t: 'reasoning' } },
    { t: 'text', text: 'hm' },
    ...call('c', 'f', '{}'),
    ...ending('tool_calls'),
  ]
  const kinds = validMessages(streamOf(events)).content.map(block => block['type'])
  t.same(kinds, ['thinking', 'tool_use'])
})

t.test('tool_use is said exactly where there are calls', async t => {
  // https://github.com/ollama/ollama/issues/7963
  const reason = (events: AnswerEvent[]) =>
    validMessages(streamOf([start, ...events])).delta?.['stop_reason']
  t.equal(reason([...call('c', 'f', '{}'), ...ending('stop')]), 'tool_use')
  t.equal(reason([...text('a'), ...ending('tool_calls')]), 'end_turn')
  t.equal(reason([...call('c', 'f', '{}'), ...ending('length')]), 'max_tokens')
})

t.test('only Anthropic signs as Anthropic', async t => {
  const thinking = (vendor: 'anthropic' | 'google'): AnswerEvent[] => [
    { t: 'open', block: { t: 'reasoning', id: 'r1' } },
    { t: 'text', text: 'hm' },
    { t: 'signature', signature: { vendor, value: 'proof' } },
    { t: 'close' },
  ]
  const signature = (events: AnswerEvent[]) =>
    validMessages(streamOf([start, ...events, ...ending()])).content[0]?.['signature']
  t.equal(signature(thinking('anthropic')), 'proof')
  t.equal(signature(thinking('google')), 'gw1.google.r1.proof')
  t.equal(signature(thinking('google').filter(({ t }) => t !== 'signature')), '')
})

t.test('the signature of a call is remembered by the id that the client knows', async t => {
  const kept = memory()
  const signature = { vendor: 'google', value: 'proof' } as const
  const events: AnswerEvent[] = [
    start,
    { t: 'open', block: { t: 'tool_call', id: '', name: 'f', kind: 'function' } },
    { t: 'signature', signature },
    { t: 'close' },
    ...ending('tool_calls'),
  ]
  const { content } = validMessages(streamOf(events, answering({}, { memory: kept })))
  t.same(kept.recall(content[0]?.['id']), signature)
})

t.test('what Google signs behind a text is no last block, and is there again', async t => {
  // Claude Code prints the last block of an answer: it printed nothing.
  const signature = { vendor: 'google', value: 'proof' } as const
  const signs: AnswerEvent[] = [
    { t: 'open', block: { t: 'reasoning' } },
    { t: 'signature', signature },
    { t: 'close' },
  ]
  const kept = memory()
  const types = (...events: AnswerEvent[]) =>
    validMessages(streamOf(events, answering({}, { memory: kept }))).content.map(
      block => block['type'],
    )
  t.same(types(start, ...text('hi '), ...text('there'), ...signs, ...ending()), ['text', 'text'])
  t.same(kept.recall(textKey('there')), signature)
  t.same(types(start, ...text('hi'), ...signs, ...call('c', 'f', '{}'), ...ending('tool_calls')), [
    'text',
    'thinking',
    'tool_use',
  ])
  t.same(types(start, ...signs, ...ending()), ['thinking'])

  const whole = messagesClient.whole(
    {
      parts: [
        { t: 'text', text: 'whole' },
        { t: 'reasoning', text: '', signature },
      ],
      finish: { reason: 'stop' },
      usage: {},
    },
    answering({}, { memory: kept }),
    0,
  )
  t.match(whole['content'], [{ type: 'text', text: 'whole' }])
  t.equal((whole['content'] as unknown[]).length, 1)
  const messages: Message[] = [
    { role: 'user', parts: [{ t: 'text', text: 'x' }] },
    { role: 'assistant', parts: [{ t: 'text', text: 'whole' }] },
  ]
  const { body } = atOnce(
    geminiProvider.encodeRequest(request({ messages }), { ...far(), memory: kept }),
  )
  t.match(body['contents'], [{}, { parts: [{ text: 'whole', thoughtSignature: 'proof' }] }])
})

t.test('a name to answer with stands in place of the upstream own', async t => {
  const told = answering({}, { model: 'fast' })
  const { message } = validMessages(streamOf([start, ...text('a'), ...ending()], told))
  t.equal(message['model'], 'fast')
  t.equal(validMessages(streamOf([...text('a'), ...ending()])).message['model'], 'm')
})
