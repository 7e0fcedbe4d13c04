// The far side of the bench: as little as answers HTTP/1.1, so that it costs the machine next to nothing. What it answers
// is in the model's name: `json` one body of 1 KB, `stream-EVENTS-MILLISECONDS` so many events of about 200 bytes, so far
// apart (0: with the head, all at once). Each event carries the time it was sent at, on the clock that all processes share.
// Prints its port.

import { createServer, type Socket } from 'node:net'

const body = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'bench-1',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'x'.repeat(700) },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
})
const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nx-request-id: req_bench\r\n\r\n${body}`,
)
const streamHead =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n'

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const event = (): string =>
  chunk(
    `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"bench-1","choices":[{"index":0,"delta":{"content":"token "},"finish_reason":null}],"sent":"${process.hrtime.bigint()}"}\n\n`,
  )
const last = `${chunk('data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","model":"bench-1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12}}\n\n')}${chunk('data: [DONE]\n\n')}0\r\n\r\n`

function answer(socket: Socket, request: string): void {
  const [, count, gap] = /"model": ?"(?:a-)?stream-(\d+)-(\d+)"/.exec(request) ?? []
  if (count === undefined) {
    socket.write(whole)
    return
  }
  let left = Number(count)
  if (Number(gap) === 0) {
    socket.write(streamHead + event().repeat(left) + last)
    return
  }
  socket.write(streamHead)
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer)
    else if (left-- > 0) socket.write(event())
    else {
      clearInterval(timer)
      socket.write(last)
    }
  }, Number(gap))
}

const server = createServer({ noDelay: true }, socket => {
  let head = ''
  let wanted = 0
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    if (wanted > 0) wanted -= bytes.length
    else {
      head += bytes.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      wanted = end + 4 + length - head.length
    }
    if (wanted > 0) {
      // The model may stand at the end of a large body.
      head = `${head.slice(0, 4096)}${bytes.toString('latin1', Math.max(0, bytes.length - 256))}`
      return
    }
    const request = head + bytes.toString('latin1', Math.max(0, bytes.length - 256))
    head = ''
    wanted = 0
    answer(socket, request)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(typeof address === 'object' && address ? address.port : '')
})
