import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { onread, readDirectly } from '../../src/proxy/upstream-socket.ts'

/** Both ends of a connection: the one that undici gets, and the far one. */
async function connected(t: Test): Promise<[near: Socket, far: Socket]> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const came = once(server, 'connection')
  const { port } = server.address() as AddressInfo
  const near = connect({ host: '127.0.0.1', port, onread })
  await once(near, 'connect')
  readDirectly(near)
  const [far] = (await came) as [Socket]
  t.teardown(() => {
    near.destroy()
    far.destroy()
    server.close()
  })
  return [near, far]
}

const all = (near: Socket): string => {
  let text = ''
  for (let bytes = near.read(); bytes !== null; bytes = near.read()) text += bytes
  return text
}

t.test('what is taken at once is never in the stream', async t => {
  const [near, far] = await connected(t)
  near.on('readable', () => {})
  for (const text of ['one', 'two', 'three']) {
    far.write(text)
    await new Promise<void>(resolve => {
      near.once('readable', () => {
        t.equal(near.readableLength, 0)
        t.equal(String(near.read()), text)
        t.equal(near.read(), null)
        resolve()
      })
    })
  }
})

t.test('what is not taken waits in the stream, and all behind it', async t => {
  const [near, far] = await connected(t)
  let taking = false
  let text = ''
  near.on('readable', () => {
    if (taking) text += all(near)
  })
  for (const part of ['a', 'b', 'c']) {
    const came = once(near, 'readable')
    far.write(part)
    await came
  }
  while (near.readableLength < 3) await new Promise(resolve => setImmediate(resolve))
  taking = true
  far.write('d')
  while (text.length < 4) await once(near, 'readable')
  t.equal(text, 'abcd')
  far.write('e')
  await once(near, 'readable')
  t.equal(text, 'abcde')
})

t.test('what was given back is read first', async t => {
  const [near, far] = await connected(t)
  let text = ''
  near.once('readable', () => near.unshift(near.read().subarray(1)))
  near.on('readable', () => {
    text += all(near)
  })
  far.write('abc')
  while (text.length < 2) await once(near, 'readable')
  far.write('d')
  while (text.length < 3) await once(near, 'readable')
  t.equal(text, 'bcd')
})

t.test('who does not read stops the other side, and gets all later', async t => {
  const [near, far] = await connected(t)
  near.on('readable', () => {})
  const size = 16 * 1024 * 1024
  const bytes = Buffer.alloc(size, 'abcdefg')
  far.end(bytes)
  while (near.readableLength < near.readableHighWaterMark) await once(near, 'readable')
  t.ok(near.readableLength < size / 16)
  const chunks: Buffer[] = []
  near.on('readable', () => {
    for (let chunk = near.read(); chunk !== null; chunk = near.read()) chunks.push(chunk)
  })
  near.emit('readable')
  await once(near, 'end')
  t.ok(Buffer.concat(chunks).equals(bytes))
})

t.test('an end behind what has not been read', async t => {
  const [near, far] = await connected(t)
  let ended = false
  let taking = false
  near
    .on('readable', () => taking && all(near))
    .on('end', () => {
      ended = true
    })
  const finished = once(far, 'finish')
  far.end('last words')
  await finished
  while (near.readableLength === 0) await once(near, 'readable')
  t.notOk(ended)
  t.equal(all(near), 'last words')
  taking = true
  await once(near, 'end')
})

t.test('a 100 is left out before an answer only, also while the body is still sent', async t => {
  const [near, far] = await connected(t)
  near.on('readable', () => {})
  const unasked = 'HTTP/1.1 100 Continue\r\n\r\n'
  const comes = async (bytes: string): Promise<string> => {
    far.write(bytes)
    await once(near, 'readable')
    return all(near)
  }
  near.write('POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n', 'latin1')
  t.equal(await comes(`${unasked}HTTP/1.1 200 OK\r\n\r\n`), 'HTTP/1.1 200 OK\r\n\r\n')
  near.write('\r\n5\r\n', 'latin1')
  for (const bytes of ['H', unasked]) t.equal(await comes(bytes), bytes)
})

t.test('two connections at once do not meet', async t => {
  const pairs = await Promise.all([connected(t), connected(t)])
  const texts = ['', '']
  for (const [i, [near]] of pairs.entries()) {
    near.on('readable', () => {
      texts[i] += all(near)
    })
  }
  for (let n = 0; n < 100; n++) {
    for (const [i, [, far]] of pairs.entries()) far.write(`${i}${n} `.repeat(50))
  }
  for (const [, far] of pairs) far.end()
  await Promise.all(pairs.map(([near]) => once(near, 'end')))
  for (const i of [0, 1]) {
    const wanted = Array.from({ length: 100 }, (_, n) => `${i}${n} `.repeat(50)).join('')
    t.equal(texts[i], wanted)
  }
})

t.test(
  'a head and what comes with it leave in one write, in order, whatever they are of',
  async t => {
    const [near, far] = await connected(t)
    const handle = (near as unknown as { _handle: object })._handle
    const writes: string[] = []
    for (const name of ['writeBuffer', 'writev', 'writeLatin1String', 'writeUtf8String'] as const) {
      const write = Reflect.get(handle, name)
      Reflect.set(handle, name, (...given: unknown[]) => {
        writes.push(name)
        return Reflect.apply(write, handle, given)
      })
    }
    const chunks: Buffer[] = []
    far.on('data', chunk => chunks.push(chunk))
    const sent: Buffer[] = []
    const bodies: readonly (string | Buffer)[] = [
      Buffer.from('small'),
      Buffer.alloc(0),
      Buffer.alloc(20_000, 'large'),
      'é日 as text',
    ]
    for (const body of bodies) {
      const head = 'POST / HTTP/1.1\r\nx-name: caf\u00e9\r\n\r\n'
      near.cork()
      near.write(head, 'latin1')
      const written = new Promise(resolve => near.write(body, resolve))
      near.uncork()
      t.notOk(await written, 'it is told once, and nothing failed')
      sent.push(Buffer.from(head, 'latin1'), Buffer.from(body as string))
    }
    near.end()
    await once(far, 'end')
    t.ok(Buffer.concat(chunks).equals(Buffer.concat(sent)))
    t.same(writes, ['writeBuffer', 'writeBuffer', 'writev', 'writev'])
  },
)
