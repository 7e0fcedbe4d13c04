import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t from 'tap'
import { waitOnWheel } from '../../src/server/idle.ts'
import { gateway, raw } from '../fixtures/gateway.ts'

t.test('a connection says when it was idle for so long, and no more once it is not', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const accept = async (): Promise<Socket> => {
    const near = connect(port, '127.0.0.1')
    t.teardown(() => near.destroy())
    const [socket] = (await once(server, 'connection')) as [Socket]
    waitOnWheel(socket)
    return socket
  }
  const [used, closed, idle] = [await accept(), await accept(), await accept()]
  const said: string[] = []
  for (const [name, socket] of Object.entries({ used, closed, idle })) {
    socket.on('timeout', () => said.push(name))
  }
  used.setTimeout(30)
  used.setTimeout(0)
  closed.setTimeout(30)
  closed.destroy()
  await once(closed, 'close')
  idle.setTimeout(60)
  await once(idle, 'timeout')
  t.same(said, ['idle'])
  idle.destroy()
  used.destroy()
})

t.test('clients are told for how long', async t => {
  const gw = await gateway(t, 'aliases: {}\n')
  const one = raw(
    t,
    Number(new URL(gw.url).port),
    'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n',
  )
  await one.until('200 OK')
  t.match(await one.until('\r\n\r\n'), /\r\nKeep-Alive: timeout=75\r\n/)
})
