// What goes wrong, as a client of the built daemon sees it: the gateway's own errors in OpenAI's shape with its mark on
// them, an upstream's exactly as they came.

import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { configOf, newHome, takePort } from '../fixtures/daemon.ts'
import { ask, type Reply, raw } from '../fixtures/gateway.ts'
import { upstream } from '../fixtures/upstream.ts'

const json = { 'content-type': 'application/json' }
const chat = '/v1/chat/completions'

t.test("the gateway's own errors", async t => {
  const up = await upstream(t)
  const { port, free } = await takePort(t)
  await free()
  const home = newHome(
    t,
    configOf(
      up.url,
      `  slow: { api: openai, baseUrl: "${up.url}/v1", credential: none, timeouts: { firstByte: 50ms } }
  gone: { api: openai, baseUrl: "http://127.0.0.1:${port}/v1", credential: none }
  locked: { api: openai, baseUrl: "${up.url}/v1", credential: env:NOT_SET }
aliases: { fast: up/m }
limits: { body: 1KiB }`,
    )
      .replace('providers: { up: {', 'providers:\n  up: {')
      .replace(' } }', ' }'),
  )
  const url = await home.start()
  const post = (body: unknown, headers = {}): Promise<Reply> =>
    ask(url + chat, 'POST', { ...json, ...headers }, body)
  const cases: Readonly<Record<string, [Promise<Reply>, number, string, RegExp]>> = {
    'unknown model': [post({ model: 'fsat' }), 404, 'model_not_found', /did you mean "fast"\?/],
    'no model': [post({}), 400, 'model_missing', /names no model/],
    'broken JSON': [post('{"model": "fast",, }'), 400, 'body_invalid', /at byte 17/],
    'no JSON at all': [post(''), 400, 'body_invalid', /at byte 0/],
    'too large': [
      post({ model: 'fast', pad: 'x'.repeat(1024) }),
      413,
      'body_too_large',
      /larger than 1024 bytes.*limits\.body/,
    ],
    'too large, and not said before': [
      post(`{"model":"fast","pad":"${'x'.repeat(2000)}"}`, { 'transfer-encoding': 'chunked' }),
      413,
      'body_too_large',
      /larger than 1024 bytes/,
    ],
    'what a web page can send without asking': [
      post({ model: 'fast' }, { 'content-type': 'text/plain' }),
      415,
      'content_type',
      /"text\/plain" must be application\/json/,
    ],
    'no such path': [ask(`${url}/v2/chat`, 'GET', {}), 404, 'endpoint_not_found', /GET \/v2\/chat/],
    'no such method': [ask(url + chat, 'GET', {}), 405, 'method_not_allowed', /use POST/],
    'no key': [
      post({ model: 'locked/m' }),
      401,
      'credential_missing',
      /NOT_SET is not set.*export NOT_SET=.*gateway restart/,
    ],
    'nobody there': [
      post({ model: 'gone/m' }),
      502,
      'upstream_unreachable',
      new RegExp(`cannot reach gone at http://127.0.0.1:${port}: .*ECONNREFUSED`),
    ],
    'no answer in time': [
      post({ model: 'slow/m' }),
      504,
      'upstream_timeout',
      /within 0\.05 s.*providers\.slow\.timeouts\.firstByte/,
    ],
  }
  for (const [what, [asked, status, code, message]] of Object.entries(cases)) {
    const reply = await asked
    t.equal(reply.status, status, `${what}: ${reply.text}`)
    t.match(reply.headers.get('content-type'), /^application\/json/, what)
    t.match(reply.json.error, { code, message, source: 'gateway' }, what)
    const { attempts: _, ...error } = reply.json.error
    t.same(Object.keys(error), ['message', 'type', 'param', 'code', 'source'], what)
  }
})

t.test("an upstream's error passes through as it came", async t => {
  const body =
    '{"error" : {"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}\n'
  const up = await upstream(t, exchange => {
    exchange.response.writeHead(429, {
      'content-type': 'application/json; charset=utf-8',
      'retry-after': '7',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '7s',
    })
    exchange.response.end(body)
  })
  const home = newHome(t, configOf(up.url))
  const url = await home.start()
  for (const stream of [false, true]) {
    const reply = await ask(url + chat, 'POST', json, { model: 'up/m', stream })
    t.equal(reply.status, 429)
    t.equal(reply.text, body)
    t.match(Object.fromEntries(reply.headers), {
      'content-type': 'application/json; charset=utf-8',
      'retry-after': '7',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '7s',
    })
  }
})

t.test('a redirect of an upstream is not followed', async t => {
  const elsewhere = await upstream(t, exchange => exchange.json({}))
  const up = await upstream(t, exchange => {
    exchange.response.writeHead(307, { location: `${elsewhere.url}/v1/chat/completions` }).end()
  })
  const home = newHome(t, configOf(up.url))
  const url = await home.start()
  await ask(url + chat, 'POST', json, { model: 'up/m' })
  t.equal(up.requests.length, 1)
  t.equal(elsewhere.requests.length, 0)
})

t.test('closed by default', async t => {
  const home = newHome(t)
  const url = await home.start('--demo')
  const { port } = new URL(url)
  const reply = (headers: Record<string, string>, path = chat): Promise<Reply> =>
    ask(
      url + path,
      'POST',
      { ...json, ...headers },
      {
        model: 'gpt-4',
        messages: [{ role: 'user', content: 'ping' }],
      },
    )
  const statusOf = async (headers: Record<string, string>): Promise<number> =>
    (await reply(headers)).status

  await t.test('a program on this machine is served, through ssh -L too', async t => {
    t.equal(await statusOf({}), 200)
    t.equal(await statusOf({ host: 'localhost:20100' }), 200)
    t.equal(await statusOf({ host: '127.0.0.1' }), 200)
    t.equal(await statusOf({ host: '[::1]:8080' }), 200)
  })
  await t.test('a foreign host or origin is not, at any path', async t => {
    for (const headers of [
      { host: 'evil.example' },
      { host: `evil.example:${port}` },
      { host: '127.0.0.1.evil.example' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost.evil.example' },
    ]) {
      for (const path of [chat, '/openai/v1/files', '/nowhere']) {
        const refused = await reply(headers, path)
        t.equal(refused.status, 403, `${JSON.stringify(headers)} ${path}`)
        t.equal(refused.json.error.source, 'gateway')
        t.equal(refused.headers.get('access-control-allow-origin'), null)
      }
    }
    const asked = await ask(url + chat, 'OPTIONS', {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
    })
    t.equal(asked.status, 403)
  })
  await t.test('no headers for web pages where nobody asked for them', async t => {
    const { headers } = await reply({})
    t.same(
      [...headers.keys()].filter(name => name.startsWith('access-control')),
      [],
    )
  })
  await t.test('both loopback addresses', async t => {
    const there = await new Promise<boolean>(done => {
      const socket = createConnection(Number(port), '::1', () => done(true))
      socket.on('error', () => done(false)).on('connect', () => socket.destroy())
    })
    if (!there) return t.comment('no IPv6 here, or the port is taken on it')
    t.equal((await fetch(`http://[::1]:${port}/healthz`)).status, 200)
  })
  await t.test('what is no HTTP gets an answer too, and harms nobody', async t => {
    const { closed } = raw(t, Number(port), '\x16\x03\x01 hello\r\n\r\n')
    t.match(await closed, /^HTTP\/1\.1 400 .*"source":"gateway"/s)
    t.equal(await statusOf({}), 200)
  })
})

t.test('cors.origins lets a page in, and no other', async t => {
  const home = newHome(t, 'cors: { origins: ["https://app.example"] }\n')
  const url = await home.start('--demo')
  const from = (origin: string): Promise<Reply> => ask(`${url}/v1/models`, 'GET', { origin })
  const allowed = await from('https://app.example')
  t.equal(allowed.status, 200)
  t.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example')
  t.equal((await from('https://app.example.evil')).status, 403)
})

t.test('an address that other machines can reach is refused, and it says so', async t => {
  for (const listen of ['0.0.0.0:0', '[::]:0', '192.0.2.1:0']) {
    const refused = await newHome(t, `listen: "${listen}"\n`).run('start')
    t.equal(refused.exit, 1, listen)
    t.match(refused.stderr, /will not listen on .*client keys do not exist yet/)
    t.match(refused.stderr, /hint: .*ssh -L/)
  }
})

t.test('output that cannot be written is an error, and no stack', async t => {
  if (!existsSync('/dev/full')) return t.comment('there is no such device here')
  const home = newHome(t)
  const program = join(import.meta.dirname, '../../bin/gateway.js')
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [program, '--help'], {
    stdio: ['ignore', full, 'pipe'],
    env: { ...process.env, GATEWAY_HOME: home.dir, NODE_OPTIONS: '' },
  })
  closeSync(full)
  t.equal(status, 1)
  t.equal(
    stderr.toString(),
    'gateway: error: cannot write what was asked for: ENOSPC: no space left on device, write\n',
  )
})
