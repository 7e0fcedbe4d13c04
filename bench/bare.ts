// Proxies that do nothing but pass bytes: what node's server, undici and `net` cost by themselves, and so what a relay of
// our own in place of either half would save at most. node bench/run.js bare MODE PORT UPSTREAM
//   http+undici  node:http in front, undici behind: what the gateway is built on
//   net+undici   a relay on net in front; http+net: one behind; net+net: both
// The relays on net take for granted what a real one would have to check, and the one behind knows no chunks: no streams.

import { createServer } from 'node:http'
import { createConnection, createServer as createNetServer, type Socket } from 'node:net'
import { Pool } from 'undici'

const [mode = '', port = '', upstream = ''] = process.argv.slice(2)
const far = Number(upstream)
const drop = new Set(['connection', 'host', 'content-length', 'transfer-encoding', 'keep-alive'])

const kept = (headers: readonly string[]): string[] => {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (!drop.has(headers[i]!.toLowerCase())) out.push(headers[i]!, headers[i + 1]!)
  }
  return out
}

interface Answer {
  head(status: number, headers: string[]): void
  data(chunk: Buffer): void
  end(): void
}
type Ask = (path: string, headers: string[], body: Buffer, answer: Answer) => void

const pool = new Pool(`http://127.0.0.1:${upstream}`, { pipelining: 1 })
const byUndici: Ask = (path, headers, body, answer) => {
  pool.dispatch(
    { path, method: 'POST', headers, body },
    {
      onConnect() {},
      onHeaders(status: number, raw: Buffer[]) {
        answer.head(
          status,
          raw.map(bytes => bytes.toString('latin1')),
        )
        return true
      },
      onData(chunk: Buffer) {
        answer.data(chunk)
        return true
      },
      onComplete: () => answer.end(),
      onError: error => console.error(error),
    },
  )
}

interface Line {
  readonly socket: Socket
  answer: Answer | undefined
  left: number
}
const idle: Line[] = []
function connect(): Line {
  const line: Line = {
    socket: createConnection({ port: far, host: '127.0.0.1', noDelay: true }),
    answer: undefined,
    left: -1,
  }
  line.socket.on('error', () => {})
  line.socket.on('data', (bytes: Buffer) => {
    const { answer } = line
    if (!answer) return
    let body = bytes
    if (line.left < 0) {
      const end = bytes.indexOf('\r\n\r\n')
      const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
      const headers: string[] = []
      for (const text of lines) {
        const colon = text.indexOf(':')
        const name = text.slice(0, colon)
        const value = text.slice(colon + 1).trim()
        headers.push(name, value)
        if (name.toLowerCase() === 'content-length') line.left = Number(value)
      }
      answer.head(Number(first!.slice(9, 12)), headers)
      body = bytes.subarray(end + 4)
    }
    line.left -= body.length
    if (body.length > 0) answer.data(body)
    if (line.left > 0) return
    line.left = -1
    line.answer = undefined
    idle.push(line)
    answer.end()
  })
  return line
}
const byNet: Ask = (path, headers, body, answer) => {
  const line = idle.pop() ?? connect()
  line.answer = answer
  let head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${upstream}\r\n`
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
  line.socket.cork()
  line.socket.write(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1')
  line.socket.write(body)
  line.socket.uncork()
}

const ask = mode.endsWith('+undici') ? byUndici : byNet
if (mode.startsWith('http')) {
  createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', chunk => chunks.push(chunk))
    req.on('end', () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      ask(req.url!, kept(req.rawHeaders), body, {
        head: (status, headers) => void res.writeHead(status, headers),
        data: chunk => void res.write(chunk),
        end: () => void res.end(),
      })
    })
  }).listen(Number(port), '127.0.0.1')
} else {
  createNetServer({ noDelay: true }, socket => {
    let held = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('data', bytes => {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      const end = held.indexOf('\r\n\r\n')
      if (end < 0) return
      const [first, ...lines] = held.toString('latin1', 0, end).split('\r\n')
      const headers: string[] = []
      let length = 0
      for (const text of lines) {
        const colon = text.indexOf(':')
        const name = text.slice(0, colon)
        const value = text.slice(colon + 1).trim()
        headers.push(name, value)
        if (name.toLowerCase() === 'content-length') length = Number(value)
      }
      if (held.length < end + 4 + length) return
      const body = held.subarray(end + 4)
      held = Buffer.alloc(0)
      let chunked = false
      socket.cork()
      ask(first!.split(' ')[1]!, kept(headers), body, {
        head(status, fields) {
          chunked = !fields.some(name => name.toLowerCase() === 'content-length')
          let head = `HTTP/1.1 ${status} OK\r\n`
          for (let i = 0; i < fields.length; i += 2) {
            if (fields[i]!.toLowerCase() !== 'transfer-encoding')
              head += `${fields[i]}: ${fields[i + 1]}\r\n`
          }
          socket.write(`${head}${chunked ? 'transfer-encoding: chunked\r\n' : ''}\r\n`, 'latin1')
        },
        data(chunk) {
          if (chunked) socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1')
          socket.write(chunk)
          if (chunked) socket.write('\r\n')
          socket.uncork()
        },
        end() {
          if (chunked) socket.write('0\r\n\r\n')
          socket.uncork()
        },
      })
    })
  }).listen(Number(port), '127.0.0.1')
}
