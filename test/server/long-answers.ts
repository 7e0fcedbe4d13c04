// A long answer that is translated: others have their turns while it is read and said anew.

import t, { type Test } from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { count, tarry } from '../fixtures/turns.ts'
import { chatCompletion, upstream } from '../fixtures/upstream.ts'

const word = 'word '
/** Each number begins so. */
const digits = '0.4321'
const vector = Array.from({ length: 3000 }, (_, i) => Number(`${digits}${100_000 + i}`))
const vectors = Array.from({ length: 40 }, () => vector)

interface Case {
  readonly path: string
  readonly asked: object
  readonly answer: object
  readonly api?: string
}

/** What the gateway does with an answer, with a `turn` wherever the event loop goes round; and what the client gets. */
async function done(
  t: Test,
  { path, asked, answer, api = 'openai' }: Case,
): Promise<[deeds: string[], said: string]> {
  const text = JSON.stringify(answer)
  const up = await upstream(t, exchange => {
    exchange.response.setHeader('content-type', 'application/json')
    exchange.response.end(text)
  })
  const gw = await gateway(
    t,
    `providers: { up: { api: ${api}, baseUrl: ${up.url}/v1, credential: none } }`,
  )
  const deeds: string[] = []
  const { parse, stringify } = JSON
  t.teardown(() => Object.assign(JSON, { parse, stringify }))
  const watched = (deed: string, text: string | undefined): void => {
    if (!text?.includes(word) && !text?.includes(digits)) return
    deeds.push(deed)
    tarry()
  }
  JSON.parse = (text, reviver) => {
    watched('read', text)
    return parse(text, reviver)
  }
  JSON.stringify = (value: unknown, ...more: unknown[]) => {
    const text = stringify(value, ...(more as []))
    watched('written', text)
    return text
  }
  let running = true
  const turn = (): void => {
    if (deeds.length > 0) deeds.push('turn')
    if (running) setImmediate(turn)
  }
  turn()
  const reply = await gw.post(path, stringify({ model: 'up/m', ...asked }))
  running = false
  Object.assign(JSON, { parse, stringify })
  t.equal(reply.status, 200)
  t.match(gw.server.counters, { finished: 1, failed: 0 })
  return [deeds, reply.text]
}

const embedded = {
  object: 'list',
  model: 'm',
  data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  usage: { prompt_tokens: 1, total_tokens: 1 },
}
const input = vectors.map((_, i) => `text ${i}`)
const messages = [{ role: 'user', content: 'Hello' }]

const cases: Readonly<Record<string, Case & { readonly deeds: readonly string[] }>> = {
  'a text': {
    path: '/v1/messages',
    asked: { max_tokens: 9, messages },
    answer: chatCompletion(word.repeat(200_000)) as object,
    deeds: ['read', 'written'],
  },
  'of Ollama': {
    path: '/api/chat',
    asked: { messages, stream: false },
    answer: chatCompletion(word.repeat(200_000)) as object,
    deeds: ['read', 'written'],
  },
  "embeddings of another protocol's": {
    path: '/v1/embeddings',
    asked: { input },
    answer: { embeddings: vectors.map(values => ({ values })) },
    api: 'gemini',
    deeds: ['read', 'written'],
  },
  'embeddings that are put into base64': {
    path: '/v1/embeddings',
    asked: { input, encoding_format: 'base64' },
    answer: embedded,
    deeds: ['read'],
  },
  'embeddings for Ollama': {
    path: '/api/embed',
    asked: { input },
    answer: embedded,
    deeds: ['read', 'written'],
  },
}
for (const [name, one] of Object.entries(cases)) {
  t.test(`a long answer is read and written in turns: ${name}`, async t => {
    const [deeds, said] = await done(t, one)
    for (const deed of one.deeds) {
      const { times, turns } = count(deeds, deed)
      t.ok(times > 5, `${deed}: ${times}`)
      t.equal(turns, times - 1, deeds.join(' '))
    }
    if (said.includes(word)) t.ok(said.includes(word.repeat(200_000)))
    else if (said.includes(digits)) t.equal(said.split(digits).length, 40 * 3000 + 1)
    else t.equal(Buffer.from(JSON.parse(said).data[39].embedding, 'base64').length, 4 * 3000)
  })
}

t.test('what is nested too deeply for steps is read all the same', async t => {
  const [, said] = await done(t, {
    path: '/v1/messages',
    asked: { max_tokens: 9, messages },
    answer: {
      ...(chatCompletion(word.repeat(200_000)) as object),
      deep: JSON.parse('['.repeat(1500) + ']'.repeat(1500)),
    },
  })
  t.match(said, word.repeat(200_000))
})

t.test('a client that leaves meanwhile gets nothing, and is counted', async t => {
  const text = JSON.stringify(embedded)
  const up = await upstream(t, exchange => {
    exchange.response.setHeader('content-type', 'application/json')
    exchange.response.end(text)
  })
  const gw = await gateway(
    t,
    `providers: { up: { api: openai, baseUrl: ${up.url}/v1, credential: none } }`,
  )
  const leaving = new AbortController()
  const { parse } = JSON
  t.teardown(() => Object.assign(JSON, { parse }))
  let read = 0
  JSON.parse = (text, reviver) => {
    if (text.includes(digits)) {
      if (read++ === 0) leaving.abort()
      tarry()
    }
    return parse(text, reviver)
  }
  await t.rejects(
    fetch(`${gw.url}/api/embed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'up/m', input }),
      signal: leaving.signal,
    }),
  )
  await gw.idle()
  t.match(gw.server.counters, { finished: 0, failed: 0, cancelled: 1 })
  t.ok(read < 40, `${read} of 40 vectors were read`)
})
