// Embeddings through real sockets: the official SDKs at models that are asked in other ways, as strict as their vendors.

import { GoogleGenAI } from '@google/genai'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { embedders, vectorFor } from '../fixtures/strict-embedders.ts'
import { type Handler, upstream } from '../fixtures/upstream.ts'

const models = {
  gemini: 'gemini/gemini-embedding-001',
  'vertex-1': 'vertex/gemini-embedding-001',
  'vertex-text': 'vertex/text-embedding-005',
  'vertex-2': 'vertex/gemini-embedding-2',
  titan: 'bedrock/amazon.titan-embed-text-v2:0',
  cohere: 'bedrock/eu.cohere.embed-v4:0',
  nova: 'bedrock/amazon.nova-2-multimodal-embeddings-v1:0',
  azure: 'azure/my-embedder',
  ollama: 'ollama/nomic-embed-text',
  server: 'server/embedder',
}

async function start(t: Test, script: Handler = embedders, more = '') {
  const up = await upstream(t, script)
  const gw = await gateway(
    t,
    `
providers:
  gemini: { baseUrl: ${up.url}/v1beta, credential: env:KEY }
  vertex: { baseUrl: ${up.url}/v1/projects/p/locations/eu, credential: env:KEY }
  bedrock: { baseUrl: ${up.url}, region: eu-central-1 ${more} }
  azure: { preset: azure, baseUrl: ${up.url}/openai/v1, credential: env:KEY }
  ollama: { baseUrl: ${up.url}/ollama/v1 }
  server: { api: openai, baseUrl: ${up.url}/v1, credential: none }
fallback: { attempts: 1 }
aliases:
${Object.entries(models)
  .map(([name, target]) => `  ${name}: "${target}"`)
  .join('\n')}
  renamed: { target: ${models.server}, respondAs: alias }
  queries: { target: ${models.cohere}, set: { input_type: search_query, dimensions: 2 } }
  either: { targets: [${models.titan}, ${models.gemini}] }
`,
    { KEY: 'k', AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' },
  )
  const openai = new OpenAI({ baseURL: `${gw.url}/v1`, apiKey: 'x', maxRetries: 0 })
  return { up, gw, openai }
}

const texts = ['a cat', 'two dogs', 'x']

t.test("OpenAI's SDK, which asks for base64, at every model that embeds", async t => {
  const { openai } = await start(t)
  for (const model of Object.keys(models)) {
    const said = await openai.embeddings.create({ model, input: texts, dimensions: 3 })
    t.strictSame(
      said.data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => [...embedding]),
      texts.map(text => vectorFor(text, 3)),
      model,
    )
    t.ok(said.usage.prompt_tokens >= 5, `${model}: ${said.usage.prompt_tokens} tokens`)
    const plain = await openai.embeddings.create({
      model,
      input: 'a cat',
      encoding_format: 'float',
    })
    t.strictSame(plain.data[0]!.embedding, vectorFor('a cat'), model)
  }
})

t.test("Google's SDK at every model that embeds", async t => {
  const { gw } = await start(t)
  const google = new GoogleGenAI({
    apiKey: 'x',
    vertexai: false,
    httpOptions: { baseUrl: gw.url },
  })
  for (const model of Object.keys(models)) {
    const { embeddings } = await google.models.embedContent({
      model,
      contents: texts,
      config: { outputDimensionality: 2 },
    })
    t.strictSame(
      embeddings!.map(({ values }) => values),
      texts.map(text => vectorFor(text, 2)),
      model,
    )
    const one = await gw.post(`/v1beta/models/${model}:embedContent`, {
      model: `models/${model}`,
      content: { parts: [{ text: 'a cat' }] },
    })
    t.strictSame(one.json.embedding.values, vectorFor('a cat'), model)
  }
})

t.test("Ollama's client at every model that embeds", async t => {
  const { gw } = await start(t)
  const ollama = new Ollama({ host: gw.url })
  for (const model of Object.keys(models)) {
    const said = await ollama.embed({ model, input: texts, dimensions: 2 })
    t.strictSame(
      said.embeddings,
      texts.map(text => vectorFor(text, 2)),
      model,
    )
    t.equal(said.model, model)
    const { embedding } = await ollama.embeddings({ model, prompt: 'a cat' })
    t.strictSame(embedding, vectorFor('a cat'), model)
  }
})

t.test('what nobody counted is an estimate, and said to be one', async t => {
  const { gw } = await start(t)
  const ask = { input: 'a cat' }
  const counted = await gw.post('/v1/embeddings', { model: 'titan', ...ask })
  t.equal(counted.headers.get('x-gateway-estimate'), null)
  t.equal(counted.json.usage.prompt_tokens, 2)
  const estimated = await gw.post('/v1/embeddings', { model: 'gemini', ...ask })
  t.equal(estimated.headers.get('x-gateway-estimate'), 'tokens')
  await gw.idle()
  const [first, second] = gw
    .log()
    .split('\n')
    .filter(line => line.includes('"status":200'))
  t.match(first, '"in":2')
  t.notMatch(second, '"in":')
})

t.test('what an alias sets is said in the way of the model', async t => {
  const { up, gw } = await start(t)
  const reply = await gw.post('/v1/embeddings', { model: 'queries', input: 'a cat', user: 'me' })
  t.strictSame(up.requests[0]!.sent, {
    texts: ['a cat'],
    input_type: 'search_query',
    embedding_types: ['float'],
    output_dimension: 2,
  })
  t.equal(reply.headers.get('x-gateway-dropped'), 'user')
})

t.test('tokens cannot be said to a model of another vocabulary', async t => {
  const { up, gw } = await start(t)
  const reply = await gw.post('/v1/embeddings', { model: 'titan', input: [[1, 2], [3]] })
  t.equal(reply.status, 400)
  t.match(reply.json.error, { code: 'untranslatable', message: /"input"/ })
  t.equal(up.requests.length, 0)
  // Whoever speaks OpenAI's protocol gets what the client sent.
  await gw.post('/v1/embeddings', { model: 'server', input: [[1, 2], [3]] })
  t.strictSame(up.requests[0]!.sent.input, [[1, 2], [3]])
})

t.test('several requests are one: the first that is refused is the answer', async t => {
  const many = Array.from({ length: 40 }, (_, i) => `text ${i}`)
  const { up, gw } = await start(t, exchange =>
    exchange.sent.inputText === 'text 5'
      ? exchange.json({ message: 'Too many' }, 429, { 'x-amzn-errortype': 'ThrottlingException' })
      : embedders(exchange),
  )
  const reply = await gw.post('/v1/embeddings', { model: 'titan', input: many })
  t.equal(reply.status, 429)
  t.match(reply.json, { error: { code: 'rate_limit_exceeded', message: 'Too many' } })
  t.ok(up.requests.length < many.length, `${up.requests.length} were sent`)
  await gw.idle()
})

t.test('several requests go to the next target together', async t => {
  const { up, gw } = await start(t, exchange =>
    exchange.sent.inputText === 'two dogs'
      ? exchange.json({ message: 'Try again' }, 503)
      : embedders(exchange),
  )
  const reply = await gw.post('/v1/embeddings', { model: 'either', input: texts })
  t.equal(reply.status, 200, reply.text)
  t.match(reply.headers.get('x-gateway-target'), 'gemini/')
  t.strictSame(
    reply.json.data.map(({ embedding }: { embedding: number[] }) => embedding),
    texts.map(text => vectorFor(text)),
  )
  t.match(up.requests.at(-1)!.url, 'batchEmbedContents')
})

t.test('behind a limit they go one by one', async t => {
  let inside = 0
  let most = 0
  const { gw, up } = await start(
    t,
    exchange => {
      most = Math.max(most, ++inside)
      exchange.response.on('close', () => inside--)
      setImmediate(() => embedders(exchange))
    },
    ', limits: { concurrent: 1 }',
  )
  const reply = await gw.post('/v1/embeddings', { model: 'titan', input: texts })
  t.equal(reply.status, 200, reply.text)
  t.equal(most, 1)
  t.equal(up.requests.length, 3)
})

t.test('a client that leaves takes all of them along', async t => {
  const { gw, up } = await start(t, () => {})
  const leaving = new AbortController()
  const asked = fetch(`${gw.url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'titan', input: texts }),
    signal: leaving.signal,
  }).catch(error => error.name)
  const exchanges = [await up.next(), await up.next(), await up.next()]
  leaving.abort()
  t.equal(await asked, 'AbortError')
  await Promise.all(exchanges.map(({ closed }) => closed))
})

t.test('one that breaks off is no answer', async t => {
  const { gw } = await start(t, exchange =>
    exchange.sent.inputText === 'x' ? exchange.die() : embedders(exchange),
  )
  const reply = await gw.post('/v1/embeddings', { model: 'titan', input: texts })
  t.equal(reply.status, 502)
  t.match(reply.json, { error: { code: /upstream/ } })
})

t.test('a request to Gemini that names the model within names the real one', async t => {
  const { up, gw } = await start(t)
  const request = { model: 'models/gemini', content: { parts: [{ text: 'a' }] } }
  const reply = await gw.post('/v1beta/models/gemini:batchEmbedContents', {
    requests: [request, request],
  })
  t.equal(reply.status, 200, reply.text)
  await gw.post('/v1beta/models/gemini:countTokens', {
    generateContentRequest: { model: 'models/gemini', contents: [] },
  })
  t.equal(up.requests[1]!.sent.generateContentRequest.model, 'models/gemini-embedding-001')
})

t.test('a server that writes numbers where base64 was asked for is put right', async t => {
  // ollama/ollama#6934, lmstudio-ai/lmstudio-bug-tracker#756, BerriAI/litellm#42426
  const said =
    '{ "object":"list","data":[{"embedding":[ 0.5,-0.25],"index":0} ,{"embedding":"AAAAPwAAgL4=","index":1}],\n "model":"real","extra":1.0}'
  let answer = said
  const { gw, openai } = await start(t, exchange =>
    exchange.raw(answer, 200, { 'content-type': 'application/json; charset=utf-8' }),
  )
  for (const model of ['server', 'ollama']) {
    const { data } = await openai.embeddings.create({ model, input: ['a', 'b'] })
    t.strictSame(
      data.map(({ embedding }) => [...embedding]),
      [
        [0.5, -0.25],
        [0.5, -0.25],
      ],
    )
  }
  const asked = { model: 'server', input: 'a', encoding_format: 'base64' }
  const reply = await gw.post('/v1/embeddings', asked)
  t.equal(reply.text, said.replace('[ 0.5,-0.25]', '"AAAAPwAAgL4="'), 'no other byte changes')
  t.equal(reply.headers.get('content-type'), 'application/json; charset=utf-8')
  await gw.idle()
  t.match(gw.log(), '"model":"real"')
  for (const other of [{ encoding_format: 'float' }, {}]) {
    const { encoding_format: _, ...plain } = asked
    t.equal((await gw.post('/v1/embeddings', { ...plain, ...other })).text, said)
  }
  // What is no such answer is what it is.
  for (answer of [
    '{"data":[{"embedding":["x"]},7],"data":3}',
    '[]',
    'no',
    '{"data":[{"embedding":[1,]}]}',
  ]) {
    t.equal((await gw.post('/v1/embeddings', asked)).text, answer)
  }
  answer = said
  const named = await gw.post('/v1/embeddings', { ...asked, model: 'renamed' })
  t.match(named.json, { model: 'renamed', data: [{ embedding: 'AAAAPwAAgL4=' }, {}], extra: 1 })
})

t.test('several answers without an end are no answer', async t => {
  const { gw } = await start(t, ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"embedding":"')
    const letters = Buffer.alloc(1 << 20, 'a')
    const more = (): void => {
      while (!response.destroyed && response.write(letters));
    }
    response.on('drain', more)
    more()
  })
  const reply = await gw.post('/v1/embeddings', { model: 'titan', input: texts })
  t.equal(reply.status, 502)
  t.match(reply.json.error, { code: 'upstream_broken', message: /it has no end/ })
})
