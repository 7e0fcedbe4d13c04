import { once } from 'node:events'
import { createServer, type IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { ClientRequest } from '../../src/proxy/client-request.ts'
import { ClientResponse } from '../../src/proxy/client-response.ts'

/** As node does it: what ours is held against. */
class Plain<Request extends IncomingMessage = ClientRequest> extends ClientResponse<Request> {
  override pass(data: Buffer | string): boolean {
    return this.write(data)
  }
  override passWhole(body: Buffer): void {
    this.end(body)
  }
  override flushHeaders(): void {
    ServerResponse.prototype.flushHeaders.call(this)
  }
}

type Handle = (res: ClientResponse) => void

async function serve(t: Test, kind: typeof ClientResponse, handle: Handle): Promise<number> {
  const server = createServer(
    { IncomingMessage: ClientRequest, ServerResponse: kind, keepAliveTimeout: 0 },
    (_, res) => {
      res.sendDate = false
      handle(res as ClientResponse)
    },
  ).listen(0, '127.0.0.1')
  t.teardown(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** All bytes that come back for these, to the end of the connection. */
async function exchanged(t: Test, kind: typeof ClientResponse, handle: Handle, said: string) {
  const socket = connect(await serve(t, kind, handle), '127.0.0.1').setEncoding('latin1')
  socket.write(said)
  let text = ''
  for await (const chunk of socket) text += chunk
  return text
}

/** The same without the sizes of its chunks, which are nobody's business: newer nodes make other ones. */
const unframed = (text: string): string =>
  text.replaceAll(
    /(\r\n\r\n|^)((?:[0-9a-f]+\r\n[\s\S]*?\r\n)+?0\r\n\r\n)/g,
    (_, before, chunks) => {
      let body = ''
      for (let at = 0; at < chunks.length; ) {
        const size = /[0-9a-f]+/y
        size.lastIndex = at
        const [hex = ''] = size.exec(chunks) ?? []
        const start = at + hex.length + 2
        at = start + Number.parseInt(hex, 16) + 2
        body += chunks.slice(start, at - 2)
      }
      return `${before}${body}`
    },
  )

const get = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'
const last = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'

const whole = (length: number): Handle => {
  const body = Buffer.alloc(length, 'body')
  return res => {
    res.writeHead(200, ['content-length', String(body.length)])
    res.passWhole(body)
  }
}

function pieces(res: ClientResponse): void {
  res.writeHead(200, ['content-type', 'text/plain'])
  for (const piece of [
    Buffer.from('one'),
    'zwei: ü €',
    '',
    Buffer.alloc(0),
    'x'.repeat(300),
    Buffer.alloc(20_000),
  ]) {
    res.pass(piece)
  }
  setImmediate(() => {
    res.pass('later')
    res.end('last')
  })
}

function early(res: ClientResponse): void {
  res.writeHead(200)
  res.flushHeaders()
  res.pass('with the head')
  res.end()
}

/** The second of two is answered before the first. */
function turned(): Handle {
  let first: ClientResponse | undefined
  return res => {
    if (!first) {
      first = res
      return
    }
    pieces(res)
    setImmediate(() => setImmediate(() => whole(5)(first!)))
  }
}

const cases: Readonly<Record<string, readonly [() => Handle, string]>> = {
  'pieces of a body without a length': [() => pieces, last],
  'pieces with a head that left before them': [() => early, last],
  'a body with a length': [() => whole(100), last],
  'a body with a length that is not copied': [() => whole(100_000), last],
  'several on one connection': [() => whole(100), get + get + last],
  'pieces, several on one connection': [() => pieces, get + get + last],
  'a client of HTTP/1.0': [() => pieces, 'GET / HTTP/1.0\r\n\r\n'],
  'one that waits for the one before it': [turned, get + last],
  'one that has no body': [() => pieces, last.replace('GET', 'HEAD')],
}
for (const [name, [handle, said]] of Object.entries(cases)) {
  t.test(name, async t => {
    const bytes = await exchanged(t, ClientResponse, handle(), said)
    t.match(bytes, 'HTTP/1.1 200 OK')
    t.equal(unframed(bytes), unframed(await exchanged(t, Plain, handle(), said)))
  })
}

t.test('it finishes', async t => {
  for (const handle of [whole(100), whole(100_000), pieces, early]) {
    let ends = ''
    const note: Handle = res => {
      res.once('finish', () => {
        ends += 'finish '
      })
      res.once('close', () => {
        ends += 'close'
      })
      handle(res)
    }
    await exchanged(t, ClientResponse, note, last)
    t.equal(ends, 'finish close')
  }
})

t.test('what is written in one turn is sent together', async t => {
  const sent: number[] = []
  const handle: Handle = res => {
    const { socket } = res
    const { _writev } = socket!
    socket!._writev = (chunks, done) => {
      sent.push((chunks as readonly unknown[]).length)
      _writev!.call(socket, chunks, done)
    }
    res.writeHead(200)
    res.flushHeaders()
    for (const text of ['a', 'b', 'c']) res.pass(text)
    setImmediate(() => {
      for (const text of ['d', 'e']) res.pass(text)
      res.end()
    })
  }
  await exchanged(t, ClientResponse, handle, last)
  t.same(sent, [4, 3])
})

t.test('a client that does not read is waited for', async t => {
  const piece = Buffer.alloc(100_000, 'piece')
  let drained: Promise<unknown> | undefined
  let written = 0
  const handle: Handle = res => {
    res.writeHead(200)
    while (res.pass(piece)) written += piece.length
    written += piece.length
    t.ok(res.writableNeedDrain)
    drained = once(res, 'drain').then(() => res.end())
  }
  const socket = connect(await serve(t, ClientResponse, handle), '127.0.0.1')
  socket.write(last)
  await once(socket, 'readable')
  let read = 0
  for await (const chunk of socket) read += chunk.length
  await drained
  t.ok(read > written)
})

t.test('a client that has left', async t => {
  const left = new Promise<ClientResponse>(resolve => {
    void serve(t, ClientResponse, res => {
      res.writeHead(200)
      res.pass('first')
      res.once('close', () => resolve(res))
    }).then(port => {
      const socket = connect(port, '127.0.0.1', () => socket.write(get))
      socket.once('data', () => socket.destroy())
    })
  })
  const res = await left
  t.notOk(res.pass('nobody'))
  res.passWhole(Buffer.from('nobody'))
})

t.test('fields that occur twice pass, also beside fields that were set before', async t => {
  const text = await exchanged(
    t,
    ClientResponse,
    res => {
      res.setHeader('vary', 'origin')
      res.setHeader('connection', 'close')
      res.writeHead(200, 'Fine', ['Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'Vary', 'accept'])
      res.end()
    },
    'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
  )
  t.match(text, /^HTTP\/1.1 200 Fine\r\n/)
  const said = [...text.matchAll(/^(vary|set-cookie|connection): (.*)\r$/gim)].map(([, , v]) => v)
  t.same(said.sort(), ['a=1', 'accept', 'b=2', 'close', 'origin'])
})
