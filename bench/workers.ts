// What several workers bring: node bench/run.js workers [--workers N]
// A machine whose cores are all taken by workers has none left for the load, so it is not the clock that tells but CPU time for a
// request. Connections are dealt out in turn, so workers with a core each have equal shares, and the one that has most to do,
// a worker or the daemon that serves them, is the limit. Here one of them shares its core with the load and gets behind; what
// each takes for a request is the same.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startUpstream } from './daemon.ts'
import { begin, cpuOf, freePort, listening, median } from './processes.ts'
import { loadTool, throughput } from './wrk.ts'

const { values } = parseArgs({
  options: { workers: { type: 'string', default: '2' }, rounds: { type: 'string', default: '5' } },
})
const upstream = await startUpstream()
const body = JSON.stringify({
  model: 'up/json',
  messages: [{ role: 'user', content: 'x'.repeat(960) }],
})

interface Side {
  readonly workers: number
  readonly port: number
  readonly pid: number
  readonly daemon: number[]
  /** All of them together. */
  readonly serving: number[]
}

async function start(workers: number): Promise<Side> {
  const home = mkdtempSync(join(tmpdir(), 'gateway-bench-workers-'))
  const port = await freePort()
  writeFileSync(
    join(home, 'gateway.yaml'),
    `listen: 127.0.0.1:${port}
workers: ${workers}
providers:
  up: { api: openai, baseUrl: "http://127.0.0.1:${upstream}/v1", credential: none }
`,
  )
  const program = fileURLToPath(new URL('../dist/daemon/main.js', import.meta.url))
  const env = { ...process.env, GATEWAY_HOME: home }
  const child = begin('measured', process.execPath, [program], { env })
  process.once('exit', () => child.kill('SIGKILL'))
  child.stdout?.resume()
  await listening(port)
  return { workers, port, pid: child.pid!, daemon: [], serving: [] }
}

/** The daemon, and its workers. */
function processesOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return [pid, ...text.split(' ').filter(Boolean).map(Number)]
}

const load = (side: Side, seconds: number): Promise<number> =>
  throughput(
    { ...side, name: '', streamPort: 0, headers: {}, startMs: 0, stop() {} },
    body,
    seconds,
    32,
  )

/** Each worker on a core of its own, as far as there are enough. */
function spread([, ...workers]: readonly number[]): void {
  for (const [i, pid] of workers.entries()) {
    spawnSync('taskset', ['-acp', String(i % availableParallelism()), String(pid)])
  }
}

const sides = [await start(1), await start(Number(values.workers))]
for (const side of sides) {
  spread(processesOf(side.pid))
  await load(side, 5)
}
for (let round = 0; round < Number(values.rounds); round++) {
  for (const side of sides) {
    const pids = processesOf(side.pid)
    const before = pids.map(cpuOf)
    const count = await load(side, 4)
    const [daemon = 0, ...workers] = pids.map((pid, i) => (cpuOf(pid) - before[i]!) / count)
    // By itself it serves.
    side.daemon.push(workers.length > 0 ? daemon : 0)
    side.serving.push(workers.length > 0 ? workers.reduce((sum, one) => sum + one) : daemon)
  }
}
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${loadTool}\n`,
)
console.log(
  '| workers | CPU/request, they, us | CPU/request, the daemon, us | times as many requests |',
)
console.log('| --- | --- | --- | --- |')
const alone = median(sides[0]!.serving)
for (const side of sides) {
  const [serving, daemon] = [median(side.serving), median(side.daemon)]
  const times = alone / Math.max(serving / side.workers, daemon)
  console.log(
    `| ${side.workers} | ${serving.toFixed(0)} | ${daemon.toFixed(1)} | ${times.toFixed(2)} |`,
  )
}
process.exit()
