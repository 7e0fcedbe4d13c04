import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { clientLeft, readBody } from '../../src/proxy/body.ts'
import { ClientRequest } from '../../src/proxy/client-request.ts'

const MB = 1024 * 1024
const body = Buffer.alloc(5 * MB, 'body')

/** What is read of a body, and how much of it came in each turn of the event loop. */
async function read(
  t: Test,
  headers: Record<string, string | number>,
  leave?: (size: number) => boolean,
): Promise<{ result: unknown; turns: number[] }> {
  const turns = [0]
  class Counted extends ClientRequest {
    override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
      turns[turns.length - 1]! += chunk?.length ?? 0
      if (leave?.(turns.reduce((sum, size) => sum + size))) call.destroy()
      return super.push(chunk, encoding)
    }
  }
  const server = createServer({ IncomingMessage: Counted })
  server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  let running = true
  const turn = (): void => {
    turns.push(0)
    if (running) setImmediate(turn)
  }
  turn()
  const { port } = server.address() as AddressInfo
  const call = request({ port, method: 'POST', host: '127.0.0.1', headers })
  call.on('error', () => {})
  call.end(body)
  const [req, res] = await once(server, 'request')
  const result = await new Promise(resolve => readBody(req, 64 * MB, resolve))
  running = false
  res.end()
  server.closeAllConnections()
  return { result, turns }
}

for (const [name, headers] of [
  ['with a length', { 'content-length': body.length }],
  ['in chunks', { 'transfer-encoding': 'chunked' }],
] as const) {
  t.test(`of a large body ${name} half a megabyte is taken in a turn`, async t => {
    const { result, turns } = await read(t, headers)
    t.equal(Buffer.compare(result as Buffer, body), 0)
    t.ok(Math.max(...turns) < 0.7 * MB, turns.filter(Boolean).join(' '))
  })

  t.test(`a client that leaves while it waits for a body ${name}`, async t => {
    const { result } = await read(t, headers, size => size > MB)
    t.equal(result, clientLeft)
  })
}
