// Whether memory is flat: node bench/run.js soak [--minutes N] [--rate N] [--plot FILE]
// A mild mixed load, of everything that a request can be and every way it can end, and an edit of the config in every
// second. Prints a table, writes a plot, and fails where something grows or a request ended as it should not.

import { readdirSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { parseArgs } from 'node:util'
import type { Status } from '../src/control/api.ts'
import { connectControl } from '../src/control/client.ts'
import { findPaths } from '../src/paths.ts'
import { startDaemon, startUpstream } from './daemon.ts'
import { plot } from './plot.ts'
import { pinned, pinSelf } from './processes.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '50' },
    plot: { type: 'string' },
  },
})
const minutes = Number(values.minutes)
const rate = Number(values.rate)
const sampleMs = Math.max(1000, (minutes * 60_000) / 360)
/** Every so many samples it collects garbage first: what is left then is what it holds. */
const collectEvery = 6

pinSelf()
const upstream = await startUpstream()
const config = (n: number): string => `log: { size: 1MiB, files: 2 }
providers:
  up: { api: openai, baseUrl: "http://127.0.0.1:${upstream}/v1", credential: none, timeouts: { firstByte: 20s } }
aliases:
  json: up/json-${n % 10}
  set: { target: up/json-${n % 10}, set: { temperature: 0.${n % 10} } }
  named: { target: up/json, respondAs: alias }
  second: { targets: [up/error-503, up/json-${n % 10}] }
  stream: up/stream-20-50
  streams: { targets: [up/stream-20-50, up/json] }
  image: up/image-1000000
  silent: up/silent
  cut: up/cut
  refused: up/error-400
  down: { target: up/error-500, fallback: { attempts: 2 } }
`
const daemon = await startDaemon(config(0))
const control = connectControl(findPaths({ GATEWAY_HOME: daemon.home }))

interface Way {
  /** Of a hundred requests. */
  readonly share: number
  readonly model: string
  readonly path?: string
  readonly stream?: true
  /** The client leaves after so many milliseconds. */
  readonly leaves?: number
  /** How much is sent besides. */
  readonly bytes?: number
  readonly form?: true
  /** How it has to end. */
  readonly ends: RegExp
}

const ways: Readonly<Record<string, Way>> = {
  json: { share: 22, model: 'json', ends: /^200 whole$/ },
  parameters: { share: 8, model: 'set', ends: /^200 whole$/ },
  'another name in the answer': { share: 5, model: 'named', ends: /^200 whole$/ },
  'the second target': { share: 6, model: 'second', ends: /^200 whole$/ },
  stream: { share: 10, model: 'stream', stream: true, ends: /^200 whole$/ },
  'stream, held until its content': {
    share: 5,
    model: 'streams',
    stream: true,
    ends: /^200 whole$/,
  },
  translated: { share: 8, model: 'json', path: '/v1/messages', ends: /^200 whole$/ },
  'stream, translated': {
    share: 8,
    model: 'stream',
    path: '/v1/messages',
    stream: true,
    ends: /^200 whole$/,
  },
  'leaves before the head': { share: 4, model: 'silent', leaves: 200, ends: /^left$/ },
  'leaves between events': { share: 5, model: 'stream', stream: true, leaves: 300, ends: /^left$/ },
  'leaves a translated stream': {
    share: 3,
    model: 'stream',
    path: '/v1/messages',
    stream: true,
    leaves: 300,
    ends: /^left$/,
  },
  'leaves during the upload': { share: 2, model: 'json', bytes: 1_000_000, leaves: 5, ends: /./ },
  'error 400': { share: 4, model: 'refused', ends: /^400 whole$/ },
  'error 500': { share: 3, model: 'down', ends: /^500 whole$/ },
  'no such model': { share: 2, model: '', ends: /^400 whole$/ },
  'stream that breaks off': { share: 2, model: 'cut', stream: true, ends: /^200 whole$/ },
  'image, 1 MB': { share: 1, model: 'image', ends: /^200 whole$/ },
  'body, 2 MB': { share: 1, model: 'json', bytes: 2_000_000, ends: /^200 whole$/ },
  'form, 1 MB': {
    share: 1,
    model: 'json',
    path: '/v1/images/edits',
    form: true,
    bytes: 1_000_000,
    ends: /^200 whole$/,
  },
}
const deck = Object.entries(ways).flatMap(([name, way]) =>
  Array.from({ length: way.share }, () => name),
)

const agent = new Agent({ keepAlive: true })
const outcomes = new Map<string, number>()
let asked = 0
let open = 0

function bodyOf({ model, stream, bytes = 900, form }: Way): string {
  if (form) {
    const field = (name: string, value: string): string =>
      `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    return `${field('model', model)}${field('image', 'x'.repeat(bytes))}--x--\r\n`
  }
  const messages = [{ role: 'user', content: 'x'.repeat(bytes) }]
  return JSON.stringify({ model, stream: stream === true, max_tokens: 100, messages })
}
const bodies = new Map(Object.entries(ways).map(([name, way]) => [name, Buffer.from(bodyOf(way))]))

function ask(name: string): void {
  const { path = '/v1/chat/completions', form, leaves, ends } = ways[name]!
  const body = bodies.get(name)!
  open++
  let over = false
  const end = (how: string): void => {
    if (over) return
    over = true
    open--
    if (leaves === undefined || how !== 'left') clearTimeout(timer)
    const key = ends.test(how) ? `${name}: as it should` : `${name}: ${how}`
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
  }
  const call = request({
    host: '127.0.0.1',
    port: daemon.port,
    method: 'POST',
    path,
    // Whoever leaves takes its connection along.
    agent: leaves === undefined ? agent : false,
    headers: {
      'content-type': form ? 'multipart/form-data; boundary=x' : 'application/json',
      'content-length': body.length,
    },
  })
  const timer = setTimeout(() => {
    end(leaves === undefined ? 'hung' : 'left')
    call.destroy()
  }, leaves ?? 60_000)
  call.on('error', error => end(error.message))
  call.on('response', response => {
    response.on('error', error => end(error.message))
    response.on('end', () => end(`${response.statusCode} whole`))
    response.resume()
  })
  call.end(body)
}

const began = performance.now()
const elapsed = (): number => performance.now() - began
const load = setInterval(() => {
  for (const due = (elapsed() / 1000) * rate; asked < due; asked++) {
    // 37 and 100 have no divisor in common: every way has its turn, none after its like.
    ask(deck[(asked * 37) % deck.length]!)
  }
}, 10)
let edits = 0
const editing = setInterval(() => daemon.edit(config(++edits)), 1000)

interface Sample {
  readonly at: number
  readonly resident: number
  readonly heap: number
  readonly external: number
  readonly held: number
  readonly handles: number
  readonly files: number
  readonly open: number
  readonly requests: Status['requests']
  readonly generation: number
}
const samples: Sample[] = []

async function sample(): Promise<void> {
  const now = await daemon.inside()
  const collected = samples.length % collectEvery === 0 ? await daemon.inside('collect') : undefined
  const { requests, config } = await control.call('status')
  samples.push({
    at: elapsed() / 60_000,
    resident: now.resident / 1e6,
    heap: now.heap / 1e6,
    external: now.external / 1e6,
    held: collected ? collected.heap / 1e6 : Number.NaN,
    handles: Object.values(now.handles).reduce((sum, one) => sum + one, 0),
    files: readdirSync(`/proc/${daemon.pid}/fd`).length,
    open,
    requests,
    generation: config.generation,
  })
}

while (elapsed() < minutes * 60_000) {
  await new Promise(done => setTimeout(done, sampleMs - (elapsed() % sampleMs)))
  await sample()
}
clearInterval(load)
clearInterval(editing)
for (let i = 0; i < 300 && open > 0; i++) await new Promise(done => setTimeout(done, 100))
agent.destroy()
// Kept connections to the upstream end by themselves after half a minute.
await new Promise(done => setTimeout(done, 35_000))
const end = await daemon.inside('collect')
const { requests, config: live } = await control.call('status')

/** By how much it grows in an hour, by the straight line that fits best, over the last two thirds of the time. */
function slope(figure: (sample: Sample) => number): number {
  const points = samples
    .filter(({ at }) => at > minutes / 3)
    .map(one => [one.at / 60, figure(one)] as const)
    .filter(([, y]) => !Number.isNaN(y))
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length
  const x = mean(points.map(([x]) => x))
  const y = mean(points.map(([, y]) => y))
  const up = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0)
  return up / points.reduce((sum, [px]) => sum + (px - x) ** 2, 0)
}

const every = Math.max(1, Math.floor(samples.length / 10))
console.log(
  `${minutes} min, ${rate} requests/s, ${edits} edits; ${pinned}; Node ${process.versions.node}\n`,
)
console.log(
  '| minute | resident MB | heap MB | held MB | external MB | handles | files | requests | cancelled | failed | generation |',
)
console.log(`|${' --- |'.repeat(11)}`)
for (let i = every - 1; i < samples.length; i += every) {
  const one = samples[i]!
  const held = samples.slice(0, i + 1).findLast(({ held }) => !Number.isNaN(held))!.held
  const { started, cancelled, failed } = one.requests
  const figures = [one.resident, one.heap, held, one.external].map(mb => mb.toFixed(1))
  console.log(
    `| ${one.at.toFixed(1)} | ${figures.join(' | ')} | ${one.handles} | ${one.files} | ${started} | ${cancelled} | ${failed} | ${one.generation} |`,
  )
}
const { started, finished, failed, cancelled, inFlight } = requests
const heldSlope = slope(one => one.held)
const residentSlope = slope(one => one.resident)
const wrong = [...outcomes].filter(([key]) => !key.endsWith('as it should'))
console.log(
  `\nover the last two thirds: held ${heldSlope.toFixed(2)} MB/h, resident ${residentSlope.toFixed(1)} MB/h`,
)
console.log(`at the end, without load: ${JSON.stringify(end)}`)
console.log(
  `${started} started = ${finished} finished + ${failed} failed + ${cancelled} cancelled, ${inFlight} in flight; generation ${live.generation}`,
)
console.log(`ended as they should: ${asked - wrong.reduce((sum, [, n]) => sum + n, 0)} of ${asked}`)
for (const [key, n] of wrong) console.log(`- ${n} ${key}`)

if (values.plot) {
  const line = (name: string, colour: string, of: (one: Sample) => number) => ({
    ...{ name, colour, values: samples.map(of) },
  })
  writeFileSync(
    values.plot,
    plot(
      samples.map(({ at }) => at),
      [
        {
          title: `Memory in MB: ${rate} requests/s, a reload every second`,
          lines: [
            line('resident', '#c33', one => one.resident),
            line('heap', '#36c', one => one.heap),
            line('held: heap without garbage', '#090', one => one.held),
            line('external', '#c80', one => one.external),
          ],
        },
        {
          title: 'How many',
          lines: [
            line('open files', '#c33', one => one.files),
            line('handles', '#36c', one => one.handles),
            line('requests under way', '#090', one => one.open),
          ],
        },
      ],
    ),
  )
}

const grows = heldSlope > 1.5 || residentSlope > 30
const adds = started === finished + failed + cancelled && inFlight === 0 && open === 0
if (grows) console.log('NOT FLAT: held grows by more than 1.5 MB/h, or resident by more than 30')
if (!adds) console.log('the counters do not add up')
process.exit(grows || !adds || wrong.length > 0 ? 1 : 0)
