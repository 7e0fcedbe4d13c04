import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { fakeDaemon, runCli, statusOf } from '../fixtures/cli.ts'

t.cleanSnapshot = text =>
  text.replaceAll(/\d+(\.\d+)? m?s\b/g, 'TIME').replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')

interface Seen {
  path: string
  body: Record<string, unknown>
}

/** A home with a daemon whose port is served by `answer`. */
async function home(t: Test, answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const dir = t.testdir()
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      seen.push({ path: request.url ?? '', body: JSON.parse(text) })
      answer(response, request)
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  await fakeDaemon(t, dir, { status: () => statusOf(dir, { urls: [`http://127.0.0.1:${port}`] }) })
  return { dir, seen }
}

const headers = { 'x-gateway-alias': 'fast', 'x-gateway-target': 'openai/gpt-4' }
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
const delta = (content: string) => event({ model: 'gpt-4-0613', choices: [{ delta: { content } }] })

function stream(response: ServerResponse, ...parts: string[]) {
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' })
  for (const part of parts) response.write(part)
}

t.test('streams the answer to stdout; who gave it and how fast goes to stderr', async t => {
  const { dir, seen } = await home(t, response => {
    const usage = event({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 3 } })
    stream(response, delta('Good '), delta('day'), usage, 'data: [DONE]\n\n')
    response.end()
  })
  const { exit, stdout, stderr } = await runCli(dir, ['test', 'fast', 'hi', '--system', 'be kind'])
  t.equal(exit, 0)
  t.equal(stdout, 'Good day\n')
  t.matchSnapshot(stderr)
  t.same(seen[0], {
    path: '/v1/chat/completions',
    body: {
      model: 'fast',
      messages: [
        { role: 'system', content: 'be kind' },
        { role: 'user', content: 'hi' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    },
  })
})

t.test('--no-stream, --provider, --json, and the prompt from stdin', async t => {
  const { dir, seen } = await home(t, response => {
    response.writeHead(200, { ...headers, 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        model: 'm',
        choices: [{ message: { content: 'whole\n' } }],
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      }),
    )
  })
  const argv = ['test', 'fast', '--no-stream', '--provider', 'openai']
  const { stdout, stderr } = await runCli(dir, argv, { stdin: 'from a pipe\n' })
  t.equal(stdout, 'whole\n')
  t.matchSnapshot(stderr)
  t.match(seen[0], {
    path: '/openai/v1/chat/completions',
    body: { messages: [{ content: 'from a pipe\n' }] },
  })
  t.notOk('stream' in seen[0]!.body)
  const json = await runCli(dir, [...argv, '--json'])
  t.match(JSON.parse(json.stdout), {
    alias: 'fast',
    target: 'openai/gpt-4',
    model: 'm',
    text: 'whole\n',
    usage: { in: 1, out: 2 },
  })
  t.equal(json.stderr, '')
})

t.test('every way to fail exits 1, and says who failed', async t => {
  const json = (status: number, value: unknown) => (response: ServerResponse) => {
    response.writeHead(status, { ...headers, 'content-type': 'application/json' })
    response.end(typeof value === 'string' ? value : JSON.stringify(value))
  }
  const cases: Record<string, (response: ServerResponse) => void> = {
    'the gateway refuses': json(404, { error: { message: 'no such model', source: 'gateway' } }),
    'the provider refuses': json(429, { error: { message: 'slow down', code: 'rate_limit' } }),
    'the provider sends HTML': json(502, '<h1>Bad gateway</h1>'),
    'the answer is no JSON': json(200, 'nonsense'),
    'an error in the stream': response => {
      stream(response, delta('So'), event({ error: { message: 'overloaded', source: 'gateway' } }))
      response.end()
    },
    'the stream ends too early': response => {
      stream(response, delta('So'))
      response.end()
    },
    'the connection breaks': response => {
      stream(response, delta('So'))
      setImmediate(() => response.destroy())
    },
    'no answer at all': response => void response.destroy(),
  }
  let act = cases['the gateway refuses']!
  const { dir } = await home(t, response => act(response))
  for (const [name, answer] of Object.entries(cases)) {
    act = answer
    const { exit, stdout, stderr } = await runCli(dir, ['test', 'fast', 'hi'])
    t.equal(exit, 1, name)
    t.matchSnapshot(stdout + stderr, name)
  }
})

t.test('Ctrl-C ends the request, and with it the exit code is 130', async t => {
  let left = () => {}
  const gone = new Promise<void>(done => {
    left = done
  })
  const { dir } = await home(t, (response, request) => {
    request.socket.on('close', left)
    stream(response, delta('So'))
    setTimeout(() => process.emit('SIGINT'), 20)
  })
  const { exit, stdout, stderr } = await runCli(dir, ['test', 'fast', 'hi'])
  t.same([exit, stdout, stderr], [130, 'So\n', 'gateway: cancelled\n'])
  await gone
})

t.test('no daemon: exit 3', async t => {
  t.equal((await runCli(t.testdir(), ['test', 'fast'])).exit, 3)
})
