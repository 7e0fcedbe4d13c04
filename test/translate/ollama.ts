// Cases are files: test/fixtures/translate/ollama_chat/. A new one needs no code.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import {
  chatRequest,
  embeddingsRequest,
  embedRequest,
  generateRequest,
} from '../../src/translate/ollama/request.ts'
import {
  type OllamaAnswerOptions,
  toOllama as translateFor,
} from '../../src/translate/ollama/translate.ts'
import type { Translation } from '../../src/translate/translation.ts'
import type { Json } from '../../src/translate/values.ts'
import { atOnce } from '../../src/wire/steps.ts'
import { counter, far } from '../fixtures/far.ts'

const folder = join(import.meta.dirname, '../fixtures/translate/ollama_chat')
const cases = (kind: string) =>
  readdirSync(folder)
    .filter(file => file.startsWith(`${kind}-`))
    .map(file => ({ name: file, ...JSON.parse(readFileSync(join(folder, file), 'utf8')) }))

const asks = {
  chat: (request: Json) => atOnce(chatRequest(request)),
  generate: generateRequest,
  embed: embedRequest,
  embeddings: embeddingsRequest,
}

t.test('requests', async t => {
  for (const { name, ask, request, expect, error } of cases('request')) {
    const translate = asks[ask as keyof typeof asks]
    if (error === undefined) t.strictSame({ ...translate(request) }, expect, name)
    else t.throws(() => translate(request), { code: 'bad_request', facts: { reason: error } }, name)
  }
})

const started = 1000
/** From a server of which nothing is known, and a model `m`. */
const toOllama = (options: Omit<OllamaAnswerOptions, 'far' | 'newId'>) =>
  translateFor({ ...options, far: far(), newId: counter() })
const at = 5000
const sse = (events: readonly unknown[]): string =>
  events.map(e => `data: ${typeof e === 'string' ? e : JSON.stringify(e)}\n\n`).join('')

/** The bytes of an upstream: events for an array, and else one body; a text that begins like events is a stream. */
function bytesOf(upstream: unknown): { type: string; bytes: Buffer } {
  if (Array.isArray(upstream))
    return { type: 'text/event-stream', bytes: Buffer.from(sse(upstream)) }
  const body = typeof upstream === 'string' ? upstream : JSON.stringify(upstream)
  if (body.startsWith('data:')) return { type: 'text/event-stream', bytes: Buffer.from(body) }
  return { type: 'application/json', bytes: Buffer.from(body) }
}

function run(translation: Translation, chunks: readonly Buffer[]) {
  let text = ''
  for (const chunk of chunks) {
    text += translation.push(chunk, at)
    if (translation.fault !== undefined) break
  }
  if (translation.fault === undefined) text += atOnce(translation.end(at))
  return { text, fault: translation.fault }
}

const linesOf = (text: string): unknown[] => {
  if (text !== '') t.ok(text.endsWith('\n'))
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))
}

t.test('answers', async t => {
  for (const { name, way, stream, model, upstream, expect, fault } of cases('answer')) {
    const { type, bytes } = bytesOf(upstream)
    const translation = toOllama({ way, stream, model, started })(200, ['content-type', type])
    const got = run(translation, [bytes])
    t.strictSame(linesOf(got.text), expect, name)
    t.equal(got.fault, fault, name)
    t.equal(translation.finished, fault === undefined, name)
    t.equal(translation.streamed, stream)
    t.match(translation.contentType, stream ? 'application/x-ndjson' : 'application/json')
  }
})

t.test('an answer is the same wherever its bytes are cut', async t => {
  for (const { name, way, stream, model, upstream } of cases('answer')) {
    const { type, bytes } = bytesOf(upstream)
    const translation = () => toOllama({ way, stream, model, started })(200, ['content-type', type])
    const whole = run(translation(), [bytes])
    for (let i = 0; i <= bytes.length; i++) {
      const cut = run(translation(), [bytes.subarray(0, i), bytes.subarray(i)])
      if (cut.text !== whole.text || cut.fault !== whole.fault)
        t.strictSame(cut, whole, `${name} ${i}`)
    }
    const single = run(
      translation(),
      [...bytes].map(byte => Buffer.of(byte)),
    )
    t.strictSame(single, whole, name)
  }
})

t.test('any stream of texts comes out as these texts, and ends once', async t => {
  const piece = fc.record({ content: fc.string({ unit: 'grapheme' }), reasoning: fc.string() })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (pieces, sizes) => {
          const bytes = Buffer.from(
            sse([
              ...pieces.map(delta => ({ choices: [{ index: 0, delta }] })),
              { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
              '[DONE]',
            ]),
          )
          const chunks: Buffer[] = []
          for (let i = 0; i < bytes.length; ) {
            const size = sizes.next().value
            chunks.push(bytes.subarray(i, i + size))
            i += size
          }
          const translate = toOllama({ way: 'generate', stream: true, model: 'm', started })
          const { text } = run(translate(200, ['content-type', 'text/event-stream']), chunks)
          // biome-ignore lint/suspicious/noExplicitAny: JSON of our own
          const lines = linesOf(text) as any[]
          const joined = (name: string) => lines.map(line => line[name] ?? '').join('')
          return (
            joined('response') === pieces.map(p => p.content).join('') &&
            joined('thinking') === pieces.map(p => p.reasoning).join('') &&
            lines.filter(line => line.done).length === 1 &&
            lines.at(-1).done
          )
        },
      ),
    ),
  )
})

t.test('times are measured: until the first word, and from there on', async t => {
  const translation = toOllama({ way: 'chat', stream: true, model: 'm', started: 1000 })(200, [
    'content-type',
    'text/event-stream',
  ])
  const chunk = (delta: object, finish?: string) =>
    Buffer.from(sse([{ choices: [{ index: 0, delta, finish_reason: finish }] }]))
  t.equal(translation.push(chunk({ role: 'assistant', content: '' }), 1100), '')
  const [first] = linesOf(translation.push(chunk({ content: 'a' }), 1250.5)) as {
    created_at: string
  }[]
  t.equal(first?.created_at, '1970-01-01T00:00:01.250500000Z')
  t.equal(translation.push(chunk({}, 'stop'), 1999), '')
  t.match(linesOf(translation.push(Buffer.from('data: [DONE]\n\n'), 2000)), [
    {
      done: true,
      total_duration: 1_000_000_000,
      prompt_eval_duration: 250_500_000,
      eval_duration: 749_500_000,
    },
  ])
  t.equal(translation.push(chunk({ content: 'after' }), 2001), '')
  t.equal(atOnce(translation.end(2002)), '')
})

t.test("an upstream's error is one text, whatever its form", async t => {
  const forms: readonly (readonly [unknown, string])[] = [
    [{ error: { message: 'Rate limit reached', type: 'x', code: null } }, 'Rate limit reached'],
    [{ error: 'model not found' }, 'model not found'],
    [{ message: 'ValidationException' }, 'ValidationException'],
    [{ detail: 'Unauthorized' }, 'Unauthorized'],
    [{ detail: [{ loc: ['body'], msg: 'field required' }] }, 'field required'],
    [[{ error: { code: 400, message: 'API key not valid' } }], 'API key not valid'],
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'Overloaded'],
    ['upstream connect error', 'upstream connect error'],
    ['<!DOCTYPE html><p>502', 'the provider answered 429'],
    ['', 'the provider answered 429'],
    [{ code: 7 }, 'the provider answered 429: {"code":7}'],
  ]
  for (const [body, error] of forms) {
    const translate = toOllama({ way: 'chat', stream: true, model: 'm', started })
    const translation = translate(429, ['content-type', 'application/json'])
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    t.strictSame(linesOf(run(translation, [bytes]).text), [{ error }])
    t.notOk(translation.streamed)
  }
})
