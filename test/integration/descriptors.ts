// Processes that may have few files and connections open: what they have goes on, and all is well again afterwards.

import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { configOf, type Home, newHome } from '../fixtures/daemon.ts'
import { ask, postBytes, raw } from '../fixtures/gateway.ts'
import { chatChunk, chatCompletion, upstream } from '../fixtures/upstream.ts'

const linux = { skip: process.platform !== 'linux' && 'no /proc' }
const bin = fileURLToPath(new URL('../../bin/gateway.js', import.meta.url))
const hello = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'
const json = { 'content-type': 'application/json' }
const openIn = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

/** Starts the daemon where each process may have so many open, and gives its URL. */
async function startWith(most: number, home: Home): Promise<string> {
  const child = spawn(
    'sh',
    ['-c', `ulimit -n ${most} && exec "$0" "$@"`, process.execPath, bin].concat(
      'start',
      '--listen',
      '127.0.0.1:0',
    ),
    {
      env: { PATH: process.env['PATH'], GATEWAY_HOME: home.dir },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  let url = ''
  for await (const chunk of child.stdout) url += chunk
  return url.trim()
}

/** So many clients that say nothing, connected or on their way. */
function crowd(t: Test, url: string, size: number): Socket[] {
  const { hostname, port } = new URL(url)
  const sockets = Array.from({ length: size }, () => connect(Number(port), hostname))
  for (const socket of sockets) socket.on('error', () => {})
  t.teardown(() => sockets.map(socket => socket.destroy()))
  return sockets
}

t.test('streams go on, no target is to blame, and all is well afterwards', linux, async t => {
  const up = await upstream(t)
  const home = newHome(t, configOf(up.url, 'aliases: { fast: up/m }'))
  const url = await startWith(200, home)
  const port = Number(new URL(url).port)
  const bytes = postBytes('/v1/chat/completions', { model: 'fast', stream: true, messages: [] })
  const client = raw(t, port, bytes)
  const stream = (await up.next()).sse()
  const other = raw(t, port, hello)
  await other.until('200 OK')
  const { pid } = await home.status()
  const before = openIn(pid)
  const sockets = crowd(t, url, 300)
  while (openIn(pid) < 199) await sleep(20)
  await stream.data(chatChunk('still here'))
  await client.until('still here')
  other.socket.write(bytes)
  t.match(await other.until('out_of_resources'), 'HTTP/1.1 503')
  for (const socket of sockets) socket.destroy()
  while (openIn(pid) > before + 2) await sleep(20)
  t.same((await home.status()).unwell, [])
  const asked = ask(`${url}/v1/chat/completions`, 'POST', json, { model: 'fast', messages: [] })
  ;(await up.next()).json(chatCompletion('well', 'm'))
  t.equal((await asked).status, 200)
  client.socket.destroy()
})
