// Processes of the bench: pinned to a core where the system can, and measured by what Linux counts for them.

import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import typescript from 'typescript'

const { ModuleKind, ScriptTarget, transpileModule } = typescript

export const has = (program: string, flag = '--version'): boolean =>
  spawnSync(program, [flag], { stdio: 'ignore' }).error === undefined

const pins = has('taskset') && availableParallelism() > 1
export const pinned = pins
  ? 'what is measured on core 0, load and upstream on core 1'
  : 'not pinned'

/** Starts a program: what is measured has a core for itself, all else another. */
export function begin(
  core: 'measured' | 'other',
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const stdio = ['ignore', 'pipe', process.env['BENCH_LOUD'] ? 'inherit' : 'ignore'] as const
  const all = { stdio: [...stdio], ...options }
  return pins
    ? spawn('taskset', ['-c', core === 'measured' ? '0' : '1', program, ...args], all)
    : spawn(program, args, all)
}

const begun = new Set<string>()
const compiled = new URL('../node_modules/.cache/gateway-bench/', import.meta.url)

/** The arguments to node that run a TypeScript program of this folder, which may import packages but no file. */
export function here(name: string, ...args: readonly (string | number)[]): string[] {
  const file = new URL(`${name}.js`, compiled)
  if (!begun.has(name)) {
    begun.add(name)
    // Compiled once: tap's loader would cost each process half a second.
    const source = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8')
    const { outputText } = transpileModule(source, {
      compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2023 },
    })
    mkdirSync(compiled, { recursive: true })
    writeFileSync(new URL('package.json', compiled), '{"type":"module"}')
    writeFileSync(file, outputText)
  }
  return [fileURLToPath(file), ...args.map(String)]
}
/** What a program prints, to its end. */
export async function output(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout!.on('data', chunk => {
    text += chunk
  })
  await once(child, 'close')
  return text
}

/** The first line that a program prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (text.includes('\n')) break
  }
  child.stdout!.resume()
  return text.split('\n')[0]!
}

/** The CPU time of a process so far in microseconds, all threads; NaN where there is no /proc. */
export const cpuOf = (pid: number): number => scheduled(pid, 0)

/** For how long its threads could have run and did not, because others had the core: how much to believe of a latency. */
export const waitOf = (pid: number): number => scheduled(pid, 1)

/** https://docs.kernel.org/scheduler/sched-stats.html */
function scheduled(pid: number, field: number): number {
  try {
    return (
      readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
        const stat = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8')
        return sum + Number(stat.split(' ')[field])
      }, 0) / 1000
    )
  } catch {
    return Number.NaN
  }
}

/** Resident memory in bytes; NaN where there is no /proc. */
export function memoryOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  } catch {
    return Number.NaN
  }
}

/** A port of which nobody makes use yet. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>(resolve => server.close(() => resolve()))
  return typeof address === 'object' && address ? address.port : 0
}

/** The most resident memory since this was last asked for, in bytes; NaN where there is no /proc. */
export function peakOf(pid: number): number {
  try {
    const peak =
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
    return peak
  } catch {
    return Number.NaN
  }
}

/** Puts this process beside the load, away from what is measured. */
export function pinSelf(): void {
  if (pins) spawnSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' })
}

export const median = (figures: readonly number[]): number => {
  const sorted = figures.filter(figure => !Number.isNaN(figure)).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Resolves when something takes connections at a port; rejects after ten seconds. */
export async function listening(port: number): Promise<void> {
  const deadline = Date.now() + 10_000
  while (Date.now() < deadline) {
    const taken = await new Promise<boolean>(resolve => {
      const socket = createConnection(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (taken) return
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  throw new Error(`nothing listens on port ${port}`)
}
