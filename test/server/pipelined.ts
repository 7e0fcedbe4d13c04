// Several requests on one connection, none of which waits for the answer to the one before it.

import t from 'tap'
import { configFor, gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const asked = (n: number): string => postBytes('/v1/chat/completions', { model: 'm', n })

t.test(
  'the client leaves: all are cancelled, also those whose turn to be answered had not come',
  async t => {
    const up = await upstream(t)
    const gw = await gateway(t, configFor(up.url, 'limits: { concurrent: 3, queue: 0 }\n'), {
      UP_KEY: 'k',
    })
    for (let times = 1; times <= 2; times++) {
      const client = raw(t, gw.port, asked(1) + asked(2) + asked(3))
      const exchanges = [await up.next(), await up.next(), await up.next()]
      const [second, ...others] = exchanges.sort(({ body }) => (body.includes('"n":2') ? -1 : 1))
      // It waits behind the first.
      second!.json({ ok: true })
      client.socket.destroy()
      await Promise.all(others.map(exchange => exchange.closed))
      await gw.idle()
      t.match(gw.server.counters, { started: 3 * times, cancelled: 3 * times, failed: 0 })
    }
  },
)

for (const [what, behind] of Object.entries({
  'a byte too many': 'x',
  'what is no request': 'this is not HTTP\r\n\r\n',
  'a malformed head':
    'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nx: y z\r\n: \r\n\r\n',
})) {
  t.test(`${what} behind a good request spoils only what comes then`, async t => {
    const up = await upstream(t)
    const gw = await gateway(t, configFor(up.url), { UP_KEY: 'k' })
    const client = raw(t, gw.port, asked(1) + behind)
    const exchange = await up.next()
    client.socket.write('and more\r\n\r\n')
    exchange.json({ ok: true })
    t.match(await client.closed, /^HTTP\/1.1 200 .*\{"ok":true\}\n?$/s)
    await gw.idle()
    t.match(gw.server.counters, { started: 1, finished: 1 })
  })
}

t.test('the places of a provider are given back, also by what was never answered', async t => {
  const up = await upstream(t)
  const config = configFor(up.url).replace('credential:', 'limits: { concurrent: 2 }, credential:')
  const gw = await gateway(t, config, { UP_KEY: 'k' })
  for (let times = 0; times < 2; times++) {
    const behind = 'GET /up/v1/things HTTP/1.1\r\nhost: localhost\r\n\r\n'
    const client = raw(t, gw.port, asked(1) + behind)
    const exchanges = [await up.next(), await up.next()]
    client.socket.destroy()
    await Promise.all(exchanges.map(exchange => exchange.closed))
    await gw.idle()
  }
  t.match(gw.server.counters, { started: 4, cancelled: 4 })
})

t.test('the rest of a request is malformed while its answer is made', async t => {
  const gw = await gateway(t, '')
  for (const path of ['/api/tags', '/metrics', '/v1/models', '/v1/models/x', '/healthz']) {
    const head = `GET ${path} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n`
    const client = raw(t, gw.port, `${head}zz\r\n\r\n`)
    t.match(await client.closed, /^HTTP\/1.1 \d\d\d /, path)
    t.equal((await gw.get('/healthz')).status, 200, path)
  }
  await gw.idle()
})
