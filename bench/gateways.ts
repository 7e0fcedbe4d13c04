// What a request costs here and elsewhere: npm run bench [-- --quick] [-- NAME...]
// Alternating rounds in one run, medians, and how often nginx's cost. BENCH_PROFILE=FOLDER writes a CPU profile of ours.

import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { type Contender, startAll } from './contenders.ts'
import { begin, cpuOf, firstLine, here, median, memoryOf, output, pinned } from './processes.ts'
import { loadTool, throughput } from './wrk.ts'

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const { quick } = values
const seconds = quick ? 1 : 4
const rounds = quick ? 2 : 5
const names = positionals.length > 0 ? positionals : ['direct', 'nginx', 'gateway', 'portkey']

const message = (content: string): object => ({ role: 'user', content })
const small = JSON.stringify({ model: 'a-json', messages: [message('x'.repeat(960))] })
const strings = Array.from({ length: 200 }, (_, i) => message(`${i} ${'y'.repeat(5200)}`))
const large = {
  first: JSON.stringify({ model: 'a-json', messages: [message('x'.repeat(1024 ** 2))] }),
  last: JSON.stringify({ messages: [message('x'.repeat(1024 ** 2))], model: 'a-json' }),
  strings: JSON.stringify({ messages: strings, model: 'a-json' }),
}

interface Client {
  readonly count: number
  readonly events: number
  readonly errors: number
  readonly p50: number
  readonly p99: number
}

async function client(
  contender: Contender,
  mode: string,
  model: string,
  secs: number,
  argument = 1,
): Promise<Client> {
  const port = model.includes('stream') ? contender.streamPort : contender.port
  const args = here('client', mode, port, JSON.stringify(contender.headers), model, secs, argument)
  const said = await output(begin('other', process.execPath, args))
  const result = JSON.parse(said) as Client
  if (result.errors > 0) throw new Error(`${contender.name}, ${mode}: ${said}`)
  return result
}

type Row = Record<string, number>

/** What one question gives for one contender, in one round. */
const questions: readonly ((contender: Contender) => Promise<Row>)[] = [
  async contender => {
    const before = cpuOf(contender.pid ?? 0)
    const count = await throughput(contender, small, Math.ceil(seconds), 16)
    return {
      'requests/s': count / Math.ceil(seconds),
      'CPU/request': (cpuOf(contender.pid ?? 0) - before) / count,
    }
  },
  async contender => {
    const { p50, p99 } = await client(contender, 'closed', 'a-json', seconds)
    return { 'closed p50': p50, 'closed p99': p99 }
  },
  async contender => {
    const { p50, p99 } = await client(contender, 'rate', 'a-json', seconds, 1000)
    return { 'at 1000/s p50': p50, 'at 1000/s p99': p99 }
  },
  async contender => {
    // Not on the same clock: what a client process itself takes to start must not count.
    const before = cpuOf(contender.pid ?? 0)
    const { events, p50, p99 } = await client(contender, 'streams', 'a-stream-200-5', 0, 50)
    return {
      'CPU/event': (cpuOf(contender.pid ?? 0) - before) / events,
      'event late p50': p50,
      'event late p99': p99,
    }
  },
  async contender => {
    const { p50, p99 } = await client(contender, 'first', 'a-stream-2-3', quick ? 1 : 3)
    return { 'first event p50': p50, 'first event p99': p99 }
  },
  ...(quick ? (['strings'] as const) : (['first', 'last', 'strings'] as const)).map(
    where => async (contender: Contender) => {
      const before = cpuOf(contender.pid ?? 0)
      const count = await throughput(contender, large[where], quick ? 1 : 2, 2)
      return { [`1 MB, model ${where}`]: (cpuOf(contender.pid ?? 0) - before) / count }
    },
  ),
]

/** 1,000 streams of 20 events a second each: once, at the end, because it takes its time. */
async function many(contender: Contender): Promise<Row> {
  const idle = memoryOf(contender.pid ?? 0)
  let top = idle
  const timer = setInterval(() => {
    top = Math.max(top, memoryOf(contender.pid ?? 0))
  }, 200)
  const before = cpuOf(contender.pid ?? 0)
  const { events, p50, p99 } = await client(contender, 'streams', 'a-stream-100-50', 0, 1000)
  clearInterval(timer)
  return {
    '1000 streams, CPU/event': (cpuOf(contender.pid ?? 0) - before) / events,
    '1000 streams, late p50': p50,
    '1000 streams, late p99': p99,
    '1000 streams, KB each': (top - idle) / 1000 / 1000,
  }
}

const upstream = begin('other', process.execPath, here('upstream'))
process.once('exit', () => upstream.kill())
const contenders = await startAll(names, Number(await firstLine(upstream)))
const streamQuestions = [3, 4]
/** On a shared machine they say little: in a hurry they are asked once. */
const latencyQuestions = [1, 2, 4]
/** The one that is left out then: it shows what the one before does. */
const atRate = 2
const failed = new Set<string>()
const table = new Map<string, Map<string, number[]>>()
const note = ({ name }: Contender, row: Row): void => {
  for (const [what, figure] of Object.entries(row)) {
    const line = table.get(what) ?? new Map<string, number[]>()
    table.set(what, line.set(name, [...(line.get(name) ?? []), figure]))
  }
}
for (const contender of contenders) {
  note(contender, {
    'start, ms': contender.startMs,
    'memory at start, MB': memoryOf(contender.pid ?? 0) / 1e6,
  })
  // Compiled code is what is measured, not the compiler, which those have that are programs of node's. It compiles for what it has
  // seen, and once more after each question that is another.
  if (!['direct', 'nginx'].includes(contender.name)) {
    for (const [index, question] of questions.entries()) {
      if (!latencyQuestions.includes(index)) await question(contender).catch(() => {})
    }
    await throughput(contender, small, quick ? 2 : 5, 16)
  }
}
for (let round = 0; round < rounds; round++) {
  for (const [index, question] of questions.entries()) {
    for (const contender of contenders) {
      if (failed.has(`${contender.name} ${index}`)) continue
      const once = latencyQuestions.includes(index) || contender.name === 'direct'
      if (quick && (index === atRate || (round > 0 && once))) continue
      // The relay on net that stands behind knows no chunks.
      if (streamQuestions.includes(index) && contender.name.endsWith('+net')) continue
      try {
        note(contender, await question(contender))
      } catch (error) {
        // A contender that cannot do it is left out of that question, and it is said.
        failed.add(`${contender.name} ${index}`)
        console.error(`bench: ${(error as Error).message}`)
      }
    }
  }
}
if (!quick) {
  for (const contender of contenders) {
    if (!failed.has(`${contender.name} 3`) && !contender.name.endsWith('+net'))
      note(contender, await many(contender))
  }
}
for (const contender of contenders) {
  note(contender, { 'memory at end, MB': memoryOf(contender.pid ?? 0) / 1e6 })
}

const shown = (figure: number): string =>
  Number.isNaN(figure) ? '-' : figure < 10 ? figure.toFixed(1) : String(Math.round(figure))
const columns = contenders.map(({ name }) => name)
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model} x ${cpus().length}, Node ${process.versions.node}, ${loadTool}; ${pinned}`,
)
const brackets = columns.includes('nginx') ? "; in brackets: times nginx's" : ''
console.log(`medians of ${rounds}; times in us${brackets}\n`)
console.log(`| | ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length + 1)}`)
for (const [what, line] of table) {
  const base = median(line.get('nginx') ?? [])
  const cells = columns.map(name => {
    const figure = median(line.get(name) ?? [])
    const ratio =
      what.startsWith('CPU') || what.startsWith('1 MB') || what.includes('CPU')
        ? figure / base
        : Number.NaN
    return `${shown(figure)}${Number.isNaN(ratio) || name === 'nginx' ? '' : ` (${ratio.toFixed(2)})`}`
  })
  console.log(`| ${what} | ${cells.join(' | ')} |`)
}
for (const contender of contenders) contender.stop()
upstream.kill()
if (process.env['BENCH_PROFILE']) setTimeout(() => process.exit(), 3000)
else process.exit()
