import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import { type DemoOptions, startDemo } from '../../src/demo/server.ts'
import { geminiFaults, geminiResponses } from '../fixtures/gemini-validator.ts'
import { validMessages } from '../fixtures/messages-validator.ts'
import { responsesFaults } from '../fixtures/responses-validator.ts'

async function demo(t: Test, options: DemoOptions = { latency: 0, pace: 0 }) {
  const { url, close } = await startDemo(options)
  t.teardown(close)
  const post = (body: unknown, headers = {}, path = '/chat/completions') =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { url, close, post, openai: new OpenAI({ baseURL: url, apiKey: 'x', maxRetries: 0 }) }
}

const chat = (content: string, more = {}) => ({
  model: 'gpt-3.5-turbo',
  messages: [{ role: 'user' as const, content }],
  ...more,
})

t.test('the official SDK', async t => {
  const { openai } = await demo(t)
  const completion = await openai.chat.completions.create({
    model: 'gpt-3.5-turbo',
    messages: [
      {
        role: 'system',
        content:
          'You are a poetic assistant, skilled in explaining complex programming concepts with creative flair.',
      },
      {
        role: 'user',
        content: 'Compose a poem that explains the concept of recursion in programming.',
      },
    ],
  })
  t.equal(completion.model, 'gpt-3.5-turbo-0125')
  t.equal(completion.usage?.prompt_tokens, 39)
  t.match(completion._request_id, /^req_/)

  let text = ''
  const stream = await openai.chat.completions.create({
    ...chat('poem about recursion'),
    stream: true,
    stream_options: { include_usage: true },
  })
  let usage: unknown
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    usage = chunk.usage ?? usage
  }
  t.equal(text, completion.choices[0]?.message.content)
  t.match(usage, { completion_tokens: completion.usage?.completion_tokens })

  const { data } = await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'a' })
  t.equal(data[0]?.embedding.length, 1536, 'the SDK asks for base64')
  const models = await openai.models.list()
  t.ok(models.data.some(model => model.id === 'gpt-3.5-turbo'))
  t.equal((await openai.models.retrieve('org/model')).id, 'org/model')
  const old = await openai.completions.create({ model: 'x', prompt: 'ping' })
  t.equal(old.choices[0]?.text, 'pong')
})

const parameters = { type: 'object' as const, properties: { city: { type: 'string' as const } } }
const weather = "What's the weather in Oslo?"

t.test("Anthropic's SDK: thoughts, tools, counts and models", async t => {
  const { url } = await demo(t)
  const baseURL = url.replace(/\/v1$/, '')
  const client = new Anthropic({ baseURL, apiKey: 'x', maxRetries: 0 })
  const request = {
    model: 'claude-sonnet-4-5',
    max_tokens: 2000,
    thinking: { type: 'enabled' as const, budget_tokens: 1024 },
    tools: [{ name: 'get_weather', input_schema: parameters }],
    messages: [{ role: 'user' as const, content: weather }],
  }
  const streamed = await client.messages.stream(request).finalMessage()
  const whole = await client.messages.create(request)
  t.same(streamed.content, whole.content)
  t.equal(whole.model, 'claude-sonnet-4-5-20250929')
  t.equal(whole.stop_reason, 'tool_use')
  t.match(whole.content, [
    { type: 'thinking', thinking: /^They ask/, signature: /./ },
    { type: 'tool_use', id: /^toolu_/, name: 'get_weather', input: { city: 'Oslo' } },
  ])
  t.match(whole._request_id, /^req_/)
  const { input_tokens } = await client.messages.countTokens({
    model: request.model,
    tools: request.tools,
    messages: request.messages,
  })
  t.equal(input_tokens, whole.usage.input_tokens)
  const call = whole.content[1] as Anthropic.ToolUseBlock
  const told = await client.messages.create({
    ...request,
    messages: [
      ...request.messages,
      { role: 'assistant', content: whole.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'rain' }] },
    ],
  })
  t.match(told.content.at(-1), { type: 'text', text: /"rain"/ })
  t.ok((await client.models.list()).data.every(({ id }) => id.startsWith('claude-')))
  t.match(await client.models.retrieve('x'), { type: 'model', id: 'x' })

  for (const [fault, type] of [
    ['401', 'authentication_error'],
    ['429', 'rate_limit_error'],
    ['503', 'overloaded_error'],
  ]) {
    const messages = [{ role: 'user' as const, content: `demo:${fault}` }]
    const refused = client.messages.create({ ...request, messages })
    t.match(await refused.catch(error => error.error), { type: 'error', error: { type } })
  }
  const messages = [{ role: 'user' as const, content: 'poem demo:error-in-stream' }]
  await t.rejects(
    client.messages.stream({ ...request, messages }).finalMessage(),
    /server had an error/,
  )
})

t.test("Responses, by OpenAI's SDK: thoughts, tools and counts", async t => {
  const { openai, post } = await demo(t)
  const request = {
    model: 'gpt-5',
    input: weather,
    reasoning: { effort: 'low' as const, summary: 'auto' as const },
    include: ['reasoning.encrypted_content' as const],
    tools: [{ type: 'function' as const, name: 'get_weather', strict: false, parameters }],
  }
  const streamed = await openai.responses.stream(request).finalResponse()
  t.match(streamed.output, [
    { type: 'reasoning', summary: [{ text: /^They ask/ }], encrypted_content: /./ },
    { type: 'function_call', name: 'get_weather', arguments: '{"city":"Oslo"}' },
  ])
  const { summary: _, ...silent } = request.reasoning
  const hidden = await openai.responses.create({ ...request, reasoning: silent, tools: [] })
  t.match(hidden.output, [{ type: 'reasoning', summary: [] }, { type: 'message' }])
  t.ok(hidden.usage!.output_tokens_details.reasoning_tokens > 0)
  const counted = await openai.responses.inputTokens.count({ model: 'gpt-5', input: 'ping' })
  t.equal(counted.input_tokens, 8)
  const text = await (await post({ ...request, stream: true }, {}, '/responses')).text()
  t.same(responsesFaults(text), [])
})

t.test('Gemini: thoughts, tools, counts, embeddings and models', async t => {
  const { url, post } = await demo(t)
  const at = (path: string) => `/../v1beta/models/gemini-2.5-pro${path}`
  const request = {
    contents: [{ role: 'user', parts: [{ text: weather }] }],
    tools: [{ functionDeclarations: [{ name: 'get_weather', parameters }] }],
    generationConfig: { thinkingConfig: { includeThoughts: true } },
  }
  const sse = await (await post(request, {}, at(':streamGenerateContent?alt=sse'))).text()
  t.same(geminiFaults(sse, true), [])
  const streamed = geminiResponses(sse, true)
  const whole = await (await post(request, {}, at(':generateContent'))).json()
  const array = await (await post(request, {}, at(':streamGenerateContent'))).json()
  t.equal((array as unknown[]).length, streamed.length)
  t.match(whole, {
    modelVersion: 'gemini-2.5-pro',
    candidates: [
      {
        content: {
          parts: [
            { text: /^They ask/, thought: true },
            {},
            {
              functionCall: { name: 'get_weather', args: { city: 'Oslo' } },
              thoughtSignature: /./,
            },
          ],
        },
        finishReason: 'STOP',
      },
    ],
  })
  t.match(await (await post(request, {}, at(':countTokens'))).json(), { totalTokens: Number })
  const content = { parts: [{ text: 'a cat' }] }
  t.match(await (await post({ content }, {}, at(':embedContent'))).json(), { embedding: Object })
  const models = (await (await fetch(`${url}/../v1beta/models`)).json()) as { models: unknown[] }
  t.match(models.models[0], { name: /^models\/gemini/ })
  const refused = await post({}, { 'x-demo': '429' }, at(':generateContent'))
  t.equal(refused.status, 400, 'what makes no sense is not understood')
  const limited = await post(request, { 'x-demo': '429' }, at(':generateContent'))
  t.equal(limited.status, 429)
  t.match(await limited.json(), { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } })
  t.match(await (await fetch(`${url}/../v1beta/no/such`)).json(), { error: { code: 404 } })
})

t.test('Claude at Vertex AI, whose model stands in the path', async t => {
  const { post } = await demo(t)
  const path = '/projects/p/locations/l/publishers/anthropic/models/claude-x:streamRawPredict'
  const body = {
    anthropic_version: 'vertex-2023-10-16',
    max_tokens: 99,
    stream: true,
    messages: [{ role: 'user', content: 'ping' }],
  }
  const { message, content } = validMessages(await (await post(body, {}, path)).text())
  t.equal(message['model'], 'claude-x')
  t.match(content, [{ type: 'text', text: 'pong' }])
})

t.test('headers as OpenAI sends them', async t => {
  const { post } = await demo(t)
  const whole = await post(chat('ping'))
  t.equal(whole.headers.get('content-type'), 'application/json')
  t.match(whole.headers.get('x-request-id'), /^req_\w{32}$/)
  t.match(whole.headers.get('openai-processing-ms'), /^\d+$/)
  t.equal(whole.headers.get('x-ratelimit-remaining-requests'), '9999')
  const streamed = await post(chat('ping', { stream: true }))
  t.equal(streamed.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  t.match(await streamed.text(), /^data: \{.*\}\n\ndata: .*\n\ndata: \[DONE\]\n\n$/s)
})

t.test("errors in OpenAI's shape", async t => {
  const { url, post } = await demo(t)
  const errorOf = async (response: Response) => {
    t.match(response.headers.get('x-request-id'), /^req_/)
    return { status: response.status, ...((await response.json()) as object) }
  }
  t.match(await errorOf(await fetch(`${url}/no/such`)), {
    status: 404,
    error: { message: 'Invalid URL (GET /v1/no/such)', type: 'invalid_request_error' },
  })
  t.match(await errorOf(await fetch(`${url}/models/`)), { status: 404 })
  const wrong = await fetch(`${url}/chat/completions`)
  t.equal(wrong.headers.get('allow'), 'POST')
  t.match(await errorOf(wrong), { status: 405 })
  for (const body of ['{"model":', '[]', 'null', ''])
    t.match(await errorOf(await post(body)), { status: 400, error: { message: /parse the JSON/ } })
  t.match(await errorOf(await post({ model: 'x' })), {
    status: 400,
    error: { message: /messages is missing/, type: 'invalid_request_error' },
  })
  t.equal(((await (await fetch(`${url}/models/a%20%zz`)).json()) as { id: string }).id, 'a%20%zz')
})

t.test('misbehaves on request', async t => {
  const { post, openai } = await demo(t)
  const limited = await post(chat('demo:429'))
  t.equal(limited.status, 429)
  t.equal(limited.headers.get('retry-after'), '2')
  t.match(await limited.json(), { error: { code: 'rate_limit_exceeded' } })
  t.equal((await post(chat('Hello'), { 'x-demo': '500' })).status, 500)
  t.equal((await post({ ...chat('Hello'), model: 'demo:503' })).status, 503)
  t.equal((await post({ model: 'x', input: ['a', 'demo:401'] }, {}, '/embeddings')).status, 401)
  t.equal((await post({ model: 'x', prompt: 'demo:500' }, {}, '/completions')).status, 500)
  const empty = await post(chat('demo:empty'))
  t.equal(empty.status, 200)
  t.equal(await empty.text(), '')

  const dying = await post(chat('poem demo:die', { stream: true }))
  t.equal(dying.status, 200)
  await t.rejects(dying.text(), 'breaks off')
  await t.rejects((await post(chat('demo:die'))).text(), 'breaks off, too')
  const failing = await post(chat('demo:error-in-stream', { stream: true }))
  t.match(await failing.text(), /"delta":\{"content".*data: \{"error":\{[^\n]*\}\}\n\n$/s)
  t.equal((await post(chat('demo:error-in-stream'))).status, 500)
  const refused = await openai.chat.completions.create(chat('demo:429')).catch(error => error)
  t.ok(refused instanceof OpenAI.RateLimitError)
})

t.test('hangs until the client leaves', async t => {
  const { url, post } = await demo(t)
  const asked = request(`${url}/chat/completions`, { method: 'POST' })
  asked.on('response', () => t.fail('an answer')).on('error', () => {})
  asked.end(JSON.stringify(chat('demo:hang')))
  await once(asked, 'finish')
  t.equal((await post(chat('ping'))).status, 200, 'others are served')
  asked.destroy()
})

t.test('keeps the time it is given', async t => {
  const { post } = await demo(t)
  const start = performance.now()
  await (await post(chat('count to 3 demo:latency=60 demo:pace=10', { stream: true }))).text()
  const took = performance.now() - start
  // Role, "1" "," " 2" "," " 3" and the end: six pauses.
  t.ok(took >= 60 + 6 * 10 - 8, `${took} ms`)
})

t.test('a client that leaves stops the work', async t => {
  const { url } = await demo(t, { latency: 0, pace: 3_600_000 })
  const asked = request(`${url}/chat/completions`, { method: 'POST' }).on('error', () => {})
  asked.end(JSON.stringify(chat('Hello', { stream: true })))
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  await once(response, 'readable')
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  const before = timers()
  asked.destroy()
  // The wait of an hour must be gone, as soon as the server has seen the client leave.
  while (timers() >= before) await new Promise(setImmediate)
  t.pass('no timer is left')
})

t.test('a taken port rejects', async t => {
  const { url } = await demo(t)
  await t.rejects(startDemo({ port: Number(new URL(url).port) }), { code: 'EADDRINUSE' })
})

t.test('closes while answers run', async t => {
  const { post, close } = await demo(t, { latency: 0, pace: 3_600_000 })
  const running = await post(chat('Hello', { stream: true }))
  await close()
  await t.rejects(running.text())
})
