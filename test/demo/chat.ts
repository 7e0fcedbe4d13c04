import t from 'tap'
import { converse } from '../../src/demo/conversation.ts'
import { chunksOf } from '../fixtures/demo-chunks.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it gets
type Json = any
const ask = (more: object): Json => {
  const body: Json = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }], ...more }
  const answer = converse('chat', { body, model: body.model, path: '', now: 5000 }).answer()
  return 'json' in answer ? answer.json : chunksOf(answer)
}
const said = (content: unknown, more = {}) =>
  ask({ messages: [{ role: 'user', content }], ...more })

t.test("an answer in OpenAI's shape", async t => {
  t.matchOnly(ask({}), {
    id: /^chatcmpl-\w{24}$/,
    object: 'chat.completion',
    created: 5,
    model: 'gpt-4o-2024-08-06',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: /^Hello!/, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: Object,
  })
  t.same(ask({}), ask({}), 'the same for the same request')
  t.not(ask({}).id, ask({ seed: 1 }).id)
})

t.test('the stream says what the whole answer says, one token a chunk', async t => {
  const whole = ask({})
  const events = ask({ stream: true, stream_options: { include_usage: true } })
  t.same(events[0].choices[0].delta, { role: 'assistant', content: '' })
  const middle = events.slice(1, -2)
  t.equal(
    middle.map((event: Json) => event.choices[0].delta.content).join(''),
    whole.choices[0].message.content,
  )
  t.same(events.at(-2).choices[0], { index: 0, delta: {}, logprobs: null, finish_reason: 'stop' })
  t.same(events.at(-1).choices, [])
  t.same(events.at(-1).usage, whole.usage)
  t.equal(whole.usage.completion_tokens, middle.length)
  t.ok(events.slice(0, -1).every((event: Json) => event.usage === null))
  t.ok(events.every((event: Json) => event.object === 'chat.completion.chunk'))
})

t.test('without include_usage there is none', async t => {
  for (const more of [{}, { stream_options: { include_usage: false } }, { stream_options: 1 }])
    t.notOk(ask({ stream: true, ...more }).some((event: object) => 'usage' in event))
})

t.test('max_tokens and stop end the answer', async t => {
  const cut = said('count to 9', { max_tokens: 5 })
  t.equal(cut.choices[0].message.content, '1, 2, 3')
  t.equal(cut.choices[0].finish_reason, 'length')
  t.equal(cut.usage.completion_tokens, 5)
  t.equal(said('count to 9', { max_completion_tokens: 3 }).choices[0].message.content, '1, 2')
  t.equal(said('count to 2', { max_tokens: 3 }).choices[0].finish_reason, 'stop', 'just enough')
  for (const stop of [', 4', [', 7', ', 4']]) {
    const stopped = said('count to 9', { stop })
    t.equal(stopped.choices[0].message.content, '1, 2, 3')
    t.equal(stopped.choices[0].finish_reason, 'stop')
  }
})

t.test('n answers, all counted', async t => {
  const three = said('a joke', { n: 3 })
  t.equal(new Set(three.choices.map((choice: Json) => choice.message.content)).size, 3)
  t.same(
    three.choices.map((choice: Json) => choice.index),
    [0, 1, 2],
  )
  t.ok(three.usage.completion_tokens > said('a joke').usage.completion_tokens * 2)
  const events = said('a joke', { n: 2, stream: true })
  t.same(
    events
      .filter((event: Json) => event.choices[0].finish_reason)
      .map((e: Json) => e.choices[0].index),
    [0, 1],
  )
})

const tools = ['get_time', 'get_weather'].map(name => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}))

t.test('calls a tool', async t => {
  const called = (prompt: string, tool_choice?: unknown) => {
    const [choice] = said(prompt, { tools, tool_choice }).choices
    return choice.message.tool_calls?.[0].function.name
  }
  t.equal(called('Hello'), undefined)
  t.equal(called('Hello', 'auto'), undefined)
  t.equal(called('Hello', 'required'), 'get_time')
  t.equal(called('Use a tool.'), 'get_time')
  t.equal(called('get_weather in Oslo'), 'get_weather')
  t.equal(called('get_weather', 'none'), undefined)
  t.equal(called('x', { type: 'function', function: { name: 'get_weather' } }), 'get_weather')

  const [choice] = said('get_weather in Oslo', { tools }).choices
  t.equal(choice.finish_reason, 'tool_calls')
  t.equal(choice.message.content, null)
  t.match(choice.message.tool_calls, [
    { id: /^call_\w+$/, type: 'function', function: { arguments: '{"city":"Oslo"}' } },
  ])
  const events = said('get_weather in Oslo', { tools, stream: true })
  const deltas = events.map((event: Json) => event.choices[0].delta.tool_calls?.[0])
  t.match(deltas[1], { index: 0, id: String, function: { name: 'get_weather', arguments: '' } })
  t.equal(deltas.map((delta: Json) => delta?.function?.arguments ?? '').join(''), '{"city":"Oslo"}')
  t.equal(events.at(-1).choices[0].finish_reason, 'tool_calls')
})

t.test('reads what the tool returned', async t => {
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'get_weather', arguments: '{}' },
  }
  const messages = [
    { role: 'user', content: 'get_weather in Oslo' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
  ]
  t.match(ask({ messages, tools, tool_choice: 'required' }).choices[0].message.content, '"rain"')
})

t.test('answers in JSON', async t => {
  const content = (format: unknown) =>
    JSON.parse(ask({ response_format: format }).choices[0].message.content)
  t.match(content({ type: 'json_object' }), { answer: /^Hello!/ })
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } } }
  t.same(content({ type: 'json_schema', json_schema: { name: 'x', schema } }), { ok: true })
  t.match(ask({ response_format: { type: 'text' } }).choices[0].message.content, /^Hello!/)
})

t.test('the last user message is the question, whatever its form', async t => {
  const image = { url: 'data:image/png;base64,AAAA' }
  const parts = [
    { type: 'image_url', image_url: image },
    { type: 'text', text: 'ping' },
  ]
  t.equal(said(parts).choices[0].message.content, 'pong')
  const messages = [
    { role: 'user', content: 'a joke' },
    { role: 'assistant', content: 'ha' },
    { role: 'user', content: 'ping' },
  ]
  t.equal(ask({ messages }).choices[0].message.content, 'pong')
  t.match(
    ask({ messages: [{ role: 'system', content: 'x' }] }).choices[0].message.content,
    /nothing/,
  )
})

t.test('thinks when it is asked to', async t => {
  const { choices, usage } = said('ping', { reasoning_effort: 'low' })
  t.match(choices[0].message, { content: 'pong', reasoning_content: /^They ask: "ping"/ })
  t.equal(usage.completion_tokens, usage.completion_tokens_details.reasoning_tokens + 1)
  t.notOk(said('ping', { reasoning_effort: 'none' }).choices[0].message.reasoning_content)
})

t.test('refuses what makes no sense', async t => {
  const cases: [body: object, message: RegExp][] = [
    [{ messages: undefined }, /messages/],
    [{ messages: 'Hello' }, /messages/],
    [{ messages: ['Hello'] }, /message/],
    [{ messages: [] }, /messages/],
    [{ max_tokens: 0 }, /tokens/],
    [{ max_tokens: '5' }, /max_tokens/],
    [{ n: 129 }, /'n'/],
    [{ logprobs: true }, /^logprobs: /],
  ]
  for (const [body, message] of cases) t.throws(() => ask(body), { message })
  t.throws(() => ask({ model: undefined }), { message: /model/ })
  t.doesNotThrow(() => ask({ no_such_field: 1, max_tokens: null }))
})
