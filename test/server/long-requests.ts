// A long conversation that is translated: it is read once, and others have their turn before it is written.

import t, { type Test } from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const request = (content: string): string =>
  JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content }] })
const long = 'word '.repeat(200_000)

/** What the gateway does with a request until the upstream has it, with a `turn` wherever the event loop goes round. */
async function done(t: Test, body: string): Promise<string[]> {
  const deeds: string[] = []
  const up = await upstream(t, async exchange => {
    deeds.push('sent')
    exchange.json(chatCompletion('Hello'))
  })
  const gw = await gateway(
    t,
    `
providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none, preset: together } }
aliases: { m: up/some-model }
`,
  )
  const { parse, stringify } = JSON
  t.teardown(() => Object.assign(JSON, { parse, stringify }))
  JSON.parse = (text, reviver) => {
    if (text.includes('"max_tokens":9')) deeds.push('read')
    return parse(text, reviver)
  }
  JSON.stringify = (value: unknown, ...more: unknown[]) => {
    if ((value as { messages?: unknown } | null)?.messages) deeds.push('written')
    return stringify(value, ...(more as []))
  }
  let running = true
  const turn = (): void => {
    if (deeds.length > 0) deeds.push('turn')
    if (running) setImmediate(turn)
  }
  turn()
  const reply = await gw.post('/v1/messages', body)
  running = false
  Object.assign(JSON, { parse, stringify })
  t.equal(reply.status, 200)
  return deeds.slice(0, deeds.indexOf('sent'))
}

const before = (deeds: readonly string[], deed: string): readonly string[] =>
  deeds.slice(0, deeds.indexOf(deed))

for (const [name, text] of [
  ['with a URL in it', `${long} http://example.com`],
  ['without', long],
] as const) {
  t.test(`a long one ${name}`, async t => {
    const deeds = await done(t, request(text))
    t.same(deeds.filter(deed => deed === 'read').length, 1)
    // In the first turn nobody else is heard: node polls after it.
    t.ok(before(deeds, 'written').filter(deed => deed === 'turn').length >= 2, deeds.join(' '))
  })
}

t.test('a short one', async t => {
  for (const text of ['Hello', 'Hello http://example.com']) {
    const deeds = await done(t, request(text))
    t.same(before(deeds, 'turn'), ['read', 'written'])
  }
})
