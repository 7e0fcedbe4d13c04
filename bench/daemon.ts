// A daemon that is looked into while it is measured: the real program, with all that is on by itself, and `inside.ts`.

import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Inside } from './inside.ts'
import {
  begin,
  cpuOf,
  firstLine,
  freePort,
  here,
  listening,
  memoryOf,
  peakOf,
} from './processes.ts'

export interface Daemon {
  readonly pid: number
  readonly port: number
  /** Its GATEWAY_HOME. */
  readonly home: string
  /** Writes another config in the place of the one it reads. */
  edit(yaml: string): void
  /** How it is inside; `collect` has it collect garbage before, and `begin` starts to measure from now on. */
  inside(how?: 'now' | 'collect' | 'begin'): Promise<Inside>
  /** CPU time so far, in microseconds, and resident memory and its peak since it was last asked for, in bytes. */
  readonly cpu: number
  readonly memory: number
  peak(): number
  /** Ends it at once. */
  stop(): Promise<void>
}

/** Starts a daemon with this config, in a home of its own. */
export async function startDaemon(yaml: string, flags: readonly string[] = []): Promise<Daemon> {
  const home = mkdtempSync(join(tmpdir(), 'gateway-bench-'))
  const port = await freePort()
  const config = join(home, 'gateway.yaml')
  const edit = (yaml: string): void => {
    writeFileSync(`${config}.new`, `listen: 127.0.0.1:${port}\n${yaml}`)
    renameSync(`${config}.new`, config)
  }
  edit(yaml)
  const program = fileURLToPath(new URL('../dist/daemon/main.js', import.meta.url))
  const inside = pathToFileURL(here('inside')[0]!).href
  const child = begin(
    'measured',
    process.execPath,
    [
      '--expose-gc',
      ...(process.env['BENCH_FLAGS']?.split(' ') ?? []),
      `--import=${inside}`,
      ...flags,
      program,
    ],
    {
      env: { ...process.env, GATEWAY_HOME: home },
      stdio: ['ignore', 'ignore', process.env['BENCH_LOUD'] ? 'inherit' : 'ignore', 'ipc'],
    },
  )
  process.once('exit', () => child.kill('SIGKILL'))
  await listening(port)
  const pid = child.pid!
  return {
    pid,
    port,
    home,
    edit,
    async inside(how = 'now') {
      child.send(how)
      for (;;) {
        const [said] = (await once(child, 'message')) as [{ inside?: Inside }]
        if (said.inside) return said.inside
      }
    },
    get cpu() {
      return cpuOf(pid)
    },
    get memory() {
      return memoryOf(pid)
    },
    peak: () => peakOf(pid),
    async stop() {
      child.kill('SIGKILL')
      await once(child, 'exit')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** The far side, pinned beside the load; gives its port. */
export async function startUpstream(): Promise<number> {
  const upstream = begin('other', process.execPath, here('upstream'))
  process.once('exit', () => upstream.kill())
  return Number(await firstLine(upstream))
}
