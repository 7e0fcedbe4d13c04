// Gemini on either side of the gateway, through real sockets: other vendors' SDKs at a Gemini that is as strict as Google's,
// and Gemini's clients at somebody else's model.

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { geminiFaults, geminiResponses } from '../fixtures/gemini-validator.ts'
import { strictGemini } from '../fixtures/strict-gemini.ts'
import { type Handler, type Upstream, upstream } from '../fixtures/upstream.ts'

const start = async (t: Test, up: Upstream) => ({
  up,
  gw: await gateway(
    t,
    `
providers:
  google: { preset: gemini, baseUrl: ${up.url}/v1beta, credential: env:KEY }
  chats: { preset: together, baseUrl: ${up.url}/v1, credential: none }
aliases:
  new: google/gemini-3-pro-preview
  old: google/gemini-2.0-flash
  other: chats/some-model
`,
    { KEY: 'k' },
  ),
})

const said = (parts: readonly unknown[], more = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, thoughtsTokenCount: 3 },
  modelVersion: 'gemini-real',
  responseId: 'r1',
})

const call = (city: string, more = {}) => ({
  functionCall: { name: 'weather', args: { city } },
  ...more,
})

/** Two calls at once, of which the first is signed, as Google streams them. */
const calls = [
  said([{ text: 'hm', thought: true }]),
  said([call('Rome', { thoughtSignature: 'c2ln' }), call('Oslo')], { finishReason: 'STOP' }),
]

// What JSON Schema has and Gemini's own form has not.
const parameters = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  properties: { city: { type: ['string', 'null'] }, unit: { const: 'C' } },
  required: ['city'],
  additionalProperties: false,
}

interface Sent {
  readonly functionCall?: unknown
  readonly thoughtSignature?: string
}

/** The signatures of the calls in the last request. */
const signatures = (up: Upstream): (string | undefined)[] =>
  up.requests
    .at(-1)!
    .sent.contents.flatMap(({ parts }: { parts: Sent[] }) => parts)
    .filter((part: Sent) => part.functionCall)
    .map((part: Sent) => part.thoughtSignature)

t.test(
  "OpenAI's SDK holds a conversation with tools, whose signatures nobody but the gateway keeps",
  async t => {
    const { up, gw } = await start(t, await strictGemini(t, calls))
    const client = new OpenAI({ baseURL: `${gw.url}/v1`, apiKey: 'x', maxRetries: 0 })
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters } }]
    for (const model of ['new', 'old']) {
      const messages: OpenAI.ChatCompletionMessageParam[] = [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'Hi' },
      ]
      const first = await client.chat.completions
        .stream({ model, messages, tools, stream_options: { include_usage: true } })
        .finalChatCompletion()
      const { message, finish_reason } = first.choices[0]!
      t.equal(finish_reason, 'tool_calls')
      t.equal(first.model, 'gemini-real')
      t.strictSame(
        message.tool_calls?.map(one => one.type === 'function' && one.function.arguments),
        ['{"city":"Rome"}', '{"city":"Oslo"}'],
      )
      t.match(first.usage, { prompt_tokens: 5, completion_tokens: 5 })
      // The results come in another order, and the message back without what is not OpenAI's.
      const results = message.tool_calls!.map(
        ({ id }) => ({ role: 'tool', tool_call_id: id, content: 'warm' }) as const,
      )
      const again = message.tool_calls!.map(({ id, type, ...one }) => ({
        id,
        type,
        function: 'function' in one ? one.function : { name: '', arguments: '' },
      }))
      messages.push(
        { role: 'assistant', content: null, tool_calls: again as never },
        ...results.reverse(),
        { role: 'user', content: 'and?' },
      )
      await client.chat.completions.create({ model, messages, tools })
      t.strictSame(signatures(up), ['c2ln', undefined])
    }
  },
)

t.test("Anthropic's SDK asks Gemini, and history of another vendor is no obstacle", async t => {
  const { up, gw } = await start(
    t,
    await strictGemini(t, [
      said([{ text: 'hm', thought: true }, { text: 'done' }], { finishReason: 'STOP' }),
    ]),
  )
  const client = new Anthropic({ baseURL: gw.url, apiKey: 'x', maxRetries: 0 })
  const message = await client.messages
    .stream({
      model: 'new',
      max_tokens: 4000,
      thinking: { type: 'enabled', budget_tokens: 2000 },
      tools: [{ name: '1st.tool', input_schema: parameters }],
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'mine', signature: 'of-claude' },
            { type: 'tool_use', id: 'toolu_1', name: '1st.tool', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'no', is_error: true },
          ],
        },
      ],
    })
    .finalMessage()
  t.strictSame(
    message.content.map(block => [block.type, 'text' in block ? block.text : undefined]),
    [
      ['thinking', undefined],
      ['text', 'done'],
    ],
  )
  t.strictSame(signatures(up), ['skip_thought_signature_validator'])
})

const chunk = (delta: unknown, finish_reason: string | null = null) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'real',
  choices: [{ index: 0, delta, finish_reason }],
})

const streaming: Handler = exchange => {
  const stream = exchange.sse()
  for (const content of ['Hel', 'lo']) void stream.data(chunk({ content }))
  void stream.data(chunk({}, 'stop'))
  void stream.data('[DONE]')
  return stream.end()
}

t.test("Gemini's clients ask another model, by events or by one array", async t => {
  const { gw } = await start(t, await upstream(t, streaming))
  const body = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }
  for (const query of ['?alt=sse', '']) {
    const answer = await gw.post(`/v1beta/models/other:streamGenerateContent${query}`, body)
    const { text } = answer
    t.strictSame(geminiFaults(text, query !== ''), [])
    const words = geminiResponses(text, query !== '').map(
      ({ candidates: [{ content }] }) => content.parts[0].text,
    )
    t.equal(words.join(''), 'Hello')
    t.match(
      answer.headers.get('content-type'),
      query ? /^text\/event-stream/ : /^application\/json/,
    )
  }
})

t.test("an error of another vendor is one of Google's to them", async t => {
  const error = { message: 'slow down', type: 'rate_limit_error' }
  const up = await upstream(t, exchange => exchange.json({ error }, 429, { 'retry-after': '3600' }))
  const { gw } = await start(t, up)
  const answer = await gw.post('/v1beta/models/other:generateContent', {
    contents: [{ parts: [{ text: 'Hi' }] }],
  })
  t.equal(answer.status, 429)
  t.match(answer.json, {
    error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '3600s' }] },
  })
})
