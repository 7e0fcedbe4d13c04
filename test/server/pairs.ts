// The tables of docs/protocols.md, walked: every client sends a request to every provider, whole and streamed, by real sockets
// to vendors that refuse what they refuse in life. Each cell must be as it says: what is asked, and how the client is told.

import t, { type Test } from 'tap'
import { presetProvider, presets } from '../../src/config/presets.ts'
import { openProvider } from '../../src/providers/provider.ts'
import { type Pair, pairOf, questionTo } from '../../src/server/pair.ts'
import { factsFor } from '../../src/translate/facts.ts'
import { signatureFault } from '../fixtures/aws-verifier.ts'
import { readChat } from '../fixtures/chat-validator.ts'
import { gateway, type Reply } from '../fixtures/gateway.ts'
import { geminiFaults, geminiResponses } from '../fixtures/gemini-validator.ts'
import { validMessages } from '../fixtures/messages-validator.ts'
import { responsesFaults } from '../fixtures/responses-validator.ts'
import { refusalOf } from '../fixtures/strict-anthropic.ts'
import { awsKeys, bedrock } from '../fixtures/strict-converse.ts'
import { embedders as embed, vectorFor } from '../fixtures/strict-embedders.ts'
import { refusalFor } from '../fixtures/strict-vendors.ts'
import { type Exchange, upstream } from '../fixtures/upstream.ts'
import { answerAs, askedOf } from '../fixtures/vendor-answers.ts'

// biome-ignore lint/suspicious/noExplicitAny: JSON that is being checked
type Any = any

interface Host {
  readonly name: string
  readonly preset: string | undefined
  readonly model: string
}
type Column = readonly [title: string, ...paths: string[]]

const { hosts, embedders, tables, pairs } = (await import(
  new URL('../../scripts/protocols.js', import.meta.url).href
)) as {
  hosts: Host[]
  embedders: Host[]
  tables: Record<'conversations' | 'counts' | 'embeddings', Column[]>
  pairs: (program: object, path: string, preset: string | undefined, model: string) => Pair[]
}
const program = { presetProvider, presets, openProvider, pairOf, questionTo, factsFor }

/** Where each provider is: as in life, below the origin. Of servers at home the strict vendor must know. */
const bases: Readonly<Record<string, string>> = {
  openai: '/v1',
  anthropic: '/v1',
  gemini: '/v1beta',
  vertex: '/v1/projects/p/locations/eu',
  bedrock: '/openai/v1',
  azure: '/openai/v1',
  ollama: '/vllm/v1',
  server: '/vllm/v1',
}
const env = { KEY: 'k', AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' }

function config(url: string, { preset, model }: Host): string {
  const name = preset ?? 'server'
  const fields = [
    preset ? `preset: ${preset}` : 'api: openai',
    `baseUrl: ${url}${bases[name]}`,
    preset === 'bedrock' ? 'region: eu-central-1, credential: "aws:"' : 'credential: env:KEY',
  ]
  return `
providers: { up: { ${fields.join(', ')} } }
fallback: { attempts: 1 }
aliases: { it: "up/${model}" }
`
}

/** Where a provider is asked what a cell says. */
const asked: Readonly<Record<string, RegExp>> = {
  '/chat/completions': /\/v1\/chat\/completions$|\/openapi\/chat\/completions$/,
  '/responses': /\/v1\/responses$/,
  '/messages': /\/v1\/messages$|:(streamR|r)awPredict$|\/invoke(-with-response-stream)?$/,
  ':generateContent': /:(generateContent|streamGenerateContent\?alt=sse)$/,
  ':streamGenerateContent': /:streamGenerateContent\?alt=sse$/,
  '/converse': /\/converse(-stream)?$/,
  '/messages/count_tokens': /\/count_tokens$|\/count-tokens(:rawPredict)?$/,
  '/responses/input_tokens': /\/v1\/responses\/input_tokens$/,
  ':countTokens': /:countTokens$/,
  '/count-tokens': /\/count-tokens$/,
  '/embeddings': /\/v1\/embeddings$|\/openapi\/embeddings$/,
  ':embedContent': /:embedContent$/,
  ':batchEmbedContents': /:batchEmbedContents$/,
  ':predict': /:predict$/,
  '/invoke': /\/invoke$/,
}

const refuse = (exchange: Exchange, words: string): void =>
  exchange.json({ error: { message: `REFUSED: ${words}` } }, 400)

/** Whoever is asked to answer. */
function answer(exchange: Exchange): unknown {
  const { url, sent, method, headers, body } = exchange
  if (/embed/i.test(url) || url.endsWith(':predict')) return embed(exchange)
  if (/count|input_tokens/.test(url)) {
    const name = url.endsWith(':countTokens')
      ? 'totalTokens'
      : url.endsWith('/count-tokens')
        ? 'inputTokens'
        : 'input_tokens'
    return exchange.json({ object: 'response.input_tokens', [name]: 42 })
  }
  if (
    url.startsWith('/model/') ||
    (url.startsWith('/openai/') && sent.model?.startsWith('openai.'))
  ) {
    const fault = signatureFault({ method, url, headers, body }, awsKeys)
    if (fault) return refuse(exchange, fault)
    if (url.includes('/invoke')) return bedrock(exchange)
  }
  const claude = /\/publishers\/anthropic\/models\/[^:]+:(streamR|r)awPredict$/.exec(url)
  if (claude) {
    const { anthropic_version, ...rest } = sent
    if ('model' in rest || !anthropic_version)
      return refuse(exchange, 'not in the form of Vertex AI')
    const model = 'claude-sonnet-4-5'
    const refused = refusalOf({ model, ...rest })
    if (refused) return refuse(exchange, refused)
    return answerAs('anthropic', exchange, said, { model, stream: claude[1] === 'streamR' })
  }
  const { vendor, model, stream } = askedOf(exchange)
  // Who speaks Messages at home has other models.
  const refused =
    vendor === 'anthropic' && !model.startsWith('claude')
      ? refusalOf({ ...sent, model: 'claude-sonnet-4-5' })
      : refusalFor(vendor, model, exchange)
  if (refused) return refuse(exchange, refused)
  return answerAs(vendor, exchange, said, { model, stream })
}

const said = { n: 1, text: 'Hello', cut: 11 }

const schema = { type: 'object', properties: { city: { type: 'string' } } }
const description = 'Tells the weather.'
const tool = {
  type: 'function',
  function: { name: 'weather', description, parameters: schema },
}

/** What is sent to each path: of one that wants nothing special, and with tools and thoughts. */
const requests: Readonly<Record<string, (all: boolean) => object>> = {
  '/v1/chat/completions': all => ({
    model: 'it',
    messages: [{ role: 'user', content: 'Hi' }],
    ...(all ? { tools: [tool], reasoning_effort: 'low' } : {}),
  }),
  '/v1/responses': all => ({
    model: 'it',
    input: 'Hi',
    ...(all
      ? {
          tools: [
            { type: 'function', name: 'weather', description, parameters: schema, strict: false },
          ],
          reasoning: { effort: 'low' },
        }
      : {}),
  }),
  '/v1/messages': all => ({
    model: 'it',
    max_tokens: 4000,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    ...(all
      ? {
          tools: [{ name: 'weather', description, input_schema: schema }],
          thinking: { type: 'enabled', budget_tokens: 2000 },
        }
      : {}),
  }),
  '/v1beta/models/{model}:generateContent': all => ({
    contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    ...(all
      ? {
          tools: [
            {
              functionDeclarations: [
                { name: 'weather', description, parametersJsonSchema: schema },
              ],
            },
          ],
          generationConfig: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } },
        }
      : {}),
  }),
  '/api/chat': all => ({
    model: 'it',
    messages: [{ role: 'user', content: 'Hi' }],
    ...(all ? { tools: [tool], think: true } : {}),
  }),
  '/api/generate': all => ({ model: 'it', prompt: 'Hi', ...(all ? { think: true } : {}) }),
}

/** Gemini's two ways to be asked differ in their path alone. */
const requestTo = (path: string, all: boolean): object =>
  requests[path.replace('streamGenerate', 'generate')]!(all)

const lines = (text: string): Any[] =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

/** What a client reads of an answer, which must be valid in its protocol. */
const readers: Readonly<Record<string, (t: Test, text: string, stream: boolean) => string>> = {
  '/v1/chat/completions'(t, text, stream) {
    if (stream) {
      const { faults, content } = readChat(text)
      t.strictSame(faults, [])
      return content
    }
    const { object, choices, usage } = JSON.parse(text)
    t.equal(object, 'chat.completion')
    t.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
    return choices[0].message.content
  },
  '/v1/responses'(t, text, stream) {
    if (stream) t.strictSame(responsesFaults(text), [])
    const last = stream ? JSON.parse(/data: (.*)\n*$/.exec(text)![1]!) : undefined
    const { object, status, output } = last?.response ?? JSON.parse(text)
    t.strictSame({ object, status }, { object: 'response', status: 'completed' })
    return output
      .flatMap(({ content = [] }: Any) => content.map(({ text }: Any) => text ?? ''))
      .join('')
  },
  '/v1/messages'(t, text, stream) {
    const whole = stream ? validMessages(text) : JSON.parse(text)
    const { type, role } = stream ? whole.message : whole
    t.strictSame({ type, role }, { type: 'message', role: 'assistant' })
    return whole.content.map(({ text }: Any) => text ?? '').join('')
  },
  '/v1beta/models/{model}:generateContent': readGemini,
  '/v1beta/models/{model}:streamGenerateContent': readGemini,
  '/api/chat'(t, text) {
    return readOllama(t, text, ({ message }) => message.content)
  },
  '/api/generate'(t, text) {
    return readOllama(t, text, ({ response }) => response)
  },
}

function readGemini(t: Test, text: string, stream: boolean): string {
  const answers = stream ? geminiResponses(text, true) : [JSON.parse(text)]
  if (stream) t.strictSame(geminiFaults(text, true), [])
  return answers
    .flatMap(({ candidates }) => candidates[0].content.parts)
    .map(({ text, thought }) => (thought ? '' : (text ?? '')))
    .join('')
}

function readOllama(t: Test, text: string, pick: (line: Any) => string): string {
  const all = lines(text)
  t.strictSame(
    all.map(({ done }) => done),
    all.map((_, i) => i === all.length - 1),
  )
  return all.map(pick).join('')
}

/** Whether this path is asked whole, streamed, or both, and how a request says so. */
const ways = (path: string): readonly boolean[] =>
  path.endsWith(':generateContent')
    ? [false]
    : path.endsWith(':streamGenerateContent')
      ? [true]
      : [false, true]

const streaming = (path: string, stream: boolean): object =>
  path.includes('Content')
    ? {}
    : path.endsWith('/chat/completions') && stream
      ? { stream, stream_options: { include_usage: true } }
      : { stream }

const pathOf = (path: string): string =>
  path.replace('{model}', 'it') + (path.includes(':stream') ? '?alt=sse' : '')

async function start(t: Test, host: Host) {
  const up = await upstream(t, answer)
  return { up, gw: await gateway(t, config(up.url, host), env) }
}

/** The reply is as the cell says, and so is what the provider was asked: the last of these. */
function check(
  t: Test,
  pair: Pair,
  reply: Reply,
  body: object,
  exchanges: readonly Exchange[],
): boolean {
  const [first] = exchanges
  if (pair.how === 'none') {
    t.equal(reply.status, 501)
    t.match(reply.text, 'speaks')
    t.equal(exchanges.length, 0)
    return false
  }
  t.equal(reply.status, 200, reply.text)
  if (pair.how === 'estimated') {
    t.equal(exchanges.length, 0)
    t.match(reply.headers.get('x-gateway-estimate'), 'tokens')
    return reply.status === 200
  }
  const where = asked[pair.to!.path]!
  t.match(first!.url, where)
  const { model: _, ...fields } = body as Any
  const { model: __, anthropic_version, ...sent } = first!.sent
  if (pair.how === 'passed') t.strictSame(sent, fields, 'it passes')
  if (pair.how === 'framed' && pair.to!.protocol === 'messages')
    t.ok(anthropic_version ?? first!.sent.input, 'in the form of its host')
  return reply.status === 200
}

for (const host of hosts) {
  t.test(`conversations: ${host.name}`, async t => {
    const { up, gw } = await start(t, host)
    for (const path of tables.conversations.flatMap(([, ...paths]) => paths)) {
      for (const [i, pair] of pairs(program, path, host.preset, host.model).entries()) {
        for (const stream of ways(path)) {
          const what = `${path}${i ? ', with tools and thoughts' : ''}${stream ? ', streamed' : ''}`
          await t.test(`${what}: ${pair.how} ${pair.to?.path}`, async t => {
            const before = up.requests.length
            const body = { ...requestTo(path, i === 1), ...streaming(path, stream) }
            const reply = await gw.post(pathOf(path), body)
            const exchanges = up.requests.slice(before)
            if (check(t, pair, reply, body, exchanges)) {
              t.equal(readers[path]!(t, reply.text, stream), 'Hello')
            }
          })
        }
      }
    }
  })

  t.test(`counts: ${host.name}`, async t => {
    const { up, gw } = await start(t, host)
    for (const [title, path] of tables.counts as [string, string][]) {
      const [pair] = pairs(program, path, host.preset, host.model) as [Pair]
      await t.test(`${title}: ${pair.how} ${pair.to?.path}`, async t => {
        const before = up.requests.length
        const talk = path.replace(/\/\w+_tokens$/, '').replace('countTokens', 'generateContent')
        const { max_tokens: _, ...body } = requestTo(talk, false) as Any
        const reply = await gw.post(pathOf(path), body)
        if (!check(t, pair, reply, body, up.requests.slice(before))) return
        const count = reply.json[path.endsWith(':countTokens') ? 'totalTokens' : 'input_tokens']
        if (pair.how === 'estimated') t.ok(count > 0)
        else t.equal(count, 42)
      })
    }
  })
}

const texts = ['a cat', 'two dogs']
const content = (text: string) => ({ content: { parts: [{ text }] } })

/** What is sent to embed these texts, and the vectors that come back. */
const embedding: Readonly<
  Record<string, { body: object; vectors: (answer: Any) => unknown; alone?: true }>
> = {
  '/v1/embeddings': {
    body: { model: 'it', input: texts },
    vectors: ({ data }) =>
      data.toSorted((a: Any, b: Any) => a.index - b.index).map(({ embedding }: Any) => embedding),
  },
  '/v1beta/models/{model}:embedContent': {
    body: content(texts[0]!),
    vectors: ({ embedding }) => [embedding.values],
    alone: true,
  },
  '/v1beta/models/{model}:batchEmbedContents': {
    body: { requests: texts.map(text => ({ model: 'models/it', ...content(text) })) },
    vectors: ({ embeddings }) => embeddings.map(({ values }: Any) => values),
  },
  '/api/embed': {
    body: { model: 'it', input: texts },
    vectors: ({ embeddings }) => embeddings,
  },
  '/api/embeddings': {
    body: { model: 'it', prompt: texts[0] },
    vectors: ({ embedding }) => [embedding],
    alone: true,
  },
}

for (const host of embedders) {
  t.test(`embeddings: ${host.name}`, async t => {
    const { up, gw } = await start(t, host)
    for (const path of tables.embeddings.flatMap(([, ...paths]) => paths)) {
      const [pair] = pairs(program, path, host.preset, host.model) as [Pair]
      await t.test(`${path}: ${pair.how} ${pair.to?.path}`, async t => {
        const before = up.requests.length
        const { body, vectors, alone } = embedding[path]!
        const reply = await gw.post(pathOf(path), body)
        const named = JSON.parse(
          JSON.stringify(body).replaceAll('models/it', `models/${host.model}`),
        )
        if (!check(t, pair, reply, named, up.requests.slice(before))) return
        const wanted = (alone ? texts.slice(0, 1) : texts).map(text => vectorFor(text))
        t.strictSame(vectors(reply.json), wanted)
      })
    }
  })
}
