// A stream of Google's that is passed on, and not asked for as events: one array of JSON.

import t, { type Test } from 'tap'
import { configFor, type Gateway, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { type Stream, type Upstream, upstream } from '../fixtures/upstream.ts'

const env = { UP_KEY: 'sk-up' }
const path = '/v1beta/models/fast:streamGenerateContent'
const asked = postBytes(path, { contents: [] })
const part = (text: string) => ({ candidates: [{ content: { parts: [{ text }] } }] })
const last = {
  candidates: [{ content: { parts: [{ text: 'end' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2 },
  modelVersion: 'gemini-x',
}
const text = (value: unknown): string => JSON.stringify(value)

async function behind(t: Test, more = ''): Promise<{ up: Upstream; gw: Gateway }> {
  const up = await upstream(t)
  return {
    up,
    gw: await gateway(t, configFor(up.url, more).replace('api: openai', 'api: gemini'), env),
  }
}

const begin = async (up: Upstream): Promise<Stream> =>
  (await up.next()).stream(200, { 'content-type': 'application/json; charset=UTF-8' })

/** The body of a chunked response. */
const body = (text: string): string =>
  text.slice(text.indexOf('\r\n\r\n') + 4).replaceAll(/(?<=^|\r\n)[0-9a-f]+\r\n|\r\n/g, '')

t.test('comes as it is, its elements at once, and is counted', async t => {
  const { up, gw } = await behind(t)
  const client = raw(t, gw.port, asked)
  const stream = await begin(up)
  await stream.write(`[${text(part('one'))}`)
  await client.until('one')
  await stream.write(`,\n${text(part('t'))}`)
  await client.until('"t"')
  await stream.write(`,\n${text(last)}\n]\n`)
  await stream.end()
  t.equal(
    body(await client.until('0\r\n\r\n')),
    `[${text(part('one'))},\n${text(part('t'))},\n${text(last)}\n]\n`,
  )
  await gw.idle()
  t.match(gw.server.counters, { finished: 1, failed: 0 })
  t.match(gw.log(), /"in":3/)
  const { text: metrics } = await gw.get('/metrics')
  t.match(metrics, /^gen_ai_server_time_to_first_token_count\{.*\} 1$/m)
})

t.test('its elements leave at once also where each gets another name for the model', async t => {
  const { up, gw } = await behind(t, 'respondAs: alias\naliases: { fast: up/m }')
  const client = raw(t, gw.port, asked)
  const stream = await begin(up)
  const named = (modelVersion: string) => [
    { ...part('one'), modelVersion },
    { ...last, modelVersion },
  ]
  const [one, two] = named('gemini-x').map(text)
  await stream.write(`[${one}`)
  await client.until('one')
  await stream.write(`,\n${two}\n]`)
  await stream.end()
  t.same(JSON.parse(body(await client.until('0\r\n\r\n'))), named('fast'))
})

t.test('one whose upstream dies, or ends early, is an array that ends by an error', async t => {
  for (const end of ['destroy', 'end'] as const) {
    for (const [sent, elements] of [
      [`[${text(part('one'))}`, 1],
      [`[${text(part('one'))},\n{"candid`, 1],
      [`[${text(part('one'))},\n${text(part('two'))},`, 2],
    ] as const) {
      const { up, gw } = await behind(t, 'fallback: { attempts: 1 }')
      const client = raw(t, gw.port, asked)
      const stream = await begin(up)
      await stream.write(sent)
      await client.until('one')
      await stream[end]()
      const values = JSON.parse(body(await client.until('0\r\n\r\n')))
      t.equal(values.length, elements + 1, sent)
      t.match(values.at(-1), { error: { code: 502, status: String, message: /up/ } })
      await gw.idle()
      t.match(gw.server.counters, { finished: 0, failed: 1 })
    }
  }
})

t.test('one that has ended is whole, though its connection breaks then', async t => {
  const { up, gw } = await behind(t)
  const client = raw(t, gw.port, asked)
  const stream = await begin(up)
  await stream.write(`[${text(last)}]`)
  await client.until('STOP')
  stream.destroy()
  t.same(JSON.parse(body(await client.until('0\r\n\r\n'))), [last])
  await gw.idle()
  t.match(gw.server.counters, { finished: 1 })
})

t.test('an element that left in part, or a body with a length, can only be cut', async t => {
  const { up, gw } = await behind(t)
  const client = raw(t, gw.port, asked)
  const stream = await begin(up)
  await stream.write(`[${text(part('x'.repeat(1_200_000))).slice(0, -9)}`)
  await client.until('xxx')
  await stream.destroy()
  t.notMatch((await client.closed).slice(-100), /error|0\r\n\r\n$/)
  const sized = raw(t, gw.port, asked)
  const exchange = await up.next()
  const short = exchange.stream(200, { 'content-type': 'application/json', 'content-length': '99' })
  await short.write('[{"a":1}')
  await sized.until('"a"')
  short.destroy()
  t.match(await sized.closed, /\[\{"a":1\}$/)
})

t.test('one that ends by an error of its own has failed, and is told of no other', async t => {
  for (const end of ['end', 'destroy'] as const) {
    const { up, gw } = await behind(t, 'fallback: { attempts: 1 }')
    const client = raw(t, gw.port, asked)
    const stream = await begin(up)
    await stream.write(`[${text(part('one'))}`)
    await client.until('one')
    await stream.write(',{"error":{"code":503,"message":"busy"}}]')
    await client.until('busy')
    await stream[end]()
    t.equal(JSON.parse(body(await client.until('0\r\n\r\n'))).length, 2)
    await gw.idle()
    t.match(gw.server.counters, { finished: 0, failed: 1 })
  }
})

t.test('what is odd, or cannot be read, is passed on, and asked for once', async t => {
  const brotli = Buffer.from([0x5b, 1, 2, 3])
  const { up, gw } = await behind(t)
  for (const odd of [
    ...[
      '[[1,2],[3,4]]',
      `[${text(last)}]\n[1]`,
      `[${text(last)}]x`,
      `[${text(last)},]`,
      '["a",[1]]',
    ],
    ...[
      '[{"text":NaN}]',
      '[]',
      ' [ ] ',
      ']',
      '[1,2]',
      '[{"promptFeedback":{"blockReason":"OTHER"},"candidates":[]}]',
    ],
    brotli,
  ]) {
    const reply = gw.post(path, { contents: [] })
    const exchange = await up.next()
    const encoding = odd === brotli ? { 'content-encoding': 'x-own' } : {}
    exchange.raw(odd, 200, { 'content-type': 'application/json', ...encoding })
    t.equal((await reply).text, odd.toString())
  }
  t.equal(up.requests.length, 12)
})

t.test('an error in place of one is one as well, and comes as it is', async t => {
  const { up, gw } = await behind(t, 'fallback: { attempts: 1 }')
  const error = { code: 429, message: 'Quota', status: 'RESOURCE_EXHAUSTED', details: [{ x: 1.5 }] }
  const said = JSON.stringify([{ error }], null, 2)
  const reply = gw.post(path, { contents: [] })
  const exchange = await up.next()
  exchange.raw(said, 429, { 'content-type': 'application/json' })
  t.match(await reply, { status: 429, text: said })
})

t.test('an error, or nothing, before any content has the next target tried', async t => {
  for (const sent of [
    '[{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}]',
    '[{"candidates":[{"content":{"role":"model"}}]}\n,{"error":{"code":503,"message":"busy"}}]',
    '\n[',
  ]) {
    const [up, other] = [await upstream(t), await upstream(t)]
    const gw = await gateway(
      t,
      `
providers:
  up: { api: gemini, baseUrl: ${up.url}/v1beta, credential: none }
  other: { api: gemini, baseUrl: ${other.url}/v1beta, credential: none }
aliases: { fast: { targets: [up/m, other/m] } }
`,
    )
    const client = raw(t, gw.port, asked)
    const bad = await begin(up)
    await bad.write(sent)
    bad.destroy()
    const good = await begin(other)
    await good.write(`[${text(last)}]`)
    await good.end()
    const answer = await client.until('0\r\n\r\n')
    t.match(answer, /x-gateway-attempts: 2/i)
    t.same(JSON.parse(body(answer)), [last])
  }
})

t.test('a silent one is kept open, between its elements only', async t => {
  const { up, gw } = await behind(t, 'keepAlive: 15ms')
  const client = raw(t, gw.port, asked)
  const stream = await begin(up)
  await stream.write(`[${text(part('one'))}`)
  await client.until(/one.*\r\n2\r\n\n\n\r\n2\r\n\n\n\r\n/s)
  await stream.write(`,${text(last)}]`)
  await stream.end()
  t.same(JSON.parse(body(await client.until('0\r\n\r\n'))), [part('one'), last])
  // An answer in one object has no place for it.
  const clock = raw(t, gw.port, asked)
  await (await begin(up)).write(`[${text(part('tick'))}`)
  await clock.until('tick')
  const whole = raw(t, gw.port, postBytes(path.replace('streamG', 'g'), { contents: [] }))
  const object = await begin(up)
  await object.write('{"a":')
  const { length } = clock.text()
  await clock.until(new RegExp(`^.{${length}}.*(\n\n\r\n.*){3}`, 's'))
  await object.write('1}')
  await object.end()
  t.equal(body(await whole.until('0\r\n\r\n')), '{"a":1}')
})
