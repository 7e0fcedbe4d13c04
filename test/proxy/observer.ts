import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { Observer } from '../../src/proxy/observer.ts'
import type { Told } from '../../src/wire/usage.ts'

const stream = 'text/event-stream'
const json = 'application/json'
const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

/** What a response tells that comes in pieces of this size. */
function told(type: string, bytes: Buffer | string, size = 1000, encoding?: string): Promise<Told> {
  const observer = new Observer(type, encoding)
  const all = Buffer.from(bytes)
  for (let at = 0; at < all.length; at += size) observer.chunk(all.subarray(at, at + size))
  return new Promise(resolve => observer.told(resolve))
}

const unknown = { model: undefined, usage: undefined }
const filler = event({ type: 'content_block_delta', delta: { text: 'x'.repeat(200) } })

t.test('Messages: the input at the beginning, the output at the end of a long stream', async t => {
  const usage = { input_tokens: 9, cache_read_input_tokens: 4, output_tokens: 1 }
  const start = event({ type: 'message_start', message: { model: 'claude', usage } })
  const end = event({ type: 'message_delta', usage: { output_tokens: 77 } })
  const text = start + filler.repeat(300) + end + event({ type: 'message_stop' })
  for (const size of [1, 37, 1000, 100_000]) {
    t.same(await told(stream, text.replaceAll('\n', '\r\n'), size), await told(stream, text, size))
    t.same(
      await told(stream, text, size),
      { model: 'claude', usage: { input: 13, output: 77, cached: 4, reasoning: undefined } },
      `pieces of ${size}`,
    )
  }
})

t.test('Responses: the last event carries all that was said', async t => {
  const response = {
    model: 'gpt-5',
    output: [{ text: `${'x'.repeat(50_000)}","usage":{"input_tokens":1},"` }],
    usage: { input_tokens: 3, output_tokens: 5, output_tokens_details: { reasoning_tokens: 2 } },
  }
  const text = event({ type: 'response.created', response: { model: 'gpt-5' } })
  t.same(await told(stream, text + event({ type: 'response.completed', response })), {
    model: 'gpt-5',
    usage: { input: 3, output: 5, cached: undefined, reasoning: 2 },
  })
})

t.test('Responses: the first event names the model behind long instructions', async t => {
  const said = { instructions: 'x'.repeat(20_000), model: 'gpt-5' }
  const text = event({ type: 'response.created', response: said }) + filler.repeat(300)
  const usage = { input_tokens: 3, output_tokens: 5 }
  const response = { ...said, output: [{ text: 'y'.repeat(50_000) }], usage }
  const all = text + event({ type: 'response.completed', response })
  for (const size of [100, 1000, 100_000]) {
    t.match(await told(stream, all, size), { model: 'gpt-5', usage: { output: 5 } })
  }
})

t.test('Gemini, and a stream that says nothing', async t => {
  const usageMetadata = { promptTokenCount: 2, candidatesTokenCount: 6 }
  const text = event({ candidates: [] }) + event({ modelVersion: 'g', usageMetadata })
  t.same((await told(stream, text)).usage?.output, 6)
  t.same(await told(stream, event({ choices: [] }) + event('x')), unknown)
  t.same(await told(stream, 'data: [DONE]\n\n'), unknown)
})

t.test('a large JSON body: embeddings name the model and the usage behind a megabyte', async t => {
  const usage = { prompt_tokens: 8, total_tokens: 8 }
  const data = Array.from({ length: 50 }, () => ({ embedding: Array(2000).fill(0.12345) }))
  const first = JSON.stringify({ model: 'e', data, usage })
  t.match(await told(json, first), { model: 'e', usage: { input: 8 } })
  t.match(await told(json, JSON.stringify({ data, usage })), { usage: { input: 8 } })
})

t.test('compressed: unpacked beside the path; nonsense tells nothing', async t => {
  const body = JSON.stringify({ model: 'm', usage: { prompt_tokens: 1, completion_tokens: 2 } })
  const packings = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }
  for (const [encoding, pack] of Object.entries(packings)) {
    t.match(await told(json, pack(body), 5, encoding), { model: 'm', usage: { output: 2 } })
    const events = event({ model: 'm' }).repeat(500) + event(JSON.parse(body))
    t.match(await told(stream, pack(events), 50, encoding), { model: 'm', usage: { output: 2 } })
  }
  t.same(await told(json, body, 5, 'gzip'), unknown, 'not what it says')
  t.same(await told(json, gzipSync(body).subarray(0, 20), 5, 'gzip'), unknown, 'cut off')
  t.same(await told(json, body, 5, 'rot13'), unknown, 'not known')
})

t.test('how a stream stands is found behind whatever came after it', t => {
  const finish = event({ choices: [{ delta: {}, finish_reason: 'stop' }] })
  const delta = event({ choices: [{ delta: { content: 'x' } }] })
  for (const after of ['', event({}).repeat(30), ': ping\n\n'.repeat(30)]) {
    for (const end of ['\n', '\r\n']) {
      const stands = (text: string): unknown => {
        const observer = new Observer(stream, undefined)
        observer.chunk(Buffer.from(text.replaceAll('\n', end)))
        return observer.streamEnd('chat')
      }
      t.equal(stands(delta.repeat(30) + finish + after), 'whole')
      t.equal(stands(delta.repeat(30) + after), 'cut')
      t.equal(stands(`${delta}${after}data: [DONE]${end}`), 'done')
    }
  }
  t.end()
})

t.test('vectors: the model stands behind them', async t => {
  const data = Array.from({ length: 300 }, (_, index) => ({
    embedding: Array(200).fill(0.0123456789),
    index,
  }))
  const usage = { prompt_tokens: 4, total_tokens: 4 }
  const text = JSON.stringify({ object: 'list', data, model: 'text-embedding-3-small', usage })
  t.ok(text.length > 256 * 1024)
  t.match(await told(json, text), { model: 'text-embedding-3-small', usage: { input: 4 } })
})

t.test('a byte order mark hides nothing', async t => {
  const usage = { prompt_tokens: 4, completion_tokens: 1 }
  const text = `\ufeff${JSON.stringify({ model: 'm', usage })}`
  t.match(await told(json, text), { model: 'm', usage: { input: 4, output: 1 } })
})
