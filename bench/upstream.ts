// The far side of the bench: as little as answers HTTP/1.1, so that it costs the machine next to nothing. What it answers
// is in the model's name: `json` one body of 1 KB, `image-BYTES` one with so much base64, `text-BYTES` one that says so much,
// `embeddings-N` so many vectors of 3,072 numbers, `stream-EVENTS-MILLISECONDS` so many
// events of about 200 bytes, so far apart (0: with the head, all at once), and with `-N` behind that N of them at a time; `silent`
// nothing, `error-STATUS` an error, `cut` a stream that breaks off. Each event says the time it was sent at, on the clock that all processes share. Where it is asked in Anthropic's
// Messages, `json` is one of those. Prints its port.

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
const messagesBody = JSON.stringify({
  id: 'msg_bench',
  type: 'message',
  role: 'assistant',
  model: 'bench-1',
  content: [{ type: 'text', text: 'x'.repeat(700) }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 12 },
})
const answerOf = (text: string, status = '200 OK'): Buffer =>
  Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\nx-request-id: req_bench\r\n\r\n${text}`,
  )
const whole = answerOf(body)
const wholeMessages = answerOf(messagesBody)
const large: Readonly<Record<string, (size: number) => string>> = {
  image: size =>
    `{"created":1700000000,"model":"bench-1","data":[{"b64_json":"${'iVBO'.repeat(size / 4)}"}],"usage":{"input_tokens":9,"output_tokens":12}}`,
  text: size => body.replace('x'.repeat(700), 'The quick \\"brown\\" fox\\n'.repeat(size / 24)),
  embeddings: count =>
    JSON.stringify({
      object: 'list',
      model: 'bench-1',
      data: Array.from({ length: count }, (_, index) => ({
        ...{ object: 'embedding', index },
        embedding: Array.from({ length: 3072 }, (_, i) => Math.fround(Math.sin(i + index))),
      })),
      usage: { prompt_tokens: 9, total_tokens: 9 },
    }),
}
const made = new Map<string, Buffer>()
function largeAnswer(model: string, kind: string, size: number): Buffer {
  const answer = made.get(model) ?? answerOf(large[kind]!(size))
  made.set(model, answer)
  return answer
}
const streamHead =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n'

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const event = (): string =>
  chunk(
    `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"bench-1","choices":[{"index":0,"delta":{"content":"token @${process.hrtime.bigint()}@ "},"finish_reason":null}]}\n\n`,
  )
const last = `${chunk('data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","model":"bench-1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12}}\n\n')}${chunk('data: [DONE]\n\n')}0\r\n\r\n`

function answer(socket: Socket, request: string): void {
  const [, model = 'json'] =
    /(?:"model": ?"|name="model"\r\n\r\n)(?:a-)?([^"\r]*)/.exec(request) ?? []
  const [kind, count = '0', gap = '0', together = '1'] = model.split('-')
  if (kind === 'silent') return
  if (kind === 'error') {
    socket.write(answerOf('{"error":{"message":"no"}}', `${count} Because`))
    return
  }
  if (kind === 'cut') {
    socket.end(streamHead + event() + event())
    return
  }
  if (kind !== undefined && kind in large) socket.write(largeAnswer(model, kind, Number(count)))
  else if (kind === 'stream') stream(socket, Number(count), Number(gap), Number(together))
  else socket.write(request.startsWith('POST /v1/messages ') ? wholeMessages : whole)
}

function stream(socket: Socket, count: number, gap: number, together: number): void {
  let left = count
  if (gap === 0) {
    socket.write(streamHead + event().repeat(left) + last)
    return
  }
  socket.write(streamHead)
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer)
    else if (left > 0) {
      left -= together
      socket.write(event().repeat(together))
    } else {
      clearInterval(timer)
      socket.write(last)
    }
  }, gap)
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
