// Ollama's own client, and raw requests, against a gateway with the demo provider and with a fake upstream.

import { once } from 'node:events'
import { Ollama } from 'ollama'
import t, { type Test } from 'tap'
import { startDemo } from '../../src/demo/server.ts'
import { ask, configFor, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { chatChunk, chatCompletion, type Handler, upstream } from '../fixtures/upstream.ts'
import { messages } from '../fixtures/vendors.ts'

const aliases = `
aliases:
  fast: up/gpt-3.5-turbo
  embed: up/text-embedding-3-small
  tuned: { target: up/gpt-4o, set: { temperature: 0 }, remove: [seed], default: { top_p: 0.5 }, system: Be brief. }
  own: { target: up/gpt-4o, respondAs: upstream }
  chat: { targets: [up/first, up/second] }
  secret: { target: up/gpt-4o, hidden: true }
  off: { target: up/gpt-4o, disabled: true }
  claude: other/claude-x
  fast:latest: up/tagged
  "any-*": up/*
`

/** Ollama's client at a gateway whose one provider is the demo. */
async function withDemo(t: Test) {
  const demo = await startDemo({ latency: 0, pace: 0 })
  t.teardown(demo.close)
  const gw = await gateway(
    t,
    configFor(
      demo.url.replace(/\/v1$/, ''),
      'aliases: { fast: gpt-3.5-turbo, embed: text-embedding-3-small }',
    ),
    { UP_KEY: 'sk' },
  )
  return { gw, ollama: new Ollama({ host: gw.url }) }
}

async function withUpstream(t: Test, handler?: Handler | readonly Handler[]) {
  const up = await upstream(t, handler)
  const config = `${configFor(up.url)}  other: { api: anthropic, baseUrl: ${up.url}, credential: none }\n${aliases}`
  const gw = await gateway(t, config, { UP_KEY: 'sk-up' })
  return { up, gw, ollama: new Ollama({ host: gw.url }) }
}

const hi = [{ role: 'user', content: 'Say anything you like' }]
const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

t.test("Ollama's client and the demo provider", async t => {
  const { ollama, gw } = await withDemo(t)

  t.test('chat', async t => {
    const answer = await ollama.chat({ model: 'fast', messages: hi })
    t.match(answer, {
      model: 'fast',
      message: { role: 'assistant', content: 'anything you like' },
      done: true,
      done_reason: 'stop',
    })
    t.ok(answer.prompt_eval_count > 0)
    t.ok(answer.eval_count > 0)
    t.ok(answer.total_duration >= answer.eval_duration)
    t.match(answer.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
  })

  t.test('chat, streamed', async t => {
    const parts = []
    for await (const part of await ollama.chat({
      model: 'fast:latest',
      messages: hi,
      stream: true,
    }))
      parts.push(part)
    t.equal(parts.map(part => part.message.content).join(''), 'anything you like')
    t.ok(parts.length > 2)
    t.strictSame(
      parts.map(part => part.done),
      [...parts.slice(1).map(() => false), true],
    )
    t.match(parts.at(-1), { model: 'fast:latest', done_reason: 'stop' })
    t.ok(parts.at(-1)!.eval_count > 0)
  })

  t.test('tools', async t => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'weather',
          description: 'The weather',
          parameters: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
          },
        },
      },
    ]
    const messages = [{ role: 'user', content: 'use a tool' }]
    for (const stream of [true, false] as const) {
      const answer = stream
        ? await last(await ollama.chat({ model: 'fast', messages, tools, stream }))
        : await ollama.chat({ model: 'fast', messages, tools })
      const [call] = answer.message.tool_calls!
      t.equal(call!.function.name, 'weather')
      t.type(call!.function.arguments['city'], 'string')
      const result = { role: 'tool', content: '20 degrees', tool_name: 'weather' }
      const next = await ollama.chat({
        model: 'fast',
        messages: [...messages, answer.message, result],
        tools,
      })
      t.match(next.message.content, /20 degrees/)
    }
  })

  t.test('structured output', async t => {
    const format = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }
    // Of a model that takes a schema: others are told of it in words.
    const { message } = await ollama.chat({ model: 'gpt-4o', messages: hi, format })
    t.type(JSON.parse(message.content).age, 'number')
  })

  t.test('generate', async t => {
    const answer = await ollama.generate({ model: 'fast', prompt: 'ping' })
    t.match(answer, { model: 'fast', response: 'pong', done: true, done_reason: 'stop' })
    let text = ''
    for await (const part of await ollama.generate({ model: 'fast', prompt: 'ping', stream: true }))
      text += part.response
    t.equal(text, 'pong')
    t.match(
      await ollama.generate({ model: 'fast', prompt: 'count to 20', options: { num_predict: 3 } }),
      {
        done_reason: 'length',
        eval_count: 3,
      },
    )
  })

  t.test('embed', async t => {
    const { embeddings, prompt_eval_count } = await ollama.embed({
      model: 'embed',
      input: ['a cat', 'a dog'],
      dimensions: 16,
    })
    t.strictSame(
      embeddings.map(vector => vector.length),
      [16, 16],
    )
    t.ok(prompt_eval_count > 0)
    const { embedding } = await ollama.embeddings({ model: 'embed', prompt: 'a cat' })
    t.equal(embedding.length, 1536)
  })

  t.test('list, show, version, ps', async t => {
    const { models } = await ollama.list()
    t.strictSame(
      models.map(model => model.name),
      ['fast', 'embed'],
    )
    t.strictSame(
      models.map(model => model.name),
      (await gw.get('/v1/models')).json.data.map((m: { id: string }) => m.id),
    )
    t.match(models[0], {
      model: 'fast',
      size: 0,
      digest: /^[0-9a-f]{64}$/,
      details: { parent_model: 'up/gpt-3.5-turbo' },
    })
    t.strictSame((await ollama.list()).models, models, 'digests stay')
    t.match(await ollama.show({ model: 'fast' }), {
      details: { parent_model: 'up/gpt-3.5-turbo' },
      capabilities: ['completion', 'tools'],
      model_info: { 'general.architecture': 'gateway', 'gateway.context_length': 16385 },
    })
    t.strictSame((await ollama.show({ model: 'embed' })).capabilities, ['embedding'])
    t.strictSame((await gw.post('/api/show', { name: 'gpt-4o' })).json.capabilities, [
      'completion',
      'tools',
      'vision',
    ])
    t.match(await ollama.version(), { version: /^0\.\d+\.\d+$/ })
    t.strictSame(await ollama.ps(), { models: [] })
  })

  t.test('errors', async t => {
    for (const magic of ['demo:429', 'demo:401', 'demo:500']) {
      const status = Number(magic.slice(5))
      await t.rejects(
        ollama.chat({ model: 'fast', messages: [{ role: 'user', content: magic }], stream: true }),
        {
          name: 'ResponseError',
          status_code: status,
        },
      )
    }
    const messages = [{ role: 'user', content: 'demo:error-in-stream' }]
    await t.rejects(
      last(await ollama.chat({ model: 'fast', messages, stream: true })),
      /The server had an error/,
    )
    messages[0]!.content = 'demo:die'
    await t.rejects(
      last(await ollama.chat({ model: 'fast', messages, stream: true })),
      /broke off the answer/,
    )
    messages[0]!.content = 'demo:empty'
    await t.rejects(ollama.chat({ model: 'fast', messages }), {
      name: 'ResponseError',
      status_code: 502,
    })
    await t.rejects(ollama.pull({ model: 'llama3' }), {
      status_code: 501,
      message: /keeps no models/,
    })
    await t.rejects(ollama.delete({ model: 'llama3' }), { name: 'ResponseError', status_code: 501 })
  })
})

/** The last part of a stream that says something of tools, or its last part. */
async function last<T extends { message: { tool_calls?: unknown } }>(
  stream: AsyncIterable<T>,
): Promise<T> {
  const parts: T[] = []
  for await (const part of stream) parts.push(part)
  return parts.find(part => part.message.tool_calls) ?? parts.at(-1)!
}

t.test('what goes upstream: the translation, then what the alias wants', async t => {
  const { up, gw } = await withUpstream(t, exchange => exchange.json(chatCompletion('hello')))
  const reply = await gw.post(
    '/api/chat',
    {
      model: 'tuned',
      stream: false,
      messages: [{ role: 'user', content: 'Hi' }],
      options: { temperature: 1, seed: 7, num_ctx: 4096 },
      keep_alive: '5m',
    },
    { accept: 'application/x-ndjson', 'accept-encoding': 'gzip', authorization: 'Bearer mine' },
  )
  t.equal(reply.status, 200, reply.text)
  const seen = up.requests[0]!
  t.equal(seen.url, '/v1/chat/completions')
  t.strictSame(seen.sent, {
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
    temperature: 0,
    top_p: 0.5,
  })
  t.equal(seen.header('authorization'), 'Bearer sk-up')
  t.equal(seen.header('accept-encoding'), 'identity')
  t.equal(seen.header('accept'), undefined)
  t.equal(reply.headers.get('x-gateway-dropped'), 'keep_alive, options.num_ctx')
  t.equal(reply.headers.get('x-gateway-alias'), 'tuned')
  t.equal(reply.headers.get('x-gateway-target'), 'up/gpt-4o')
  t.equal(Number(reply.headers.get('content-length')), Buffer.byteLength(reply.text))
  t.match(reply.headers.get('content-type'), /^application\/json/)
  t.match(reply.json, {
    model: 'tuned',
    message: { content: 'hello' },
    prompt_eval_count: 1,
    eval_count: 1,
  })
  await gw.idle()
  t.match(
    gw.log(),
    /"alias":"tuned","target":"up\/gpt-4o","model":"gpt-3.5-turbo-0125".*"in":1,"out":1/,
  )

  t.equal(
    (await gw.post('/api/chat', { model: 'own', stream: false, messages: hi })).json.model,
    'gpt-3.5-turbo-0125',
  )
})

t.test('names', async t => {
  const { up, gw } = await withUpstream(t, exchange => exchange.json(chatCompletion('hello')))
  const cases: readonly (readonly [string, string])[] = [
    ['fast', 'gpt-3.5-turbo'],
    ['secret:latest', 'gpt-4o'],
    ['up/gpt-4o:latest', 'gpt-4o'],
    // The config says this one itself.
    ['fast:latest', 'tagged'],
    ['any-thing', 'thing'],
    ['any-thing:latest', 'thing'],
    ['any-thing:7b', 'thing:7b'],
    ['secret', 'gpt-4o'],
  ]
  for (const [name, model] of cases) {
    const reply = await gw.post('/api/chat', { model: name, stream: false, messages: hi })
    t.equal(reply.status, 200, reply.text)
    t.equal(reply.json.model, name)
    t.equal(up.requests.at(-1)!.sent.model, model, name)
  }
  const near = await gw.post('/api/chat', { model: 'fsat', messages: hi })
  t.equal(near.status, 404)
  t.match(near.json, { error: /did you mean "fast"/, code: 'model_not_found', source: 'gateway' })
  t.equal((await gw.post('/api/show', { model: 'fsat' })).status, 404)
  t.match((await gw.post('/api/chat', { model: 'off', messages: hi })).json, { error: /disabled/ })
  t.match((await gw.post('/api/generate', { prompt: 'Hi' })).json, { error: /names no model/ })
  t.equal((await gw.post('/api/show', {})).status, 400)
  t.equal((await gw.post('/api/show', '[]')).status, 400)
  t.equal((await gw.post('/api/show', '{')).status, 400)
  t.match((await gw.post('/api/chat', '{"model":"fast","messages":[')).json, {
    error: /not valid JSON/,
  })
  t.match((await gw.post('/api/chat', { model: 'fast', messages: 'Hi' })).json, {
    error: /not an array/,
  })
  const between = { model: 'claude', prompt: 'a', suffix: 'b' }
  const elsewhere = await gw.post('/api/generate', between)
  t.equal(elsewhere.status, 501)
  t.match(elsewhere.json, { error: /cannot be asked/ })
  const { models } = (await gw.get('/api/tags')).json
  const names = models.map((model: { name: string }) => model.name)
  t.strictSame(names, ['fast', 'embed', 'tuned', 'own', 'chat', 'claude', 'fast:latest'])
})

t.test('a model that speaks another protocol is asked in it', async t => {
  const { up, gw, ollama } = await withUpstream(t, messages)
  const tools = [
    { type: 'function', function: { name: 'weather', description: 'x', parameters: {} } },
  ]
  const asked = {
    model: 'claude',
    messages: [...hi, { role: 'user', content: 'this?', images: ['iVBORw0KGgo='] }],
    tools,
    options: { num_predict: 50, seed: 1 },
    keep_alive: 5,
  }
  for (const stream of [true, false]) {
    const reply = await gw.post('/api/chat', { ...asked, stream })
    t.equal(reply.headers.get('x-gateway-dropped'), 'keep_alive, seed')
    const lines = linesOf(reply.text)
    const joined = (name: string) => lines.map(line => line.message[name] ?? '').join('')
    t.equal(joined('content'), 'Hello')
    t.equal(joined('thinking'), 'hm')
    t.match(
      lines.flatMap(line => line.message.tool_calls ?? []),
      [{ function: { name: 'weather', arguments: { city: 'Ulm' } } }],
    )
    t.match(lines.at(-1), { model: 'claude', done: true, done_reason: 'stop' })
    t.equal(up.requests.at(-1)!.url, '/messages')
    t.match(up.requests.at(-1)!.sent, {
      model: 'claude-x',
      max_tokens: 50,
      messages: [{ role: 'user' }],
      tools: [{ name: 'weather' }],
    })
  }
  const { response } = await ollama.generate({ model: 'claude', prompt: 'Hi', system: 'Be brief.' })
  t.equal(response, 'Hello')
  t.match(up.requests.at(-1)!.sent.system, [{ text: 'Be brief.' }])
})

t.test('what only loads a model is answered here', async t => {
  const { up, gw } = await withUpstream(t)
  const chat = await gw.post('/api/chat', { model: 'fast', messages: [] })
  t.match(chat.json, {
    model: 'fast',
    message: { role: 'assistant', content: '' },
    done: true,
    done_reason: 'load',
  })
  t.match((await gw.post('/api/generate', { model: 'fast' })).json, {
    response: '',
    done: true,
    done_reason: 'load',
  })
  t.match((await gw.post('/api/embed', { model: 'fast', input: [] })).json, { embeddings: [] })
  t.strictSame((await gw.post('/api/embeddings', { model: 'fast', prompt: '' })).json.embedding, [])
  t.equal((await gw.post('/api/generate', { model: 'fsat' })).status, 404)
  t.equal(up.requests.length, 0)
})

t.test('lines leave as their events come, and counts are asked for', async t => {
  const { up, gw } = await withUpstream(t)
  const client = raw(t, gw.port, postBytes('/api/chat', { model: 'fast', messages: hi }))
  const exchange = await up.next()
  t.match(exchange.sent, { stream: true, stream_options: { include_usage: true } })
  const stream = exchange.sse()
  const head = await client.until('\r\n\r\n')
  t.match(head, /content-type: application\/x-ndjson\r\n/)
  t.notMatch(head, /content-length|event-stream/)
  await stream.data(chatChunk('one'))
  await client.until('"content":"one"')
  await stream.write(`data: ${JSON.stringify(chatChunk('two'))}`)
  await stream.write('\n\n')
  await client.until('"content":"two"')
  stream.destroy()
  const all = await client.until('"code"')
  t.match(all, /\{"error":"up broke off the answer: .*","code":"upstream_broken"\}\n/)
  t.notMatch(all, '"done":true')
  await gw.idle()
  t.match(gw.log(), /"outcome":"failed"/)
})

t.test('an upstream that dies once all was said spoils nothing', async t => {
  const { up, gw } = await withUpstream(t)
  const client = raw(t, gw.port, postBytes('/api/chat', { model: 'fast', messages: hi }))
  const stream = (await up.next()).sse()
  await stream.data(chatChunk('one'))
  await stream.data('[DONE]')
  await client.until('"done":true')
  stream.destroy()
  await gw.idle()
  t.notMatch(client.text(), 'error')
  t.match(client.text(), /\r\n0\r\n\r\n$/, 'the answer is whole')
})

t.test('a stream that says its error, and one that just stops', async t => {
  const { gw, up } = await withUpstream(t, [
    exchange =>
      void exchange.response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write(
          `data: ${JSON.stringify(chatChunk('one'))}\n\ndata: {"error":{"message":"Overloaded"}}\n\n`,
        ),
    exchange =>
      exchange.raw(`data: ${JSON.stringify(chatChunk('one'))}\n\n`, 200, {
        'content-type': 'text/event-stream',
      }),
    exchange =>
      exchange.raw('data: [DONE]', 200, {
        'content-type': 'text/event-stream',
        'content-encoding': 'gzip',
      }),
  ])
  const said = await gw.post('/api/chat', { model: 'fast', messages: hi })
  t.match(linesOf(said.text), [{ message: { content: 'one' } }, { error: /Overloaded/ }])
  t.equal(linesOf(said.text).length, 2)
  await up.requests[0]!.closed
  const stopped = await gw.post('/api/chat', { model: 'fast', messages: hi })
  t.match(linesOf(stopped.text), [
    { message: { content: 'one' } },
    { error: /before it was whole/ },
  ])
  const compressed = await gw.post('/api/chat', { model: 'fast', messages: hi })
  t.match(linesOf(compressed.text), [{ error: /compressed/ }])
  await gw.idle()
  t.equal(gw.server.counters.failed, 3)
})

t.test('an answer that breaks off before it was sent is an error', async t => {
  const { gw } = await withUpstream(t, [
    exchange => {
      exchange.response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': 100,
      })
      exchange.response.write('{"choices":[')
      setImmediate(() => exchange.die())
    },
    exchange => exchange.json({ nothing: true }),
  ])
  for (let i = 0; i < 2; i++) {
    const reply = await gw.post('/api/chat', { model: 'fast', messages: hi, stream: false })
    t.equal(reply.status, 502, reply.text)
    t.match(reply.json, { error: /up broke off/, code: 'upstream_broken' })
  }
  await gw.idle()
  t.equal(gw.server.counters.failed, 2)
})

t.test("an upstream's error keeps its status and its words", async t => {
  const { gw, up } = await withUpstream(t, exchange =>
    exchange.json({ error: { message: 'Rate limit reached', type: 'requests' } }, 429, {
      'retry-after': '7',
      'x-ratelimit-remaining-requests': '0',
    }),
  )
  const reply = await gw.post('/api/chat', { model: 'chat', messages: hi })
  t.equal(reply.status, 429)
  t.strictSame(reply.json, { error: 'Rate limit reached' })
  t.equal(reply.headers.get('retry-after'), '7')
  t.equal(reply.headers.get('x-ratelimit-remaining-requests'), '0')
  t.strictSame(
    up.requests.map(request => request.sent.model),
    ['first', 'second'],
    'a list falls back',
  )
  t.equal(reply.headers.get('x-gateway-target'), 'up/second')
})

t.test('a client that leaves, and one that does not read', async t => {
  const { up, gw } = await withUpstream(t)
  const client = raw(t, gw.port, postBytes('/api/chat', { model: 'fast', messages: hi }))
  const first = await up.next()
  await first.sse().data(chatChunk('one'))
  await client.until('"content":"one"')
  client.socket.destroy()
  await first.closed

  const slow = raw(t, gw.port, postBytes('/api/generate', { model: 'fast', prompt: 'Hi' }))
  slow.socket.pause()
  const exchange = await up.next()
  const stream = exchange.sse()
  const event = `data: ${JSON.stringify(chatChunk('x'.repeat(60_000)))}\n\n`
  // Writes until nothing is taken any more: the buffers of two sockets and no more have filled.
  let sent = 0
  let drained = true
  while (drained && sent < 2000) {
    sent++
    if (exchange.response.write(event)) continue
    drained = await Promise.race([
      once(exchange.response, 'drain').then(() => true),
      new Promise<boolean>(resolve => setTimeout(() => resolve(false), 300)),
    ])
  }
  t.ok(sent < 1000, `${sent} events of 60 kB were taken for a client that reads none`)
  slow.socket.resume()
  await stream.data({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  await stream.data('[DONE]')
  await stream.end()
  const text = await slow.until('"done":true')
  t.equal(text.match(/"response":"x/g)?.length, sent, 'and every line comes')
})

t.test('probes, and what a gateway cannot do', async t => {
  const { gw, up } = await withUpstream(t)
  const root = await gw.get('/')
  t.equal(root.text, 'Ollama is running')
  t.equal(root.status, 200)
  for (const path of ['/', '/api/version', '/api/tags']) {
    const head = await ask(gw.url + path, 'HEAD', {})
    t.equal(head.status, 200)
    t.equal(head.text, '')
  }
  const cannot: readonly (readonly [string, string])[] = [
    ['POST', '/api/pull'],
    ['POST', '/api/push'],
    ['POST', '/api/create'],
    ['POST', '/api/copy'],
    ['DELETE', '/api/delete'],
    ['HEAD', '/api/blobs/sha256:0'],
    ['POST', '/api/blobs/sha256:0'],
  ]
  for (const [method, path] of cannot) {
    const reply = await ask(gw.url + path, method, {})
    t.equal(reply.status, 501, path)
    if (method !== 'HEAD') t.match(reply.json, { error: /keeps no models/, source: 'gateway' })
  }
  t.equal((await gw.get('/api/chat')).status, 405)
  t.equal(up.requests.length, 0)
})

t.test('the guards are those of every door', async t => {
  const { gw } = await withUpstream(t)
  const body = JSON.stringify({ model: 'fast', messages: [] })
  const plain = await ask(`${gw.url}/api/chat`, 'POST', {}, body)
  t.equal(plain.status, 415)
  t.match(plain.json, { error: /content-type/ })
  const page = await gw.post('/api/chat', body, { origin: 'https://evil.example' })
  t.equal(page.status, 403)
})

t.test("below a provider, Ollama's paths are that provider's own", async t => {
  const { up, gw } = await withUpstream(t, exchange => exchange.json({ models: [] }))
  t.strictSame((await gw.get('/up/api/tags')).json, { models: [] })
  t.equal(up.requests[0]!.url, '/api/tags')
})
