// Traps of which two protocols are a part: what comes of a client's request, or of a provider's answer, on the other side.

import t from 'tap'
import type { ClientCodec, ProviderCodec } from '../../src/translate/codec.ts'
import { clientCodecs, providerCodecs } from '../../src/translate/codecs.ts'
import { Collector } from '../../src/translate/collect.ts'
import { factsFor } from '../../src/translate/facts.ts'
import type { AnswerEvent } from '../../src/translate/message.ts'
import { quirksFor } from '../../src/translate/quirks.ts'
import { type Asking, routeTo } from '../../src/translate/routes.ts'
import type { Json } from '../../src/translate/values.ts'
import { atOnce } from '../../src/wire/steps.ts'
import { answering, asked, far, request } from '../fixtures/far.ts'
import { responsesFaults } from '../fixtures/responses-validator.ts'
import { openaiRefuses } from '../fixtures/strict-openai.ts'

const client = (name: Asking): ClientCodec => clientCodecs[name]!
const provider = (name: keyof typeof providerCodecs): ProviderCodec => providerCodecs[name]!

// biome-ignore lint/suspicious/noExplicitAny: a test looks at it field by field
type Body = any

t.test('R2: what Codex tells of a turn is one turn, with what was thought in it', async t => {
  // Wei-Shaw/sub2api#2926
  const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' })
  const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: id })
  const input = [
    { role: 'user', content: 'go' },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [],
      content: [{ type: 'reasoning_text', text: 'hm' }],
    },
    { role: 'assistant', content: [{ type: 'output_text', text: 'I look' }] },
    call('a'),
    call('b'),
    output('a'),
    output('b'),
  ]
  const read = atOnce(client('responses').decodeRequest({ input }, 'm', ''))
  const there = { ...far(), quirks: quirksFor('deepseek') }
  const { messages }: Body = atOnce(provider('chat').encodeRequest(read, there)).body
  t.match(messages, [
    { role: 'user' },
    {
      role: 'assistant',
      content: 'I look',
      reasoning_content: 'hm',
      tool_calls: [{ id: 'a' }, { id: 'b' }],
    },
    { role: 'tool', tool_call_id: 'a' },
    { role: 'tool', tool_call_id: 'b' },
  ])
  t.equal(messages.length, 4)
})

t.test('the result of a tool is what a tool can give', async t => {
  const read = (part: object) => {
    const output = [{ type: 'input_text', text: 'a' }, part]
    const input = [
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output },
    ]
    return atOnce(client('responses').decodeRequest({ input }, 'm', ''))
  }
  const refused = read({ type: 'refusal', refusal: 'no' })
  const { messages }: Body = atOnce(provider('chat').encodeRequest(refused, far())).body
  t.match(messages.at(-1), { role: 'tool', content: 'a\nno' })
  const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
  t.throws(() => read(sound), { code: 'untranslatable' })
})

t.test('R2: no delta comes before its item, and each item ends', async t => {
  // Wei-Shaw/sub2api#2926
  const chunk = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
  const call = (index: number) => ({
    tool_calls: [{ index, id: `c${index}`, function: { name: 'f', arguments: '{}' } }],
  })
  const decoder = provider('chat').decodeStream(asked())
  const encoder = client('responses').stream(answering())
  const bytes = [
    chunk({ reasoning_content: 'h' }),
    chunk({ reasoning_content: 'm' }),
    chunk(call(0)),
    chunk(call(1)),
    chunk({}, 'tool_calls'),
    'data: [DONE]\n\n',
  ]
  const text = bytes
    .flatMap(one => decoder.push(Buffer.from(one)))
    .concat(decoder.end())
    .map(event => encoder.event(event, 0))
    .join('')
  t.strictSame(responsesFaults(text), [])
  const kinds = [...text.matchAll(/"type":"response\.output_item\.(added|done)".*?"type":"(\w+)"/g)]
  t.strictSame(
    kinds.map(([, what, type]) => `${type} ${what}`),
    ['reasoning', 'function_call', 'function_call'].flatMap(type => [
      `${type} added`,
      `${type} done`,
    ]),
  )
})

const speaks = (protocol: string) => protocol === 'chat' || protocol === 'responses'

t.test('R7: tools and reasoning go to where the newest models take them', async t => {
  // openai/openai-openapi#541, BerriAI/litellm#34569, danny-avila/LibreChat#14355, charmbracelet/crush#2913
  const route = (model: string, tools: boolean, reasoning: boolean) =>
    routeTo('messages', speaks, factsFor(model), { tools, reasoning })
  t.equal(route('gpt-5.4', true, true), 'responses')
  t.equal(route('gpt-5.6', true, false), 'responses')
  t.equal(route('gpt-4o', true, false), 'chat')
  // A client of Chat says itself what it wants where: its tools go without the reasoning that would be refused.
  const messages = [{ role: 'user', parts: [{ t: 'text', text: 'hi' }] }] as const
  const said = request({
    messages,
    tools: [{ kind: 'function', name: 'f' }],
    reasoning: { effort: 'high' },
  })
  for (const model of ['gpt-5.4', 'gpt-5.6']) {
    const there = { ...far(factsFor(model), model), quirks: quirksFor('openai') }
    t.equal(openaiRefuses(atOnce(provider('chat').encodeRequest(said, there)).body), undefined)
  }
})

t.test('R8: reasoning that a client of Messages wants is shown', async t => {
  // BerriAI/litellm#20433
  const raw = {
    max_tokens: 9000,
    thinking: { type: 'enabled', budget_tokens: 5000 },
    messages: [{ role: 'user', content: 'hi' }],
  }
  const read = atOnce(client('messages').decodeRequest(raw, 'gpt-5', ''))
  const facts = factsFor('gpt-5')
  t.equal(routeTo('messages', speaks, facts, { tools: false, reasoning: true }), 'responses')
  // Open models show it in Chat Completions, which every server of theirs has.
  for (const model of ['qwen3:8b', 'gpt-oss:20b', 'deepseek-r1']) {
    const wanted = { tools: true, reasoning: true }
    t.equal(routeTo('messages', speaks, factsFor(model), wanted), 'chat', model)
  }
  const { reasoning }: Body = atOnce(
    provider('responses').encodeRequest(read, far(facts, 'gpt-5')),
  ).body
  t.strictSame(reasoning, { effort: 'medium', summary: 'auto' })
})

t.test('R9: a reasoning item goes with what followed it, or not at all', async t => {
  // "Item 'rs_...' of type 'reasoning' was provided without its required following item."
  const types = (...followed: Json[]): unknown[] => {
    const thought = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e' }
    const input = [{ role: 'user', content: 'go' }, thought, ...followed]
    const read = atOnce(client('responses').decodeRequest({ input }, 'gpt-5', ''))
    const { body }: Body = atOnce(provider('responses').encodeRequest(read, far()))
    return body.input.map((item: Json) => item['type'])
  }
  const call = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }
  const message = { role: 'assistant', content: [{ type: 'output_text', text: 'so' }] }
  // A call that nobody answered is given a result, which OpenAI wants too.
  t.strictSame(types(call), ['message', 'reasoning', 'function_call', 'function_call_output'])
  t.strictSame(types(message), ['message', 'reasoning', 'message'])
  t.strictSame(types(), ['message'])
  t.strictSame(types({ role: 'user', content: 'and?' }), ['message', 'message'])
  t.strictSame(types({ type: 'web_search_call', id: 'ws_1' }), ['message'])
})

/** One answer as each vendor counts it: 100 in, of which 60 were read from a cache and 10 written to one; 20 out, 5 thought. */
const counted: Readonly<Record<keyof typeof providerCodecs, Json>> = {
  messages: {
    content: [{ type: 'text', text: 'x' }],
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 30,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 10,
      output_tokens: 20,
      output_tokens_details: { thinking_tokens: 5 },
    },
  },
  chat: {
    choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 5 },
    },
  },
  responses: {
    status: 'completed',
    output: [{ type: 'message', content: [{ type: 'output_text', text: 'x' }] }],
    usage: {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 120,
    },
  },
  gemini: {
    candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 15,
      thoughtsTokenCount: 5,
      totalTokenCount: 120,
    },
  },
  converse: {
    output: { message: { role: 'assistant', content: [{ text: 'x' }] } },
    stopReason: 'end_turn',
    usage: {
      inputTokens: 30,
      cacheReadInputTokens: 60,
      cacheWriteInputTokens: 10,
      outputTokens: 20,
      totalTokens: 120,
    },
  },
}

t.test('O8: each counts in its own way, and nothing counts twice', async t => {
  // ogx-ai/ogx#6415, askui/python-sdk#303, genkit-ai/genkit#5412
  for (const [name, answer] of Object.entries(counted)) {
    const collector = new Collector()
    const events: AnswerEvent[] = provider(name as 'chat').decodeWhole(answer, asked())
    for (const event of events) collector.add(event)
    const said = (asking: Asking): Body => client(asking).whole(collector.answer(), answering(), 0)
    const chat = said('chat').usage
    t.match(chat, { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }, name)
    t.equal(chat.prompt_tokens_details.cached_tokens, 60)
    const responses = said('responses').usage
    t.match(responses, { input_tokens: 100, output_tokens: 20, total_tokens: 120 }, name)
    t.equal(responses.input_tokens_details.cached_tokens, 60)
    const { usage } = said('messages')
    const write = name === 'gemini' ? 0 : 10
    t.match(
      usage,
      {
        input_tokens: 40 - write,
        cache_read_input_tokens: 60,
        cache_creation_input_tokens: write,
        output_tokens: 20,
      },
      name,
    )
    const google = said('gemini').usageMetadata
    t.match(google, { promptTokenCount: 100, cachedContentTokenCount: 60, totalTokenCount: 120 })
    t.equal(google.candidatesTokenCount + (google.thoughtsTokenCount ?? 0), 20, name)
  }
})
