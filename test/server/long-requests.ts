// A long conversation that is translated: it is read once, and others have their turns while it is read and written.

import t, { type Test } from 'tap'
import { gateway, postBytes, raw } from '../fixtures/gateway.ts'
import { count, tarry } from '../fixtures/turns.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const request = (content: string, times = 1): string =>
  JSON.stringify({
    ...{ model: 'm', max_tokens: 9 },
    messages: Array.from({ length: times }, (_, i) => ({
      role: i % 2 ? 'assistant' : 'user',
      content,
    })),
  })
const word = 'word '
const long = word.repeat(200_000)
const chat = (url: string): string =>
  `{ api: openai, baseUrl: ${url}/v1, credential: none, preset: together }`

interface Case {
  readonly path?: string
  readonly answer?: object
  /** The providers and aliases, of which one is the upstream at this URL. */
  readonly config?: (url: string) => string
}

/** What the gateway does with a request until the upstream has it, with a `turn` wherever the event loop goes round. */
async function done(
  t: Test,
  body: string,
  {
    path = '/v1/messages',
    answer = chatCompletion('Hello') as object,
    config = url => `
providers: { up: ${chat(url)} }
aliases: { m: up/some-model }
`,
  }: Case = {},
): Promise<string[]> {
  const deeds: string[] = []
  const up = await upstream(t, async exchange => {
    deeds.push('sent')
    exchange.json(answer)
  })
  const gw = await gateway(t, config(up.url))
  const { parse, stringify } = JSON
  t.teardown(() => Object.assign(JSON, { parse, stringify }))
  JSON.parse = (text, reviver) => {
    if (text.includes(word)) {
      deeds.push('read')
      tarry()
    }
    return parse(text, reviver)
  }
  JSON.stringify = (value: unknown, ...more: unknown[]) => {
    const text = stringify(value, ...(more as []))
    if (text?.includes(word)) {
      deeds.push('written')
      tarry()
    }
    return text
  }
  let running = true
  const turn = (): void => {
    if (deeds.length > 0) deeds.push('turn')
    if (running) setImmediate(turn)
  }
  turn()
  const reply = await gw.post(path, body)
  running = false
  Object.assign(JSON, { parse, stringify })
  t.equal(reply.status, 200)
  return deeds.slice(0, deeds.indexOf('sent'))
}

const before = (deeds: readonly string[], deed: string): readonly string[] =>
  deeds.slice(0, deeds.indexOf(deed))

for (const [name, text] of [
  ['that is a URL', `http://example.com ${long}`],
  ['without', long],
] as const) {
  t.test(`a long text ${name} is read once, piece by piece`, async t => {
    const deeds = await done(t, request(text))
    const { times, turns } = count(deeds, 'read')
    t.equal(times, Math.ceil(text.length / 65_536))
    t.equal(turns, times - 1, deeds.join(' '))
    // In the first turn nobody else is heard: node polls after it.
    t.ok(before(deeds, 'written').filter(deed => deed === 'turn').length >= 2, deeds.join(' '))
  })
}

t.test('one of many turns is written piece by piece', async t => {
  const deeds = await done(t, request(long.slice(0, 20_000), 200))
  const { times, turns } = count(deeds, 'written')
  t.ok(times > 5)
  t.equal(turns, times - 1, deeds.join(' '))
})

for (const [name, one] of [
  [
    'for its second target',
    {
      config: (url: string) => `
providers:
  gone: { api: anthropic, baseUrl: "http://127.0.0.1:1/v1", credential: none }
  up: ${chat(url)}
aliases: { m: { targets: [gone/a, up/b] } }
`,
    },
  ],
  ['of Ollama', { path: '/api/chat' }],
  [
    'that is counted in another protocol',
    {
      path: '/v1/messages/count_tokens',
      answer: { totalTokens: 7 },
      config: (url: string) => `
providers: { up: { api: gemini, baseUrl: ${url}/v1beta, credential: none } }
aliases: { m: up/gemini-2.5-flash }
`,
    },
  ],
] as const satisfies [string, Case][]) {
  t.test(`a long one ${name} is read and written in turns`, async t => {
    const deeds = await done(t, request(long.slice(0, 20_000), 50), one)
    for (const deed of ['read', 'written']) {
      const { times, turns } = count(deeds, deed)
      t.ok(times > 5, `${deed}: ${times}`)
      t.equal(turns, times - 1, deeds.join(' '))
    }
  })
}

for (const [name, target, least] of [
  ['as it is', 'up/a', 20],
  ['with parameters', '{ target: up/a, set: { temperature: 0.5 }, system: Be brief. }', 40],
  ["with a parameter of another protocol's", '{ target: up/a, set: { max_output_tokens: 9 } }', 80],
] as const) {
  t.test(`a long one that passes ${name} is looked through in turns`, async t => {
    const { indexOf } = Buffer.prototype
    t.teardown(() => Object.assign(Buffer.prototype, { indexOf }))
    const scans: string[] = []
    Buffer.prototype.indexOf = function (this: Buffer, ...args: unknown[]) {
      // The scan looks for the end of each string.
      if (this.length > 200_000 && args[0] === 0x22) {
        scans.push('scanned')
        tarry()
      }
      return indexOf.apply(this, args as never)
    } as typeof indexOf
    let running = true
    const turn = (): void => {
      if (scans.length > 0) scans.push('turn')
      if (running) setImmediate(turn)
    }
    turn()
    const up = await upstream(t, exchange => {
      running = false
      exchange.json(chatCompletion('Hello'))
    })
    const gw = await gateway(
      t,
      `
providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none } }
aliases: { m: ${target} }
`,
    )
    const body = request('x'.repeat(70_000), 20)
    const reply = await gw.post('/v1/chat/completions', body)
    running = false
    Object.assign(Buffer.prototype, { indexOf })
    t.equal(reply.status, 200)
    const { times, turns } = count(scans, 'scanned')
    t.ok(times >= least, `${times} scanned`)
    t.equal(turns, times - 1, scans.join(' '))
  })
}

t.test('a short one', async t => {
  for (const text of ['a word or two', 'http://example.com is a word of mine']) {
    const deeds = await done(t, request(text))
    t.same(before(deeds, 'turn'), ['read', 'written'])
  }
})

t.test('the target that is tried is the one that it is read and written for', async t => {
  const ill = await upstream(t, exchange => exchange.json({}, 429, { 'retry-after': '60' }))
  const well = await upstream(t, exchange => exchange.json(chatCompletion('Hello')))
  const gw = await gateway(
    t,
    `
providers:
  ill: { api: openai, baseUrl: ${ill.url}/v1, credential: none, preset: together }
  well: { api: openai, baseUrl: ${well.url}/v1, credential: none, preset: together }
aliases: { m: { targets: [ill/a, well/b] } }
`,
  )
  await gw.post('/v1/messages', request('Hello'))
  const { parse } = JSON
  let reads = 0
  t.teardown(() => Object.assign(JSON, { parse }))
  JSON.parse = (text, reviver) => {
    if (text.includes('"max_tokens":9')) reads++
    return parse(text, reviver)
  }
  const reply = await gw.post('/v1/messages', request(long))
  Object.assign(JSON, { parse })
  t.equal(reply.headers.get('x-gateway-target'), 'well/b')
  t.equal(ill.requests.length, 1)
  t.equal(reads, 1)
})

t.test('what makes no sense is told, though others had their turn', async t => {
  const gw = await gateway(
    t,
    `providers: { up: ${chat('http://127.0.0.1:9')} }\naliases: { m: up/x }\n`,
  )
  const { messages, ...rest } = JSON.parse(request(long.slice(0, 20_000), 50)) as {
    messages: object[]
  }
  const body = JSON.stringify({ ...rest, messages: [...messages, { role: 'nobody' }] })
  const { parse } = JSON
  t.teardown(() => Object.assign(JSON, { parse }))
  JSON.parse = (text, reviver) => {
    tarry()
    return parse(text, reviver)
  }
  const reply = await gw.post('/v1/messages', body)
  Object.assign(JSON, { parse })
  t.equal(reply.status, 400)
  t.match(reply.json.error, { code: 'bad_request', message: /messages\[50\]\.role/ })
})

t.test('one that is sent again is written once', async t => {
  const up = await upstream(t, async exchange =>
    up.requests.length === 1 ? exchange.json({}, 503) : exchange.json(chatCompletion('Hello')),
  )
  const gw = await gateway(t, `providers: { up: ${chat(up.url)} }\naliases: { m: up/x }\n`)
  const { stringify } = JSON
  t.teardown(() => Object.assign(JSON, { stringify }))
  let written = 0
  JSON.stringify = (value: unknown, ...more: unknown[]) => {
    const text = stringify(value, ...(more as []))
    if (text?.includes('the first word')) written++
    return text
  }
  const reply = await gw.post(
    '/v1/messages',
    `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"the first ${long}"}]}`,
  )
  Object.assign(JSON, { stringify })
  t.equal(reply.status, 200)
  t.equal(up.requests.length, 2)
  t.same(up.requests[0]!.body, up.requests[1]!.body)
  t.equal(written, 1)
})

t.test('a client that leaves while it is looked through: it is not read', async t => {
  const gw = await gateway(
    t,
    `providers: { up: ${chat('http://127.0.0.1:9')} }\naliases: { m: up/x }\n`,
  )
  const client = raw(t, gw.port, postBytes('/v1/messages', request('x'.repeat(70_000), 20)))
  const { indexOf } = Buffer.prototype
  const { parse } = JSON
  t.teardown(() => Object.assign(Buffer.prototype, { indexOf }) && Object.assign(JSON, { parse }))
  let reads = 0
  JSON.parse = (text, reviver) => {
    if (text.includes('xxx')) reads++
    return parse(text, reviver)
  }
  Buffer.prototype.indexOf = function (this: Buffer, ...args: unknown[]) {
    if (this.length > 200_000 && args[0] === 0x22) {
      client.socket.destroy()
      tarry()
    }
    return indexOf.apply(this, args as never)
  } as typeof indexOf
  await client.closed
  await gw.idle()
  // As many turns as the scan would have taken.
  for (let n = 0; n < 100; n++) await new Promise(resolve => setImmediate(resolve))
  Object.assign(Buffer.prototype, { indexOf })
  Object.assign(JSON, { parse })
  t.equal(reads, 0)
  t.match(gw.server.counters, { started: 1, cancelled: 1 })
})

t.test('a client that leaves meanwhile: nothing is sent', async t => {
  const up = await upstream(t, exchange => exchange.json(chatCompletion('Hello')))
  const gw = await gateway(
    t,
    `
providers: { up: ${chat(up.url)} }
aliases: { m: up/some-model }
`,
  )
  const body = request(long.slice(0, 20_000), 200)
  const client = raw(t, gw.port, postBytes('/v1/messages', body))
  const { stringify } = JSON
  t.teardown(() => Object.assign(JSON, { stringify }))
  JSON.stringify = (value: unknown, ...more: unknown[]) => {
    client.socket.destroy()
    tarry()
    return stringify(value, ...(more as []))
  }
  await new Promise(resolve => client.socket.once('close', resolve))
  await gw.idle()
  Object.assign(JSON, { stringify })
  // It takes as many turns as were left to the other.
  await gw.post('/v1/messages', body)
  t.equal(up.requests.length, 1)
  t.match(gw.server.counters, { started: 2, cancelled: 1, finished: 1, failed: 0 })
})
