// The acceptance suite of Open Responses, https://www.openresponses.org/compliance, where it is translated: each of its cases
// at each vendor, streamed and whole, held against the schemas of its specification.

import t from 'tap'
import { SseDecoder } from '../../src/wire/sse.ts'
import { png } from '../fixtures/agents.ts'
import { gateway } from '../fixtures/gateway.ts'
import { openResponsesFaults } from '../fixtures/open-responses.ts'
import { responsesFaults } from '../fixtures/responses-validator.ts'
import { refusalFor, vendorConfig, vendorKeys } from '../fixtures/strict-vendors.ts'
import { upstream } from '../fixtures/upstream.ts'
import { answerAs, askedOf, type Said, type Vendor } from '../fixtures/vendor-answers.ts'

const models: Readonly<Partial<Record<Vendor, string>>> = {
  chat: 'vllm/some-model',
  anthropic: 'anthropic/claude-sonnet-4-5',
  gemini: 'gemini/gemini-2.5-flash',
  converse: 'bedrock/amazon.nova-pro-v1:0',
}

const message = (role: string, content: unknown) => ({ type: 'message', role, content })
const parameters = {
  type: 'object',
  properties: { location: { type: 'string', description: 'City and state' } },
  required: ['location'],
}
const calls = [{ name: 'get_weather', args: { location: 'San Francisco, CA' } }]

interface Case {
  readonly request: object
  readonly said: Omit<Said, 'n'>
  /** The types of the items that come of it. */
  readonly output: readonly string[]
}

const cases: Readonly<Record<string, Case>> = {
  'basic text': {
    request: { input: [message('user', 'Say hello in exactly 3 words.')] },
    said: { text: 'Hello to you' },
    output: ['message'],
  },
  'system prompt': {
    request: { input: [message('system', 'You are a pirate.'), message('user', 'Say hello.')] },
    said: { text: 'Arr' },
    output: ['message'],
  },
  'tool calling': {
    request: {
      input: [message('user', "What's the weather like in San Francisco?")],
      tools: [{ type: 'function', name: 'get_weather', description: 'The weather.', parameters }],
    },
    said: { calls },
    output: ['function_call'],
  },
  'tool calling, said in all ways': {
    request: {
      input: 'What is the weather?',
      instructions: 'Be brief.',
      tools: [{ type: 'function', name: 'get_weather' }],
      tool_choice: { type: 'function', name: 'get_weather' },
      reasoning: { effort: 'low' },
      text: { verbosity: 'low' },
      metadata: null,
      temperature: null,
      max_output_tokens: 20_000,
    },
    said: { text: 'I look', calls: [...calls, ...calls] },
    output: ['message', 'function_call', 'function_call'],
  },
  'image input': {
    request: {
      input: [
        message('user', [
          { type: 'input_text', text: 'What do you see?' },
          { type: 'input_image', image_url: `data:image/png;base64,${png}` },
        ]),
      ],
    },
    said: { text: 'a dot' },
    output: ['message'],
  },
  'multi-turn': {
    request: {
      input: [
        message('user', 'My name is Alice.'),
        message('assistant', 'Hello Alice!'),
        message('user', 'What is my name?'),
      ],
    },
    said: { text: 'Alice' },
    output: ['message'],
  },
  'structured output': {
    request: {
      input: 'Name a city.',
      text: { format: { type: 'json_schema', name: 'city', schema: parameters } },
    },
    said: { text: '{"location":"Ulm"}' },
    output: ['message'],
  },
}

for (const [vendor, model] of Object.entries(models) as [Vendor, string][]) {
  t.test(`at ${vendor}`, async t => {
    let said: Said = { n: 1 }
    const up = await upstream(t, exchange => {
      const asked = askedOf(exchange)
      const refused = refusalFor(vendor, asked.model, exchange)
      if (refused) return exchange.json({ error: { message: `REFUSED: ${refused}` } }, 400)
      return answerAs(vendor, exchange, said, asked)
    })
    const gw = await gateway(t, vendorConfig(up.url), vendorKeys)
    for (const [name, { request, said: words, output }] of Object.entries(cases)) {
      said = { n: 1, ...words, cut: 13 }
      const whole = await gw.post('/v1/responses', { model, ...request })
      t.equal(whole.status, 200, whole.text)
      t.strictSame(openResponsesFaults('response', whole.json), [], `${name}, whole`)
      const streamed = await gw.post('/v1/responses', { model, ...request, stream: true })
      t.strictSame(responsesFaults(streamed.text), [], `${name}, its sequence`)
      const events = new SseDecoder()
        .push(Buffer.from(streamed.text))
        .map(({ data }) => JSON.parse(data))
      t.strictSame(
        events.flatMap(event => openResponsesFaults('event', event)),
        [],
        `${name}, its events`,
      )
      for (const { status, output: items } of [whole.json, events.at(-1).response]) {
        t.equal(status, 'completed')
        t.strictSame(
          items.map(({ type }: { type: string }) => type),
          output,
          name,
        )
      }
      if (output.includes('function_call')) {
        const types = events.map(({ type }) => type)
        t.ok(types.includes('response.function_call_arguments.delta'), name)
        t.ok(types.includes('response.function_call_arguments.done'), name)
      }
    }
    said = { n: 1, text: 'Hello', dies: 0.7 }
    const broken = await gw.post('/v1/responses', { model, input: 'Hi', stream: true })
    const faults = new SseDecoder()
      .push(Buffer.from(broken.text))
      .flatMap(({ data }) => openResponsesFaults('event', JSON.parse(data)))
    t.strictSame(faults, [], 'an event that tells of a failure')
  })
}
