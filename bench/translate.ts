// What a translation costs: node bench/run.js translate [--rounds N]
// CPU time of the daemon for one event of a stream, in each pair of a client's and a provider's protocol, beside that of a
// stream of the same provider that passes; and for a request of 1 MB in Messages that goes to a provider of Chat.

import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { event as frame } from '../test/fixtures/event-frames.ts'
import { startDaemon } from './daemon.ts'
import { median, pinned, pinSelf } from './processes.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(values.rounds)

/** So many streams at once, so many events each, so many milliseconds apart: events come one by one, as they do in life. */
const streams = 20
const events = 300
const gap = 2

type Protocol = 'chat' | 'responses' | 'messages' | 'gemini' | 'converse'
const clients = ['chat', 'responses', 'messages', 'gemini'] as const
const providers = ['chat', 'responses', 'messages', 'gemini', 'converse'] as const

const word = 'tokens '
const sse = (value: object, name = ''): string =>
  `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(value)}\n\n`
const typed = (value: { readonly type: string }): string => sse(value, value.type)

/** A stream as a vendor sends it: how it begins, one more word, and how it ends. */
const said: Readonly<Record<Protocol, readonly [string, string, string] | (() => Buffer[])>> = {
  chat: (() => {
    const chunk = (delta: object, finish: string | null = null) =>
      sse({
        id: 'chatcmpl-bench',
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model: 'bench-1',
        system_fingerprint: 'fp_44709d6fcb',
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      })
    return [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: word }),
      `${chunk({}, 'stop')}data: [DONE]\n\n`,
    ] as const
  })(),
  responses: (() => {
    const text = word.repeat(events)
    const part = { type: 'output_text', text: '', annotations: [] }
    const item = { type: 'message', id: 'msg_1', role: 'assistant', content: [part] }
    const response = { id: 'resp_1', object: 'response', model: 'bench-1', output: [] as object[] }
    const at = { item_id: 'msg_1', output_index: 0, content_index: 0, sequence_number: 9 }
    const whole = { ...item, content: [{ ...part, text }] }
    const usage = { input_tokens: 9, output_tokens: events, total_tokens: events + 9 }
    return [
      typed({ type: 'response.created', response } as never) +
        typed({ type: 'response.output_item.added', output_index: 0, item } as never) +
        typed({ type: 'response.content_part.added', ...at, part } as never),
      typed({ type: 'response.output_text.delta', ...at, delta: word, logprobs: [] } as never),
      typed({ type: 'response.output_item.done', output_index: 0, item: whole } as never) +
        typed({
          type: 'response.completed',
          response: { ...response, status: 'completed', output: [whole], usage },
        } as never),
    ] as const
  })(),
  messages: (() => {
    const usage = { input_tokens: 9, output_tokens: 1 }
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'bench-1', usage }
    return [
      typed({ type: 'message_start', message: { ...message, content: [] } } as never) +
        typed({
          type: 'content_block_start',
          index: 0,
          content_block: { type: 'text', text: '' },
        } as never),
      typed({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: word },
      } as never),
      typed({ type: 'content_block_stop', index: 0 } as never) +
        typed({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage } as never) +
        typed({ type: 'message_stop' }),
    ] as const
  })(),
  gemini: (() => {
    const response = (text: string, more = {}) =>
      sse({
        candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...more }],
        usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 5, totalTokenCount: 14 },
        modelVersion: 'bench-1',
        responseId: 'r1',
      })
    return [response(word), response(word), response('', { finishReason: 'STOP' })] as const
  })(),
  converse: () => {
    const text = { contentBlockIndex: 0, delta: { text: word } }
    return [
      frame('messageStart', { role: 'assistant' }),
      frame('contentBlockDelta', text),
      Buffer.concat([
        frame('contentBlockStop', { contentBlockIndex: 0 }),
        frame('messageStop', { stopReason: 'end_turn' }),
        frame('metadata', { usage: { inputTokens: 9, outputTokens: 9, totalTokens: 18 } }),
      ]),
    ]
  },
}

const pieces = new Map(
  providers.map(protocol => {
    const own = said[protocol]
    return [protocol, typeof own === 'function' ? own() : own.map(text => Buffer.from(text))]
  }),
)

const spoken = (path: string): Protocol =>
  path.startsWith('/model/')
    ? 'converse'
    : path.includes(':stream')
      ? 'gemini'
      : path.endsWith('/messages')
        ? 'messages'
        : path.endsWith('/responses')
          ? 'responses'
          : 'chat'

function answer(response: ServerResponse, protocol: Protocol, count: number): void {
  const [begin, delta, end] = pieces.get(protocol)!
  const type = protocol === 'converse' ? 'application/vnd.amazon.eventstream' : 'text/event-stream'
  response.writeHead(200, { 'content-type': type })
  response.write(begin)
  let left = count
  const timer = setInterval(() => {
    if (left-- > 0) response.write(delta)
    else {
      clearInterval(timer)
      response.end(end)
    }
  }, gap)
}

const whole = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1,
  model: 'bench-1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
})
const upstream = createServer((asked, response) => {
  const chunks: Buffer[] = []
  asked.on('data', chunk => chunks.push(chunk))
  asked.on('end', () => {
    const body = Buffer.concat(chunks)
    const protocol = spoken(asked.url ?? '')
    const streamed =
      protocol === 'gemini' || protocol === 'converse' || /"stream":true/.test(body.toString())
    // A large request is answered at once: it is the request that costs.
    const count = body.length > 100_000 ? 1 : events
    if (streamed) answer(response, protocol, count)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(whole)
  })
})
await new Promise<void>(done => upstream.listen(0, '127.0.0.1', done))
const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`

process.env['AWS_ACCESS_KEY_ID'] = 'AKIDMADEUP'
process.env['AWS_SECRET_ACCESS_KEY'] = 'made-up-secret'
process.env['BENCH_KEY'] = 'k'
const daemon = await startDaemon(`providers:
  chat: { api: openai, baseUrl: "${url}/v1", credential: none, quirks: { messagesAt: ~, responses: false } }
  responses: { preset: openai, baseUrl: "${url}/v1", credential: env:BENCH_KEY }
  messages: { preset: anthropic, baseUrl: "${url}/v1", credential: env:BENCH_KEY }
  gemini: { preset: gemini, baseUrl: "${url}/v1beta", credential: env:BENCH_KEY }
  converse: { preset: bedrock, baseUrl: "${url}/openai/v1", region: us-east-1 }
aliases:
  to-chat: chat/bench-1
  to-responses: responses/gpt-5
  to-messages: messages/claude-opus-4-8
  to-gemini: gemini/gemini-2.5-flash
  to-converse: converse/amazon.nova-pro-v1:0
`)
pinSelf()

const turns = [{ role: 'user', content: 'Hi' }]
/** What a client sends to have a stream; it wants to see what OpenAI's models think, for which they are asked in Responses. */
const asks = {
  chat: (model: string) => ['/v1/chat/completions', { model, messages: turns, stream: true }],
  responses: (model: string) => ['/v1/responses', { model, input: 'Hi', stream: true }],
  messages: (model: string) => [
    '/v1/messages',
    {
      model,
      messages: turns,
      max_tokens: 9000,
      stream: true,
      ...(model === 'to-responses' ? { thinking: { type: 'adaptive' } } : {}),
    },
  ],
  gemini: (model: string) => [
    `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      ...(model === 'to-responses'
        ? { generationConfig: { thinkingConfig: { includeThoughts: true } } }
        : {}),
    },
  ],
} as const satisfies Record<(typeof clients)[number], (model: string) => readonly [string, object]>

/** Asks, and gives how many bytes came back. */
function ask(path: string, body: string): Promise<number> {
  return new Promise((done, failed) => {
    const sent = request({
      port: daemon.port,
      host: '127.0.0.1',
      path,
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    })
    sent.on('error', failed)
    sent.on('response', response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', failed)
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        if (response.statusCode !== 200) failed(new Error(bytes.toString()))
        else done(bytes.length)
      })
    })
    sent.end(body)
  })
}

/** CPU time for one event of so many streams at once, in microseconds. */
async function eventCost(client: (typeof clients)[number], provider: Protocol): Promise<number> {
  const [path, body] = asks[client](`to-${provider}`)
  const text = JSON.stringify(body)
  const before = daemon.cpu
  await Promise.all(Array.from({ length: streams }, () => ask(path, text)))
  return (daemon.cpu - before) / (streams * events)
}

const pairs = providers.flatMap(provider => clients.map(client => [client, provider] as const))
// Chat passes at a provider of Responses, which is OpenAI.
const passes = (client: string, provider: string): boolean =>
  client === provider || (client === 'chat' && provider === 'responses')
const costs = new Map<string, number[]>()
for (const [client, provider] of pairs) await eventCost(client, provider)
for (let round = 0; round < rounds; round++) {
  for (const [client, provider] of pairs) {
    const key = `${client} ${provider}`
    costs.set(key, [...(costs.get(key) ?? []), await eventCost(client, provider)])
  }
}
const cost = (client: string, provider: string): number =>
  median(costs.get(`${client} ${provider}`)!)

console.log(`CPU time of an event, us, in brackets times one that passes; ${pinned}\n`)
console.log(`| client | ${providers.map(name => `at ${name}`).join(' | ')} |`)
console.log(`|${' --- |'.repeat(providers.length + 1)}`)
for (const client of clients) {
  const cells = providers.map(provider => {
    const own = cost(client, provider)
    if (passes(client, provider)) return `${own.toFixed(0)}, passed`
    const passed = cost(
      provider === 'converse' ? 'chat' : provider,
      provider === 'converse' ? 'chat' : provider,
    )
    return `${own.toFixed(0)} (${(own / passed).toFixed(1)})`
  })
  console.log(`| ${client} | ${cells.join(' | ')} |`)
}

/** A conversation of an agent's, of about 1 MB. */
function conversation(): object {
  const tool = (i: number) => ({
    name: `tool_${i}`,
    description: 'Reads a file and gives the lines that were asked for. '.repeat(8),
    input_schema: {
      type: 'object',
      properties: { path: { type: 'string' }, from: { type: 'integer' }, to: { type: 'integer' } },
      required: ['path'],
    },
  })
  const line = 'const answer = "an escape\\n, a \\"quote\\", and an é";\n'
  const steps = Array.from({ length: 150 }, (_, i) => [
    {
      role: 'assistant',
      content: [
        { type: 'text', text: `I look at file ${i}.` },
        {
          type: 'tool_use',
          id: `toolu_${i}`,
          name: `tool_${i % 30}`,
          input: { path: `/src/${i}.ts`, from: 1, to: 99 },
        },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: `toolu_${i}`,
          content: [{ type: 'text', text: line.repeat(110) }],
        },
      ],
    },
  ])
  return {
    model: 'to-chat',
    max_tokens: 9000,
    system: [
      {
        type: 'text',
        text: 'You are an agent. '.repeat(500),
        cache_control: { type: 'ephemeral' },
      },
    ],
    tools: Array.from({ length: 30 }, (_, i) => tool(i)),
    messages: [{ role: 'user', content: 'Go.' }, ...steps.flat()],
  }
}

async function bodyCost(body: string): Promise<number> {
  const before = daemon.cpu
  for (let i = 0; i < 10; i++) await ask('/v1/messages', body)
  return (daemon.cpu - before) / 10_000
}

const large = conversation()
const picture = {
  model: 'to-chat',
  max_tokens: 9,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is it?' },
        {
          type: 'image',
          source: { type: 'base64', media_type: 'image/png', data: 'iVBO'.repeat(250_000) },
        },
      ],
    },
  ],
}
console.log('\nCPU time of a request in Messages to Chat, ms\n\n| | |\n| --- | --- |')
for (const [name, asked] of [
  ['a conversation', large],
  ['a conversation, streamed', { ...large, stream: true }],
  ['a picture', picture],
] as const) {
  const body = JSON.stringify(asked)
  const figures: number[] = []
  await bodyCost(body)
  for (let round = 0; round < rounds; round++) figures.push(await bodyCost(body))
  console.log(`| ${name}, ${(body.length / 1e6).toFixed(2)} MB | ${median(figures).toFixed(1)} |`)
}
await daemon.stop()
process.exit()
