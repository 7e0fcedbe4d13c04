// The client leaves: whoever works for it sees that, at every stage, and nothing is left of the request.

import { readdirSync } from 'node:fs'
import t from 'tap'
import { configOf, type Home, newHome, posix } from '../fixtures/daemon.ts'
import { type Raw, raw } from '../fixtures/gateway.ts'
import { chatChunk, type Exchange, type Upstream, upstream } from '../fixtures/upstream.ts'

const rounds = 20

const head = (path: string, type: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\n`
const post = (path: string, body: object): string => {
  const text = JSON.stringify(body)
  return `${head(path, 'application/json')}content-length: ${text.length}\r\n\r\n${text}`
}
const chat = { model: 'up/m', stream: true, messages: [] }
const messages = { ...chat, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }
const field = '--x\r\ncontent-disposition: form-data; name="model"\r\n\r\nup/m\r\n--x\r\n'

/** Brings a request as far as its name says, and gives the client and the upstream's side of it. */
type Stage = (open: (bytes: string) => Raw, up: Upstream) => Promise<[Raw, Exchange]>

const seen =
  (bytes: string): Stage =>
  async (open, up) => [open(bytes), await up.next()]

const streaming =
  (bytes: string): Stage =>
  async (open, up) => {
    const client = open(bytes)
    const exchange = await up.next()
    const stream = exchange.sse()
    await stream.data(chatChunk('one'))
    await client.until('one')
    return [client, exchange]
  }

const stages: Readonly<Record<string, Stage>> = {
  'before the head': seen(post('/v1/chat/completions', chat)),
  'before the head of a translation': seen(post('/v1/messages', messages)),
  'before the head of what passes through': seen(
    'GET /up/v1/files HTTP/1.1\r\nhost: localhost\r\n\r\n',
  ),
  'between events': streaming(post('/v1/chat/completions', chat)),
  'between events of a translation': streaming(post('/v1/messages', messages)),
  'between events of what passes through': streaming(
    'GET /up/v1/threads HTTP/1.1\r\nhost: localhost\r\n\r\n',
  ),
  'during the upload of a form': seen(
    `${head('/v1/audio/transcriptions', 'multipart/form-data; boundary=x')}content-length: 99999\r\n\r\n${field}`,
  ),
  'during an upload that passes through': seen(
    `${head('/up/v1/files', 'multipart/form-data; boundary=x')}content-length: 99999\r\n\r\n${field}`,
  ),
  'while the first answer is a whole body': async (open, up) => {
    const client = open(post('/v1/chat/completions', chat))
    const exchange = await up.next()
    await exchange.stream(200, { 'content-type': 'application/json' }).write('{"choices":')
    await client.until('choices')
    return [client, exchange]
  },
}

/** Stages at which no upstream is at work: none must be asked again. */
const idle: Readonly<Record<string, Stage>> = {
  'in the wait for another attempt': async (open, up) => {
    const client = open(post('/v1/chat/completions', chat))
    const exchange = await up.next()
    exchange.json({ error: {} }, 429, { 'retry-after': '4' })
    await exchange.ended
    return [client, exchange]
  },
}

const openFiles = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0)

for (const workers of [1, 2]) {
  t.test(`with ${workers} at work`, posix, async t => {
    const up = await upstream(t, () => {}, { early: true })
    const home = newHome(t, configOf(up.url, `workers: ${workers}`))
    const port = Number(new URL(await home.start()).port)
    const open = (bytes: string): Raw => raw(t, port, bytes)
    let left = 0
    const leave = async (stage: Stage, isOver: (exchange: Exchange) => Promise<unknown>) => {
      const [client, exchange] = await stage(open, up)
      const at = performance.now()
      client.socket.destroy()
      left++
      await isOver(exchange)
      return performance.now() - at
    }
    const counted = () => home.until(({ requests }) => requests.cancelled === left)

    // What is opened once and kept: connections to the upstream, what is loaded when it is first needed.
    for (const stage of Object.values(stages)) await leave(stage, exchange => exchange.closed)
    await counted()
    const before = await settled(home)
    for (const [what, stage] of Object.entries(stages)) {
      const delays: number[] = []
      for (let n = 0; n < rounds; n++) delays.push(await leave(stage, exchange => exchange.closed))
      delays.sort((a, b) => a - b)
      const [median, slowest] = [delays[rounds / 2]!, delays.at(-1)!]
      t.comment(`${what}: ${median.toFixed(1)} ms, at most ${slowest.toFixed(1)} ms`)
      t.ok(median < 1000, what)
    }
    for (const [what, stage] of Object.entries(idle)) {
      const asked = up.requests.length
      for (let n = 0; n < 3; n++) await leave(stage, counted)
      t.equal(up.requests.length, asked + 3, what)
    }
    const { requests } = await counted()
    t.match(requests, { cancelled: left, finished: 0, failed: 0, inFlight: 0 })
    const { stdout } = await home.run('metrics')
    t.match(stdout, `gateway_requests_total{outcome="cancelled"} ${left}\n`)
    if (process.platform !== 'linux') return
    for (;;) {
      const after = await settled(home)
      // No more than a connection that is kept for the next request.
      if (after <= before + 2 * workers) break
    }
  })
}

/** Open files of all processes of the daemon. */
async function settled(home: Home): Promise<number> {
  const { pid, workers = [] } = await home.status()
  return process.platform === 'linux' ? openFiles([pid, ...workers.map(({ pid }) => pid)]) : 0
}
