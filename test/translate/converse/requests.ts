import fc from 'fast-check'
import t from 'tap'
import { encodeRequest } from '../../../src/translate/converse/encode-request.ts'
import { converseProvider } from '../../../src/translate/converse/provider.ts'
import { factsFor } from '../../../src/translate/facts.ts'
import type { Message, ModelRequest, Part, Tool } from '../../../src/translate/message.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { converseFaults } from '../../fixtures/converse-validator.ts'
import { far, request } from '../../fixtures/far.ts'

const encoded = (more: Partial<ModelRequest>, model = 'amazon.nova-pro-v1:0') => {
  const result = atOnce(encodeRequest(request(more), far(factsFor(model), model)))
  return { ...result, faults: converseFaults(result.body, model) }
}

/** The body, which must be one that Bedrock takes. */
const body = (more: Partial<ModelRequest>, model?: string): Record<string, unknown> => {
  const { body, faults } = encoded(more, model)
  t.strictSame(faults, [])
  return JSON.parse(JSON.stringify(body))
}

const text = (text: string): Part => ({ t: 'text', text })
const user = (...parts: Part[]): Message => ({ role: 'user', parts })
const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts })
const call = (id: string, name = 'look', args = '{}'): Part => ({
  t: 'tool_call',
  id,
  name,
  args,
  kind: 'function',
})
const result = (id: string, ...parts: Extract<Part, { t: 'tool_result' }>['parts']): Part => ({
  t: 'tool_result',
  id,
  parts,
})
const tool = (name: string, more: Partial<Tool> = {}): Tool => ({ kind: 'function', name, ...more })
const claude = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const png = 'iVBORw0KGgoAAAANSUhEUg=='

t.test('B1: a conversation with calls offers tools, whatever the client offers', async t => {
  // https://github.com/langgenius/dify/issues/17545, vxcontrol/pentagi#196, patriceckhart/zot#18
  const messages = [
    user(text('Hi')),
    assistant(call('a', 'look')),
    user(result('a', { t: 'text', text: 'x' })),
  ]
  t.match(body({ messages }), {
    toolConfig: {
      tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }],
    },
  })
  t.match(body({ messages, tools: [tool('other')] }).toolConfig, {
    tools: [{ toolSpec: { name: 'other' } }, { toolSpec: { name: 'look' } }],
  })
})

t.test('B2: no choice of no tool, and all results in one turn', async t => {
  // https://github.com/ankit373/hydra/issues/964, #971
  t.notOk(
    'toolConfig' in
      body({ messages: [user(text('Hi'))], tools: [tool('look')], toolChoice: { mode: 'none' } }),
  )
  const messages = [
    user(text('Hi')),
    assistant(call('a'), call('b')),
    user(result('b', { t: 'text', text: '2' })),
    user(result('a', { t: 'text', text: '1' })),
    user(text('Go on')),
  ]
  const said = body({ messages, tools: [tool('look')], toolChoice: { mode: 'none' } }, claude)
  t.strictSame(
    (said['toolConfig'] as object) && 'toolChoice' in (said['toolConfig'] as object),
    false,
  )
  t.match(said['messages'], [
    { role: 'user' },
    {
      role: 'assistant',
      content: [{ toolUse: { toolUseId: 'a' } }, { toolUse: { toolUseId: 'b' } }],
    },
    {
      role: 'user',
      content: [
        { toolResult: { toolUseId: 'b' } },
        { toolResult: { toolUseId: 'a' } },
        { text: 'Go on' },
      ],
    },
  ])
})

t.test('B3: the result of a tool keeps its pictures and documents', async t => {
  // https://github.com/run-llama/llama_index/issues/21677
  const rich = result(
    'a',
    { t: 'text', text: 'Here' },
    { t: 'image', source: { base64: png, mime: 'image/jpeg' } },
    { t: 'file', source: { base64: 'JVBERi0=', mime: 'application/pdf' }, name: 'a.pdf' },
  )
  const { messages } = body({
    messages: [user(text('Hi')), assistant(call('a')), user({ ...rich, isError: true } as Part)],
  })
  t.match(messages, [
    {},
    {},
    {
      content: [
        {
          toolResult: {
            toolUseId: 'a',
            status: 'error',
            content: [
              { text: 'Here' },
              { image: { format: 'png', source: { bytes: png } } },
              { document: { format: 'pdf', name: 'a' } },
            ],
          },
        },
      ],
    },
  ])
})

t.test('A5 on Bedrock: a model that fixes its sampling is told none', async t => {
  const { dropped, body } = encoded(
    { messages: [user(text('Hi'))], temperature: 0.5, topP: 0.5, topK: 3 },
    'anthropic.claude-opus-4-7',
  )
  t.notOk('inferenceConfig' in body)
  t.strictSame(dropped, ['temperature', 'top_p', 'top_k'])
})

t.test('limits and sampling stand where Converse has them', async t => {
  const said = {
    messages: [user(text('Hi'))],
    maxTokens: 9,
    temperature: 1.7,
    topP: 0.9,
    topK: 5,
    stop: ['X'],
  }
  t.match(body(said), {
    inferenceConfig: { maxTokens: 9, temperature: 1, topP: 0.9, stopSequences: ['X'] },
    additionalModelRequestFields: { inferenceConfig: { topK: 5 } },
  })
  t.match(body(said, claude), {
    inferenceConfig: { maxTokens: 9, temperature: 1, stopSequences: ['X'] },
    additionalModelRequestFields: { top_k: 5 },
    additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'],
  })
  t.strictSame(encoded(said, 'meta.llama3-70b').dropped, ['top_k'])
})

t.test('thinking is asked for in the words of each family', async t => {
  const said = {
    messages: [user(text('Hi'))],
    maxTokens: 9000,
    reasoning: { effort: 'medium' },
  } as const
  const fields = (model: string, more = {}) =>
    body({ ...said, ...more }, model)['additionalModelRequestFields']
  t.match(fields(claude), { thinking: { type: 'enabled', budget_tokens: 8192 } })
  t.match(fields('anthropic.claude-opus-4-7'), {
    thinking: { type: 'adaptive' },
    output_config: { effort: 'medium' },
  })
  t.strictSame(fields('openai.gpt-oss-120b-1:0'), { reasoning_effort: 'medium' })
  t.strictSame(fields('amazon.nova-2-lite-v1:0'), {
    reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' },
  })
  const high = body(
    { ...said, temperature: 0.1, reasoning: { effort: 'high' } },
    'amazon.nova-2-lite-v1:0',
  )
  t.notOk('inferenceConfig' in high, 'Nova takes no limits beside a high effort')
  t.equal(fields('meta.llama3-70b'), undefined)
  // A tool that is demanded and thinking exclude each other.
  const tools = [tool('look')]
  t.equal(fields(claude, { tools, toolChoice: { mode: 'any' } }), undefined)
})

t.test('the choice of a tool, as far as the family takes it', async t => {
  const choice = (model: string, toolChoice: ModelRequest['toolChoice'] & object) => {
    const result = encoded(
      { messages: [user(text('Hi'))], tools: [tool('look')], toolChoice },
      model,
    )
    t.strictSame(result.faults, [])
    return [(result.body['toolConfig'] as { toolChoice?: object }).toolChoice, result.dropped]
  }
  const one = { mode: 'tool', name: 'look' } as const
  t.strictSame(choice('amazon.nova-pro-v1:0', one), [{ tool: { name: 'look' } }, []])
  t.strictSame(choice('mistral.mistral-large-2407-v1:0', one), [{ any: {} }, ['tool_choice']])
  t.strictSame(choice('meta.llama3-3-70b-instruct-v1:0', one), [{ auto: {} }, ['tool_choice']])
  t.strictSame(choice('amazon.nova-pro-v1:0', { mode: 'any' }), [{ any: {} }, []])
})

t.test('a schema: a format of Claude, a tool for the others', async t => {
  const format = { kind: 'schema', name: 'x', schema: { type: 'object', properties: {} } } as const
  const messages = [user(text('Hi'))]
  t.match(body({ messages, format }, claude)['additionalModelRequestFields'], {
    output_config: { format: { type: 'json_schema' } },
  })
  t.match(body({ messages, format })['toolConfig'], {
    tools: [{ toolSpec: { name: 'json' } }],
    toolChoice: { tool: { name: 'json' } },
  })
})

t.test("Mistral's ids are nine letters and digits, the same on both sides", async t => {
  const { messages } = body(
    { messages: [user(text('Hi')), assistant(call('call_abc')), user(result('call_abc'))] },
    'mistral.mistral-large-2407-v1:0',
  ) as {
    messages: { content: { toolUse: { toolUseId: string }; toolResult: { toolUseId: string } }[] }[]
  }
  t.match(messages[1]!.content[0]!.toolUse.toolUseId, /^[A-Za-z0-9]{9}$/)
  t.equal(messages[2]!.content[0]!.toolResult.toolUseId, messages[1]!.content[0]!.toolUse.toolUseId)
})

t.test('names of tools that Bedrock would refuse', async t => {
  const name = `mcp__${'x'.repeat(80)}`
  const { body, faults, toolNames } = encoded({
    messages: [user(text('Hi'))],
    tools: [tool(name, { description: '' })],
  })
  t.strictSame(faults, [])
  const tools = (body['toolConfig'] as { tools: { toolSpec: { name: string } }[] }).tools
  t.equal(toolNames.get(tools[0]!.toolSpec.name), name)
})

t.test('documents have names of their own, and a text beside them', async t => {
  const file = (name: string): Part => ({
    t: 'file',
    name,
    source: { base64: 'YQ==', mime: 'text/csv' },
  })
  const { messages } = body({ messages: [user(file('über_1.csv'), file('über_1.csv'))] })
  t.match(messages, [
    {
      content: [
        { document: { format: 'csv', name: '-ber-1' } },
        { document: { name: '-ber-1 2' } },
        { text: /./ },
      ],
    },
  ])
})

t.test('marks of a cache become blocks, where the family has them', async t => {
  const said = {
    messages: [
      { role: 'system', parts: [{ t: 'text', text: 'Be', cache: { ttl: '1h' } }] },
      user({ t: 'text', text: 'Hi', cache: {} }),
    ] as Message[],
    tools: [tool('look', { cache: {} })],
  }
  t.match(body(said, claude), {
    system: [{ text: 'Be' }, { cachePoint: { type: 'default', ttl: '1h' } }],
    messages: [{ content: [{ text: 'Hi' }, { cachePoint: { type: 'default' } }] }],
    toolConfig: { tools: [{}, { cachePoint: { type: 'default' } }] },
  })
  t.notMatch(JSON.stringify(body(said, 'meta.llama3-70b')), /cachePoint/)
  t.strictSame(
    (body(said)['toolConfig'] as { tools: object[] }).tools.length,
    1,
    'Nova has none among tools',
  )
})

t.test('reasoning goes back to whom it is from', async t => {
  const thought = (vendor: 'anthropic' | 'bedrock'): Part => ({
    t: 'reasoning',
    text: 'Hm',
    signature: { vendor, value: 's' },
  })
  const said = (vendor: 'anthropic' | 'bedrock', model: string) =>
    JSON.stringify(
      body(
        { messages: [user(text('Hi')), assistant(thought(vendor), text('x')), user(text('y'))] },
        model,
      ),
    )
  t.match(said('anthropic', claude), /reasoningText/)
  t.match(said('bedrock', 'deepseek.r1-v1:0'), /reasoningText/)
  t.notMatch(said('anthropic', 'deepseek.r1-v1:0'), /reasoning/)
  t.notMatch(said('bedrock', claude), /reasoning/)
})

t.test('pictures come as bytes, or lie in S3', async t => {
  const picture = (url: string): Partial<ModelRequest> => ({
    messages: [user({ t: 'image', source: { url } })],
  })
  t.match(body(picture('s3://bucket/a.png'))['messages'], [
    {
      content: [{ image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } }],
    },
  ])
  t.throws(() => encoded(picture('https://example.com/a.png')), { code: 'untranslatable' })
  t.ok(converseProvider.wantsBytes?.('https://example.com/a.png', user(), far()))
  t.notOk(converseProvider.wantsBytes?.('s3://bucket/a.png', user(), far()))
  const audio: Part = { t: 'audio', base64: 'AA==', format: 'wav' }
  t.throws(() => encoded({ messages: [user(audio)] }), { code: 'untranslatable' })
})

t.test("what is Bedrock's own goes there", async t => {
  const extra = {
    bedrock: { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } },
    openai: { store: 1 },
  }
  const { body, dropped } = encoded({
    messages: [user(text('Hi'))],
    extra,
    tier: 'priority',
    user: 'me',
    seed: 1,
  })
  t.match(body, {
    guardrailConfig: { guardrailIdentifier: 'g' },
    serviceTier: { type: 'priority' },
  })
  t.strictSame([...dropped].sort(), ['seed', 'store', 'user'])
})

const word = fc.constantFrom('', ' ', 'x', 'Hi there ', '  y')
const id = fc.constantFrom('a', 'b', 'call_1', 'ünlegal id', 'x'.repeat(70))
const part: fc.Arbitrary<Part> = fc.oneof(
  word.map(text),
  fc
    .tuple(id, word, fc.constantFrom('', '{}', '[1]', '"x"', '{"a":', '{"b":2}'))
    .map(([id, name, args]) => call(id, name || 'n', args)),
  fc.tuple(id, word).map(([id, said]) => result(id, { t: 'text', text: said })),
  fc.constant<Part>({ t: 'image', source: { base64: png, mime: 'image/png' }, cache: {} }),
  fc.constantFrom('a.pdf', '', '   ', '日本.pdf', 'a  b').map(
    (name): Part => ({
      t: 'file',
      source: { base64: 'JVBERi0=', mime: 'application/pdf' },
      name,
    }),
  ),
  fc
    .constantFrom('anthropic' as const, 'bedrock' as const, 'openai' as const)
    .map((vendor): Part => ({ t: 'reasoning', text: 'Hm', signature: { vendor, value: 's' } })),
  fc.constant<Part>({ t: 'reasoning', text: 'Unsigned' }),
  fc.constant<Part>({ t: 'refusal', text: 'No.' }),
)

t.test('whatever a conversation is, Bedrock takes it', async t => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
          parts: fc.array(part, { maxLength: 4 }),
        }),
        { maxLength: 6 },
      ),
      fc.constantFrom(
        claude,
        'us.anthropic.claude-opus-4-7',
        'amazon.nova-pro-v1:0',
        'mistral.mistral-large-2407-v1:0',
        'arn:aws:bedrock:us-east-1:1:application-inference-profile/x',
      ),
      fc.constantFrom<Partial<ModelRequest>>(
        {},
        { tools: [tool('look'), tool('look'), tool('x y')] },
        { tools: [tool('look')], toolChoice: { mode: 'none' } },
        { format: { kind: 'schema', name: 'x', schema: {} } },
        { format: { kind: 'json' }, reasoning: { effort: 'high' } },
      ),
      (messages, model, more) => {
        const { faults } = encoded({ ...more, messages: messages as Message[] }, model)
        if (faults.length > 0) throw new Error(faults.join('\n'))
      },
    ),
    { numRuns: 1500 },
  )
  t.pass()
})
