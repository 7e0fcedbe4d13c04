// Requests with more parts in one message, and longer values, than anything is made for: each is translated whole, and in steps.

import t from 'tap'
import { clientCodecs, providerCodecs } from '../../src/translate/codecs.ts'
import { factsFor } from '../../src/translate/facts.ts'
import { estimateInSteps } from '../../src/translate/messages/count-tokens.ts'
import { quirksFor } from '../../src/translate/quirks.ts'
import type { Spoken } from '../../src/translate/routes.ts'
import type { Json } from '../../src/translate/values.ts'
import type { Steps } from '../../src/wire/steps.ts'

/** More than fit onto the stack. */
const count = 140_000
const list = <Element>(each: (i: number) => Element): Element[] =>
  Array.from({ length: count }, (_, i) => each(i))
const texts = list(i => ({ type: 'text', text: `part ${i}` }))
const rows = Array.from({ length: 50_000 }, (_, i) => [i, null])
const result = { type: 'tool_result', tool_use_id: 'call_1', content: texts }

/** For each protocol a long text, a call with long arguments and its result, and many parts of a user's and of the assistant's. */
const asked: Readonly<Record<'chat' | 'responses' | 'messages' | 'gemini', Json>> = {
  chat: {
    messages: [
      { role: 'user', content: texts },
      {
        role: 'assistant',
        content: texts,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'n', arguments: { rows } } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: texts },
      { role: 'user', content: texts },
    ],
  },
  responses: {
    input: [
      { role: 'user', content: texts },
      { role: 'user', content: texts },
      { role: 'assistant', content: texts },
      { type: 'function_call', call_id: 'call_1', name: 'n', arguments: JSON.stringify({ rows }) },
      { type: 'function_call_output', call_id: 'call_1', output: texts },
      { role: 'user', content: texts },
    ],
  },
  messages: {
    max_tokens: 9,
    messages: [
      { role: 'user', content: texts },
      {
        role: 'assistant',
        content: [...texts, { type: 'tool_use', id: 'call_1', name: 'n', input: { rows } }],
      },
      { role: 'user', content: [result, ...texts] },
    ],
  },
  gemini: {
    contents: [
      { role: 'user', parts: texts },
      { role: 'user', parts: texts },
      { role: 'model', parts: [{ functionCall: { name: 'n', args: { rows } } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'n', response: { rows } } }] },
      { role: 'user', parts: texts },
    ],
  },
}

const presets: Readonly<Record<Spoken, string>> = {
  chat: 'openai',
  responses: 'openai',
  messages: 'anthropic',
  gemini: 'gemini',
  converse: 'bedrock',
}

function counted<Result>(steps: Steps<Result>): { steps: number; result: Result } {
  for (let n = 1; ; n++) {
    const { done, value: result } = steps.next()
    if (done) return { steps: n, result }
  }
}

for (const [asking, body] of Object.entries(asked)) {
  t.test(`140,000 parts of ${asking}`, async t => {
    const codec = clientCodecs[asking as keyof typeof asked]!
    const read = counted(codec.decodeRequest(body, 'm', ''))
    t.ok(read.steps > count, `${read.steps} steps to read`)
    const facts = factsFor('m')
    const estimate = counted(estimateInSteps(read.result, facts))
    t.ok(estimate.steps > count, `${estimate.steps} steps to count`)
    for (const spoken of Object.keys(presets) as Spoken[]) {
      if (spoken === asking) continue
      const far = {
        model: 'm',
        facts,
        quirks: quirksFor(presets[spoken]),
        memory: { remember() {}, recall: () => undefined },
      }
      const written = counted(providerCodecs[spoken]!.encodeRequest(read.result, far))
      t.ok(written.steps > count, `${written.steps} steps to write for ${spoken}`)
      const text = JSON.stringify(written.result.body)
      t.ok(text.includes(`part ${count - 1}"`), 'with the last part')
      t.ok(text.includes('[49999,null]'), 'and the last argument')
    }
  })
}
