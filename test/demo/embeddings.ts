import t from 'tap'
import type { Understood } from '../../src/demo/api.ts'
import { embedContents, embeddings, predict } from '../../src/demo/embeddings.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it gets
type Json = any
const refusal = (param?: string) =>
  ({ error: { kind: 'invalid', ...(param && { param }) } }) as object as Error
const jsonOf = ({ answer }: Understood): Json => (answer() as { json: unknown }).json
const ask = (body: object): Json =>
  jsonOf(embeddings({ model: 'text-embedding-3-small', input: 'a cat', ...body }))
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

t.test("Gemini's forms have the same vectors", async t => {
  const model = 'gemini-embedding-001'
  const request = (text: string) => ({ content: { parts: [{ text }] }, outputDimensionality: 5 })
  const one = jsonOf(embedContents('embedContent', request('a cat'), model))
  const requests = [request('a dog'), request('a cat')]
  const two = jsonOf(embedContents('batchEmbedContents', { requests }, model))
  t.same(one.embedding.values, vector('a cat', { dimensions: 5 }))
  t.same(two.embeddings[1], one.embedding)
  const { predictions } = jsonOf(
    predict({ instances: [{ content: 'a cat' }], parameters: { outputDimensionality: 5 } }, model),
  )
  t.same(predictions[0].embeddings.values, one.embedding.values)
  t.throws(() => embedContents('batchEmbedContents', {}, model), refusal())
  t.throws(() => embedContents('embedContent', {}, model), refusal())
  t.throws(() => predict({}, model), refusal())
})
