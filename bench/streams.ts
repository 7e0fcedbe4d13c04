// What a thousand streams at once cost, and how late their events are: node bench/run.js streams [--streams N] [NAME...]
// NAME is any of direct (the upstream by itself), nginx, gateway (events pass) and translated (each is read and written anew).

import { parseArgs } from 'node:util'
import { type Contender, startAll } from './contenders.ts'
import { startDaemon, startUpstream } from './daemon.ts'
import { begin, cpuOf, here, median, memoryOf, output, pinned, waitOf } from './processes.ts'

const { values, positionals } = parseArgs({
  options: { streams: { type: 'string', default: '1000' } },
  allowPositionals: true,
})
const count = Number(values.streams)
const upstream = await startUpstream()
const daemon = await startDaemon(`providers:
  up: { api: openai, baseUrl: "http://127.0.0.1:${upstream}/v1", credential: none }
aliases: { "a-*": up/* }
`)

interface Side extends Pick<Contender, 'name' | 'streamPort' | 'pid'> {
  readonly path?: string
}
const wanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name)
const ours: readonly Side[] = [
  { name: 'gateway', streamPort: daemon.port, pid: daemon.pid },
  { name: 'translated', streamPort: daemon.port, pid: daemon.pid, path: '/v1/messages' },
]
const sides: readonly Side[] = [
  ...(await startAll(['direct', 'nginx'].filter(wanted), upstream)),
  ...ours.filter(({ name }) => wanted(name)),
]

interface Said {
  readonly events: number
  readonly pieces: number
  readonly errors: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

async function ask(side: Side, mode: string, model: string, argument: number): Promise<Said> {
  const more = side.path === undefined ? [] : [side.path]
  const args = here('client', mode, side.streamPort, '{}', model, 2, argument, ...more)
  const text = await output(begin('other', process.execPath, args))
  const said = JSON.parse(text) as Said
  if (said.errors > 0) throw new Error(`${side.name}, ${model}: ${text}`)
  return said
}

const ms = (us: number): string => (us / 1000).toFixed(us < 10_000 ? 2 : 0)
const rows = new Map<string, string[]>()
const note = (what: string, figure: string): void => {
  rows.set(what, [...(rows.get(what) ?? []), figure])
}
const pause = (time: number): Promise<void> => new Promise(done => setTimeout(done, time))

for (const side of sides) {
  const inDaemon = side.pid === daemon.pid
  await ask(side, 'streams', 'a-stream-100-5', 50)
  if (inDaemon) await daemon.inside('collect')
  const idle = memoryOf(side.pid ?? 0)
  let top = idle
  const timer = setInterval(() => {
    top = Math.max(top, memoryOf(side.pid ?? 0))
  }, 200)
  const cpu = cpuOf(side.pid ?? 0)
  const waited = waitOf(side.pid ?? 0)
  if (inDaemon) await daemon.inside('begin')
  const said = await ask(side, 'streams', 'a-stream-160-50', count)
  clearInterval(timer)
  note('late, median, ms', ms(said.p50))
  note('late, p99, ms', ms(said.p99))
  note('late, at most, ms', ms(said.max))
  note('CPU an event, us', ((cpuOf(side.pid ?? 0) - cpu) / said.events).toFixed(1))
  const { blocked, busy } = await daemon.inside()
  note('event loop busy, %', inDaemon ? (busy * 100).toFixed(0) : '-')
  note('event loop blocked, at most, ms', inDaemon ? blocked.toFixed(1) : '-')
  note('waited for its core, ms', ((waitOf(side.pid ?? 0) - waited) / 1000).toFixed(0))
  note('resident, KB a stream', ((top - idle) / 1000 / count).toFixed(0))

  // What they hold, with the garbage gone: while they are open, and when they have ended.
  if (inDaemon) {
    const before = await daemon.inside('collect')
    const asked = ask(side, 'streams', 'a-stream-240-25', count)
    await pause(5000)
    const open = await daemon.inside('collect')
    await asked
    await pause(500)
    const after = await daemon.inside('collect')
    const grown = (then: typeof open): string =>
      ((then.heap + then.external - before.heap - before.external) / 1000 / count).toFixed(1)
    note('held, KB a stream', grown(open))
    note('held after its end, KB a stream', grown(after))
  } else
    for (const what of ['held, KB a stream', 'held after its end, KB a stream']) note(what, '-')

  const apart = await ask(side, 'streams', 'a-stream-4-500', 20)
  note('half a second apart: late, p99, ms', ms(apart.p99))
  const together = await ask(side, 'streams', 'a-stream-400-10-4', 10)
  note('four at a time: events a piece', (together.events / together.pieces).toFixed(2))
}
// In turn, so that what else the machine does falls on all alike.
const firsts = sides.map((): number[] => [])
for (let round = 0; round < 3; round++) {
  for (const [index, side] of sides.entries()) {
    firsts[index]!.push((await ask(side, 'first', 'a-stream-2-0', 1)).p50)
  }
}
for (const figures of firsts) note('first event, median, ms', ms(median(figures)))

console.log(`${count} streams at once, 20 events a second each; ${pinned}\n`)
console.log(
  `| | ${sides.map(({ name }) => name).join(' | ')} |\n|${' --- |'.repeat(sides.length + 1)}`,
)
for (const [what, figures] of rows) console.log(`| ${what} | ${figures.join(' | ')} |`)
process.exit()
