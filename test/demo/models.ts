import t from 'tap'
import type { Understood } from '../../src/demo/api.ts'
import { anthropicModels, geminiModels, openaiModels } from '../../src/demo/models.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it gets
const jsonOf = ({ answer }: Understood): any => (answer() as { json: unknown }).json

t.test("lists and shows, in OpenAI's form", async t => {
  const { data } = jsonOf(openaiModels.list())
  const owner = (id: string) => data.find((model: { id: string }) => model.id === id)?.owned_by
  t.equal(owner('gpt-3.5-turbo'), 'openai')
  t.equal(owner('gpt-3.5-turbo-0125'), 'openai')
  t.equal(owner('claude-sonnet-4-5'), 'anthropic')
  t.equal(owner('gemini-2.5-pro'), 'google')
  t.equal(owner('grok-4'), 'xai')
  t.equal(owner('demo'), 'gateway')
  t.match(jsonOf(openaiModels.show('any/name')), {
    id: 'any/name',
    object: 'model',
    created: Number,
  })
})

t.test("in Anthropic's, its own", async t => {
  const { data, first_id, last_id, has_more } = jsonOf(anthropicModels.list())
  t.equal(has_more, false)
  t.equal(data[0].id, first_id)
  t.equal(data.at(-1).id, last_id)
  t.ok(data.every(({ id }: { id: string }) => id.startsWith('claude-')))
  t.match(jsonOf(anthropicModels.show('x')), { type: 'model', id: 'x', created_at: /^2023-11-14T/ })
})

t.test("in Google's, its own", async t => {
  const { models } = jsonOf(geminiModels.list())
  t.ok(models.every(({ name }: { name: string }) => name.startsWith('models/gemini-')))
  t.match(jsonOf(geminiModels.show('gemini-embedding-001')), {
    name: 'models/gemini-embedding-001',
    supportedGenerationMethods: ['embedContent'],
  })
})
