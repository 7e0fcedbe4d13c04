// Upstreams that do what no server should. Each is a plain socket, so that every byte of it is the test's.

import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { byteServer } from '../fixtures/byte-server.ts'
import { configFor, type Gateway, gateway, postBytes, raw } from '../fixtures/gateway.ts'

const head = (more = ''): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${more}\r\n`
const chunked = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
const event = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`
const first = event('one')

// So that what the client gets is what this one attempt did.
const alone = 'fallback: { attempts: 1 }\n'

/** What a client of a stream gets, whole; the gateway serves on after it. */
async function outcome(
  t: Test,
  act: (socket: Socket) => unknown,
  { path = '/v1/chat/completions', timeouts = '', api = 'openai', more = {} } = {},
): Promise<{ text: string; gw: Gateway }> {
  const url = await byteServer(t, act)
  const gw = await gateway(
    t,
    configFor(url, alone)
      .replace('credential: env:UP_KEY', `credential: none${timeouts && `, ${timeouts}`}`)
      .replace('api: openai', `api: ${api}`),
  )
  const messages = [{ role: 'user', content: 'Hi' }]
  const body = { model: 'up/m', stream: true, messages, input: 'x', max_tokens: 9, ...more }
  const client = raw(t, gw.port, postBytes(path, body, 'connection: close\r\n'))
  const text = await client.closed
  t.equal((await gw.get('/healthz')).status, 200)
  await gw.idle()
  const { started, finished, failed, cancelled } = gw.server.counters
  t.equal(started, finished + failed + cancelled)
  return { text, gw }
}

/** Where the stream had begun: all that was whole, and then an error in the client's protocol; no clean end. */
const inStream: Readonly<Record<string, (socket: Socket) => unknown>> = {
  'half an event, and gone': socket =>
    socket.end(head('transfer-encoding: chunked\r\n') + chunked(first) + chunked('data: {"choi')),
  'half an event, and a clean end': socket =>
    socket.end(
      `${head('transfer-encoding: chunked\r\n')}${chunked(first)}${chunked('data: {"choi')}0\r\n\r\n`,
    ),
  'no last word, and a clean end': socket =>
    socket.end(`${head('transfer-encoding: chunked\r\n')}${chunked(first)}0\r\n\r\n`),
  'no length, and closed': socket => socket.end(head('connection: close\r\n') + first),
  'a length that is too long': socket => socket.end(head('content-length: 9999\r\n') + first),
  'a length that is too short': socket =>
    socket.write(`${head(`content-length: ${first.length + 9}\r\n`)}${first}${event('two')}`),
  'garbage in place of a chunk': socket =>
    socket.write(`${head('transfer-encoding: chunked\r\n')}${chunked(first)}zz\r\nnonsense\r\n`),
  'a chunk that is larger than it says': socket =>
    socket.write(
      `${head('transfer-encoding: chunked\r\n')}${chunked(first)}4\r\n${event('two')}\r\n`,
    ),
  'a reset': socket => {
    socket.write(head('transfer-encoding: chunked\r\n') + chunked(first), () =>
      setImmediate(() => socket.resetAndDestroy()),
    )
  },
}
for (const [what, act] of Object.entries(inStream)) {
  t.test(`in a stream: ${what}`, async t => {
    const { text, gw } = await outcome(t, act)
    t.match(text, /^HTTP\/1.1 200 /)
    t.match(text, /"content":"one".*"source":"gateway"\}\}\n\n\r\n0\r\n\r\n$/s)
    t.match(text, /\ndata: \{"error":\{"message":"up broke off the answer: /)
    t.notMatch(text, /"choi\b|\[DONE\]|content-length/)
    t.match(gw.server.counters, { failed: 1 })
    t.match(gw.upstreams.health.targets, [{ target: 'up/m', reason: 'upstream_broken' }])
  })
}

/** Where nothing had come that the client could use: an error with a status of its own. */
const before: Readonly<Record<string, [(socket: Socket) => unknown, RegExp]>> = {
  'garbage in place of a head': [
    socket => socket.write('this is not HTTP\r\n\r\n'),
    /502.*broken/s,
  ],
  'another version': [socket => socket.write('HTTP/9.9 200 OK\r\n\r\n'), /502.*broken/s],
  'a head without end': [
    socket => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const more = (): void => {
        if (socket.write(`x-more: ${'y'.repeat(8000)}\r\n`)) setImmediate(more)
        else socket.once('drain', more)
      }
      more()
    },
    /502.*Headers Overflow.*broken/s,
  ],
  'a head that drips': [
    socket => {
      const drip = setInterval(() => socket.write('x'), 5)
      socket.write('HTTP/1.1 200 OK\r\nx-more: ')
      socket.once('close', () => clearInterval(drip))
    },
    /504.*did not begin to answer within 0.1 s/s,
  ],
  'two lengths that differ': [
    socket =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'),
    /502.*broken/s,
  ],
  'a reset': [socket => socket.resetAndDestroy(), /502.*broken/s],
  'nothing at all': [socket => socket.end(), /502.*broken/s],
  'a 200 with nothing in it': [
    socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    /502.*upstream_empty/s,
  ],
}
for (const [what, [act, says]] of Object.entries(before)) {
  t.test(`before anything: ${what}`, async t => {
    const { text } = await outcome(t, act, { timeouts: 'timeouts: { firstByte: 100ms }' })
    t.match(text, says)
    t.match(text, /"source":"gateway"/)
  })
}

t.test('odd, and whole: the framing is read, and every byte of the stream passes', async t => {
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5}}'
  const stream = `\uFEFF${first}: hi\r\rid: 1\r\n${usage}\r\n\r\ndata: [DONE]`
  const letters = [...Buffer.from(stream)].map(byte => Buffer.from([byte]))
  const one = letters.flatMap(letter => ['1\r\n', letter, '\r\n'])
  const length = Buffer.byteLength(stream)
  const framings: Readonly<Record<string, readonly (string | Buffer)[]>> = {
    'chunks of one byte': [head('transfer-encoding: chunked\r\n'), ...one, '0\r\n\r\n'],
    'extensions of chunks': [
      head('transfer-encoding: chunked\r\n'),
      `${length.toString(16)};a="b;c"\r\n${stream}\r\n0;last\r\n\r\n`,
    ],
    trailers: [
      head('transfer-encoding: chunked\r\ntrailer: x-sum\r\n'),
      chunked(stream),
      '0\r\nx-sum: 1\r\nx-gateway-alias: no\r\n\r\n',
    ],
    'a length': [head(`content-length: ${length}\r\n`), stream],
    'the end of the connection': [head(), stream],
    'a head before the head': ['HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', head(), stream],
    'another spelling': [
      head().replace('text/event-stream', 'Text/Event-Stream;charset=UTF-8'),
      stream,
    ],
  }
  for (const [what, parts] of Object.entries(framings)) {
    const { text, gw } = await outcome(t, socket => {
      socket.setNoDelay(true)
      for (const part of parts) socket.write(part)
      socket.end()
    })
    const [said, ...rest] = text.split('\r\n\r\n')
    t.equal(unchunked(rest.join('\r\n\r\n')), stream, what)
    t.notMatch(said + text.slice(-40), /x-sum|trailer|x-gateway-alias|\nlink/i, what)
    t.match(gw.log(), /"in":7,"out":5/, what)
    t.match(gw.server.counters, { finished: 2, failed: 0 }, what)
  }
})

/** The content of a body in chunks. */
function unchunked(body: string): string {
  let rest = Buffer.from(body)
  const parts: Buffer[] = []
  for (;;) {
    const end = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.toString('latin1', 0, end), 16)
    if (!(size > 0)) return Buffer.concat(parts).toString()
    parts.push(rest.subarray(end + 2, end + 2 + size))
    rest = rest.subarray(end + 4 + size)
  }
}

t.test('an answer without end is not held without end, where it has to be held', async t => {
  const endless =
    (type: string, begin: string) =>
    (socket: Socket): void => {
      socket.write(head('connection: close\r\n').replace('text/event-stream', type) + begin)
      const more = (): void => {
        while (socket.write(Buffer.alloc(1024 * 1024, 'x'))) if (socket.destroyed) return
        socket.once('drain', more)
      }
      more()
    }
  const stream = endless('text/event-stream', `${first}data: `)
  const translated = await outcome(t, stream, { path: '/v1/messages' })
  t.match(translated.text, /"one".*event: error\ndata: .*it has no end/s)
  const whole = await outcome(t, endless('application/json', '{"a":"'), {
    path: '/v1/messages',
    more: { stream: false },
  })
  t.match(whole.text, /^HTTP\/1.1 502 .*it has no end/s)
  for (const { gw } of [translated, whole]) t.match(gw.server.counters, { failed: 1 })
})

t.test('TLS that fails', async t => {
  const cases: Readonly<Record<string, [(socket: Socket) => unknown, string]>> = {
    'none at all': [socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'unreachable'],
    'a refusal': [socket => socket.end('\x15\x03\x01\x00\x02\x02\x28'), 'unreachable'],
    'a reset in the handshake': [socket => socket.resetAndDestroy(), 'unreachable'],
    'an end in the handshake': [socket => socket.end(), 'unreachable'],
    'a handshake that goes on for ever': [() => {}, 'timeout'],
  }
  for (const [what, [act, code]] of Object.entries(cases)) {
    const url = await byteServer(t, act)
    const config = configFor(url.replace('http:', 'https:'), alone)
    const gw = await gateway(t, config.replace('env:UP_KEY', 'none, timeouts: { connect: 100ms }'))
    const reply = await gw.post('/v1/chat/completions', { model: 'm' })
    t.match(reply.json.error, { code: `upstream_${code}`, source: 'gateway' }, what)
    t.match(gw.upstreams.health.targets, [{ failures: 1 }], what)
    t.equal((await gw.get('/healthz')).status, 200, what)
  }
})

t.test('an answer that drips is whole, and one that stops is not', async t => {
  const end = event('', 'stop')
  const drip = (text: string) => (socket: Socket) => {
    socket.write(head('transfer-encoding: chunked\r\n'))
    const letters = [...text]
    const next = (): void => {
      const letter = letters.shift()
      if (socket.destroyed) return
      if (letter === undefined) socket.end('0\r\n\r\n')
      else if (letter !== '!') socket.write(chunked(letter), () => setImmediate(next))
    }
    next()
  }
  const whole = await outcome(t, drip(first + end))
  t.match(whole.text, /"stop"\}\]\}\n\n\r\n0\r\n\r\n$/)
  t.match(whole.gw.server.counters, { finished: 2, failed: 0 })
  const stopped = await outcome(t, drip(`${first}data: {!`), {
    timeouts: 'timeouts: { idle: 100ms }',
  })
  t.match(stopped.text, /"one".*did not go on with its answer within 0.1 s/s)
  const endless = await outcome(t, drip(first.repeat(3000)), {
    timeouts: 'timeouts: { total: 100ms }',
  })
  t.match(endless.text, /"one".*did not finish its answer within 0.1 s/s)
})

t.test("the error is in the client's protocol", async t => {
  const messages = await outcome(
    t,
    socket =>
      socket.end(
        `${head('transfer-encoding: chunked\r\n')}${chunked('event: message_start\ndata: {"type":"message_start"}\n\n')}`,
      ),
    { path: '/v1/messages', api: 'anthropic' },
  )
  t.match(
    messages.text,
    /"message_start"\}\n\n\r\n.*event: error\ndata: \{"type":"error","error":\{"type":"api_error"/s,
  )
  const responses = await outcome(
    t,
    socket =>
      socket.end(
        `${head('transfer-encoding: chunked\r\n')}${chunked('event: response.created\ndata: {"type":"response.created"}\n\n')}`,
      ),
    { path: '/v1/responses' },
  )
  t.match(
    responses.text,
    /event: response.failed\ndata: \{"type":"response.failed","response":\{"id":"resp_.*"status":"failed","error":\{"code":"upstream_broken"/,
  )
})

t.test('an upstream that dies once all was said spoils nothing', async t => {
  const { text, gw } = await outcome(t, socket =>
    socket.end(
      `${head('transfer-encoding: chunked\r\n')}${chunked(first)}${chunked('data: [DONE]\n\n')}`,
    ),
  )
  t.match(text, /data: \[DONE\]\n\n\r\n0\r\n\r\n$/)
  t.match(gw.server.counters, { finished: 2, failed: 0 })
  t.same(gw.upstreams.health.targets, [])
})

t.test('an event without end is passed on in parts, and its error is still an event', async t => {
  const { text } = await outcome(t, socket => {
    socket.write(`${head('transfer-encoding: chunked\r\n')}${chunked(first)}`)
    socket.end(chunked(`data: ${'x'.repeat(3_000_000)}`))
  })
  t.match(text.slice(-400), /x\r\n[0-9a-f]+\r\n\n\ndata: \{"error":/)
})

t.test('a head that node would not write is no end of the gateway, nor of a request', async t => {
  const answer = (line: string) => (socket: Socket) =>
    socket.end(Buffer.from(`HTTP/1.1 ${line}\r\ncontent-length: 2\r\n\r\n{}`, 'latin1'))
  const none = /^HTTP\/1.1 502 Bad Gateway\r\n.*"source":"gateway"/s
  const cases: Readonly<Record<string, RegExp>> = {
    '000 Zero': none,
    '099 Less': none,
    '101 Switching Protocols': none,
    '200 a\u0001b': /^HTTP\/1.1 200 OK\r\n/,
    '200 Gr\u00fc\u00dfe': /^HTTP\/1.1 200 (OK|Gr\u00fc\u00dfe|Gr..e)\r\n/,
    '404 \u00e6\u0097\u00a5': /^HTTP\/1.1 404 /,
    '999 Far': /^HTTP\/1.1 999 Far\r\n/,
  }
  for (const [line, wanted] of Object.entries(cases)) {
    const url = await byteServer(t, answer(line))
    const gw = await gateway(t, configFor(url, alone).replace('env:UP_KEY', 'none'))
    const close = 'connection: close\r\n'
    const asked = raw(t, gw.port, postBytes('/v1/chat/completions', { model: 'm' }, close))
    t.match(await asked.closed, wanted, line)
    const passed = raw(t, gw.port, `GET /up/v1/x HTTP/1.1\r\nhost: localhost\r\n${close}\r\n`)
    await passed.until('{')
    t.match(passed.text(), wanted, `${line}, passed`)
    t.equal((await gw.get('/healthz')).status, 200, line)
    passed.socket.destroy()
    await gw.idle()
  }
})
