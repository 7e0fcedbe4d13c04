// Requests as clients have been seen to write them, odd but legal, of each protocol at vendors that refuse what they refuse in
// life: null for every field, choices without tools, turns out of order, ids and names that nobody else takes, schemas of all
// kinds. Cases are entries of test/fixtures/translate/odd-requests.json; adding one needs no code.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { refusalFor } from '../fixtures/strict-vendors.ts'
import { upstream } from '../fixtures/upstream.ts'
import { answerAs, askedOf } from '../fixtures/vendor-answers.ts'

const file = new URL('../fixtures/translate/odd-requests.json', import.meta.url)
const cases: Readonly<Record<string, Readonly<Record<string, object>>>> = JSON.parse(
  readFileSync(file, 'utf8'),
)

const models = [
  'anthropic/claude-opus-4-8',
  'anthropic/claude-sonnet-4-5',
  'gemini/gemini-3-pro-preview',
  'gemini/gemini-2.5-flash',
  'openai/gpt-5',
  'openai/gpt-4o',
  'bedrock/amazon.titan-next-v1:0',
  'bedrock/amazon.nova-pro-v1:0',
]
const config = (url: string): string => `
providers:
  anthropic: { baseUrl: ${url}/v1, credential: env:KEY }
  gemini: { baseUrl: ${url}/v1beta, credential: env:KEY }
  openai: { baseUrl: ${url}/v1, credential: env:KEY }
  bedrock: { baseUrl: ${url}/openai/v1, region: eu-central-1 }
fallback: { attempts: 1 }
`
const keys = { KEY: 'k', AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' }

/** Where each client's requests go, and the providers at which they pass. */
const clients: Readonly<
  Record<string, { readonly path: (model: string) => string; readonly own: string }>
> = {
  chat: { path: () => '/v1/chat/completions', own: 'openai' },
  responses: { path: () => '/v1/responses', own: 'openai' },
  messages: { path: () => '/v1/messages', own: 'anthropic' },
  gemini: { path: model => `/v1beta/models/${model}:generateContent`, own: 'gemini' },
}

for (const [asking, requests] of Object.entries(cases)) {
  t.test(`${asking}: no vendor refuses what it is sent`, async t => {
    const up = await upstream(t, exchange => {
      const { vendor, stream, model } = askedOf(exchange)
      const message = refusalFor(vendor, model, exchange)
      if (message) return exchange.json({ error: { message, code: 400 }, message }, 400)
      return answerAs(vendor, exchange, { n: 1, text: '{"a":"x"}' }, { stream, model })
    })
    const gw = await gateway(t, config(up.url), keys)
    const { path, own } = clients[asking]!
    for (const [name, request] of Object.entries(requests)) {
      for (const model of models.filter(model => !model.startsWith(`${own}/`))) {
        const body = asking === 'gemini' ? request : { model, ...request }
        const { status, text } = await gw.post(path(model), body)
        t.equal(status, 200, `${name} at ${model}: ${status === 200 ? 'taken' : text}`)
      }
    }
  })
}
