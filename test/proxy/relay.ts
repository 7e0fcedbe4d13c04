import t from 'tap'
import { configFor, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { chatChunk, upstream } from '../fixtures/upstream.ts'

const env = { UP_KEY: 'sk-up' }
const bytes = (path = '/v1/chat/completions'): string =>
  postBytes(path, { model: 'up/m', stream: true, messages: [], max_tokens: 1 })
const role = { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }
/** The body of a chunked response. */
const body = (text: string): string =>
  text.slice(text.indexOf('\r\n\r\n') + 4).replaceAll(/(?<=^|\r\n)[0-9a-f]+\r\n|\r\n/g, '')

t.test('a silent stream is kept open, between whole events only', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url, 'keepAlive: 15ms'), env)
  const client = raw(t, gw.port, bytes())
  const stream = (await up.next()).sse()
  await stream.data(chatChunk('one'))
  await client.until(/one.*: keep-alive\n\n\r\n.*: keep-alive\n\n/s)
  await stream.write('data: {"half":')
  const { length } = client.text()
  await client.until(new RegExp(`^.{${length}}.*(: keep-alive\n\n.*){3}`, 's'))
  await stream.write('1}\n\n')
  await stream.data('[DONE]')
  await stream.end()
  const text = body(await client.until('[DONE]'))
  t.equal(
    text.replaceAll(': keep-alive\n\n', ''),
    `data: ${JSON.stringify(chatChunk('one'))}\n\ndata: {"half":1}\n\ndata: [DONE]\n\n`,
  )
  client.socket.destroy()
  await gw.idle()
})

t.test('never within an event that is so large that it leaves in parts', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url, 'keepAlive: 15ms'), env)
  const client = raw(t, gw.port, bytes())
  const stream = (await up.next()).sse()
  const clock = raw(t, gw.port, bytes())
  await (await up.next()).sse().data(chatChunk('tick'))
  const large = 'x'.repeat(1_500_000)
  await stream.write(`data: "${large}`)
  await client.until(/x{100}/)
  const { length } = clock.text()
  await clock.until(new RegExp(`^.{${length}}.*(: keep-alive\n\n.*){4}`, 's'))
  await stream.write('y"\n\n')
  await client.until('y"\n\n')
  const text = client.text()
  t.notOk(text.slice(text.indexOf('xx'), text.indexOf('y"')).includes('keep-alive'))
  await client.until(/y"\n\n.*: keep-alive/s)
})

t.test("Anthropic's clients get a ping", async t => {
  const up = await upstream(t)
  const gw = await gateway(
    t,
    configFor(up.url, 'keepAlive: 15ms').replace('api: openai', 'api: anthropic'),
    env,
  )
  const client = raw(t, gw.port, bytes('/v1/messages'))
  const stream = (await up.next()).sse()
  await stream.write('event: message_start\ndata: {"type":"message_start"}\n\n')
  await client.until(/message_start"\}\n\n.*event: ping\ndata: \{"type": "ping"\}\n\n/s)
})

t.test('a client of Gemini, whose SDKs fail on a comment, is sent empty lines', async t => {
  const up = await upstream(t)
  const yaml = configFor(up.url, 'keepAlive: 15ms').replace('api: openai', 'api: gemini')
  const gw = await gateway(t, yaml, env)
  const client = raw(t, gw.port, bytes('/v1beta/models/fast:streamGenerateContent?alt=sse'))
  const stream = (await up.next()).sse()
  await stream.data({ candidates: [{ content: { parts: [{ text: 'one' }] } }] })
  await client.until(/one.*\r\n2\r\n\n\n\r\n2\r\n\n\n\r\n/s)
  t.notMatch(client.text(), /^:/m)
})

t.test('a stream that has only begun is passed on after the same time, and kept open', async t => {
  const up = await upstream(t)
  const other = await upstream(t)
  const gw = await gateway(
    t,
    `
providers:
  up: { api: openai, baseUrl: ${up.url}/v1, credential: none }
  other: { api: openai, baseUrl: ${other.url}/v1, credential: none }
keepAlive: 15ms
aliases: { up/m: { targets: [up/m, other/m] } }
`,
  )
  const client = raw(t, gw.port, bytes())
  const stream = (await up.next()).sse()
  await stream.data(role)
  const text = await client.until(/assistant.*: keep-alive/s)
  t.match(text, /^HTTP\/1.1 200 /)
  stream.destroy()
  await client.until('upstream_broken')
  t.equal(other.requests.length, 0, 'the client has a byte')
})

t.test('what is no stream gets nothing added, nor does anything with keepAlive 0', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url, 'keepAlive: 15ms'), env)
  const clock = raw(t, gw.port, bytes())
  await (await up.next()).sse().data(chatChunk('tick'))
  const client = raw(t, gw.port, bytes())
  const json = (await up.next()).stream(200, { 'content-type': 'application/json' })
  await json.write('{"a":')
  await gw.use(configFor(up.url, 'keepAlive: 0'))
  const silent = raw(t, gw.port, bytes())
  const stream = (await up.next()).sse()
  await stream.data(chatChunk('one'))
  await silent.until('one')
  await clock.until(/(: keep-alive\n\n.*){4}/s)
  await json.write('1}')
  await json.end()
  await stream.data('[DONE]')
  await stream.end()
  t.equal(body(await client.until('0\r\n\r\n')).slice(0, 7), '{"a":1}')
  t.notMatch(await silent.until('[DONE]'), /keep-alive\n/)
})

t.test('a stream that ends without having said anything is broken, also the last one', async t => {
  for (const [path, text] of [
    ['/v1/chat/completions', ': OPENROUTER PROCESSING\n\n'],
    ['/v1/responses', 'data: {"type":"keepalive","sequence_number":1}\n\n'],
    ['/v1/chat/completions', '\n'],
  ] as const) {
    const up = await upstream(t, async exchange => {
      const stream = exchange.sse()
      await stream.write(text)
      await stream.end()
    })
    const gw = await gateway(t, configFor(up.url, 'fallback: { attempts: 1 }'), env)
    const reply = await gw.post(path, { model: 'up/m', stream: true, messages: [] })
    t.match(reply.text, /"code":"upstream_broken"/, text)
    t.ok(reply.text.startsWith(text.trimEnd()))
    await gw.idle()
    t.match(gw.log(), 'before its answer was whole')
  }
})

t.test('a last event without its empty line is changed as any other', async t => {
  const usage = '{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}'
  const last = '{"model":"m-1","choices":[{"delta":{},"finish_reason":"stop"}]}'
  for (const [text, wanted] of [
    [`data: ${last}\n\ndata: ${usage}`, `data: ${last}\n\n`],
    [`data: ${last}\n\ndata: ${usage}\r\n`, `data: ${last}\n\n`],
    [`data: ${usage}\n\ndata: ${last}`, `data: ${last}`],
  ] as const) {
    const up = await upstream(t, exchange =>
      exchange.raw(text, 200, { 'content-type': 'text/event-stream' }),
    )
    const gw = await gateway(
      t,
      configFor(up.url, 'usage: inject\nrespondAs: alias\naliases: { fast: up/m }'),
      env,
    )
    const reply = await gw.post('/v1/chat/completions', { model: 'fast', stream: true })
    t.equal(reply.text.trimEnd(), wanted.replace('m-1', 'fast').trimEnd())
    await gw.idle()
    t.match(gw.log(), '"in":1,"out":2')
  }
})

t.test('a last event of any length, in chunks of any size, is the end of its stream', async t => {
  const long = 'x'.repeat(60_000)
  const streams = {
    '/v1/responses': [
      { type: 'response.created', response: {} },
      { type: 'response.completed', response: { instructions: long } },
    ],
    '/v1beta/models/fast:streamGenerateContent?alt=sse': [
      { candidates: [{ content: { parts: [{ text: long }] }, finishReason: 'STOP' }] },
    ],
  }
  for (const [path, events] of Object.entries(streams)) {
    const text = events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('')
    const up = await upstream(t)
    const api = path.includes('gemini') || path.includes('v1beta') ? 'gemini' : 'openai'
    const gw = await gateway(t, configFor(up.url).replace('api: openai', `api: ${api}`), env)
    for (const size of [1400, 16_384, 65_536]) {
      const reply = gw.post(path, { model: 'up/m', stream: true })
      const stream = (await up.next()).sse()
      for (let at = 0; at < text.length; at += size) await stream.write(text.slice(at, at + size))
      await stream.end()
      t.ok((await reply).text === text, `${path} ${size}`)
    }
    await gw.idle()
    t.match(gw.server.counters, { finished: 3, failed: 0 })
  }
})

t.test('an answer that may be whole, and whose connection breaks, is broken', async t => {
  const part = { candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }] }
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url).replace('api: openai', 'api: gemini'), env)
  const client = raw(t, gw.port, bytes('/v1beta/models/fast:streamGenerateContent?alt=sse'))
  const stream = (await up.next()).sse()
  await stream.data(part)
  await client.until('STOP')
  stream.destroy()
  t.match(await client.until('0\r\n\r\n'), /STOP.*"error"/s)
  await gw.idle()
  t.match(gw.server.counters, { failed: 1 })
})

t.test('a stream that has said its error is not told of another', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url, 'fallback: { attempts: 1 }'), env)
  for (const breaks of [false, true]) {
    const client = raw(t, gw.port, bytes())
    const stream = (await up.next()).sse()
    await stream.data(chatChunk('one'))
    await stream.data({ error: { message: 'too much', code: 500 } })
    await stream.data('[DONE]')
    await client.until('DONE')
    if (breaks) stream.destroy()
    else await stream.end()
    t.equal((await client.until('0\r\n\r\n')).match(/"error"/g)?.length, 1)
  }
  await gw.idle()
  t.match(gw.server.counters, { failed: 2, finished: 0 })
})

t.test('a last word without its empty line is told before the connection is given up', async t => {
  const up = await upstream(t)
  const gw = await gateway(t, configFor(up.url, 'fallback: { attempts: 1 }'), env)
  for (const word of ['{"error":{"message":"too much","code":500}}', '[DONE]']) {
    for (const more of ['', 'data: {"cho']) {
      const client = raw(t, gw.port, bytes())
      const stream = (await up.next()).sse()
      await stream.data(chatChunk('one'))
      await client.until('one')
      await stream.write(`data: ${word}\n${more}`)
      stream.destroy()
      const text = body(await client.until('0\r\n\r\n'))
      const [, ...words] = text.split('\n\n')
      t.match(words[0], more === '' ? `data: ${word}` : 'upstream_broken')
      t.equal(words.length, 2, 'one is the last')
    }
  }
  await gw.idle()
})

t.test(
  'an event that is too long to hold, and is cut, is broken; so is what ends behind one',
  async t => {
    for (const [api, path, text] of [
      [
        'gemini',
        '/v1beta/models/fast:streamGenerateContent?alt=sse',
        `data: {"candidates":[{"content":{"parts":[{"inlineData":{"data":"${'A'.repeat(1_500_000)}`,
      ],
      [
        'anthropic',
        '/v1/messages',
        `data: {"type":"message_start"}\n\ndata: {"type":"content_block_delta","x":"${'A'.repeat(60_000)}"}\n\n`,
      ],
    ] as const) {
      const up = await upstream(t)
      const gw = await gateway(t, configFor(up.url).replace('api: openai', `api: ${api}`), env)
      const client = raw(t, gw.port, bytes(path))
      const stream = (await up.next()).sse()
      for (let at = 0; at < text.length; at += 9000) await stream.write(text.slice(at, at + 9000))
      await stream.end()
      t.match((await client.until('0\r\n\r\n')).slice(-600), /"error"/)
      await gw.idle()
      t.match(gw.server.counters, { failed: 1 })
    }
  },
)
