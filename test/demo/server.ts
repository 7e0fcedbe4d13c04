import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import { type DemoOptions, startDemo } from '../../src/demo/server.ts'

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
    error: { param: 'messages', code: 'missing_required_parameter' },
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
