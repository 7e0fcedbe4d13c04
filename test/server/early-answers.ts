// Answers that come while the client still sends its body. Many clients read nothing before they have sent all of it.

import { once } from 'node:events'
import { createConnection } from 'node:net'
import t, { type Test } from 'tap'
import { configFor, type Gateway, gateway, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const size = 20_000_000
const json = 'content-type: application/json\r\n'

/** What a client gets that reads nothing before it has sent all. */
async function sent(t: Test, gw: Gateway, head: string, body: Buffer): Promise<string> {
  const socket = createConnection(gw.port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.pause()
  await once(socket, 'connect')
  const length = `content-length: ${body.length}\r\n`
  socket.write(`POST ${head}host: localhost\r\nconnection: close\r\n${length}\r\n`)
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.write(body, error => (error ? reject(error) : resolve()))
  })
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  socket.resume()
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

t.test(
  'a body that turns out to be too large, and one whose client was told to send it',
  async t => {
    const gw = await gateway(t, configFor('http://127.0.0.1:9', 'limits: { body: 1MB }\n'))
    for (const expect of ['', 'expect: 100-continue\r\n']) {
      const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${json}${expect}transfer-encoding: chunked\r\n\r\n`
      const client = raw(t, gw.port, head)
      if (expect) await client.until('100 Continue')
      const chunk = `fffff\r\n${'x'.repeat(0xfffff)}\r\n`
      await new Promise<void>((resolve, reject) => {
        client.socket.write(chunk.repeat(19), error => (error ? reject(error) : resolve()))
      })
      client.socket.write('0\r\n\r\n')
      t.match(await client.closed, /HTTP\/1.1 413 .*body_too_large/s)
    }
    await gw.idle()
  },
)

t.test("the gateway's own errors", async t => {
  const gw = await gateway(t, configFor('http://127.0.0.1:9', 'limits: { body: 1MB }\n'))
  const body = Buffer.alloc(size, 'x')
  const cases: Readonly<Record<string, RegExp>> = {
    [`/v1/chat/completions HTTP/1.1\r\n${json}`]: /^HTTP\/1.1 413 .*body_too_large/s,
    '/v1/chat/completions HTTP/1.1\r\ncontent-type: text/plain\r\n': /^HTTP\/1.1 415 /,
    [`/v1/nothing HTTP/1.1\r\n${json}`]: /^HTTP\/1.1 404 /,
    [`/v1/models HTTP/1.1\r\n${json}`]: /^HTTP\/1.1 405 /,
  }
  for (const [head, wanted] of Object.entries(cases)) {
    t.match(await sent(t, gw, head, body), wanted, head)
  }
  await gw.idle()
  t.equal(gw.server.counters.failed, 4)
})

t.test('those of an upstream that answers a form at once', async t => {
  const up = await upstream(t, exchange => exchange.json({ error: { message: 'too big' } }, 413), {
    early: true,
  })
  const gw = await gateway(t, configFor(up.url, 'fallback: { attempts: 1 }\n'), { UP_KEY: 'k' })
  const part = (name: string): string => `--b\r\ncontent-disposition: form-data; ${name}\r\n\r\n`
  const form = Buffer.concat([
    Buffer.from(`${part('name="model"')}m\r\n${part('name="file"; filename="a"')}`),
    Buffer.alloc(size, 'x'),
    Buffer.from('\r\n--b--\r\n'),
  ])
  const head =
    '/v1/audio/transcriptions HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=b\r\n'
  t.match(await sent(t, gw, head, form), /^HTTP\/1.1 413 .*too big/s)
  await gw.idle()
  t.match(gw.server.counters, { started: 1, finished: 1, failed: 0, cancelled: 0 })
})
