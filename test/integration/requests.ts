// Requests to the built daemon, as people and their tools send them.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import t from 'tap'
import { newHome } from '../fixtures/daemon.ts'
import { ask } from '../fixtures/gateway.ts'
import { chatChunk, chatCompletion, upstream } from '../fixtures/upstream.ts'

const json = { 'content-type': 'application/json' }
const prompt = (model: string, more = {}): unknown => ({
  model,
  messages: [{ role: 'user', content: 'Hello' }],
  ...more,
})

t.test('the three lines, in an empty home', async t => {
  const home = newHome(t)
  const added = await home.run('alias', 'add', 'fast', 'gpt-3.5-turbo')
  t.equal(added.exit, 0, added.stderr)
  t.match(added.stderr, 'the daemon is not running')
  const url = await home.start('--demo')
  const chat = (model: string, path = '/v1/chat/completions') =>
    ask(url + path, 'POST', json, prompt(model))
  const first = await chat('fast')
  t.equal(first.json.model, 'gpt-3.5-turbo-0125')
  t.equal(first.headers.get('x-gateway-alias'), 'fast')
  t.equal((await chat('fast', '/openai')).json.model, 'gpt-3.5-turbo-0125')
  const smart = await home.run('alias', 'add', 'smart', 'gpt-4-turbo')
  t.match(smart.stderr, /live as generation 2/)
  t.equal((await chat('smart')).json.model, 'gpt-4-turbo-2024-04-09')
  t.match((await home.run('alias', 'remove', 'fast')).stderr, /live as generation 3/)
  t.match((await chat('fast')).json, { error: { code: 'model_not_found', source: 'gateway' } })
})

t.test(
  "without a key: a 401 that names the variable and the command; with one: to the provider, and never the client's own",
  async t => {
    const up = await upstream(t, exchange => exchange.json(chatCompletion('hi')))
    const yaml = `providers: { openai: { baseUrl: "${up.url}/v1" } }\naliases: { fast: gpt-3.5-turbo }\n`
    const bare = newHome(t, yaml)
    const url = await bare.start()
    const refused = await ask(
      `${url}/v1/chat/completions`,
      'POST',
      { ...json, authorization: 'Bearer sk-client' },
      prompt('fast'),
    )
    t.equal(refused.status, 401)
    t.match(
      refused.json.error.message,
      /OPENAI_API_KEY is not set.*export OPENAI_API_KEY=.*gateway restart.*gateway credential set openai/,
    )
    t.equal(up.requests.length, 0)

    const rich = newHome(t, yaml, { OPENAI_API_KEY: 'sk-mine' })
    const other = await rich.start()
    await ask(
      `${other}/v1/chat/completions`,
      'POST',
      { ...json, authorization: 'Bearer sk-client' },
      prompt('fast'),
    )
    t.equal(up.requests[0]!.header('authorization'), 'Bearer sk-mine')
  },
)

t.test('the official SDK: JSON, stream, embeddings, models, errors', async t => {
  const home = newHome(
    t,
    'aliases: { fast: gpt-3.5-turbo, embed: text-embedding-3-small, busy: demo/demo:429 }\n',
  )
  const url = await home.start('--demo')
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'anything', maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'Compose a poem about recursion' }]
  const whole = await client.chat.completions.create({ model: 'fast', messages })
  t.equal(whole.model, 'gpt-3.5-turbo-0125')
  t.ok(whole.usage!.completion_tokens > 50)
  let text = ''
  let usage: OpenAI.CompletionUsage | undefined
  const stream = await client.chat.completions.create({
    model: 'fast',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  })
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    usage = chunk.usage ?? usage
  }
  t.equal(text, whole.choices[0]!.message.content)
  t.same(usage!.total_tokens, whole.usage!.total_tokens)
  const { data } = await client.embeddings.create({ model: 'embed', input: ['a', 'b'] })
  t.equal(data.length, 2)
  const names = []
  for await (const model of client.models.list()) names.push(model.id)
  t.same(names, ['fast', 'embed', 'busy'])
  t.match(await client.models.retrieve('fast'), { id: 'fast', object: 'model' })
  await t.rejects(client.chat.completions.create({ model: 'fsat', messages }), {
    status: 404,
    code: 'model_not_found',
    message: /did you mean "fast"/,
  })
  await t.rejects(client.chat.completions.create({ model: 'busy', messages }), { message: /^429 / })
})

t.test("the SDK's stream is left: the upstream sees it", async t => {
  const up = await upstream(t)
  const home = newHome(
    t,
    `providers: { up: { api: openai, baseUrl: "${up.url}/v1", credential: none } }\n`,
  )
  const url = await home.start()
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'x', maxRetries: 0 })
  const stream = await Promise.all([
    client.chat.completions.create({ model: 'up/m', messages: [], stream: true }),
    up.next().then(exchange => exchange.sse().data(chatChunk('one'))),
  ]).then(([made]) => made)
  for await (const _ of stream) {
    stream.controller.abort()
    break
  }
  await up.requests[0]!.closed
  await home.until(({ requests }) => requests.cancelled === 1)
})

t.test('the upstream dies in the middle of a stream: the SDK throws', async t => {
  const up = await upstream(t)
  const home = newHome(
    t,
    `providers: { up: { api: openai, baseUrl: "${up.url}/v1", credential: none } }\n`,
  )
  const url = await home.start()
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'x', maxRetries: 0 })
  const [stream, far] = await Promise.all([
    client.chat.completions.create({ model: 'up/m', messages: [], stream: true }),
    up.next().then(async exchange => {
      const far = exchange.sse()
      await far.data(chatChunk('one'))
      return far
    }),
  ])
  const seen: string[] = []
  const read = async (): Promise<void> => {
    for await (const chunk of stream) {
      seen.push(chunk.choices[0]!.delta.content!)
      await far.write('data: {"half')
      far.destroy()
    }
  }
  await t.rejects(read(), { code: 'upstream_broken' })
  t.same(seen, ['one'])
})

t.test('a key is in no log, no answer, no status and no list of processes', async t => {
  const up = await upstream(t, exchange => exchange.json({ error: { message: 'no' } }, 500))
  const key = 'sk-secret-4711'
  const home = newHome(
    t,
    `
providers:
  one: { api: openai, baseUrl: "${up.url}/v1", credential: env:MY_SECRET }
  two: { api: openai, baseUrl: "${up.url}/v1", credential: "command:printf %s%s $MY_SECRET -two" }
  three: { api: openai, baseUrl: "http://127.0.0.1:1/v1", credential: env:MY_SECRET }
`,
    { MY_SECRET: key },
  )
  const url = await home.start()
  const said: string[] = []
  for (const model of ['one/m', 'two/m', 'three/m', 'nobody']) {
    const reply = await ask(
      `${url}/v1/chat/completions`,
      'POST',
      { ...json, authorization: `Bearer ${key}-client` },
      prompt(model),
    )
    said.push(reply.text, JSON.stringify([...reply.headers]))
  }
  t.equal(up.requests[1]!.header('authorization'), `Bearer ${key}-two`)
  for (const argv of [
    ['status', '--json'],
    ['status'],
    ['provider', 'list', '--json'],
    ['credential', 'list'],
    ['logs', '-n', '100'],
    ['config', 'check'],
  ]) {
    const { stdout, stderr } = await home.run(...argv)
    said.push(stdout, stderr)
  }
  for (const pid of process.platform === 'linux'
    ? readdirSync('/proc').filter(name => /^\d+$/.test(name))
    : []) {
    try {
      said.push(readFileSync(join('/proc', pid, 'cmdline'), 'utf8'))
    } catch {
      // It has ended.
    }
  }
  t.notMatch(said.join('\n'), key)
})

t.test('closed by default', async t => {
  const home = newHome(t)
  const url = await home.start('--demo')
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await ask(`${url}/v1/chat/completions`, 'POST', { ...json, ...headers }, prompt('gpt-4')))
      .status
  t.equal(await status({}), 200)
  t.equal(await status({ host: 'localhost:20100' }), 200)
  t.equal(await status({ host: 'evil.example' }), 403)
  t.equal(await status({ origin: 'https://evil.example' }), 403)
  t.equal(await status({ 'content-type': 'text/plain' }), 415)
  const open = newHome(t, 'listen: 0.0.0.0:0\n')
  const refused = await open.run('start')
  t.equal(refused.exit, 1)
  t.match(refused.stderr, /will not listen on 0\.0\.0\.0.*client keys do not exist yet/)
})
