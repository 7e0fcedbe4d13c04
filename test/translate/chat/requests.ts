// A case is a file: `client`, a Chat Completions request, and the `model` request it becomes; or `model`, some of a model
// request, at a provider of a `preset`, with the `facts` of the model, and the `provider` request that it becomes. Either
// may be an `error` instead: the field that cannot be said, or for what is no request at all, what is wrong with it.

import { deepStrictEqual } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { GatewayError } from '../../../src/errors.ts'
import { decodeRequest } from '../../../src/translate/chat/decode-request.ts'
import { encodeRequest } from '../../../src/translate/chat/encode-request.ts'
import { factsFor } from '../../../src/translate/facts.ts'
import type { Message, ModelRequest, Part, Tool } from '../../../src/translate/message.ts'
import { quirksFor } from '../../../src/translate/quirks.ts'
import type { Json } from '../../../src/translate/values.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { far, request } from '../../fixtures/far.ts'
import { openaiRefuses } from '../../fixtures/strict-openai.ts'

const folder = new URL('../../fixtures/translate/chat/', import.meta.url)

for (const file of readdirSync(folder).filter(name => name.startsWith('request-'))) {
  const { client, model, preset, facts, provider, dropped, error } = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  )
  t.test(file, async t => {
    const encode = () =>
      atOnce(encodeRequest(request(model), { ...far(facts), quirks: quirksFor(preset) }))
    if (error) {
      const what = error.field ? { code: 'untranslatable' } : { code: 'bad_request' }
      t.throws(() => (client ? atOnce(decodeRequest(client, 'm')) : encode()), {
        ...what,
        facts: error,
      })
    } else if (client) {
      t.strictSame(
        atOnce(decodeRequest(client, 'm')),
        request({ stream: false, includeUsage: false, ...model }),
      )
    } else {
      const encoded = encode()
      t.strictSame(encoded.body, provider)
      t.strictSame(encoded.dropped, dropped ?? [])
    }
  })
}

const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const object = fc.dictionary(word, fc.oneof(text, fc.integer()), { maxKeys: 3 })
const schema = object.map(more => ({ ...more, type: 'object' }))
const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 9 })
  .map(bytes => Buffer.from(bytes).toString('base64'))
const maybe = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map(some => (some === undefined ? {} : { [name]: some }))
const merged = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map(all => Object.assign({}, ...all))

const textPart = fc.record({ t: fc.constant('text' as const), text })
const userParts: fc.Arbitrary<Part[]> = fc.array(
  fc.oneof(
    textPart,
    merged(
      fc.record({
        t: fc.constant('image'),
        source: fc.oneof(
          fc.record({ base64, mime: fc.constantFrom('image/png', 'image/jpeg') }),
          fc.webUrl().map(url => ({ url })),
        ),
      }),
      maybe('detail', fc.constantFrom('low', 'high', 'auto')),
    ) as fc.Arbitrary<Part>,
    fc.record({
      t: fc.constant('file' as const),
      source: fc.record({ base64, mime: fc.constant('application/pdf') }),
      name: word,
    }),
    fc.record({ t: fc.constant('audio' as const), base64, format: fc.constantFrom('wav', 'mp3') }),
  ),
  { minLength: 1, maxLength: 4 },
)

/** A call and its result have one id, and no two calls do. */
const turn = fc
  .record({
    reasoning: fc.option(
      merged(
        fc.record({ t: fc.constant('reasoning'), text }),
        maybe(
          'signature',
          fc.record({ vendor: fc.constantFrom('anthropic', 'google'), value: word }),
        ),
      ) as fc.Arbitrary<Part>,
    ),
    said: fc.option(textPart),
    calls: fc.array(
      fc.record({
        name: word,
        args: object,
        custom: fc.boolean(),
        result: fc.array(textPart, { maxLength: 1 }),
      }),
      { maxLength: 3 },
    ),
  })
  .filter(({ reasoning, said, calls }) => reasoning !== null || said !== null || calls.length > 0)

const conversation = fc
  .array(fc.oneof(userParts, turn, text), { minLength: 1, maxLength: 5 })
  .map(steps => {
    let n = 0
    return steps.flatMap((step): Message[] => {
      if (typeof step === 'string')
        return [{ role: 'system', parts: [{ t: 'text', text: `s${step}` }] }]
      if (Array.isArray(step)) return [{ role: 'user', parts: step }]
      const { reasoning, said, calls } = step
      const made = calls.map(call => ({ ...call, id: `call_${++n}` }))
      return [
        {
          role: 'assistant',
          parts: [
            ...(reasoning ? [reasoning] : []),
            ...(said ? [said] : []),
            ...made.map(
              ({ id, name, args, custom }): Part => ({
                t: 'tool_call',
                id,
                name,
                args: custom ? 'free text' : JSON.stringify(args),
                kind: custom ? 'custom' : 'function',
              }),
            ),
          ],
        },
        ...(made.length === 0
          ? []
          : [
              {
                role: 'user' as const,
                parts: made.map(
                  ({ id, result }): Part => ({ t: 'tool_result', id, parts: result }),
                ),
              },
            ]),
      ]
    })
  })

const tools = fc.uniqueArray(
  fc.oneof(
    merged(
      fc.record({ kind: fc.constant('function'), name: word, schema }),
      maybe('description', text),
      maybe('strict', fc.boolean()),
    ),
    merged(
      fc.record({ kind: fc.constant('custom'), name: word }),
      maybe('description', text),
      maybe('format', fc.constant({ type: 'grammar', syntax: 'lark', definition: 'start: "x"' })),
    ),
  ) as fc.Arbitrary<Tool>,
  { minLength: 1, maxLength: 3, selector: tool => tool.name },
)

const numbers = [
  'maxTokens',
  'temperature',
  'topP',
  'topK',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
]
const expressible = fc
  .tuple(
    conversation,
    merged(
      ...numbers.map(name => maybe(name, fc.integer({ min: 1, max: 999 }))),
      ...['verbosity', 'user', 'tier', 'cacheKey'].map(name => maybe(name, word)),
      maybe('stop', fc.array(text, { minLength: 1, maxLength: 4 })),
      maybe(
        'format',
        fc.oneof(
          fc.record({
            kind: fc.constant('schema'),
            name: word,
            schema: object,
            strict: fc.boolean(),
          }),
        ),
      ),
      maybe('reasoning', fc.record({ effort: fc.constantFrom('none', 'low', 'high') })),
      fc
        .option(tools, { nil: undefined })
        .chain(some =>
          some === undefined
            ? fc.constant({})
            : merged(
                fc.constant({ tools: some }),
                maybe('parallelToolCalls', fc.boolean()),
                maybe(
                  'toolChoice',
                  fc.constantFrom(
                    { mode: 'auto' },
                    { mode: 'any' },
                    { mode: 'none' },
                    { mode: 'tool', name: some[0]!.name },
                  ),
                ),
              ),
        ),
    ),
    fc.boolean(),
  )
  .map(
    ([messages, more, stream]): ModelRequest =>
      request({ messages, stream, includeUsage: stream, ...more }),
  )

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

t.test('what the protocol can say comes back as it was', async t => {
  const all = far({ thinking: 'effort', efforts: ['low', 'high'] })
  const quirks = { ...quirksFor('openai'), topK: true, replayReasoning: 'details' as const }
  fc.assert(
    fc.property(expressible, asked => {
      const { body, dropped } = atOnce(encodeRequest(asked, { ...all, quirks }))
      deepStrictEqual(dropped, [])
      deepStrictEqual(plain(atOnce(decodeRequest(body, 'm'))), plain(asked))
    }),
    { numRuns: 200 },
  )
  t.pass()
})

/** As clients of other vendors are: long ids and names, marks, errors, blocks of their own, and results that are lost. */
const foreign = (asked: ModelRequest, seed: number): ModelRequest => {
  const name = (text: string) => (seed % 2 ? `mcp__server.${text}__${'x'.repeat(seed % 90)}` : text)
  const id = (text: string) => (seed % 3 ? `${text}__thought__${'s'.repeat(seed % 200)}` : text)
  const part = (one: Part): Part[] => {
    switch (one.t) {
      case 'tool_call':
        return [{ ...one, id: id(one.id), name: name(one.name), cache: {} }]
      case 'tool_result':
        return seed % 5 === 0 ? [] : [{ ...one, id: id(one.id), isError: true, name: 'f' }]
      case 'text':
        return [
          { ...one, cache: { ttl: '1h' } },
          { t: 'opaque', vendor: 'anthropic', raw: {} },
        ]
      default:
        return [one]
    }
  }
  const { toolChoice: choice } = asked
  return {
    ...asked,
    ...(choice?.mode === 'tool' ? { toolChoice: { ...choice, name: name(choice.name) } } : {}),
    tools: asked.tools.map(tool =>
      tool.kind === 'hosted'
        ? tool
        : { ...tool, name: name(tool.name), cache: {}, ...(tool.schema ? { schema: {} } : {}) },
    ),
    messages: asked.messages.map(message => ({ ...message, parts: message.parts.flatMap(part) })),
    user: 'u'.repeat(seed),
    stop: ['', 'a', 'b', 'c', 'd', 'e'],
    extra: { anthropic: { container: 'c' } },
    format: { kind: 'json' },
  }
}

t.test('whatever is asked, OpenAI would take it', async t => {
  const models = ['gpt-4o', 'gpt-5', 'gpt-5.6', 'o3', 'gpt-4.1']
  fc.assert(
    fc.property(
      expressible,
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom(...models),
      (asked, seed, model) => {
        const there = { ...far({}, model), facts: factsFor(model), quirks: quirksFor('openai') }
        const { body } = atOnce(encodeRequest(foreign(asked, seed), there))
        deepStrictEqual(openaiRefuses(plain(body)), undefined)
      },
    ),
    { numRuns: 300 },
  )
  t.pass()
})

t.test('a request is understood or refused, whatever it is', async t => {
  const names = [
    'messages',
    'role',
    'content',
    'tool_calls',
    'function',
    'tools',
    'type',
    'tool_choice',
    'stop',
    'response_format',
    'image_url',
    'file',
    'cache_control',
    'reasoning',
    'functions',
    'function_call',
    'id',
    'name',
  ]
  const { json } = fc.letrec(tie => ({
    json: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constantFrom(
        null,
        '',
        'x',
        1,
        true,
        'user',
        'assistant',
        'tool',
        'function',
        'text',
        'file',
        'image_url',
        'allowed_tools',
      ),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 5 }),
    ),
  }))
  const message = fc.record({
    role: fc.constantFrom('user', 'assistant', 'tool', 'function'),
    content: json,
    tool_calls: json,
  })
  fc.assert(
    fc.property(fc.array(fc.oneof(message, json), { maxLength: 4 }), json, (messages, more) => {
      try {
        atOnce(
          encodeRequest(
            atOnce(decodeRequest(plain({ ...Object(more), messages }) as Json, 'm')),
            far(),
          ),
        )
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error
      }
    }),
    { numRuns: 500 },
  )
  t.pass()
})
