import t from 'tap'
import { listModels, showModel } from '../../src/demo/models.ts'

t.test('lists and shows', async t => {
  const { data } = (listModels() as { json: { data: { id: string; owned_by: string }[] } }).json
  const owner = (id: string) => data.find(model => model.id === id)?.owned_by
  t.equal(owner('gpt-3.5-turbo'), 'openai')
  t.equal(owner('gpt-3.5-turbo-0125'), 'openai')
  t.equal(owner('claude-sonnet-4-5'), 'anthropic')
  t.equal(owner('grok-4'), 'xai')
  t.equal(owner('demo'), 'gateway')
  t.match(showModel('any/name'), { json: { id: 'any/name', object: 'model', created: Number } })
})
