// Answers that are allowed, or that break where none of them has been sent. Every byte of the upstream is the test's.

import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { byteServer } from '../fixtures/byte-server.ts'
import { type Gateway, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { chatCompletion } from '../fixtures/upstream.ts'

const chat = '/v1/chat/completions'
const asked = { model: 'up/m', messages: [{ role: 'user', content: 'Hi' }] }
const said = JSON.stringify(chatCompletion('Hello'))
const whole = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${said.length}\r\n\r\n${said}`
const head = (status: string, more: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${more}\r\n\r\n`

const before = (url: string, more = ''): string =>
  `providers: { up: { api: openai, baseUrl: ${url}/v1, credential: none } }\n${more}`

async function behind(
  t: Test,
  act: (socket: Socket, request: string) => unknown,
  more = '',
): Promise<Gateway> {
  return gateway(t, before(await byteServer(t, act, true), more))
}

t.test('a 100 that nobody asked for is no answer, in any split', async t => {
  const unasked = 'HTTP/1.1 100 Continue\r\nx: y\r\n\r\n'
  const bytes = `${unasked}${unasked}${whole}`
  let at = 0
  const gw = await behind(t, async socket => {
    const cut = at++
    socket.setNoDelay(true)
    if (cut > 0) await new Promise<void>(sent => socket.write(bytes.slice(0, cut), () => sent()))
    setImmediate(() => socket.write(bytes.slice(cut)))
  })
  for (let i = 0; i < 2 * unasked.length + 20; i++) {
    const reply = await gw.post(chat, asked)
    if (reply.status !== 200 || reply.text !== said) t.fail(`cut at ${i}: ${reply.text}`)
  }
  const mixed = await behind(t, socket =>
    socket.write(`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${unasked}${whole}`),
  )
  t.equal((await mixed.post(chat, asked)).text, said)
  const strange = await behind(t, socket => socket.end(`HTTP/1.1 1000 What\r\n\r\n${whole}`))
  t.equal((await strange.post(chat, asked)).status, 502)
  // A text of it in a body is one.
  const echo = await behind(t, socket =>
    socket.write(head('200 OK', `content-length: ${unasked.length}`) + unasked),
  )
  t.equal((await echo.post(chat, asked)).text, unasked)
})

t.test('a head whose body never begins: an error, in the format of the client', async t => {
  for (const status of ['429 Too Many Requests', '500 Oops', '400 Bad Request', '201 Created']) {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      const gw = await behind(t, socket => {
        socket.write(head(status, 'content-length: 100\r\nretry-after: 30'))
        setImmediate(() => socket[end]())
      })
      for (const [path, error] of [
        [chat, { code: 'upstream_broken', source: 'gateway' }],
        ['/v1/messages', { type: 'api_error' }],
      ] as const) {
        const reply = await gw.post(path, { ...asked, max_tokens: 9 })
        const isError = !status.startsWith('2')
        t.equal(reply.status, isError ? Number.parseInt(status, 10) : 502, `${status}, ${end}`)
        if (isError) t.equal(reply.headers.get('retry-after'), '30')
        t.notOk(reply.json.error.attempts)
        t.match(reply.json, isError ? { error: { type: String } } : { error })
      }
      await gw.idle()
      t.match(gw.server.counters, { finished: 0, failed: 2 })
    }
  }
})

t.test('an error is as it is, also where it says to be a stream of events', async t => {
  const body = '{"error":{"message":"too long","code":"context_length_exceeded"}}'
  const gw = await behind(t, socket =>
    socket.write(
      `HTTP/1.1 400 Bad\r\ncontent-type: text/event-stream\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    ),
  )
  const reply = await gw.post(chat, { ...asked, stream: true })
  t.equal(reply.status, 400)
  t.equal(reply.text, body)
  await gw.idle()
  t.notMatch(gw.log(), 'broke')
})

t.test(
  'a packed error in several pieces, for a client of another protocol, is told once',
  async t => {
    const gw = await behind(t, async socket => {
      socket.write(head('503 Busy', 'content-encoding: zstd\r\ntransfer-encoding: chunked'))
      for (const piece of ['abc', 'def']) {
        socket.write(`3\r\n${piece}\r\n`)
        await sleep(20)
      }
    })
    const reply = await gw.post('/v1/messages', { ...asked, max_tokens: 9 })
    t.match(reply.json, { error: { type: 'overloaded_error' } })
    await gw.idle()
    t.match(gw.server.counters, { finished: 0, failed: 1 })
  },
)

t.test('an error that was held, and breaks: the client gets what came of it', async t => {
  const gw = await behind(
    t,
    socket => socket.end(`${head('503 Busy', 'content-length: 99\r\nretry-after: 0.01')}{"er`),
    'fallback: { attempts: 2 }',
  )
  const client = raw(t, gw.port, postBytes(chat, asked))
  t.match(await client.closed, /^HTTP\/1\.1 503 .*\r\n\r\n\{"er$/s)
})

t.test('what is cut off is seen to be, also where a body ends with its connection', async t => {
  const gw = await behind(t, socket => {
    socket.write(`${head('200 OK', 'transfer-encoding: chunked')}8\r\n{"half":\r\n`)
    setTimeout(() => socket.resetAndDestroy(), 20)
  })
  const old = raw(t, gw.port, postBytes(chat, asked).replace('HTTP/1.1', 'HTTP/1.0'))
  let code: string | undefined
  old.socket.on('error', error => {
    code = (error as NodeJS.ErrnoException).code
  })
  t.match(await old.closed, /\{"half":$/)
  t.equal(code, 'ECONNRESET')

  const reset = await behind(t, socket => {
    socket.write(`${head('200 OK', 'connection: close')}{"half":`)
    setTimeout(() => socket.resetAndDestroy(), 20)
  })
  const client = raw(t, reset.port, postBytes(chat, asked))
  const text = await client.closed
  t.match(text, /\{"half":/)
  t.notOk(text.endsWith('0\r\n\r\n'), 'no last chunk')
  await reset.idle()
  t.match(reset.server.counters, { finished: 0, failed: 1 })
})

t.test('blanks say nothing: the next target answers where no more comes', async t => {
  const good = await byteServer(t, socket => socket.write(whole), true)
  const url = await byteServer(t, socket =>
    socket.end(`${head('200 OK', 'connection: close')}\n \r\n`),
  )
  const gw = await gateway(
    t,
    `
providers:
  up: { api: openai, baseUrl: ${url}/v1, credential: none }
  good: { api: openai, baseUrl: ${good}/v1, credential: none }
aliases: { fast: { targets: [up/m, good/m] } }
`,
  )
  const reply = await gw.post(chat, { ...asked, model: 'fast' })
  t.equal(reply.text, said)
  t.match(reply.headers.get('x-gateway-attempts'), /^2; up\/m upstream_empty .*, good\/m 200/)
})

t.test('blanks before an answer pass with it', async t => {
  const gw = await behind(t, socket => {
    socket.write(`${head('200 OK', `content-length: ${said.length + 2}`)}\n`)
    setImmediate(() => socket.write(`\n${said}`))
  })
  t.equal((await gw.post(chat, asked)).text, `\n\n${said}`)
})

t.test(
  'a request that was worked on is not sent again, whatever the connection served before',
  async t => {
    let times = 0
    const gw = await behind(
      t,
      socket => {
        if (++times === 1) socket.write(whole)
        else setTimeout(() => socket.end(), 1100)
      },
      'fallback: { attempts: 1 }',
    )
    t.equal((await gw.post(chat, asked)).status, 200)
    t.equal((await gw.post(chat, asked)).status, 502)
    t.equal(times, 2)
  },
)

t.test('nor one that the upstream has begun to answer, however little', async t => {
  const begun = [
    'HTTP/1.1 200 OK\r\nconte',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 102 Processing\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n',
  ]
  for (const bytes of begun) {
    for (const served of [0, 1]) {
      let times = 0
      const gw = await behind(
        t,
        socket => {
          if (times++ < served) socket.write(whole)
          else socket.end(bytes)
        },
        'fallback: { attempts: 1 }',
      )
      if (served > 0) t.equal((await gw.post(chat, asked)).status, 200)
      t.equal((await gw.post(chat, asked)).status, 502)
      t.equal(times, served + 1, bytes)
    }
  }
  // It has closed the connection just as it was used.
  let times = 0
  const gw = await behind(
    t,
    socket => {
      if (++times === 2) socket.resetAndDestroy()
      else socket.write(whole)
    },
    'fallback: { attempts: 1 }',
  )
  for (let i = 0; i < 2; i++) t.equal((await gw.post(chat, asked)).status, 200)
  t.equal(times, 3)
})

t.test('what an error says in another protocol has what all attempts did', async t => {
  const busy = '{"error":{"message":"busy","type":"server_error"}}'
  const gw = await behind(
    t,
    socket =>
      socket.write(head('503 Busy', `content-length: ${busy.length}\r\nretry-after: 0.01`) + busy),
    'fallback: { attempts: 2 }',
  )
  const reply = await gw.post('/v1/messages', { ...asked, max_tokens: 9 })
  t.match(reply.json, { error: { message: 'busy', attempts: [{ status: 503 }, { status: 503 }] } })
})

t.test('the bytes of a field are what they were, also of a stream', async t => {
  const gw = await behind(t, socket =>
    socket.end(
      Buffer.from(
        'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-name: caf\xe9\r\nconnection: close\r\n\r\ndata: [DONE]\n\n',
        'latin1',
      ),
    ),
  )
  const client = raw(
    t,
    gw.port,
    postBytes(chat, { ...asked, stream: true }, 'connection: close\r\n'),
  )
  const chunks: Buffer[] = []
  client.socket.on('data', chunk => chunks.push(chunk))
  await client.closed
  t.match(Buffer.concat(chunks).toString('latin1'), /\r\nx-name: caf\xe9\r\n/)
})

t.test(
  'an upgrade that is answered by nothing of the kind: an error, and no end of everything',
  async t => {
    for (const act of [
      (socket: Socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
      (socket: Socket) => socket.end(`${head('403 No', 'content-length: 99')}{"er`),
    ]) {
      const gw = await behind(t, act)
      for (const path of ['/v1/realtime?model=up/m', '/up/v1/ws']) {
        const client = raw(
          t,
          gw.port,
          `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n`,
        )
        t.match(await client.closed, /^HTTP\/1\.1 (502|403) /)
      }
      await gw.idle()
      t.equal((await gw.get('/healthz')).status, 200)
    }
  },
)
