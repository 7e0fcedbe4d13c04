// Upstreams that others wrote: @copilotkit/aimock says one thing in each vendor's protocol, streamed and whole. It refuses
// little, but how it answers was not learned from us.

import { LLMock } from '@copilotkit/aimock'
import t, { type Test } from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { clients } from '../fixtures/sdk-clients.ts'
import type { Vendor } from '../fixtures/vendor-answers.ts'

const models: Readonly<Record<Vendor, string>> = {
  anthropic: 'anthropic/claude-opus-4-8',
  gemini: 'gemini/gemini-3-pro-preview',
  responses: 'openai/gpt-5',
  converse: 'bedrock/amazon.titan-next-v1:0',
  chat: 'vllm/some-model',
}

async function start(t: Test, vendor: Vendor) {
  const mock = new LLMock({ port: 0, logLevel: 'silent' })
  mock.on(
    { predicate: ({ tools }) => Boolean(tools?.length) },
    {
      content: 'I look',
      toolCalls: [
        { name: 'weather', arguments: '{"city":"Ulm"}' },
        { name: 'weather', arguments: '{"city":"Bonn"}' },
      ],
    },
  )
  mock.on({ predicate: () => true }, { content: 'Grüße aus Ulm', reasoning: 'hm, well' })
  const url = await mock.start()
  t.teardown(() => mock.stop())
  const gw = await gateway(
    t,
    `
providers:
  anthropic: { baseUrl: ${url}/v1, credential: env:KEY }
  gemini: { baseUrl: ${url}/v1beta, credential: env:KEY }
  openai: { baseUrl: ${url}/v1, credential: env:KEY }
  bedrock: { baseUrl: ${url}/openai/v1, region: eu-central-1 }
  vllm: { baseUrl: ${url}/v1, credential: none, quirks: { messagesAt: ~, responses: false } }
fallback: { attempts: 1 }
aliases: { it: "${models[vendor]}" }
`,
    { KEY: 'k', AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' },
  )
  return { gw, mock }
}

for (const [asking, client] of Object.entries(clients)) {
  t.test(`${asking} at every vendor that others imitate`, async t => {
    for (const vendor of Object.keys(models) as Vendor[]) {
      const { gw } = await start(t, vendor)
      for (const stream of [false, true]) {
        const how = `${vendor}, ${stream ? 'streamed' : 'whole'}`
        const told = await client.ask(gw.url, { think: true }, stream)
        t.equal(told.text, 'Grüße aus Ulm', how)
        t.equal(told.finish, client.finish.stop, how)
        // What passes is as it came, and OpenAI shows no reasoning in Chat Completions.
        if (!client.own || client.own !== vendor) {
          if (asking !== 'chat' || vendor !== 'responses') t.equal(told.thought, 'hm, well', how)
        }
        const called = await client.ask(gw.url, { think: true, tools: true }, stream)
        t.strictSame(
          called.calls,
          [
            { name: 'weather', args: { city: 'Ulm' } },
            { name: 'weather', args: { city: 'Bonn' } },
          ],
          how,
        )
        t.equal(called.text, 'I look', how)
      }
    }
  })
}
