// A body too large to be copied goes on in the pieces between its changes: the same bytes, whoever gets them and however often.

import t from 'tap'
import { signatureFault } from '../fixtures/aws-verifier.ts'
import { gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { chatCompletion, type Handler, upstream } from '../fixtures/upstream.ts'

const odd = '"n": 1.0, "big":1e400,"n":{"":"\\u00e9é \\" 日"}'
const long = `[{"role":"user","content":"${'a "quoted\\n" word, '.replaceAll('"', '\\"').repeat(20_000)}"}]`
const answers: Handler = exchange => exchange.json(chatCompletion('hi'))

const bodies: Readonly<Record<string, (model: string) => string>> = {
  'model first': model => `{"model":"${model}", ${odd},"messages":${long}}`,
  'model last': model => `{ ${odd},"messages":${long},"model" : "${model}" }`,
  'model twice': model => `{"model":"${model}","messages":${long},"model":"${model}",${odd}}`,
}

t.test('no byte changes but the model, and the length is told', async t => {
  const up = await upstream(t, answers)
  const gw = await gateway(
    t,
    `
usage: inject
providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none } }
aliases: { m: up/another-name }
`,
  )
  for (const [name, body] of Object.entries(bodies)) {
    t.equal((await gw.post('/v1/chat/completions', body('m'))).status, 200)
    const { body: got, headers } = up.requests.at(-1)!
    t.ok(got.equals(Buffer.from(body('another-name'))), name)
    t.equal(headers['content-length'], String(got.length))
    t.notOk(headers['transfer-encoding'])
  }
  const streamed = bodies['model last']!
  await gw.post('/v1/chat/completions', streamed('m').replace('{', '{"stream":true,'))
  const wanted = streamed('another-name')
    .replace('{', '{"stream":true,')
    .replace(/"another-name"/, '$&,"stream_options":{"include_usage":true}')
  t.ok(up.requests.at(-1)!.body.equals(Buffer.from(wanted)), 'with usage asked for')
  t.equal(up.connections, 1, 'one connection serves all')
})

t.test('the next target and the next connection get all of it again', async t => {
  const up = await upstream(t, [
    answers,
    exchange => exchange.die(),
    exchange => exchange.json({ error: { message: 'no' } }, 500),
    answers,
  ])
  const gw = await gateway(
    t,
    `
providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none } }
aliases: { m: { targets: [up/first, up/second] } }
`,
  )
  const body = bodies['model last']!
  await gw.post('/v1/chat/completions', body('m'))
  const reply = await gw.post('/v1/chat/completions', body('m'))
  t.equal(reply.status, 200)
  t.ok(up.requests[1]!.body.equals(Buffer.from(body('first'))))
  t.ok(up.requests[2]!.body.equals(Buffer.from(body('first'))), 'the connection was stale')
  t.ok(up.requests[3]!.body.equals(Buffer.from(body('second'))))
})

t.test('who answers before reading it all is heard, and who leaves is noticed', async t => {
  const up = await upstream(t, () => {}, { early: true })
  const gw = await gateway(
    t,
    `
limits: { body: 64MiB }
providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none } }
aliases: { m: up/x }
`,
  )
  // More than the sockets on the way hold.
  const body = `{"model":"m","x":"${'x'.repeat(40_000_000)}","messages":[]}`
  const reply = gw.post('/v1/chat/completions', body)
  const refusing = await up.next()
  refusing.request.pause()
  refusing.json({ error: { message: 'too much' } }, 413)
  t.match(await reply, { status: 413, json: { error: { message: 'too much' } } })

  const client = raw(t, gw.port, postBytes('/v1/chat/completions', body))
  const stuck = await up.next()
  stuck.request.pause()
  client.socket.destroy()
  await gw.idle()
  stuck.request.resume()
  await t.rejects(stuck.received)
})

t.test('what is signed is what is sent', async t => {
  const up = await upstream(t, answers)
  const gw = await gateway(
    t,
    `
providers: { bedrock: { baseUrl: ${up.url}/openai/v1, region: eu-central-1 } }
aliases: { oss: bedrock/openai.gpt-oss-20b-1:0 }
`,
    { AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' },
  )
  const body = bodies['model first']!
  t.equal((await gw.post('/v1/chat/completions', body('oss'))).status, 200)
  const [got] = up.requests
  t.ok(got!.body.equals(Buffer.from(body('openai.gpt-oss-20b-1:0'))))
  t.equal(signatureFault(got!, { AKIDMADEUP: 'made-up-secret' }), undefined)
})

const hi = '[{"role":"user","content":"hi"}]'
const use = '{"type":"tool_use","id":"t","name":"n","input":{"n":1.0}}'
const unsigned = '{"type":"thinking","thinking":"hm","signature":""}'
const used = (...before: string[]): string =>
  `[{"role":"assistant","content":[${[...before, use].join()}]}, {"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}]`
const thinking = '"thinking":{"type":"enabled","budget_tokens":1024},'
const version = '"anthropic_version":"vertex-2023-10-16"'
const hosted: Readonly<Record<string, readonly [path: string, said: string, sent: string]>> = {
  'a short one': [
    'rawPredict',
    `{"model":"claude","max_tokens":9, ${odd},"messages":${hi}}`,
    `{"max_tokens":9, ${odd},"messages":${hi},${version}}`,
  ],
  'a long stream with a version of its own': [
    'streamRawPredict',
    `{"anthropic_version":"x","messages":${long}, ${odd},"max_tokens":9,"stream":true,"model":"claude"}`,
    `{"anthropic_version":"x","messages":${long}, ${odd},"max_tokens":9,"stream":true}`,
  ],
  'what another vendor left, beside what goes': [
    'rawPredict',
    `{"max_tokens":9,"model":"claude",${thinking}${odd},"messages":${used(unsigned)}}`,
    `{"max_tokens":9,${odd},"messages":${used()},${version}}`,
  ],
}

t.test('a host of Claude gets the bytes of the request, but for what it has elsewhere', async t => {
  const up = await upstream(t, exchange => exchange.json({ type: 'message', content: [] }))
  const gw = await gateway(
    t,
    `
providers:
  vertex:
    baseUrl: ${up.url}/v1/projects/p/locations/eu/endpoints/openapi
    credential: env:VERTEX_ACCESS_TOKEN
aliases: { claude: vertex/claude-sonnet-4-5 }
`,
    { VERTEX_ACCESS_TOKEN: 't' },
  )
  for (const [name, [path, said, sent]] of Object.entries(hosted)) {
    t.equal((await gw.post('/v1/messages', said)).status, 200, name)
    const { url, body } = up.requests.at(-1)!
    t.match(url, new RegExp(`:${path}$`), name)
    t.equal(body.toString(), sent, name)
  }
})

t.test('a body in tiny chunks, and in some that are not', async t => {
  const up = await upstream(t, answers)
  const gw = await gateway(
    t,
    `providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none } }`,
  )
  const body = `{"model":"m","messages":[{"role":"user","content":"${'0123456789'.repeat(40_000)}"}]}`
  const chunks: string[] = []
  const chunk = (text: string): unknown => chunks.push(`${text.length.toString(16)}\r\n${text}\r\n`)
  for (let at = 0; at < body.length; ) {
    const size = at < 3000 || (at > 200_000 && at < 205_000) ? 1 : at < 150_000 ? 999 : 20_000
    chunk(body.slice(at, at + size))
    at += size
  }
  const head =
    'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
  const client = raw(t, gw.port, `${head}${chunks.join('')}0\r\n\r\n`)
  await client.until('"hi"')
  t.equal(up.requests[0]!.body.toString(), body)
})
