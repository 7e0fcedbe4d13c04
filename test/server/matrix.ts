// Every client at every vendor, by the official SDKs: streamed and whole, each with text, tools, thinking, an image, a schema and
// an error. The vendors refuse what they refuse in life.

import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import t, { type Test } from 'tap'
import { png } from '../fixtures/agents.ts'
import { gateway } from '../fixtures/gateway.ts'
import {
  anthropic,
  clients,
  description,
  google,
  openai,
  type Question,
  schema,
} from '../fixtures/sdk-clients.ts'
import { refusalFor, vendorConfig, vendorKeys } from '../fixtures/strict-vendors.ts'
import { type Exchange, upstream } from '../fixtures/upstream.ts'
import { answerAs, askedOf, type Said, type Vendor } from '../fixtures/vendor-answers.ts'

const models: Readonly<Record<Vendor, string>> = {
  anthropic: 'anthropic/claude-opus-4-8',
  gemini: 'gemini/gemini-3-pro-preview',
  responses: 'openai/gpt-5',
  converse: 'bedrock/amazon.titan-next-v1:0',
  chat: 'vllm/Qwen/Qwen3-32B',
}

const config = (
  url: string,
  target: string,
): string => `${vendorConfig(url)}fallback: { attempts: 1 }
aliases: { it: "${target}" }
`

const calls = [
  { name: 'weather', args: { city: 'Ulm' } },
  { name: 'weather', args: { city: 'Århus "x"\n' } },
]
const cases: Readonly<Record<string, { question: Question; said: Omit<Said, 'n'> }>> = {
  text: { question: {}, said: { text: 'Grüße 👋🏽 aus Ulm' } },
  tools: { question: { tools: true }, said: { text: 'I look', calls } },
  'tools alone': { question: { tools: true }, said: { calls: calls.slice(1) } },
  'a tool without arguments': {
    question: { tools: true },
    said: { calls: [{ name: 'weather', args: {} }] },
  },
  thinking: { question: { think: true }, said: { thought: 'hm, well', text: 'Hello' } },
  'thinking and tools': {
    question: { think: true, tools: true },
    said: { thought: 'hm, well', text: 'I look', calls },
  },
  image: { question: { image: true }, said: { text: 'a dot' } },
  structured: { question: { schema: true }, said: { text: '{"city":"Ulm"}' } },
}

/** What a vendor answers to who asks too often, and what it says in a stream that has begun. */
const limits: Readonly<Record<Vendor, object>> = {
  anthropic: { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } },
  gemini: { error: { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED' } },
  responses: { error: { type: 'requests', code: 'rate_limit_exceeded', message: 'slow down' } },
  converse: { message: 'slow down' },
  chat: { error: { type: 'rate_limit', message: 'slow down' } },
}

/** A pair that answers in another protocol than the client's. */
async function start(t: Test, vendor: Vendor, answer: (exchange: Exchange) => void) {
  const up = await upstream(t, exchange => {
    const asked = askedOf(exchange)
    if (asked.vendor !== vendor) throw new Error(`${vendor} is asked at ${exchange.url}`)
    const refused = refusalFor(vendor, asked.model, exchange)
    if (refused) return exchange.json({ error: { message: `REFUSED: ${refused}` } }, 400)
    return answer(exchange)
  })
  return { up, gw: await gateway(t, config(up.url, models[vendor]), vendorKeys) }
}

for (const [asking, client] of Object.entries(clients)) {
  for (const vendor of Object.keys(models) as Vendor[]) {
    // OpenAI's two protocols at OpenAI: each passes.
    if (client.own === vendor || (asking === 'chat' && vendor === 'responses')) continue
    t.test(`${asking} at ${vendor}`, async t => {
      let said: Said = { n: 1 }
      const { gw, up } = await start(t, vendor, exchange =>
        answerAs(vendor, exchange, said, askedOf(exchange)),
      )
      for (const [name, { question, said: words }] of Object.entries(cases)) {
        for (const stream of [false, true]) {
          // OpenAI shows reasoning in Responses, where it is asked for it.
          if (asking !== 'responses' && vendor === 'responses' && !question.think) continue
          said = { n: 1, ...words, cut: 11 }
          const told = await client.ask(gw.url, question, stream).catch(error => {
            t.fail(`${name}, ${stream ? 'streamed' : 'whole'}: ${error.message}`)
          })
          if (!told) continue
          t.strictSame(
            told,
            {
              text: words.text ?? '',
              thought: words.thought ?? '',
              calls: words.calls ?? [],
              finish: client.finish[words.calls ? 'tools' : 'stop'],
              usage: { input: 20, output: 9 },
            },
            `${name}, ${stream ? 'streamed' : 'whole'}`,
          )
          const sent = up.requests.at(-1)!.body.toString()
          if (question.image) t.match(sent, png, 'the image arrives')
          if (question.schema) t.match(sent, '"city"', 'the schema arrives')
        }
      }
    })
    t.test(`${asking} at ${vendor}, which is busy`, async t => {
      const { gw } = await start(t, vendor, exchange =>
        exchange.json(limits[vendor], 429, { 'x-amzn-errortype': 'ThrottlingException' }),
      )
      for (const stream of [false, true]) {
        // OpenAI is asked in Responses by who wants to see the reasoning.
        const think = vendor === 'responses'
        const error = await client.ask(gw.url, { think }, stream).then(
          () => new Error('it answered'),
          error => error,
        )
        t.equal(client.status(error), 429, error.message)
        t.match(error.message, 'slow down')
      }
    })
  }
}

for (const [asking, client] of Object.entries(clients)) {
  t.test(`${asking}: a stream that breaks off is an error, and no short answer`, async t => {
    for (const vendor of Object.keys(models) as Vendor[]) {
      if (client.own === vendor || (asking === 'chat' && vendor === 'responses')) continue
      const { gw } = await start(t, vendor, exchange =>
        answerAs(vendor, exchange, { n: 1, text: 'Hello', calls, dies: 0.6 }, askedOf(exchange)),
      )
      const think = vendor === 'responses'
      await t.rejects(client.ask(gw.url, { think, tools: true }, true), vendor)
    }
  })
}

t.test("OpenAI's SDK runs tools at every vendor", async t => {
  for (const vendor of ['anthropic', 'gemini', 'converse'] as const) {
    let turn = 0
    const { gw } = await start(t, vendor, exchange =>
      answerAs(
        vendor,
        exchange,
        turn++ === 0 ? { n: 1, calls } : { n: 2, text: 'Rain everywhere' },
        askedOf(exchange),
      ),
    )
    const asked: string[] = []
    const runner = openai(gw.url).chat.completions.runTools({
      model: 'it',
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description,
            parameters: schema,
            parse: JSON.parse,
            function: ({ city }: { city: string }) => {
              asked.push(city)
              return 'rain'
            },
          },
        },
      ],
    })
    t.equal(await runner.finalContent(), 'Rain everywhere', vendor)
    t.strictSame(asked.sort(), calls.map(({ args }) => args.city).sort())
  }
})

t.test("Anthropic's SDK runs tools at every vendor", async t => {
  for (const vendor of ['chat', 'gemini', 'converse'] as const) {
    let turn = 0
    const { gw } = await start(t, vendor, exchange =>
      answerAs(
        vendor,
        exchange,
        turn++ === 0 ? { n: 1, text: 'I look', calls } : { n: 2, text: 'Rain everywhere' },
        askedOf(exchange),
      ),
    )
    const asked: string[] = []
    const message = await anthropic(gw.url).beta.messages.toolRunner({
      model: 'it',
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [
        betaTool({
          name: 'weather',
          description,
          inputSchema: schema,
          run: ({ city }) => {
            asked.push(city)
            return 'rain'
          },
        }),
      ],
    })
    t.match(message.content, [{ type: 'text', text: 'Rain everywhere' }], vendor)
    t.strictSame(asked.sort(), calls.map(({ args }) => args.city).sort())
  }
})

t.test("Google's SDK keeps a chat and runs tools at every vendor", async t => {
  for (const vendor of ['chat', 'anthropic', 'converse'] as const) {
    let turn = 0
    const { gw } = await start(t, vendor, exchange =>
      answerAs(
        vendor,
        exchange,
        turn++ === 0 ? { n: 1, calls } : { n: turn, text: `Rain ${turn}` },
        askedOf(exchange),
      ),
    )
    const chat = google(gw.url).chats.create({
      model: 'it',
      config: {
        tools: [
          {
            tool: async () => ({
              functionDeclarations: [
                { name: 'weather', description, parametersJsonSchema: schema },
              ],
            }),
            callTool: async calls =>
              calls.map(({ id, name }) => ({
                functionResponse: {
                  ...(id ? { id } : {}),
                  ...(name ? { name } : {}),
                  response: { output: 'rain' },
                },
              })),
          },
        ],
      },
    })
    t.equal((await chat.sendMessage({ message: 'Hi' })).text, 'Rain 2', vendor)
    t.equal((await chat.sendMessage({ message: 'And?' })).text, 'Rain 3', vendor)
    t.equal(chat.getHistory().length, 6)
  }
})
