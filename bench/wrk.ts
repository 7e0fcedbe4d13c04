// As many requests as a contender can answer: by wrk where it is installed, else by autocannon.

import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contender } from './contenders.ts'
import { begin, has, output } from './processes.ts'

const wrk = has('wrk', '-v')
export const loadTool = wrk ? 'wrk' : 'autocannon'

/** How many requests were answered in so many seconds, over so many connections; errors are thrown. */
export async function throughput(
  { port, headers }: Contender,
  body: string,
  seconds: number,
  connections: number,
): Promise<number> {
  const url = `http://127.0.0.1:${port}/v1/chat/completions`
  const all = { 'content-type': 'application/json', ...headers }
  if (wrk) {
    const script = join(tmpdir(), `gateway-bench-${process.pid}.lua`)
    const fields = Object.entries(all).map(([name, value]) => `wrk.headers["${name}"]="${value}"`)
    writeFileSync(script, `wrk.method="POST"\nwrk.body=[==[${body}]==]\n${fields.join('\n')}\n`)
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url]
    const said = await output(begin('other', 'wrk', args))
    const bad = /Non-2xx or 3xx responses: \d+|Socket errors: .*/.exec(said)?.[0]
    if (bad) throw new Error(`port ${port}: ${bad}`)
    return Number(/(\d+) requests in/.exec(said)?.[1])
  }
  const file = join(tmpdir(), `gateway-bench-${process.pid}.json`)
  writeFileSync(file, body)
  const cannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
  const fields = Object.entries(all).flatMap(([name, value]) => ['-H', `${name}=${value}`])
  const args = [
    '-c',
    connections,
    '-d',
    seconds,
    '-m',
    'POST',
    '-i',
    file,
    '-j',
    '-n',
    ...fields,
    url,
  ]
  const said = await output(begin('other', process.execPath, [cannon, ...args.map(String)]))
  const result = JSON.parse(said) as { '2xx': number; non2xx: number; errors: number }
  if (result.non2xx + result.errors > 0) throw new Error(`port ${port}: ${said}`)
  return result['2xx']
}
