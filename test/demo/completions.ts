import t from 'tap'
import { completions } from '../../src/demo/completions.ts'
import { chunksOf } from '../fixtures/demo-chunks.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it gets
type Json = any
const refusal = (param?: string) =>
  ({ error: { kind: 'invalid', ...(param && { param }) } }) as object as Error
const ask = (body: object): Json => {
  const answer = completions(
    { model: 'gpt-3.5-turbo-instruct', prompt: 'ping', ...body },
    5000,
  ).answer()
  return 'json' in answer ? answer.json : chunksOf(answer)
}

t.test('whole', async t => {
  t.match(ask({}), {
    id: /^cmpl-\w{24}$/,
    object: 'text_completion',
    created: 5,
    model: 'gpt-3.5-turbo-instruct:20230824-v2',
    choices: [{ text: 'pong', index: 0, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })
})

t.test('several prompts, several choices', async t => {
  const { choices } = ask({ prompt: ['ping', 'say a'], n: 2 })
  t.same(
    choices.map((choice: Json) => choice.text),
    ['pong', 'pong', 'a', 'a'],
  )
  t.same(
    choices.map((choice: Json) => choice.index),
    [0, 1, 2, 3],
  )
})

t.test('streamed', async t => {
  const events = ask({ prompt: 'count to 3', stream: true })
  t.equal(events.map((event: Json) => event.choices[0].text).join(''), '1, 2, 3')
  t.equal(events.at(-1).choices[0].finish_reason, 'stop')
  t.notOk(events.some((event: object) => 'usage' in event))
  const counted = ask({
    prompt: 'count to 3',
    stream: true,
    stream_options: { include_usage: true },
  })
  t.match(counted.at(-1), { choices: [], usage: { completion_tokens: 5 } })
})

t.test('no prompt is an empty one, and other things are refused', async t => {
  t.match(ask({ prompt: undefined }).choices[0].text, /^You asked nothing/)
  for (const prompt of [1, [1, 2], {}, []]) t.throws(() => ask({ prompt }), refusal('prompt'))
  t.throws(() => ask({ model: null }), refusal())
})
