import t from 'tap'
import { embeddings } from '../../src/demo/embeddings.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it gets
type Json = any
const refusal = (param?: string) => ({ status: 400, ...(param && { param }) }) as object as Error
const ask = (body: object): Json =>
  (embeddings({ model: 'text-embedding-3-small', input: 'a cat', ...body }) as { json: unknown })
    .json
const vector = (input: string, more = {}): number[] => ask({ input, ...more }).data[0].embedding
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

t.test('unit vectors, the same for the same text', async t => {
  const cat = vector('a cat')
  t.equal(cat.length, 1536)
  t.ok(Math.abs(dot(cat, cat) - 1) < 1e-5)
  t.same(vector('a cat'), cat)
  t.equal(ask({ model: 'text-embedding-3-large' }).data[0].embedding.length, 3072)
  t.equal(ask({ model: 'text-embedding-ada-002' }).model, 'text-embedding-ada-002-v2')
})

t.test('texts that share words are nearer', async t => {
  const cat = vector('the cat sat on the mat')
  t.ok(dot(cat, vector('A cat on a mat!')) > dot(cat, vector('quarterly results improved')) + 0.3)
  t.equal(vector('!?').length, 1536, 'no word at all')
})

t.test('dimensions and base64', async t => {
  const five = vector('a cat', { dimensions: 5 })
  t.equal(five.length, 5)
  t.ok(Math.abs(dot(five, five) - 1) < 1e-5)
  const base64 = ask({ dimensions: 5, encoding_format: 'base64' }).data[0].embedding
  const bytes = Buffer.from(base64, 'base64')
  t.equal(bytes.length, 20)
  t.same(
    five.map((_, i) => bytes.readFloatLE(i * 4)),
    five,
  )
})

t.test('lists of texts and of tokens, counted', async t => {
  const { data, usage } = ask({ input: ['one two', 'three'] })
  t.same(
    data.map((item: Json) => item.index),
    [0, 1],
  )
  t.same(usage, { prompt_tokens: 3, total_tokens: 3 })
  t.equal(ask({ input: [1, 2, 3] }).usage.prompt_tokens, 3)
  t.equal(ask({ input: [[1], [2, 3]] }).data.length, 2)
})

t.test('refuses', async t => {
  for (const input of [undefined, '', [], [''], [[]], {}, 5, [1.5]])
    t.throws(() => ask({ input }), refusal('input'), JSON.stringify(input))
  t.throws(() => ask({ dimensions: 0 }), refusal('dimensions'))
  t.throws(() => ask({ dimensions: 5000 }), refusal('dimensions'))
  t.throws(() => ask({ encoding_format: 'hex' }), refusal('encoding_format'))
})
