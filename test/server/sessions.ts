// A conversation may change its target at any turn: agents on every SDK, whose one alias is pointed elsewhere between their
// turns, at vendors that refuse what they refuse in life.

import t, { type Test } from 'tap'
import { memory } from '../../src/server/way.ts'
import { type Agent, agents, type Heard, png } from '../fixtures/agents.ts'
import { type Gateway, gateway } from '../fixtures/gateway.ts'
import { refusalFor } from '../fixtures/strict-vendors.ts'
import { type Exchange, upstream } from '../fixtures/upstream.ts'
import {
  answerAs,
  askedOf,
  type Said,
  signatures,
  type Vendor,
} from '../fixtures/vendor-answers.ts'

const models = {
  claude: 'anthropic/claude-sonnet-4-6',
  budget: 'anthropic/claude-sonnet-4-5',
  gemini: 'gemini/gemini-3-pro-preview',
  gpt: 'openai/gpt-5',
  mini: 'openai/gpt-4o',
  mistral: 'mistral/mistral-large-latest',
  nova: 'bedrock/amazon.nova-pro-v1:0',
}
type Name = keyof typeof models

const keys = { KEY: 'k', AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' }

const config = (url: string, targets: string): string => `
providers:
  anthropic: { baseUrl: ${url}/v1, credential: env:KEY }
  gemini: { baseUrl: ${url}/v1beta, credential: env:KEY }
  openai: { baseUrl: ${url}/v1, credential: env:KEY }
  mistral: { baseUrl: ${url}/mistral/v1, credential: env:KEY }
  bedrock: { baseUrl: ${url}/openai/v1, region: eu-central-1 }
  dead: { api: openai, baseUrl: ${url}/dead, credential: none }
fallback: { on: [5xx, connect] }
aliases:
  it: ${targets}
`

/** Who answers each turn, and with how many calls of the tool; after none the user speaks again. */
const sessions: Readonly<Record<string, readonly (readonly [Name, number])[]>> = {
  'each vendor goes on with what another has begun': [
    ['claude', 2],
    ['gemini', 1],
    ['gpt', 2],
    ['nova', 1],
    ['mini', 2],
    ['claude', 0],
    ['gemini', 2],
    ['gemini', 0],
    ['mistral', 1],
    ['budget', 1],
    ['budget', 0],
    ['gpt', 1],
    ['gpt', 0],
    ['claude', 0],
  ],
  'there and back, with tools open': [
    ['gemini', 2],
    ['claude', 2],
    ['gemini', 1],
    ['budget', 1],
    ['gemini', 0],
    ['gpt', 2],
    ['budget', 2],
    ['gpt', 1],
    ['nova', 2],
    ['gpt', 0],
    ['mini', 1],
    ['mini', 0],
    ['nova', 1],
    ['mistral', 0],
    ['gemini', 0],
  ],
}

/** One session; gives what each vendor was sent, in order. */
async function hold(
  t: Test,
  start: (url: string) => Agent,
  turns: readonly (readonly [Name, number])[],
  point: (gw: Gateway, url: string, name: Name) => Promise<void>,
  before: (name: Name) => void = () => {},
) {
  let said: Said = { n: 0 }
  const exchanges: { vendor: Vendor; exchange: Exchange; thought: boolean }[] = []
  const up = await upstream(t, exchange => {
    if (exchange.url.startsWith('/dead')) return exchange.json({ error: { message: 'down' } }, 503)
    const { vendor, stream, model } = askedOf(exchange)
    const refused = refusalFor(vendor, model, exchange)
    if (refused) {
      return exchange.json(
        { error: { message: `REFUSED by ${vendor}: ${refused}`, code: 400 } },
        400,
      )
    }
    exchanges.push({ vendor, exchange, thought: said.thought !== undefined })
    return answerAs(vendor, exchange, said, { stream, model })
  })
  const gw = await gateway(t, config(up.url, models.claude), keys)
  const agent = start(gw.url)
  let heard: Heard | undefined
  const marks: string[] = []
  let images = 0
  for (const [n, [name, count]] of turns.entries()) {
    await point(gw, up.url, name)
    before(name)
    const thinks = name !== 'nova' && name !== 'mini' && name !== 'mistral'
    said = {
      n,
      ...(thinks ? { thought: `thought-${n}-end` } : {}),
      ...(n % 3 === 1 && count > 0 ? {} : { text: `said-${n}-end` }),
      calls: Array.from({ length: count }, (_, i) => ({
        name: 'look',
        args: { at: `arg-${n}-${i}-end` },
      })),
      cut: 7 + n,
    }
    const stream = n % 2 === 1
    const withImage = n % 4 === 0
    if (!heard || heard.calls.length === 0) {
      marks.push(`ask-${n}-end`)
      if (withImage) images++
      heard = await agent.say(`ask-${n}-end`, withImage, stream)
    } else {
      const results = heard.calls.map((call, i) => ({
        call,
        text: `result-${n}-${i}-end`,
        isError: i === 1,
      }))
      marks.push(...results.map(({ text }) => text))
      heard = await agent.give(results, stream)
    }
    const sent = exchanges.at(-1)!.exchange.body.toString()
    for (const mark of marks) {
      const times = sent.split(mark).length - 1
      if (times !== 1) t.fail(`${mark} stands ${times} times in what ${name} is sent at turn ${n}`)
    }
    t.equal(sent.split(png).length - 1, images, `images at turn ${n}`)
    t.equal(heard.text, said.text ?? '', `text of turn ${n}`)
    t.strictSame(
      heard.calls.map(({ args }) => args),
      said.calls!.map(({ args }) => args),
      `calls of turn ${n}`,
    )
    if (said.text) marks.push(said.text)
    marks.push(...said.calls!.map(({ args }) => (args as { at: string }).at))
  }
  return exchanges
}

const reload = async (gw: Gateway, url: string, name: Name) => gw.use(config(url, models[name]))

/** Whether a client can carry a vendor's proof of its thinking from one turn to the next. */
const carries = (client: string): boolean => !/alone|ollama/.test(client)

for (const [client, start] of Object.entries(agents)) {
  for (const [story, turns] of Object.entries(sessions)) {
    t.test(`${client}: ${story}`, async t => {
      const exchanges = await hold(t, start, turns, reload)
      t.equal(exchanges.length, turns.length)
      for (const [n, { vendor, exchange }] of exchanges.entries()) {
        const sent = exchange.body.toString()
        for (const [k, earlier] of exchanges.slice(0, n).entries()) {
          const own = earlier.vendor === vendor
          const proof = signatures[earlier.vendor](k)
          if (proof === '' || !earlier.thought) continue
          if (!own) t.notMatch(sent, proof, `proof of turn ${k} at turn ${n}`)
          else if (carries(client) || (vendor === 'gemini' && turns[k]![1] > 0)) {
            t.ok(sent.includes(proof), `${vendor}'s proof of turn ${k} is there at turn ${n}`)
          }
        }
      }
    })
  }
  t.test(`${client}: the same by fallback, from a target that is down`, async t => {
    await hold(
      t,
      start,
      sessions['each vendor goes on with what another has begun']!,
      (gw, url, name) => gw.use(config(url, `{ targets: [dead/m, ${models[name]}] }`)),
    )
  })
  t.test(
    `${client}: a gateway that was started anew has forgotten, and no vendor minds`,
    async t => {
      // Only Gemini asks for what was to be remembered.
      const forget = (name: Name) => {
        if (name !== 'gemini') return
        for (let i = 0; i < 20_001; i++)
          memory.remember(`other${i}`, { vendor: 'google', value: 's' })
      }
      await hold(t, start, sessions['there and back, with tools open']!, reload, forget)
    },
  )
}
