// Every client's protocol to every provider's, with no key: what `gateway start --demo` is there for.

import t from 'tap'
import { type ClientName, clientProtocols } from '../../src/cli/client-protocols.ts'
import { newHome } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'

const targets = {
  chat: 'own/gpt-5',
  responses: 'openai/gpt-5',
  messages: 'anthropic/claude-sonnet-4-5',
  gemini: 'gemini/gemini-2.5-pro',
  'vertex, Claude': 'vertex/claude-sonnet-4-5',
  'vertex, Gemini': 'vertex/gemini-2.5-pro',
  'all at once': 'demo/gpt-5',
}
const config = `
providers:
  own: { api: openai, baseUrl: "http://127.0.0.1:9/v1" }
  vertex: { project: p }
`

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it gets
type Json = any

const schema = { type: 'object', properties: { city: { type: 'string' } } }
const question = "What's the weather in Oslo?"

/** A question that asks for thoughts and the call of a tool, and where the two are in the answer. */
const tools: Record<
  Exclude<ClientName, 'openai'>,
  {
    path: (model: string) => string
    body: Json
    found: (answer: Json) => [thoughts: string, city: string]
  }
> = {
  responses: {
    path: () => '/v1/responses',
    body: {
      input: question,
      reasoning: { effort: 'low', summary: 'auto' },
      tools: [{ type: 'function', name: 'get_weather', parameters: schema, strict: false }],
    },
    found: ({ output }) => [
      output.find((item: Json) => item.type === 'reasoning').summary[0].text,
      JSON.parse(output.at(-1).arguments).city,
    ],
  },
  anthropic: {
    path: () => '/v1/messages',
    body: {
      max_tokens: 3000,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [{ role: 'user', content: question }],
      tools: [{ name: 'get_weather', input_schema: schema }],
    },
    found: ({ content }) => [content[0].thinking, content.at(-1).input.city],
  },
  gemini: {
    path: model => `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    body: {
      contents: [{ role: 'user', parts: [{ text: question }] }],
      generationConfig: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } },
      tools: [{ functionDeclarations: [{ name: 'get_weather', parameters: schema }] }],
    },
    found: ({ candidates: [{ content }] }) => [
      content.parts[0].text,
      content.parts.at(-1).functionCall.args.city,
    ],
  },
  ollama: {
    path: () => '/api/chat',
    body: {
      stream: false,
      think: true,
      messages: [{ role: 'user', content: question }],
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: schema } }],
    },
    found: ({ message }) => [message.thinking, message.tool_calls[0].function.arguments.city],
  },
}

t.test('every client asks every provider, streamed and not, and nothing is needed', async t => {
  const home = newHome(t, config)
  const url = await home.start('--demo')

  for (const [name, target] of Object.entries(targets)) {
    for (const as of Object.keys(clientProtocols) as ClientName[]) {
      await t.test(`${as} to ${name}`, async t => {
        const argv = ['test', target, 'ping', '--as', as, '--json']
        for (const streamed of [[], ['--no-stream']]) {
          const { exit, stdout, stderr } = await home.run(...argv, ...streamed)
          t.equal(exit, 0, stderr)
          t.match(JSON.parse(stdout), { target, text: 'pong', usage: { in: Number, out: Number } })
        }
        const tool = tools[as as keyof typeof tools]
        if (!tool) return
        const { path, body, found } = tool
        const headers = { 'content-type': 'application/json' }
        const { json } = await ask(url + path(target), 'POST', headers, { model: target, ...body })
        t.match(found(json), [/^They ask/, 'Oslo'], JSON.stringify(json))
      })
    }
  }

  await t.test('errors are read in every protocol, and so are those within a stream', async t => {
    for (const as of Object.keys(clientProtocols)) {
      const ask = (word: string) => home.run('test', targets.gemini, `poem ${word}`, '--as', as)
      t.match(await ask('demo:401'), { exit: 1, stderr: /gemini-2.5-pro answered 401: .*API key/ })
      const broken = await ask('demo:error-in-stream')
      t.match(broken, {
        exit: 1,
        stdout: /./,
        stderr: /broke off the answer: .*server had an error/,
      })
    }
  })
  t.match(await home.run('test', 'x', '--as', 'grpc'), { exit: 2, stderr: /one of openai, / })
  const addressed = ['test', 'gpt-5', 'ping', '--provider', 'openai', '--as', 'ollama']
  t.match(await home.run(...addressed), { stdout: 'pong\n', stderr: /openai\/gpt-5/ })
})
