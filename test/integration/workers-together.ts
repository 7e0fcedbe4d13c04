// What one worker counts, holds or finds out is that of all.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { configOf, newHome, posix } from '../fixtures/daemon.ts'
import { ask, raw } from '../fixtures/gateway.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const json = { 'content-type': 'application/json' }
/** Each on a connection of its own, so that it goes to the next worker. */
const chat = (url: string, model: string) =>
  ask(`${url}/v1/chat/completions`, 'POST', json, { model, messages: [] })
const tagged = <T extends object>(answer: Promise<T>) =>
  answer.then(reply => ({ ...reply, answer }))
const echo = (exchange: { sent: { model: string }; json(body: unknown): void }) =>
  exchange.json(chatCompletion('hi', exchange.sent.model))

t.test('limits are those of all: 2 are 2, whoever takes the requests', posix, async t => {
  const up = await upstream(t)
  const home = newHome(
    t,
    configOf(up.url, 'workers: 3').replace(
      'credential: none',
      'credential: none, limits: { concurrent: 2, queue: 1, wait: 1m }',
    ),
  )
  const url = await home.start()
  const answers = Array.from({ length: 6 }, () => chat(url, 'up/m'))
  const exchanges = [await up.next(), await up.next()]
  const refused = new Set<unknown>()
  for (let n = 0; n < 3; n++) {
    const reply = await Promise.race(answers.filter(answer => !refused.has(answer)).map(tagged))
    refused.add(reply.answer)
    t.equal(reply.status, 429)
    t.equal(reply.json.error.code, 'provider_busy')
  }
  t.equal(up.requests.length, 2)
  exchanges[0]!.json(chatCompletion('hi', 'm'))
  const third = await up.next()
  exchanges[1]!.json(chatCompletion('hi', 'm'))
  third.json(chatCompletion('hi', 'm'))
  const statuses = await Promise.all(answers.map(async answer => (await answer).status))
  t.same(statuses.sort(), [200, 200, 200, 429, 429, 429])
})

t.test('one that is killed gives back its places', posix, async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url, 'workers: 2\nlimits: { concurrent: 1 }'))
  const url = await home.start()
  const held = chat(url, 'up/m')
  held.catch(() => {})
  await up.next()
  const victim = (await home.status()).workers!.find(({ inFlight }) => inFlight > 0)!
  const next = chat(url, 'up/m')
  await home.until(({ requests }) => requests.inFlight === 2)
  process.kill(victim.pid, 'SIGKILL')
  await t.rejects(held)
  ;(await up.next()).json(chatCompletion('hi', 'm'))
  t.equal((await next).status, 200)
})

t.test('connections are counted in all', posix, async t => {
  const home = newHome(t, 'workers: 2\nlimits: { connections: 2 }\n')
  const port = Number(new URL(await home.start('--demo')).port)
  const get = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'
  const kept = [raw(t, port, get), raw(t, port, get)]
  for (const one of kept) await one.until('200 OK')
  t.match(await raw(t, port, get).closed, /^HTTP\/1.1 503 [\s\S]*too_many_connections/)
  kept[0]!.socket.end()
  await kept[0]!.closed
  for (;;) {
    const one = raw(t, port, get.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
    // The daemon is told a moment later.
    if ((await one.closed).startsWith('HTTP/1.1 200')) break
  }
})

t.test(
  'what fails in one of them is left alone by all, also by those that begin later',
  posix,
  async t => {
    let status = 500
    const bad = await upstream(t, exchange =>
      exchange.json({ error: { message: 'no' } }, status, { 'retry-after': '300' }),
    )
    const up = await upstream(t, echo)
    const home = newHome(
      t,
      configOf(
        up.url,
        'workers: 3\naliases: { both: { targets: [bad/m, up/m] }, one: bad/m }\nfallback: { attempts: 1 }',
      ).replace(
        'providers: {',
        `providers: { bad: { api: openai, baseUrl: "${bad.url}/v1", credential: none },`,
      ),
    )
    const url = await home.start()
    // One for each worker: three in a row.
    for (let n = 0; n < 3; n++) t.equal((await chat(url, 'one')).status, 500)
    const cooling = ({ unwell }: { unwell: readonly { state: string; failures: number }[] }) =>
      unwell[0]?.state === 'cooling'
    t.match((await home.until(cooling)).unwell, [{ target: 'bad/m', failures: 3 }])
    // For longer than the five seconds of the first time, in which those that begin later may not have begun.
    status = 429
    t.equal((await chat(url, 'one')).status, 429)
    await home.until(({ unwell }) => unwell[0]?.failures === 4)
    for (let n = 0; n < 6; n++)
      t.equal((await chat(url, 'both')).headers.get('x-gateway-attempts'), '1')
    const victims = (await home.status()).workers!.map(({ pid }) => pid)
    for (const pid of victims) process.kill(pid, 'SIGKILL')
    await home.until(
      ({ workers }) => workers?.length === 3 && workers.every(({ pid }) => !victims.includes(pid)),
    )
    for (let n = 0; n < 6; n++)
      t.equal((await chat(url, 'both')).headers.get('x-gateway-attempts'), '1')
    t.equal(bad.requests.length, 4)
    t.match((await ask(`${url}/metrics`, 'GET', {})).text, /^gateway_cooldowns_total 1$/m)
  },
)

t.test('a credential that one of them finds to be old is read anew by all', posix, async t => {
  const up = await upstream(t, exchange => {
    if (exchange.header('authorization') === 'Bearer new') echo(exchange)
    else exchange.json({ error: { message: 'no' } }, 401)
  })
  const home = newHome(t, '')
  const [key, reads] = [join(home.dir, 'key'), join(home.dir, 'reads')]
  writeFileSync(key, 'old')
  const command = `command:echo read >> ${reads}; cat ${key}`
  writeFileSync(
    home.config,
    configOf(up.url, 'workers: 3').replace('credential: none', `credential: "${command}"`),
  )
  const url = await home.start()
  const readings = (): number => readFileSync(reads, 'utf8').split('\n').length - 1
  t.equal(readings(), 4, 'the daemon has it as well')
  t.equal((await chat(url, 'up/m')).status, 401)
  t.match((await home.until(({ refused }) => refused.length > 0)).refused, [{ provider: 'up' }])
  t.equal((await home.run('reload')).exit, 0)
  const before = readings()
  writeFileSync(key, 'new')
  t.equal((await chat(url, 'up/m')).status, 200)
  while (readings() < before + 4) await new Promise(setImmediate)
  t.same((await home.status()).refused, [])
})

t.test(
  'a conversation goes on at any of them, with what its client cannot keep',
  posix,
  async t => {
    const call = { functionCall: { name: 'look', args: {} }, thoughtSignature: 'c2lnbmVk' }
    const up = await upstream(t, exchange =>
      exchange.json({
        candidates: [{ content: { role: 'model', parts: [call] }, finishReason: 'STOP' }],
      }),
    )
    const home = newHome(
      t,
      `workers: 2\nproviders: { up: { preset: gemini, baseUrl: "${up.url}/v1beta", credential: none } }\n`,
    )
    const url = await home.start()
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
    const messages: object[] = [{ role: 'user', content: 'Look' }]
    for (let turn = 0; turn < 3; turn++) {
      const body = { model: 'up/gemini-3-pro-preview', tools, messages }
      const { json: answer } = await ask(`${url}/v1/chat/completions`, 'POST', json, body)
      const [{ id }] = answer.choices[0].message.tool_calls
      // As a client writes it that knows OpenAI's fields and no others.
      const tool_calls = [{ id, type: 'function', function: { name: 'look', arguments: '{}' } }]
      messages.push({ role: 'assistant', content: null, tool_calls })
      messages.push({ role: 'tool', tool_call_id: id, content: 'seen' })
    }
    const signed = JSON.stringify(up.requests.at(-1)!.sent).split('c2lnbmVk').length - 1
    t.equal(signed, 2)
  },
)

t.test(
  'heads and bodies that do not come, or are too large, are refused by each',
  posix,
  async t => {
    const limits = 'limits: { header: 4KiB, headerTime: 500ms, bodyTime: 1s }'
    const home = newHome(t, `workers: 2\n${limits}\n`)
    const port = Number(new URL(await home.start('--demo')).port)
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n'
    const type = 'content-type: application/json\r\ncontent-length: 50\r\n\r\n{'
    const cases: readonly (readonly [string, RegExp])[] = [
      [head, /^HTTP\/1.1 408 .*limits\.headerTime/s],
      [head + type, /^HTTP\/1.1 408 .*limits\.bodyTime/s],
      [`${head}x: ${'y'.repeat(5000)}\r\n\r\n`, /^HTTP\/1.1 431 .*limits\.header/s],
    ]
    const said = cases.flatMap(([bytes, wanted]) =>
      [1, 2].map(async () => t.match(await raw(t, port, bytes).closed, wanted)),
    )
    await Promise.all(said)
  },
)
