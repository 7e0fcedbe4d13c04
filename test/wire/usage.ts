import t from 'tap'
import { tell } from '../../src/wire/usage.ts'

t.test('OpenAI, JSON and the last chunk', async t => {
  t.same(
    tell({
      model: 'gpt-5-2025-08-07',
      usage: {
        prompt_tokens: 9,
        completion_tokens: 3,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    }),
    { model: 'gpt-5-2025-08-07', usage: { input: 9, output: 3, cached: 4, reasoning: 2 } },
  )
  t.same(
    tell({ model: 'm', usage: { prompt_tokens: 8, total_tokens: 8 } }).usage?.output,
    undefined,
  )
})

t.test('Anthropic, message and message_start; Responses', async t => {
  const usage = { input_tokens: 5, output_tokens: 1, cache_read_input_tokens: 3 }
  const told = { model: 'claude', usage: { input: 8, output: 1, cached: 3, reasoning: undefined } }
  t.same(tell({ model: 'claude', usage }), told)
  t.same(tell({ type: 'message_start', message: { model: 'claude', usage } }), told)
  t.same(tell({ type: 'response.completed', response: { model: 'claude', usage } }), told)
})

t.test('Gemini: thoughts are part of the output', async t => {
  const usageMetadata = {
    promptTokenCount: 7,
    candidatesTokenCount: 4,
    thoughtsTokenCount: 3,
    cachedContentTokenCount: 2,
  }
  t.same(tell({ modelVersion: 'gemini-3', usageMetadata }), {
    model: 'gemini-3',
    usage: { input: 7, output: 7, cached: 2, reasoning: 3 },
  })
})

t.test('counts by other names, and of what tools took', async t => {
  const usage = { prompt_tokens: 9, completion_tokens: 3 }
  t.same(tell({ usage: { ...usage, prompt_cache_hit_tokens: 4 } }).usage?.cached, 4)
  t.same(tell({ usage: { ...usage, cached_tokens: 5, reasoning_tokens: 2 } }).usage, {
    ...{ input: 9, output: 3, cached: 5, reasoning: 2 },
  })
  t.same(tell({ x_groq: { usage } }).usage?.input, 9)
  const usageMetadata = { promptTokenCount: 7, toolUsePromptTokenCount: 40 }
  t.same(tell({ usageMetadata }).usage?.input, 47)
})

t.test('thoughts that are counted beside what was said, and those that are within it', async t => {
  const details = { completion_tokens_details: { reasoning_tokens: 94 } }
  const counted = (said: number, total?: number) =>
    tell({
      usage: { prompt_tokens: 32, completion_tokens: said, total_tokens: total, ...details },
    }).usage
  t.match(counted(9, 135), { input: 32, output: 103, reasoning: 94 }, 'xAI')
  t.match(counted(103, 135), { input: 32, output: 103, reasoning: 94 })
  t.match(counted(103), { input: 32, output: 103, reasoning: 94 })
})

t.test('an array, as Gemini streams one, tells what its elements do', async t => {
  const usageMetadata = { promptTokenCount: 7, candidatesTokenCount: 4 }
  t.match(
    tell([{ modelVersion: 'g' }, { usageMetadata: { promptTokenCount: 1 } }, { usageMetadata }]),
    {
      model: 'g',
      usage: { input: 7, output: 4 },
    },
  )
})

t.test('what is not said is unknown, not zero', async t => {
  for (const nothing of [null, [], 'x', {}, { usage: null }, { usage: { prompt_tokens: '9' } }]) {
    t.equal(tell(nothing).usage, undefined)
  }
})
