// What a name means is the same wherever it is asked: to the resolver, to `explain --json`, and to the gateway at every
// door. Each case is a config in test/fixtures/meaning, with what is asked of it in its last lines:
// `# ask NAME [at PROVIDER] -> TARGET, TARGET; rule N`, or the code of an error. A name in quotes is JSON.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Resolver } from '../../src/alias/resolver.ts'
import { parseConfig } from '../../src/config/load.ts'
import { runCli } from '../fixtures/cli.ts'
import { ask, gateway, type Reply, raw } from '../fixtures/gateway.ts'
import { chatCompletion, type Upstream, upstream } from '../fixtures/upstream.ts'

interface Case {
  readonly line: string
  readonly name: string
  readonly at: string | undefined
  /** `provider/model` each, in order; or the code of the error. */
  readonly targets: readonly string[]
  readonly error: string | undefined
  readonly rule: number | undefined
}

const casesIn = (text: string): Case[] =>
  [...text.matchAll(/^# ask (".*?"|\S+)(?: at (\S+))? -> (.*?)(?:; rule (\d))?$/gm)].map(
    ([line, name, at, goes, rule]) => ({
      line,
      name: name!.startsWith('"') ? JSON.parse(name!) : name!,
      at,
      targets: rule === undefined ? [] : goes!.split(', '),
      error: rule === undefined ? goes : undefined,
      rule: rule === undefined ? undefined : Number(rule),
    }),
  )

const folder = 'test/fixtures/meaning'
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'multipart/form-data; boundary=B' }
const file = '--B\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n\0\r\n'
const field = (name: string) =>
  `--B\r\ncontent-disposition: form-data; name="model"\r\n\r\n${name}\r\n`

type Door = readonly [path: string, headers: Record<string, string>, body: string | Buffer]

/** Every way to ask for a model that OpenAI's providers answer; where the model stands, and who is addressed, differ. */
function doorsFor(name: string, at: string | undefined): Door[] {
  const scope = at === undefined ? '' : `/${at}`
  const body = JSON.stringify({ model: name, messages: [], input: 'x', prompt: 'x' })
  const bodies = [
    '/chat/completions',
    '/completions',
    '/embeddings',
    '/responses',
    '/images/generations',
    '/audio/speech',
    '/moderations',
    '/rerank',
  ].map((path): Door => [`${scope}/v1${path}`, json, body])
  const forms = [
    '/images/edits',
    '/images/variations',
    '/audio/transcriptions',
    '/audio/translations',
  ].map(
    (path, i): Door => [
      `${scope}/v1${path}`,
      form,
      `${i % 2 ? field(name) + file : file + field(name)}--B--`,
    ],
  )
  if (at !== undefined) return [...bodies, ...forms, [`/${at}`, json, body]]
  const encoded = encodeURIComponent(name)
  return [
    ...bodies,
    ...forms,
    [`/openai/deployments/${encoded}/chat/completions?api-version=1`, json, '{"messages":[]}'],
    [`/openai/deployments/${encoded}/audio/transcriptions`, form, `${file}--B--`],
    [
      '/api/chat',
      json,
      JSON.stringify({ model: name, stream: false, messages: [{ role: 'user', content: 'x' }] }),
    ],
    ['/api/embed', json, JSON.stringify({ model: name, input: 'x' })],
  ]
}

for (const file of readdirSync(folder))
  t.test(file, async t => {
    const up = await upstream(t, exchange =>
      exchange.json({ ...(chatCompletion('hi') as object), data: [{ embedding: [0] }] }),
    )
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('URL', up.url)
    const cases = casesIn(text)
    t.ok(cases.length > 5)
    const { config } = parseConfig(text, file)
    const resolver = new Resolver(config)
    const gw = await gateway(t, text)
    const home = t.testdir({ 'gateway.yaml': text })
    for (const one of cases) {
      const { line, name, at, targets, error, rule } = one
      let meant: { targets: string[]; rule: number | undefined; error?: string }
      try {
        const { targets, rule } = resolver.resolve(name, at)
        meant = { targets: targets.map(({ provider, model }) => `${provider}/${model}`), rule }
      } catch (error) {
        meant = { targets: [], rule: undefined, error: (error as { code: string }).code }
      }
      t.same(meant, { targets, rule, ...(error === undefined ? {} : { error }) }, line)

      const path = at === undefined ? [] : ['--path', `/${at}/v1/chat/completions`]
      const said = JSON.parse(
        (await runCli(home, ['explain', '--json', ...path, '--', name])).stdout,
      )
      t.match(
        said,
        {
          name,
          rule: rule ?? null,
          targets: targets.map(target => ({
            provider: target.slice(0, target.indexOf('/')),
            model: target.slice(target.indexOf('/') + 1),
          })),
          error: error === undefined ? null : { code: error },
        },
        line,
      )
      t.equal(said.targets.length, targets.length, line)

      for (const [path, headers, body] of doorsFor(name, at)) {
        const before = up.requests.length
        const reply = await ask(gw.url + path, 'POST', headers, body)
        const where = `${line} at the door ${path}`
        if (error === undefined) checkAnswer(t, reply, up, targets[0]!, where)
        else {
          t.equal(reply.status, 404, where)
          t.equal(reply.json.error.code ?? reply.json.code, error, where)
          t.equal(up.requests.length, before, where)
        }
      }
    }
  })

/** The first target was asked, by its own name, wherever the request has it. */
function checkAnswer(t: Test, reply: Reply, up: Upstream, target: string, where: string): void {
  const provider = target.slice(0, target.indexOf('/'))
  const model = target.slice(provider.length + 1)
  const seen = up.requests.at(-1)!
  const text = seen.body.toString()
  const isForm = String(seen.header('content-type')).startsWith('multipart/')
  const sent = isForm ? /name="model"\r\n\r\n(.*?)\r\n/.exec(text)?.[1] : JSON.parse(text).model
  t.same(
    [reply.headers.get('x-gateway-target'), seen.url.split('/')[1], sent],
    [encodeURI(target), provider, model],
    where,
  )
}

t.test('realtime: the first target, by the query', async t => {
  for (const file of readdirSync(folder)) {
    const up = await upstream(t, exchange => exchange.json({}))
    up.server.on('upgrade', (req, socket) => {
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-url: ${req.url}\r\n\r\n`,
      )
    })
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('URL', up.url)
    const gw = await gateway(t, text)
    for (const { line, name, at, targets } of casesIn(text)) {
      if (at !== undefined || targets.length === 0) continue
      const client = raw(
        t,
        gw.port,
        `GET /v1/realtime?model=${encodeURIComponent(name)} HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`,
      )
      const [, asked] = /x-url: (.*)\r/.exec(await client.until('\r\n\r\n'))!
      const [provider, ...model] = targets[0]!.split('/')
      const url = new URL(asked!, up.url)
      t.same(
        [url.pathname, url.searchParams.get('model')],
        [`/${provider}/v1/realtime`, model.join('/')],
        line,
      )
    }
  }
})
