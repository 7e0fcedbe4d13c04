// What is compared, each as a process of its own in front of the same upstream.

import type { ChildProcess } from 'node:child_process'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { begin, freePort, has, here, listening } from './processes.ts'

export interface Contender {
  readonly name: string
  readonly port: number
  /** Another port, for streams. */
  readonly streamPort: number
  /** Undefined for no process at all. */
  readonly pid: number | undefined
  readonly headers: Readonly<Record<string, string>>
  /** From the start of the process until it took a connection, in milliseconds. */
  readonly startMs: number
  stop(): void
}

export type Starter = (upstream: number, folder: string) => Promise<Contender | undefined>

async function running(
  name: string,
  port: number,
  more: Partial<Contender>,
  start: () => ChildProcess,
): Promise<Contender> {
  const began = performance.now()
  const child = start()
  process.once('exit', () => child.kill('SIGKILL'))
  child.stdout?.resume()
  await listening(port)
  const startMs = performance.now() - began
  return {
    name,
    port,
    streamPort: port,
    pid: child.pid,
    headers: {},
    ...more,
    startMs,
    stop: () => void child.kill('SIGKILL'),
  }
}

const direct: Starter = async upstream => ({
  name: 'direct',
  port: upstream,
  streamPort: upstream,
  pid: undefined,
  headers: {},
  startMs: Number.NaN,
  stop: () => {},
})

const nginx: Starter = async (upstream, folder) => {
  if (!has('nginx', '-v')) return undefined
  const [port, streamPort] = [await freePort(), await freePort()]
  const config = join(folder, 'nginx.conf')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(kind => `${kind}_temp_path ${join(folder, kind)};`)
    .join('\n')
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${join(folder, 'nginx.pid')}; error_log ${join(folder, 'nginx.log')};
events { worker_connections 8192; }
http {
  access_log off; client_max_body_size 64m; client_body_buffer_size 4m; keepalive_requests 1000000000;
  ${temporary}
  upstream far { server 127.0.0.1:${upstream}; keepalive 2048; keepalive_requests 1000000000; }
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass_request_headers on;
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://far; } }
  server { listen 127.0.0.1:${streamPort}; location / { proxy_pass http://far; proxy_buffering off; } }
}
`,
  )
  return running('nginx', port, { streamPort }, () =>
    begin('measured', 'nginx', ['-c', config, '-e', join(folder, 'nginx.log')]),
  )
}

/** The gateway with everything on that is on by default: it logs each request to its file. */
const ours: Starter = async (upstream, folder) => {
  const port = await freePort()
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  writeFileSync(
    join(home, 'gateway.yaml'),
    `listen: 127.0.0.1:${port}
providers:
  up: { api: openai, baseUrl: "http://127.0.0.1:${upstream}/v1", credential: env:BENCH_KEY }
aliases:
  a-json: up/json
  a-stream-*: up/stream-*
`,
  )
  const daemon = fileURLToPath(new URL('../dist/daemon/main.js', import.meta.url))
  const profile = process.env['BENCH_PROFILE']
  const flags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
  const contender = await running('gateway', port, {}, () =>
    begin('measured', process.execPath, [...flags, daemon], {
      env: { ...process.env, GATEWAY_HOME: home, BENCH_KEY: 'sk-bench' },
    }),
  )
  // A profile is written at a clean end only.
  return profile ? { ...contender, stop: () => process.kill(contender.pid!, 'SIGTERM') } : contender
}

/** Portkey's gateway, installed where it is kept for the next run; left out where the registry does not answer. */
const portkey: Starter = async upstream => {
  const folder = join(tmpdir(), 'gateway-bench-portkey')
  const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
    spawnSync('npm', [...args, '@portkey-ai/gateway'], {
      stdio: 'ignore',
      timeout: 60_000,
      shell: process.platform === 'win32',
    })
    if (!existsSync(program)) return undefined
  }
  const port = await freePort()
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`,
    authorization: 'Bearer sk-bench',
  }
  return running('portkey', port, { headers }, () =>
    begin('measured', process.execPath, [program, `--port=${port}`, '--headless'], {
      env: { ...process.env, NODE_ENV: 'production' },
    }),
  )
}

/** One of the bare proxies of `bare.ts`. */
const bare =
  (mode: string): Starter =>
  async upstream => {
    const port = await freePort()
    return running(mode, port, {}, () =>
      begin('measured', process.execPath, here('bare', mode, port, upstream)),
    )
  }

export const starters: Readonly<Record<string, Starter>> = {
  direct,
  nginx,
  gateway: ours,
  portkey,
  'http+undici': bare('http+undici'),
  'net+undici': bare('net+undici'),
  'http+net': bare('http+net'),
  'net+net': bare('net+net'),
}

/** Starts those that can be; the folder is theirs. */
export async function startAll(names: readonly string[], upstream: number): Promise<Contender[]> {
  const all: Contender[] = []
  for (const name of names) {
    const folder = mkdtempSync(join(tmpdir(), `gateway-bench-${name.replace('+', '-')}-`))
    const contender = await starters[name]!(upstream, folder)
    if (contender) all.push(contender)
    else console.error(`bench: without ${name}, which is not there`)
  }
  return all
}
