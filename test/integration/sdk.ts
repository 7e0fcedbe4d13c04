// The official SDK, which most clients are made of, against the built daemon.

import OpenAI from 'openai'
import t, { type Test } from 'tap'
import { configOf, type Home, newHome } from '../fixtures/daemon.ts'
import { chatChunk, type Stream, type Upstream, upstream } from '../fixtures/upstream.ts'

const messages = [{ role: 'user' as const, content: 'Compose a poem that explains recursion.' }]

const clientOf = (url: string): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: 'anything', maxRetries: 0 })

const failureOf = (client: OpenAI, model: string, options = {}): Promise<unknown> =>
  client.chat.completions.create({ model, messages }, options).then(
    () => undefined,
    error => error,
  )

t.test('with the demo provider', async t => {
  const home = newHome(
    t,
    `aliases:
  fast: gpt-3.5-turbo
  embed: text-embedding-3-small
  busy: demo/demo:429
  down: demo/demo:500
  locked: demo/demo:401
`,
  )
  const client = clientOf(await home.start('--demo'))
  const whole = await client.chat.completions.create({ model: 'fast', messages })
  await t.test('chat', async t => {
    t.equal(whole.model, 'gpt-3.5-turbo-0125')
    t.match(whole.choices[0], { finish_reason: 'stop', message: { content: /go read "The Rest"/ } })
    t.equal(whole.usage!.total_tokens, whole.usage!.prompt_tokens + whole.usage!.completion_tokens)
  })
  await t.test('chat, streamed: the same words, the same usage', async t => {
    const stream = await client.chat.completions.create({
      model: 'fast',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let usage: OpenAI.CompletionUsage | null | undefined
    const models = new Set<string>()
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      usage = chunk.usage ?? usage
      models.add(chunk.model)
    }
    t.equal(text, whole.choices[0]!.message.content)
    t.match(usage, { total_tokens: whole.usage!.total_tokens })
    t.same([...models], ['gpt-3.5-turbo-0125'])
  })
  await t.test('completions and embeddings', async t => {
    const completion = await client.completions.create({ model: 'fast', prompt: 'ping' })
    t.match(completion.choices[0]!.text, 'pong')
    const { data } = await client.embeddings.create({ model: 'embed', input: ['a', 'b'] })
    t.same(
      data.map(({ index }) => index),
      [0, 1],
    )
    t.ok(data.every(({ embedding }) => embedding.every(Number.isFinite)))
  })
  await t.test('models', async t => {
    const names = []
    for await (const model of client.models.list()) names.push(model.id)
    t.same(names, ['fast', 'embed', 'busy', 'down', 'locked'])
    t.match(await client.models.retrieve('fast'), { id: 'fast', object: 'model' })
  })
  await t.test('errors come out as the classes that programs catch', async t => {
    const failure = (model: string) => failureOf(client, model)
    const unknown = await failure('fsat')
    t.type(unknown, OpenAI.NotFoundError)
    t.match(unknown, { code: 'model_not_found', param: 'model', message: /did you mean "fast"/ })
    const busy = await failure('busy')
    t.type(busy, OpenAI.RateLimitError)
    t.equal((busy as { headers: Headers }).headers.get('retry-after'), '2')
    t.type(await failure('down'), OpenAI.InternalServerError)
    t.type(await failure('locked'), OpenAI.AuthenticationError)
    t.type(await failure(''), OpenAI.BadRequestError)
  })
})

t.test('a provider without a key: the class for it, and words that help', async t => {
  const home = newHome(t, 'aliases: { fast: gpt-3.5-turbo }\n')
  const client = clientOf(await home.start())
  const error = await failureOf(client, 'fast')
  t.type(error, OpenAI.AuthenticationError)
  t.match(error, { message: /OPENAI_API_KEY is not set/ })
})

/** A stream of which the client has seen one event. */
async function streaming(t: Test): Promise<{
  home: Home
  up: Upstream
  far: Stream
  stream: AsyncIterator<OpenAI.ChatCompletionChunk>
  abort: () => void
}> {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url))
  const client = clientOf(await home.start())
  const asked = client.chat.completions.create({ model: 'up/m', messages, stream: true })
  const far = (await up.next()).sse()
  await far.data(chatChunk('one'))
  const made = await asked
  const stream = made[Symbol.asyncIterator]()
  t.equal((await stream.next()).value.choices[0].delta.content, 'one')
  return { home, up, far, stream, abort: () => made.controller.abort() }
}

t.test('a stream is aborted: the upstream sees it at once', async t => {
  const { home, up, abort } = await streaming(t)
  const from = performance.now()
  abort()
  await up.requests[0]!.closed
  const took = performance.now() - from
  t.comment(`${took.toFixed(1)} ms from the abort to the upstream's end of it`)
  // 100 ms are promised; a busy machine that runs tests gets more.
  t.ok(took < 1000, `${took} ms`)
  const { requests } = await home.until(({ requests }) => requests.inFlight === 0)
  t.match(requests, { cancelled: 1, failed: 0 })
})

t.test('a request is aborted before its answer begins: the upstream sees that too', async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url))
  const client = clientOf(await home.start())
  const leave = new AbortController()
  const failed = failureOf(client, 'up/m', { signal: leave.signal })
  const exchange = await up.next()
  leave.abort()
  t.type(await failed, OpenAI.APIUserAbortError)
  await exchange.closed
})

t.test('the upstream dies in the middle of a stream: the SDK throws', async t => {
  for (const tail of ['data: {"half', '']) {
    const { home, far, stream } = await streaming(t)
    if (tail) await far.write(tail)
    far.destroy()
    await t.rejects(stream.next(), { code: 'upstream_broken' }, `after "${tail}"`)
    const { requests } = await home.until(({ requests }) => requests.inFlight === 0)
    t.match(requests, { failed: 1, cancelled: 0 })
  }
})

t.test('the demo provider dies when it is told to, and the SDK throws', async t => {
  const home = newHome(t)
  const client = clientOf(await home.start('--demo'))
  const stream = await client.chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'Compose a poem that explains recursion. demo:die' }],
    stream: true,
  })
  let events = 0
  await t.rejects(
    async () => {
      for await (const _ of stream) events++
    },
    { code: 'upstream_broken' },
  )
  t.ok(events > 0)
})
