import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import t, { type Test } from 'tap'
import { startDemo } from '../../src/demo/server.ts'

// The example of RFC 6455, section 1.3.
const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

async function open(t: Test, headers = {}) {
  const demo = await startDemo({ latency: 0, pace: 0 })
  t.teardown(() => demo.close())
  const asked = request(`${demo.url}/realtime?model=fast`, {
    headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': key, ...headers },
  }).end()
  const [response, socket] = await once(asked, 'upgrade')
  socket.on('error', () => {})
  return { demo, response, socket: socket as Duplex, read: reader(socket) }
}

function masked(first: number, payload: string | Buffer): Buffer {
  const data = Buffer.from(payload)
  const head =
    data.length < 126
      ? Buffer.from([first, 0x80 | data.length])
      : data.length < 65536
        ? Buffer.from([first, 0xfe, data.length >> 8, data.length & 255])
        : Buffer.concat([Buffer.from([first, 0xff, 0, 0, 0, 0]), uint32(data.length)])
  return Buffer.concat([
    head,
    Buffer.from('mask'),
    data.map((byte, i) => byte ^ 'mask'.charCodeAt(i % 4)),
  ])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The next bytes of a socket, so many of them. */
function reader(socket: Duplex) {
  let bytes = Buffer.alloc(0)
  socket.on('data', chunk => {
    bytes = Buffer.concat([bytes, chunk])
    socket.emit('more')
  })
  return async (length: number) => {
    while (bytes.length < length) await once(socket, 'more')
    const taken = bytes.subarray(0, length)
    bytes = bytes.subarray(length)
    return taken
  }
}

t.test('echoes frames, whole or in parts', async t => {
  const { response, socket, read } = await open(t, { 'sec-websocket-protocol': 'realtime, other' })
  t.equal(response.headers['sec-websocket-accept'], accept)
  t.equal(response.headers['sec-websocket-protocol'], 'realtime')
  const frame = masked(0x81, 'hello')
  socket.write(frame.subarray(0, 3))
  socket.write(frame.subarray(3))
  t.same(await read(7), Buffer.from('\x81\x05hello', 'latin1'))
  socket.write(Buffer.concat([masked(0x01, 'a'), masked(0x80, 'b')]))
  t.same(await read(6), Buffer.from('\x01\x01a\x80\x01b', 'latin1'), 'fragments stay')
  const medium = Buffer.alloc(300, 'm')
  socket.write(masked(0x82, medium))
  t.same(await read(304), Buffer.concat([Buffer.from([0x82, 126, 1, 44]), medium]))
  const large = Buffer.alloc(70_000, 'l')
  socket.write(masked(0x82, large))
  t.same((await read(70_010)).subarray(10), large)
})

t.test('answers a ping, ignores a pong, closes when asked', async t => {
  const { socket, read } = await open(t)
  socket.write(Buffer.concat([masked(0x8a, 'x'), masked(0x89, 'p')]))
  t.same(await read(3), Buffer.from('\x8a\x01p', 'latin1'))
  const ended = once(socket, 'end')
  socket.write(masked(0x88, Buffer.from([3, 232])))
  t.same(await read(4), Buffer.from([0x88, 2, 3, 232]))
  await ended
})

t.test('cuts a client that does not mask, or sends too much', async t => {
  for (const bytes of [
    Buffer.from('\x81\x01a', 'latin1'),
    Buffer.from([0x82, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
  ]) {
    const { socket } = await open(t)
    const closed = once(socket, 'close')
    socket.write(bytes)
    await closed
  }
})

t.test('lets go of a client that leaves without a word', async t => {
  const { socket } = await open(t)
  const closed = once(socket, 'close')
  socket.end()
  await closed
})

t.test('the demo provider closes in spite of an open socket', async t => {
  const { demo, socket } = await open(t)
  const closed = once(socket, 'close')
  await demo.close()
  await closed
  await demo.close()
  t.pass('and twice')
})

t.test('an upgrade to something else is refused', async t => {
  const demo = await startDemo({ latency: 0 })
  t.teardown(() => demo.close())
  const socket = connect(Number(new URL(demo.url).port), '127.0.0.1')
  socket.write('GET /v1 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n')
  const [bytes] = await once(socket, 'data')
  t.match(String(bytes), /^HTTP\/1\.1 400 /)
})
