// With one protocol on both sides, every byte passes: of requests all but the value of `model`, of responses all. The
// fixtures are split at every byte; one more of them is one more file.

import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import t from 'tap'
import type { ClientResponse } from '../../src/proxy/client-response.ts'
import { Relay } from '../../src/proxy/relay.ts'
import type { Protocol } from '../../src/wire/protocol.ts'
import { nothing, type Told } from '../../src/wire/usage.ts'
import { configFor, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const folder = join(import.meta.dirname, '../fixtures/identity')
const fixtures = (ending: string): [name: string, bytes: Buffer][] =>
  readdirSync(folder)
    .filter(name => name.endsWith(ending))
    .map(name => [basename(name, ending), readFileSync(join(folder, name))])

/** What a client gets of a response that comes in these pieces. */
const relayed = (protocol: Protocol, pieces: readonly Buffer[], type: string): Buffer =>
  relay(protocol, pieces, type).bytes

/** The same, and what the log gets. */
function relay(
  protocol: Protocol,
  pieces: readonly Buffer[],
  type: string,
): { bytes: Buffer; told: Told } {
  const out: Buffer[] = []
  const res = {
    writeHead: () => {},
    flushHeaders: () => {},
    pass: (bytes: Buffer) => out.push(bytes) > 0,
    passWhole: (bytes: Buffer) => out.push(bytes),
    end: (bytes?: Buffer) => bytes && out.push(Buffer.from(bytes)),
  }
  const relay = new Relay(
    {
      res: res as unknown as ClientResponse,
      headers: [],
      respondAs: undefined,
      dropUsage: false,
      protocol,
      mayBeArray: protocol === 'gemini',
      keepAlive: undefined,
      brokenStream: () => 'broken',
      brokenAnswer: () => {},
    },
    200,
    ['content-type', type],
    'OK',
  )
  for (const piece of pieces) relay.data(piece)
  relay.ended()
  let told = nothing
  relay.told(all => {
    told = all
  })
  return { bytes: Buffer.concat(out), told }
}

const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const all = [0, ...places.toSorted((a, b) => a - b), bytes.length]
  return all.slice(1).map((end, i) => bytes.subarray(all[i], end))
}

const protocolOf = (name: string): Protocol =>
  (['messages', 'responses', 'gemini'] as const).find(known => known === name) ?? 'chat'

t.test('streams, split at every byte and anywhere', async t => {
  for (const [name, bytes] of fixtures('.sse')) {
    const check = (places: readonly number[]): boolean =>
      relayed(protocolOf(name), cut(bytes, places), 'text/event-stream').equals(bytes)
    for (let at = 0; at <= bytes.length; at++) {
      if (!check([at])) t.fail(`${name} split at ${at}`)
    }
    fc.assert(fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), check))
    t.ok(check(Array.from(bytes.keys())), `${name} byte by byte`)
  }
})

/** The same stream as others would write it. What they add must not be understood, and must pass. */
const spellings: Readonly<Record<string, (stream: string) => string>> = {
  CRLF: stream => stream.replaceAll('\n', '\r\n'),
  CR: stream => stream.replaceAll('\n', '\r'),
  'all of them': stream => {
    let n = 0
    return stream.replaceAll('\n\n', () => ['\n\r\n', '\r\r', '\r\n\n', '\n\r'][n++ % 4]!)
  },
  'a byte order mark': stream => `\uFEFF${stream}`,
  'no spaces': stream => stream.replaceAll(/^(data|event): /gm, '$1:'),
  comments: stream => stream.replaceAll(/^data/gm, ': {"model":"no"}\n:\n\n:data: x\ndata'),
  'other fields': stream =>
    stream.replaceAll(/^data/gm, 'id: 7\nretry: 3000\nid\nmodel: {"model":"no"}\ndata'),
  'events without data': stream => `event: open\n\nid: 1\n\n${stream}event: close\n\n`,
  'a last field that is no event': stream => `${stream}retry: 10\nid: 9\n: bye`,
  'no empty line at the end': stream => stream.trimEnd(),
  'data in several lines': stream =>
    stream.replaceAll(/^data: (\{[^\r\n]*\})$/gm, (_, json: string) =>
      JSON.stringify(JSON.parse(json), null, 1).replaceAll(/^/gm, 'data: '),
    ),
}

t.test('streams as others spell them: every byte passes, and usage is read', async t => {
  for (const [name, plain] of fixtures('.sse')) {
    const wanted = relay(protocolOf(name), [plain], 'text/event-stream').told
    for (const [how, spell] of Object.entries(spellings)) {
      const bytes = Buffer.from(spell(plain.toString()))
      const check = (places: readonly number[]): boolean => {
        const got = relay(protocolOf(name), cut(bytes, places), 'text/event-stream')
        return got.bytes.equals(bytes) && isDeepStrictEqual(got.told, wanted)
      }
      const wrong = [...bytes.keys()].filter(at => !check([at]))
      t.same(wrong, [], `${name}, ${how}, in two`)
      t.ok(check([...bytes.keys()]), `${name}, ${how}, byte by byte`)
    }
  }
})

t.test('usage in odd places', async t => {
  const usage = { prompt_tokens: 7, completion_tokens: 5 }
  const said = { index: 0, delta: { content: 'x'.repeat(50) }, finish_reason: null }
  const chunk = (more = {}): string => `data: ${JSON.stringify({ choices: [said], ...more })}\n\n`
  const end = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
  const streams: Readonly<Record<string, string>> = {
    'in the first chunk alone': chunk({ usage }) + chunk().repeat(1000) + end,
    'in every chunk':
      chunk({ usage: { prompt_tokens: 7, completion_tokens: 1 } }).repeat(99) +
      chunk({ usage }) +
      end,
    'null in all others':
      chunk({ usage: null }).repeat(99) + chunk({ usage }) + chunk({ usage: null }) + end,
    'some way before the end': chunk({ usage }) + chunk().repeat(60) + end,
    "in a field of the vendor's": chunk() + chunk({ x_groq: { id: 'r', usage } }) + end,
    'after the last word': chunk() + end + chunk({ choices: [], usage }),
    'before an event that is broken': `${chunk({ usage }) + end}data: {"choices":[{\n\n`,
    'in an event that is not ended': `${chunk()}${end}${chunk({ choices: [], usage }).trimEnd()}`,
  }
  for (const [where, stream] of Object.entries(streams)) {
    const bytes = Buffer.from(stream)
    for (const size of [1, 7, bytes.length]) {
      const places = Array.from({ length: Math.floor(bytes.length / size) }, (_, n) => n * size)
      const got = relay('chat', cut(bytes, places), 'text/event-stream')
      t.ok(got.bytes.equals(bytes), where)
      t.match(got.told.usage, { input: 7, output: 5 }, where)
    }
  }
})

t.test('bodies of responses, and those that are compressed', async t => {
  for (const [name, bytes] of [...fixtures('.json'), ...fixtures('.sse')]) {
    for (let at = 0; at <= bytes.length; at++) {
      const got = relayed('chat', cut(bytes, [at]), 'application/json')
      if (!got.equals(bytes)) t.fail(`${name} split at ${at}`)
    }
  }
  const packed = gzipSync(fixtures('.json')[0]![1])
  const encoded = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  const up = await upstream(t, exchange => exchange.raw(packed, 200, encoded))
  const gw = await gateway(t, configFor(up.url), { UP_KEY: 'k' })
  const more = 'accept-encoding: gzip;q=0.5, x-odd\r\nconnection: close\r\n'
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', { model: 'm' }, more))
  const chunks: Buffer[] = []
  client.socket.on('data', chunk => chunks.push(chunk))
  await once(client.socket, 'close')
  const [head, ...rest] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n')
  t.match(head, /content-encoding: gzip/)
  t.ok(Buffer.from(rest.join('\r\n\r\n'), 'latin1').equals(packed))
  t.equal(up.requests[0]!.header('accept-encoding'), 'gzip;q=0.5, x-odd')
})

t.test('bodies of requests, cut in two at every byte: all but the value of model', async t => {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('hi')))
  const gw = await gateway(t, configFor(up.url, 'aliases: { m: up/a "real" ɱ }'), { UP_KEY: 'k' })
  const name = JSON.stringify('a "real" ɱ')
  for (const [what, bytes] of fixtures('.json')) {
    // Every value of a top-level `model`, also of one that is written with escapes or comes twice.
    const wanted =
      what === 'unknown'
        ? bytes.toString().replace('},"model":"m"', `},"model":${name}`)
        : bytes.toString().replaceAll(/("mo[^"]*l" ?: ?)"[^"]*"/g, (_, key: string) => key + name)
    const post = postBytes('/v1/chat/completions', bytes.toString(), 'connection: close\r\n')
    const all = Buffer.from(post)
    for (let at = all.length - bytes.length; at < all.length; at++) {
      const client = raw(t, gw.port, '')
      client.socket.setNoDelay(true)
      client.socket.write(all.subarray(0, at))
      await new Promise(setImmediate)
      client.socket.write(all.subarray(at))
      if (!(await client.closed).startsWith('HTTP/1.1 200')) t.fail(`${what} cut at ${at}`)
      const got = up.requests.at(-1)!.body.toString()
      if (got !== wanted) t.equal(got, wanted, `${what} cut at ${at}`)
    }
    t.pass(what)
  }
})

t.test('header fields of a response: several cookies, ids and rate limits, in order', async t => {
  const fields = [
    ...['Set-Cookie', 'a=1', 'set-cookie', 'b=2; Path=/', 'X-RateLimit-Remaining-Requests', '9'],
    ...['anthropic-ratelimit-tokens-reset', '2026-01-01T00:00:00Z', 'openai-processing-ms', '7'],
    ...['request-id', 'req_1', 'x-request-id', 'req_2', 'retry-after-ms', '5', 'X-Odd', 'é'],
  ]
  const hop = ['connection', 'close, x-hop', 'x-hop', '1', 'trailer', 'x-t', 'upgrade', 'h2c']
  const up = await upstream(t, ({ response }) => {
    response.writeHead(200, [...fields, ...hop, 'te', 'x', 'keep-alive', 'timeout=1'])
    response.end('{}')
  })
  const gw = await gateway(t, configFor(up.url), { UP_KEY: 'k' })
  const close = 'connection: close\r\n'
  const client = raw(t, gw.port, postBytes('/v1/chat/completions', { model: 'm' }, close))
  const head = (await client.closed).split('\r\n\r\n')[0]!
  const lines = head.split('\r\n').slice(1)
  const pairs = lines.map(line => [
    line.slice(0, line.indexOf(':')),
    line.slice(line.indexOf(':') + 2),
  ])
  t.same(
    pairs
      .slice(0, fields.length / 2)
      .flat()
      .slice(0, -1),
    fields.slice(0, -1),
  )
  for (const gone of ['x-hop', 'trailer', 'upgrade', 'te', 'keep-alive', 'via']) {
    t.notOk(
      pairs.some(([name]) => name!.toLowerCase() === gone),
      gone,
    )
  }
})
