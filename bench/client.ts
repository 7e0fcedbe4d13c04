// The load that wrk cannot make: node bench/client.ts MODE PORT HEADERS(JSON) MODEL SECONDS ARGUMENT [PATH], prints JSON.
//   closed   one request after the other on one connection: latency
//   rate     ARGUMENT requests a second whether or not the ones before have been answered: latency
//   first    one stream after the other: time to the first event, as latency
//   streams  ARGUMENT streams at once for as long as they take: how late each event was, and in how many pieces they came
// Times are in microseconds.

import { createConnection, type Socket } from 'node:net'

const [mode = '', port = '', headersJson = '{}', model = '', seconds = '1', argument = '1', path] =
  process.argv.slice(2)
const headers = Object.entries(JSON.parse(headersJson) as Record<string, string>)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')
const body = JSON.stringify({
  model,
  stream: model.includes('stream'),
  max_tokens: 100,
  messages: [{ role: 'user', content: 'x'.repeat(900) }],
})
const request = `POST ${path ?? '/v1/chat/completions'} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`
const now = (): number => Number(process.hrtime.bigint() / 1000n)
const latencies: number[] = []
let events = 0
let pieces = 0
let errors = 0

/** One connection; `done` is called when an answer is whole. */
class Line {
  readonly socket: Socket
  #text = ''
  #need = -1
  #began = 0
  done: () => void = () => {}
  #busy = false

  constructor() {
    this.socket = createConnection({ port: Number(port), host: '127.0.0.1', noDelay: true })
    this.socket.setEncoding('latin1')
    this.socket.on('data', text => this.#data(String(text)))
    this.socket.on('error', () => errors++)
    // A server that closes in the middle must not end this program without a word.
    this.socket.on('close', () => {
      if (!this.#busy) return
      errors++
      finish()
    })
  }

  send(): void {
    this.#text = ''
    this.#need = -1
    this.#busy = true
    this.#began = now()
    this.socket.write(request)
  }

  #data(text: string): void {
    if (mode === 'streams') {
      const at = now()
      // The events of one piece came at one time; a time that is cut in two pieces is left out.
      const before = events
      for (const [, sent] of text.matchAll(/@(\d+)@/g)) {
        latencies.push(at - Math.floor(Number(sent) / 1000))
        events++
      }
      if (events > before) pieces++
    } else if (mode === 'first' && !this.#text.includes('data:') && text.includes('data:')) {
      latencies.push(now() - this.#began)
    }
    this.#text = mode === 'streams' ? (this.#text + text).slice(-16) : this.#text + text
    if (mode === 'streams' || mode === 'first') {
      if (this.#text.endsWith('0\r\n\r\n')) this.#whole()
      return
    }
    if (this.#need < 0) {
      const end = this.#text.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!this.#text.startsWith('HTTP/1.1 200')) errors++
      const length = /\r\ncontent-length: *(\d+)/i.exec(this.#text)?.[1]
      this.#need = length === undefined ? Number.POSITIVE_INFINITY : end + 4 + Number(length)
    }
    if (this.#text.length < this.#need && !this.#text.endsWith('\r\n0\r\n\r\n')) return
    latencies.push(now() - this.#began)
    this.#whole()
  }

  #whole(): void {
    this.#busy = false
    this.done()
  }
}

const end = now() + Number(seconds) * 1e6
const finish = (): void => {
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0
  console.log(
    JSON.stringify({
      ...{ count: latencies.length, events, pieces, errors },
      ...{ p50: at(0.5), p99: at(0.99), max: latencies.at(-1) ?? 0 },
    }),
  )
  process.exit()
}

if (mode === 'closed' || mode === 'first') {
  const line = new Line()
  line.done = () => (now() < end ? line.send() : finish())
  line.send()
} else if (mode === 'rate') {
  const idle: Line[] = []
  const began = now()
  let sent = 0
  const tick = setInterval(() => {
    const due = Math.floor(((now() - began) / 1e6) * Number(argument))
    while (sent < due) {
      sent++
      const line = idle.pop() ?? new Line()
      line.done = () => idle.push(line)
      line.send()
    }
    if (now() < end) return
    clearInterval(tick)
    setTimeout(finish, 200)
  }, 1)
} else {
  let open = Number(argument)
  for (let i = 0; i < Number(argument); i++) {
    // Not all at one time: clients do not come so either.
    setTimeout(() => {
      const line = new Line()
      line.done = () => {
        line.socket.destroy()
        if (--open === 0) finish()
      }
      line.send()
    }, i % 1000)
  }
}
