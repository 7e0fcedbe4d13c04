// Numbers that JavaScript does not have, through a translation and back.

import assert from 'node:assert'
import * as fc from 'fast-check'
import t from 'tap'
import { exact, exactJson, parseExact } from '../../src/translate/exact.ts'
import { gateway } from '../fixtures/gateway.ts'
import { type Handler, upstream } from '../fixtures/upstream.ts'

const through = (text: string): string => exactJson(parseExact(text))

t.test(
  'what JavaScript rounds comes out as it went in, and all else as JSON.parse has it',
  async t => {
    for (const text of [
      '1234567890123456789',
      '-9223372036854775808',
      '1e400',
      '1E+999',
      '0.1234567890123456789',
      '1152921504606846976',
      '1e-400',
      '123456789.123456789123',
      '[-12345678.901234567]',
      '[1,12345678901234567890,"12345678901234567890","\\"12345678901234567890"]',
      '{"12345678901234567890":12345678901234567891,"a\\\\":12345678901234567892}',
    ]) {
      t.equal(through(text), text)
    }
    for (const [text, wanted] of [
      ['1.0', '1'],
      ['9007199254740992', '9007199254740992'],
      ['0.30000000000000004', '0.30000000000000004'],
      ['1234567890.1234567', '1234567890.1234567'],
      ['1.50000000000000000', '1.5'],
      ['0e400', '0'],
      ['1e100', '1e+100'],
    ] as const) {
      t.equal(through(text), wanted)
      t.same(parseExact(text), JSON.parse(text))
    }
  },
)

t.test('JSON within JSON, however deep', async t => {
  const inner = '{"id":12345678901234567890}'
  const value = parseExact(inner)
  t.equal(exact(JSON.stringify({ a: JSON.stringify(value) })), JSON.stringify({ a: inner }))
  t.equal(
    exact(JSON.stringify({ a: JSON.stringify({ b: JSON.stringify(value) }) })),
    JSON.stringify({ a: JSON.stringify({ b: inner }) }),
  )
})

t.test('any JSON, with any numbers in it, is as it was', async () => {
  const digits = fc.stringMatching(/^-?[1-9]\d{0,40}$/)
  const { value } = fc.letrec<{ value: string }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      digits,
      fc.string({ unit: 'binary' }).map(text => JSON.stringify(text)),
      digits.map(text => JSON.stringify(`${text}\\"`)),
      fc.array(tie('value')).map(values => `[${values.join()}]`),
      fc
        .array(fc.tuple(fc.uuid(), tie('value')), { maxLength: 4 })
        .map(members => `{${members.map(([name, value]) => `"${name}":${value}`).join()}}`),
    ),
  }))
  fc.assert(
    fc.property(value, text => {
      assert.equal(through(text), text)
    }),
  )
})

t.test('what is no JSON is refused as JSON.parse refuses it', async t => {
  for (const text of [
    '',
    '12345678901234567890123 x',
    '01234567890123456789',
    '"1234567890123456789',
    '[12345678901234567890',
  ])
    t.throws(() => parseExact(text), SyntaxError, text)
})

const id = '1234567890123456789'
const args = `{"id":${id},"n":1e400}`
const chat: Handler = exchange => {
  const call = { id: 'c', type: 'function', function: { name: 'find', arguments: args } }
  if (!exchange.sent.stream) {
    const message = { role: 'assistant', content: null, tool_calls: [call] }
    exchange.json({ choices: [{ index: 0, finish_reason: 'tool_calls', message }] })
    return
  }
  const delta = { tool_calls: [{ index: 0, ...call }] }
  const events = [{ delta }, { delta: {}, finish_reason: 'tool_calls' }]
  exchange.raw(
    events
      .map(choice => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`)
      .join(''),
    200,
    { 'content-type': 'text/event-stream' },
  )
}
const messages: Handler = exchange =>
  exchange.raw(
    `{"id":"m","type":"message","role":"assistant","model":"c","stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":1},"content":[{"type":"tool_use","id":"t","name":"find","input":${args}}]}`,
    200,
    { 'content-type': 'application/json' },
  )
const gemini: Handler = exchange =>
  exchange.raw(
    `{"candidates":[{"finishReason":"STOP","content":{"parts":[{"functionCall":{"name":"find","args":${args}}}]}}]}`,
    200,
    { 'content-type': 'application/json' },
  )

t.test('the id of a call reaches every client, and comes back to every provider', async t => {
  const [a, b, c] = await Promise.all([
    upstream(t, chat),
    upstream(t, messages),
    upstream(t, gemini),
  ])
  const gw = await gateway(
    t,
    `
providers:
  chat: { api: openai, baseUrl: ${a.url}/v1, credential: none }
  messages: { api: anthropic, baseUrl: ${b.url}/v1, credential: none }
  gemini: { api: gemini, baseUrl: ${c.url}/v1beta, credential: none }
`,
  )
  const schema = `{"type":"object","properties":{"id":{"type":"integer","maximum":${id}}}}`
  const asks: readonly (readonly [path: string, body: (model: string) => string, said: string])[] =
    [
      [
        '/v1/messages',
        model =>
          `{"model":"${model}","max_tokens":9,"tools":[{"name":"find","input_schema":${schema}}],"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"find","input":${args}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}]}`,
        `"input":${args}`,
      ],
      [
        '/v1/chat/completions',
        model =>
          `{"model":"${model}","tools":[{"type":"function","function":{"name":"find","parameters":${schema}}}],"messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"t","type":"function","function":{"name":"find","arguments":${JSON.stringify(args)}}}]},{"role":"tool","tool_call_id":"t","content":"x"}]}`,
        `"arguments":${JSON.stringify(args)}`,
      ],
      [
        '/v1beta/models/MODEL:generateContent',
        () =>
          `{"tools":[{"functionDeclarations":[{"name":"find","parametersJsonSchema":${schema}}]}],"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"find","args":${args}}}]},{"role":"user","parts":[{"functionResponse":{"name":"find","response":{"id":${id}}}}]}]}`,
        `"args":${args}`,
      ],
    ]
  for (const [up, model] of [
    [a, 'chat/x'],
    [b, 'messages/claude-opus-4-8'],
    [c, 'gemini/gemini-2.5-pro'],
  ] as const) {
    for (const [path, body, said] of asks) {
      const reply = await gw.post(path.replace('MODEL', model), body(model))
      t.equal(reply.status, 200, `${path} ${model} ${reply.text}`)
      t.match(reply.text, said, `${path} ${model}`)
      const sent = up.requests.at(-1)!.body.toString()
      t.equal(sent.match(new RegExp(id, 'g'))?.length, path.includes('Content') ? 3 : 2, sent)
      t.match(sent, /1e400/)
      t.notMatch(sent + reply.text, '\u007f')
    }
  }
  const long = asks[0]![1]('chat/x').replace('"content":"x"', `"content":"${'x'.repeat(600_000)}"`)
  t.equal((await gw.post('/v1/messages', long)).status, 200)
  const sent = a.requests.at(-1)!.body.toString()
  t.equal(sent.match(new RegExp(id, 'g'))?.length, 2, 'a long one too')
  t.notMatch(sent, '\u007f')
  const streamed = await gw.post(
    '/v1/messages',
    asks[0]![1]('chat/x').replace('{', '{"stream":true,'),
  )
  t.match(streamed.text, JSON.stringify(args).slice(1, -1))
})
