// Lists with weights at every door: a conversation keeps its target, conversations are shared out.

import t from 'tap'
import { ask, gateway, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const user = (text: string) => ({ role: 'user', content: text })
const part = (text: string) => ({ role: 'user', parts: [{ text }] })

/** Requests of one conversation: its first turn and a later one. */
const doors: Readonly<
  Record<
    string,
    readonly [path: string, first: (text: string) => object, later: (text: string) => object]
  >
> = {
  chat: [
    '/v1/chat/completions',
    text => ({ messages: [{ role: 'system', content: 's' }, user(text)] }),
    text => ({ messages: [{ role: 'system', content: 's' }, user(text), user('more')] }),
  ],
  completions: ['/v1/completions', prompt => ({ prompt }), prompt => ({ prompt, n: 2 })],
  responses: [
    '/v1/responses',
    text => ({ input: [user(text)] }),
    text => ({ input: [user(text), user('x')] }),
  ],
  messages: [
    '/v1/messages',
    text => ({ messages: [user(text)] }),
    text => ({ messages: [user(text), user('x')] }),
  ],
  gemini: [
    '/v1beta/models/google:generateContent',
    text => ({ contents: [part(text)] }),
    text => ({ contents: [part(text), part('x')] }),
  ],
  'gemini, without roles': [
    '/v1beta/models/google:generateContent',
    text => ({ contents: [{ parts: [{ text }] }] }),
    text => ({ contents: [{ parts: [{ text }] }, part('x')] }),
  ],
}
const list = (provider: string, more = '') =>
  `{ targets: [{ model: ${provider}/a, weight: 1 }, { model: ${provider}/b, weight: 1 }]${more} }`
const config = (url: string, more = '') => `
providers:
  up: { api: openai, baseUrl: ${url}/v1, credential: none, quirks: { responses: true } }
  ant: { api: anthropic, baseUrl: ${url}/v1, credential: none }
  gem: { api: gemini, baseUrl: ${url}/v1beta, credential: none }
aliases:
  open: ${list('up', more)}
  claude: ${list('ant', more)}
  google: ${list('gem', more)}
`

for (const [name, [path, first, later]] of Object.entries(doors))
  t.test(name, async t => {
    const up = await upstream(t, exchange => exchange.json({}))
    const gw = await gateway(t, config(up.url))
    const model = path.includes('beta') ? 'google' : path.includes('messages') ? 'claude' : 'open'
    const target = async (body: object) =>
      (await gw.post(path, { model, ...body })).headers.get('x-gateway-target')
    const seen = new Set<string | null>()
    for (let i = 0; i < 24; i++) {
      const one = await target(first(`conversation ${i}`))
      t.equal(await target(later(`conversation ${i}`)), one)
      seen.add(one)
    }
    t.equal(seen.size, 2)

    await gw.use(config(up.url, ', sticky: false'))
    const loose = new Set<string | null>()
    for (let i = 0; i < 24; i++) loose.add(await target(first('the same')))
    t.equal(loose.size, 2)
  })

t.test('forms and sockets, which are each a conversation of their own', async t => {
  const up = await upstream(t, exchange => exchange.json({}))
  up.server.on('upgrade', (req, socket) => {
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-url: ${req.url}\r\n\r\n`,
    )
  })
  const gw = await gateway(t, config(up.url))
  const seen = { form: new Set<string | null>(), socket: new Set<string | undefined>() }
  for (let i = 0; i < 24; i++) {
    const reply = await ask(
      `${gw.url}/v1/audio/transcriptions`,
      'POST',
      { 'content-type': 'multipart/form-data; boundary=B' },
      '--B\r\ncontent-disposition: form-data; name="model"\r\n\r\nopen\r\n--B--\r\n',
    )
    seen.form.add(reply.headers.get('x-gateway-target'))
    const client = raw(
      t,
      gw.port,
      'GET /v1/realtime?model=open HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n',
    )
    seen.socket.add(/model=(\w)/.exec(await client.until('\r\n\r\n'))?.[1])
  }
  t.equal(seen.form.size, 2)
  t.same([...seen.socket].sort(), ['a', 'b'])
})
