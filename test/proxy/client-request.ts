import { once } from 'node:events'
import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { ClientRequest } from '../../src/proxy/client-request.ts'

// More than a stream holds before it asks its socket to wait.
const body = Buffer.alloc(300_000, 'body')

/** The port of a server of such requests. */
async function serve(
  t: Test,
  handle: (req: ClientRequest, res: ServerResponse) => void,
): Promise<{ server: Server; port: number }> {
  const server = createServer({ IncomingMessage: ClientRequest }, handle).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/** What comes of three bodies on one connection, each taken when `ready` has resolved. */
async function taken(t: Test, ready: (req: ClientRequest) => Promise<unknown>): Promise<string[]> {
  const { port } = await serve(t, async (req, res) => {
    await ready(req)
    const chunks: Buffer[] = []
    req.takeBody(chunk => {
      if (chunk) chunks.push(chunk)
      else res.end(Buffer.concat(chunks))
      return true
    })
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const ask = async (bytes: Buffer): Promise<string> => {
    const call = request({ port, agent, method: 'POST', host: '127.0.0.1' })
    call.end(bytes)
    const [response] = await once(call, 'response')
    let text = ''
    for await (const chunk of response) text += chunk
    return text
  }
  return [await ask(body), await ask(Buffer.alloc(0)), await ask(Buffer.from('last'))]
}

const all = [body.toString(), '', 'last']

t.test('at once', async t => t.same(await taken(t, async () => {}), all))

t.test('when some of it has come', async t =>
  t.same(await taken(t, req => once(req, 'readable')), all),
)

t.test('when all that is held before it is read has come', async t => {
  const settled = async (req: ClientRequest): Promise<void> => {
    let before = -1
    while (before !== req.readableLength || (before === 0 && !req.complete)) {
      before = req.readableLength
      for (let n = 0; n < 20; n++) await new Promise(setImmediate)
    }
  }
  t.same(await taken(t, settled), all)
})

t.test('whoever does not take it has the stream', async t => {
  const { port } = await serve(t, (req, res) => req.pipe(res))
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })
  t.equal(await answer.text(), body.toString())
})

t.test('a client that leaves in the middle', async t => {
  const { server, port } = await serve(t, () => {})
  const headers = { 'content-length': 10 }
  const call = request({ port, host: '127.0.0.1', method: 'POST', headers })
  call.on('error', () => {})
  call.write('half')
  const [req] = (await once(server, 'request')) as [ClientRequest]
  const chunks: unknown[] = []
  req.takeBody(chunk => {
    chunks.push(chunk?.toString())
    call.destroy()
    return true
  })
  // Nobody listens for its error, which must not end the process.
  await new Promise(closed => req.on('close', closed))
  t.same(chunks, ['half'])
})

t.test('a connection that waits for its next request holds nothing of the last one', async t => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let last: WeakRef<ClientRequest> | undefined
  const { server, port } = await serve(t, (req, res) => {
    last = new WeakRef(req)
    req.takeBody(chunk => {
      if (!chunk) res.end()
      return true
    })
  })
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const call = request({ port, agent, method: 'POST', host: '127.0.0.1' }).end(body)
  const [response] = await once(call, 'response')
  await once(response.resume(), 'end')
  for (let n = 0; n < 50 && last!.deref(); n++) {
    await new Promise(setImmediate)
    collect()
  }
  t.equal(last!.deref(), undefined)
  t.equal(await new Promise(done => server.getConnections((_, count) => done(count))), 1)
})
