// What others got wrong with Gemini, PROTOCOLS 7, at a Gemini that is as strict as Google's.

import fc from 'fast-check'
import t from 'tap'
import { Collector } from '../../../src/translate/collect.ts'
import { factsFor } from '../../../src/translate/facts.ts'
import { geminiProvider, vertexGeminiProvider } from '../../../src/translate/gemini/provider.ts'
import type { Message, ModelRequest, Part } from '../../../src/translate/message.ts'
import { encodeSse } from '../../../src/wire/sse.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { asked, far, request } from '../../fixtures/far.ts'
import { geminiRefusal, strictGemini } from '../../fixtures/strict-gemini.ts'

const farAt = (model: string) => far(factsFor(model), model)
const user = (...parts: Part[]): Message => ({ role: 'user', parts })
const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts })
const text = (text: string): Part => ({ t: 'text', text })
const result = (id: string): Part => ({ t: 'tool_result', id, parts: [{ t: 'text', text: 'ok' }] })
const call = (id: string, name = 'f'): Part => ({
  t: 'tool_call',
  id,
  name,
  args: '{}',
  kind: 'function',
})

const refusal = (asking: Partial<ModelRequest>, model: string) =>
  geminiRefusal(atOnce(geminiProvider.encodeRequest(request(asking), farAt(model))).body, { model })

t.test('G1: a call goes back with its signature, from wherever it is to be had', async t => {
  // microsoft/semantic-kernel#13417, labring/aiproxy#450, lbjlaq/Antigravity-Manager#3202
  const model = 'gemini-3-pro-preview'
  const to = farAt(model)
  const signatures = (...calls: Part[]): unknown[] => {
    const messages = [
      user(text('x')),
      assistant(...calls),
      user(...calls.map(c => result('id' in c ? String(c.id) : ''))),
    ]
    const { body } = atOnce(geminiProvider.encodeRequest(request({ messages }), to))
    t.equal(geminiRefusal(body, { model }), undefined)
    const [, turn] = body['contents'] as { parts: { thoughtSignature?: string }[] }[]
    return turn!.parts.map(part => part.thoughtSignature)
  }
  const first = { ...call('a'), signature: { vendor: 'google', value: 'own' } } as Part
  t.strictSame(signatures(first, call('b')), ['own', undefined])
  t.strictSame(signatures(call('a'), call('b')), ['skip_thought_signature_validator', undefined])
  const foreign = { ...call('a'), signature: { vendor: 'anthropic', value: 'no' } } as Part
  t.strictSame(signatures(foreign), ['skip_thought_signature_validator'])
  // A client that keeps no signatures: what an answer brought is remembered.
  const events = geminiProvider.decodeWhole(
    {
      candidates: [
        {
          content: { parts: [{ functionCall: { name: 'f', args: {} }, thoughtSignature: 'kept' }] },
          finishReason: 'STOP',
        },
      ],
    },
    asked({ far: to }),
  )
  const open = events.find(event => event.t === 'open')
  const id = open?.t === 'open' && open.block.t === 'tool_call' ? open.block.id : ''
  t.strictSame(signatures(call(id)), ['kept'])
  t.strictSame(
    atOnce(
      geminiProvider.encodeRequest(
        request({ messages: [user(text('x')), assistant(call('q')), user(result('q'))] }),
        farAt('gemini-2.5-pro'),
      ),
    ).body['contents'],
    [
      { role: 'user', parts: [{ text: 'x' }] },
      { role: 'model', parts: [{ functionCall: { id: 'q', name: 'f', args: {} } }] },
      {
        role: 'user',
        parts: [{ functionResponse: { id: 'q', name: 'f', response: { result: 'ok' } } }],
      },
    ],
    'older models want none',
  )
})

const id = fc.constantFrom('a', 'b', 'c')
const part = fc.oneof(
  id.map(result),
  fc.constantFrom(text('hi'), text(''), {
    t: 'image',
    source: { base64: 'AA', mime: 'image/png' },
  } as Part),
)
const message = fc.oneof(
  fc.array(part, { maxLength: 4 }).map(parts => user(...parts)),
  fc
    .array(
      fc.oneof(
        id.map(one => call(one)),
        fc.constant(text('so')),
      ),
      { maxLength: 4 },
    )
    .map(parts => assistant(...parts)),
  fc.constant<Message>({ role: 'system', parts: [text('rules')] }),
)

t.test('G2: as many results as calls, in their order, whatever the conversation', async t => {
  // cloudwego/eino-ext#571, docker/docker-agent#2959, crewAIInc/crewAI#4693, google-gemini/gemini-cli#16135
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 8 }),
      fc.constantFrom('gemini-3-pro', 'gemini-2.5-flash'),
      (messages, model) => {
        const words = refusal({ messages }, model)
        if (words) throw new Error(words)
        const at = atOnce(vertexGeminiProvider.encodeRequest(request({ messages }), farAt(model)))
        const vertex = geminiRefusal(at.body, { model, vertex: true })
        if (vertex) throw new Error(vertex)
      },
    ),
    { numRuns: 500 },
  )
  t.pass()
})

t.test('G3: parallel calls are calls of their own', async t => {
  // su-kaka/gcli2api#406, omnigent-ai/omnigent#28, NousResearch/hermes-agent#62937
  const part = (x: number) => ({ functionCall: { name: 'f', args: { x } } })
  const chunk = (parts: unknown[], more = {}) =>
    encodeSse(JSON.stringify({ candidates: [{ content: { parts }, ...more }] }))
  const decoder = geminiProvider.decodeStream(asked())
  const bytes = chunk([part(1), part(2)]) + chunk([part(3)], { finishReason: 'STOP' })
  const collector = new Collector()
  for (const event of [...decoder.push(Buffer.from(bytes)), ...decoder.end()]) collector.add(event)
  const { parts, finish } = collector.answer()
  t.strictSame(
    parts.map(part => part.t === 'tool_call' && [part.id, part.args]),
    [
      ['call_1', '{"x":1}'],
      ['call_2', '{"x":2}'],
      ['call_3', '{"x":3}'],
    ],
  )
  t.equal(finish.reason, 'tool_calls')
})

const schema: fc.Arbitrary<Record<string, unknown>> = fc.letrec<{ any: Record<string, unknown> }>(
  tie => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constant({ type: 'string' }),
      fc.record(
        {
          $schema: fc.constant('https://json-schema.org/draft-07/schema'),
          type: fc.constantFrom('string', 'integer', 'object', 'array', 'null', ['string', 'null']),
          additionalProperties: fc.boolean(),
          propertyNames: tie('any'),
          uniqueItems: fc.boolean(),
          const: fc.constantFrom('x', 1, null),
          $ref: fc.constantFrom('#', '#/$defs/a', '#/properties/p', 'https://example.com/x'),
          $defs: fc.record({ a: tie('any') }),
          enum: fc.constantFrom(['x'], [1, 2], ['x', null]),
          anyOf: fc.array(tie('any'), { maxLength: 2 }),
          oneOf: fc.array(tie('any'), { maxLength: 2 }),
          allOf: fc.array(tie('any'), { maxLength: 2 }),
          items: tie('any'),
          required: fc.constant(['p', 'gone']),
          deprecated: fc.boolean(),
          format: fc.constantFrom('uri', 'date-time', 'int32'),
          properties: fc.dictionary(fc.constantFrom('p', 'q', '$ref'), tie('any'), { maxKeys: 2 }),
        },
        { requiredKeys: [] },
      ),
    ),
  }),
).any

t.test('G4: no schema has a word that Gemini refuses', async t => {
  // router-for-me/CLIProxyAPI#97, #2142, Wei-Shaw/sub2api#6116, tailcallhq/forgecode#3426, lijunzh/koda#1097
  fc.assert(
    fc.property(schema, schema => {
      const tools = [{ kind: 'function', name: 'f', schema } as const]
      for (const model of ['gemini-2.0-flash', 'gemini-3-pro']) {
        const words = refusal({ tools }, model)
        if (words) throw new Error(`${model}: ${words}`)
      }
    }),
    { numRuns: 300 },
  )
  t.pass()
})

t.test('G4: references that lead to many others do not grow without end', async t => {
  const both = (name: string) => ({
    a: { $ref: `#/$defs/${name}` },
    b: { $ref: `#/$defs/${name}` },
  })
  const depth = 40
  const $defs = Object.fromEntries(
    Array.from({ length: depth }, (_, i) => [
      `d${i}`,
      i + 1 < depth ? { type: 'object', properties: both(`d${i + 1}`) } : { type: 'string' },
    ]),
  )
  const schema = { type: 'object', properties: both('d0'), $defs }
  const tools = [{ kind: 'function', name: 'f', schema } as const]
  t.equal(refusal({ tools }, 'gemini-2.0-flash'), undefined)
})

t.test('G5: an empty answer that says all is well is an error', async t => {
  // su-kaka/gcli2api#406
  const answer = { candidates: [{ content: { role: 'model' }, finishReason: 'STOP' }] }
  t.match(geminiProvider.decodeWhole(answer, asked()).at(-1), {
    t: 'error',
    error: { kind: 'server', message: 'the model ended without an answer' },
  })
})

t.test('what a strict Gemini says over a real connection is what it means', async t => {
  const up = await strictGemini(t, [])
  const answer = await fetch(`${up.url}/v1beta/models/gemini-3-pro:generateContent`, {
    method: 'POST',
    body: JSON.stringify({
      contents: [
        { role: 'user', parts: [{ text: 'x' }] },
        { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] },
      ],
    }),
  })
  const error = geminiProvider.decodeError(answer.status, await answer.text(), () => undefined)
  t.match(error, { kind: 'invalid', status: 400, message: /missing a thought_signature/ })
})
