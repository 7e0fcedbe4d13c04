import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { limitTime, type OutOfTime } from '../../src/proxy/limit-time.ts'

const never = { connect: 0, firstByte: 0, idle: 0, total: 0 }

/** A request to a server that answers so, and its answer. */
async function asked(
  t: Test,
  answer: (res: ServerResponse) => void,
  timeouts: Partial<typeof never>,
  isPaused = (): boolean => false,
) {
  const server = createServer((_, res) => answer(res)).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const upstream = request({ port, host: '127.0.0.1', agent })
  t.teardown(() => upstream.destroy())
  limitTime(upstream, { ...never, ...timeouts }, isPaused)
  const failed = once(upstream, 'error') as Promise<[OutOfTime]>
  failed.catch(() => {})
  upstream.end()
  const [response] = (await once(upstream, 'response')) as [IncomingMessage]
  return { response, failed }
}

t.test('an answer that has come whole is not cut, however late its client takes it', async t => {
  const { response } = await asked(t, res => res.end('all of it'), { total: 50 })
  await new Promise(resolve => setTimeout(resolve, 100))
  t.equal(Buffer.concat(await response.toArray()).toString(), 'all of it')
})

t.test('one that has not is, and does not end as if it had', async t => {
  const { response } = await asked(t, res => res.write('a part'), { total: 50 })
  await t.rejects(response.toArray())
})

t.test('the time between events goes on where the client takes them again', async t => {
  let paused = 3
  const { response, failed } = await asked(
    t,
    res => res.write('a part'),
    { idle: 20 },
    () => paused-- > 0,
  )
  response.on('error', () => {}).resume()
  const [error] = await failed
  t.equal(error.timeout, 'idle')
  t.equal(paused, -1)
})
