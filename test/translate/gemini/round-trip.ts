import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { factsFor } from '../../../src/translate/facts.ts'
import { geminiClient } from '../../../src/translate/gemini/client.ts'
import { geminiProvider } from '../../../src/translate/gemini/provider.ts'
import type { Message, Part, ToolCallPart } from '../../../src/translate/message.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { far, request } from '../../fixtures/far.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/)
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const textPart = text.map((text): Part => ({ t: 'text', text }))

const media = fc.constantFrom<Part>(
  { t: 'image', source: { base64: 'AAAA', mime: 'image/png' } },
  { t: 'image', source: { url: 'https://example.com/a.png', mime: 'image/png' } },
  { t: 'file', source: { base64: 'AAAA', mime: 'application/pdf' } },
  { t: 'file', source: { fileId: 'gs://bucket/a.pdf', vendor: 'google' } },
  { t: 'audio', base64: 'AAAA', format: 'wav' },
)

const signature = fc
  .base64String({ minLength: 8 })
  .map(value => ({ vendor: 'google', value }) as const)

const reasoning = fc.record({ text, signature }).map((one): Part => ({ t: 'reasoning', ...one }))

const calls = fc.array(
  fc.record({
    name: word,
    args: fc.dictionary(word, fc.oneof(text, fc.integer())),
    signature,
    result: text,
    isError: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
)

/** What the model says, with or without calls, and what comes after it. */
const exchange = fc.record({
  asked: fc.array(fc.oneof(textPart, media), { minLength: 1, maxLength: 3 }),
  thought: fc.array(reasoning, { maxLength: 1 }),
  said: fc.array(textPart, { maxLength: 1 }),
  calls: fc.option(calls),
})

const conversation = fc.array(exchange, { minLength: 1, maxLength: 4 }).map(exchanges => {
  const messages: Message[] = []
  for (const [n, { asked, thought, said, calls }] of exchanges.entries()) {
    const made = (calls ?? []).map(
      ({ name, args, signature }, i): ToolCallPart => ({
        t: 'tool_call',
        id: `call_${n}_${i}`,
        name,
        args: JSON.stringify(args),
        kind: 'function',
        signature,
      }),
    )
    messages.push({ role: 'user', parts: asked })
    messages.push({
      role: 'assistant',
      parts: [
        ...thought,
        ...(said.length + made.length > 0 ? said : [{ t: 'text', text: 'ok' } as const]),
        ...made,
      ],
    })
    if (!calls) continue
    messages.push({
      role: 'user',
      parts: calls.map(({ name, result, isError }, i) => ({
        t: 'tool_result',
        id: `call_${n}_${i}`,
        name,
        parts: [{ t: 'text', text: `it is: ${result}` }],
        ...(isError ? { isError } : {}),
      })),
    })
    messages.push({ role: 'assistant', parts: [{ t: 'text', text: 'done' }] })
  }
  return messages
})

t.test('a request comes back as it was', async t => {
  fc.assert(
    fc.property(
      conversation,
      fc.record(
        {
          maxTokens: fc.integer({ min: 1, max: 60_000 }),
          temperature: fc.constantFrom(0, 0.5, 2),
          topP: fc.constantFrom(0.1, 1),
          topK: fc.integer({ min: 1, max: 99 }),
          seed: fc.integer(),
          stop: fc.array(text, { minLength: 1, maxLength: 5 }),
          frequencyPenalty: fc.constantFrom(-1, 0.5),
          presencePenalty: fc.constantFrom(-1, 0.5),
          reasoning: fc.constantFrom(
            { effort: 'low', show: 'auto' } as const,
            { effort: 'high', show: 'auto' } as const,
          ),
          format: fc.constant({
            kind: 'schema',
            name: 'response',
            schema: { type: 'object' },
          } as const),
          toolChoice: fc.constantFrom(
            { mode: 'any' } as const,
            { mode: 'tool', name: 'f' } as const,
          ),
        },
        { requiredKeys: [] },
      ),
      (messages, said) => {
        const tools = [
          { kind: 'function', name: 'f', description: 'd', schema: { type: 'object' } },
          { kind: 'function', name: 'g' },
        ] as const
        const asking = request({
          model: 'asked',
          messages: [{ role: 'system', parts: [{ t: 'text', text: 'rules' }] }, ...messages],
          tools,
          stream: true,
          ...said,
        })
        const { body, dropped } = atOnce(
          geminiProvider.encodeRequest(asking, far(factsFor('gemini-3-pro'))),
        )
        deepStrictEqual(dropped, [])
        deepStrictEqual(
          atOnce(geminiClient.decodeRequest(body, 'asked', ':streamGenerateContent?alt=sse')),
          asking,
        )
      },
    ),
    { numRuns: 200 },
  )
  t.pass()
})
