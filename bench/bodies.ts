// What large bodies cost, one after the other: node bench/run.js bodies [--rounds N]
// CPU time a request, how long the event loop was taken by one turn at most, and how much more memory was resident.

import { Agent, request } from 'node:http'
import { parseArgs } from 'node:util'
import { startDaemon, startUpstream } from './daemon.ts'
import { median, pinned, pinSelf } from './processes.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' } } })
const rounds = Number(values.rounds)

pinSelf()
const upstream = await startUpstream()
const daemon = await startDaemon(`limits: { body: 64MiB }
providers:
  up: { api: openai, baseUrl: "http://127.0.0.1:${upstream}/v1", credential: none }
  gone: { api: anthropic, baseUrl: "http://127.0.0.1:1/v1", credential: none }
aliases:
  json: up/json
  set: { target: up/json, set: { temperature: 0.5 }, system: "Be brief." }
  list: { targets: [up/json, up/json-2] }
  other: { targets: [gone/json, up/json] }
  named: { target: up/image-20000000, respondAs: alias }
  "image-*": up/image-*
  "text-*": up/text-*
  "embeddings-*": up/embeddings-*
`)

/** A conversation of about so many bytes: turns of 5,000, as agents send them. */
function conversation(model: string, bytes: number): string {
  const text = 'The quick brown fox said "jumps over", and\\n\\tthe lazy dog didn\'t. '.repeat(80)
  const messages = Array.from({ length: Math.ceil(bytes / text.length) }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    content: `${i} ${text}`.slice(0, -8),
  }))
  return JSON.stringify({ max_tokens: 100, messages, model })
}
/** A question about one picture of so many bytes. */
function picture(model: string, bytes: number): string {
  const image_url = { url: `data:image/png;base64,${'iVBO'.repeat(bytes / 4)}` }
  return JSON.stringify({
    model,
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url }] }],
  })
}
/** A form with a file of so many bytes, and the model before or after it. */
function form(model: string, bytes: number, where: 'first' | 'last'): string {
  const field = (name: string, value: string): string =>
    `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const parts = [field('model', model), field('image', 'x'.repeat(bytes))]
  return `${(where === 'first' ? parts : parts.reverse()).join('')}--x--\r\n`
}

interface Case {
  readonly path?: string
  readonly body: string
}
const MB = 1_000_000
const cases: Readonly<Record<string, Case>> = {
  'chat, 1 KB': { body: conversation('json', 1000) },
  'chat, 1 MB': { body: conversation('json', MB) },
  'chat, 5 MB': { body: conversation('json', 5 * MB) },
  'chat, 5 MB, parameters set': { body: conversation('set', 5 * MB) },
  'chat, 5 MB, two targets': { body: conversation('list', 5 * MB) },
  'chat, a picture of 20 MB': { body: picture('json', 20 * MB) },
  'Messages to Chat, 1 MB': { path: '/v1/messages', body: conversation('json', MB) },
  'Messages to Chat, 5 MB': { path: '/v1/messages', body: conversation('json', 5 * MB) },
  'the same for the second target': {
    path: '/v1/messages',
    body: conversation('other', 5 * MB),
  },
  'Ollama to Chat, 5 MB': { path: '/api/chat', body: conversation('json', 5 * MB) },
  'tokens of 5 MB, estimated': {
    path: '/v1/messages/count_tokens',
    body: conversation('json', 5 * MB),
  },
  'form of 20 MB, model first': { path: '/v1/images/edits', body: form('json', 20 * MB, 'first') },
  'form of 20 MB, model last': { path: '/v1/images/edits', body: form('json', 20 * MB, 'last') },
  'answer of 20 MB': {
    path: '/v1/images/generations',
    body: '{"model":"image-20000000","prompt":"x"}',
  },
  'answer of 20 MB, its model renamed': {
    path: '/v1/images/generations',
    body: '{"model":"named","prompt":"x"}',
  },
}

const texts = JSON.stringify(Array.from({ length: 80 }, (_, i) => `text ${i}`))
const answers: Readonly<Record<string, Case>> = {
  'Chat to Messages, answer of 5 MB': {
    path: '/v1/messages',
    body: conversation('text-5000000', 100),
  },
  'embeddings of 5 MB, asked in base64': {
    path: '/v1/embeddings',
    body: `{"model":"embeddings-80","input":${texts},"encoding_format":"base64"}`,
  },
  'the same for Ollama': {
    path: '/api/embed',
    body: `{"model":"embeddings-80","input":${texts}}`,
  },
}

const agent = new Agent({ keepAlive: true })
const ask = ({ path = '/v1/chat/completions' }: Case, body: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const type = path.includes('edits') ? 'multipart/form-data; boundary=x' : 'application/json'
    const call = request({
      ...{ host: '127.0.0.1', port: daemon.port, method: 'POST', path, agent },
      headers: { 'content-type': type, 'content-length': body.length },
    })
    call.on('error', reject)
    call.on('response', response => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`))
      response.on('error', reject).on('end', resolve).resume()
    })
    call.end(body)
  })

console.log(`medians of ${rounds}; ${pinned}; Node ${process.versions.node}\n`)
console.log(
  '| | CPU, ms | event loop blocked, ms: median | at most | more resident at the peak, MB |',
)
console.log('| --- | --- | --- | --- | --- |')
// Compiled code is what is measured, not the compiler.
for (let i = 0; i < 1000; i++)
  await ask(cases['chat, 1 KB']!, Buffer.from(cases['chat, 1 KB']!.body))
for (const [name, one] of Object.entries({ ...cases, ...answers })) {
  const body = Buffer.from(one.body)
  for (let i = 0; i < 3; i++) await ask(one, body)
  const cpu: number[] = []
  const blocked: number[] = []
  await daemon.inside('collect')
  const before = daemon.memory
  daemon.peak()
  for (let i = 0; i < rounds; i++) {
    const { cpu: began } = daemon
    await daemon.inside('begin')
    await ask(one, body)
    blocked.push((await daemon.inside()).blocked)
    cpu.push((daemon.cpu - began) / 1000)
  }
  const grown = (daemon.peak() - before) / MB
  const most = Math.max(...blocked)
  console.log(
    `| ${name} | ${[median(cpu), median(blocked), most].map(ms => ms.toFixed(1)).join(' | ')} | ${grown.toFixed(0)} |`,
  )
}
process.exit()
