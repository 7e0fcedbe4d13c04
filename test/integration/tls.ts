// An upstream behind TLS, as nearly all are.

import t from 'tap'
import { configOf, newHome } from '../fixtures/daemon.ts'
import { ask, type Reply } from '../fixtures/gateway.ts'
import { chatChunk, chatCompletion, tlsCertificate, upstream } from '../fixtures/upstream.ts'

const json = { 'content-type': 'application/json' }
const body = (stream: boolean): string => JSON.stringify({ model: 'up/m', stream, messages: [] })

t.test('answers, streams, and one that is cut', async t => {
  const up = await upstream(t, undefined, { tls: true })
  const home = newHome(t, configOf(up.url), { NODE_EXTRA_CA_CERTS: tlsCertificate })
  const url = `${await home.start()}/v1/chat/completions`
  const post = (stream: boolean): Promise<Reply> => ask(url, 'POST', json, body(stream))

  for (let n = 0; n < 3; n++) {
    const answer = post(false)
    const exchange = await up.next()
    exchange.json(chatCompletion(`Hello ${n}`))
    t.match((await answer).text, `Hello ${n}`)
  }
  t.equal(up.connections, 1)

  const long = 'word '.repeat(1_000_000)
  const answer = post(false)
  ;(await up.next()).json(chatCompletion(long))
  t.match((await answer).json, chatCompletion(long) as object)

  const streamed = post(true)
  const stream = (await up.next()).sse()
  const events = ['one', 'two', '[DONE]'].map(text => (text === '[DONE]' ? text : chatChunk(text)))
  for (const event of events) await stream.data(event)
  await stream.end()
  t.equal(
    (await streamed).text,
    events.map(event => `data: ${event === '[DONE]' ? event : JSON.stringify(event)}\n\n`).join(''),
  )

  const cut = post(true)
  const exchange = await up.next()
  await exchange.sse().data(chatChunk('one'))
  exchange.request.socket.destroy()
  t.match((await cut).text, /"one".*upstream_broken/s)
})

t.test('one whose certificate nobody vouches for', async t => {
  const up = await upstream(t, undefined, { tls: true })
  const home = newHome(t, configOf(up.url))
  const url = `${await home.start()}/v1/chat/completions`
  const reply = await ask(url, 'POST', json, body(false))
  t.equal(reply.status, 502)
  t.match(reply.text, /self-signed certificate/)
})
