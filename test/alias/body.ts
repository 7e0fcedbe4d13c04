import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { noParams, type Params } from '../../src/alias/alias.ts'
import { bodyFor, findModel } from '../../src/alias/body.ts'
import type { Target } from '../../src/alias/resolve.ts'
import type { Operation, Protocol } from '../../src/wire/protocol.ts'
import { atOnce } from '../../src/wire/steps.ts'

const targetOf = (model: string, params: Partial<Params>): Target =>
  ({ provider: 'p', model, via: [], params: { ...noParams, ...params } }) as unknown as Target

const sent = (protocol: Protocol, body: string, params: Partial<Params>, named?: string): unknown =>
  JSON.parse(
    atOnce(
      bodyFor(findModel(Buffer.from(body), named), targetOf('there', params), {
        protocol,
        path: ':generateContent',
      } as Operation),
    ).toString(),
  )

const key = fc.constantFrom('model', 'messages', 'system', 'input', 'instructions', 'a', 'b')
const value = fc.oneof(
  fc.string(),
  fc.constant([]),
  fc.constant([{ role: 'user', content: 'x' }]),
  fc.integer(),
)
const params = fc.record({
  set: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'messages', 'system'), value, { maxKeys: 2 }),
  default: fc.dictionary(fc.constantFrom('a', 'd', 'input'), value, { maxKeys: 2 }),
  remove: fc.array(fc.constantFrom('a', 'b', 'e', 'system'), { maxLength: 2 }),
})
const prompt = fc.record({
  prepend: fc.array(
    fc.record({
      role: fc.constantFrom('system' as const, 'user' as const),
      content: fc.constant('P'),
    }),
    { maxLength: 2 },
  ),
  append: fc.array(fc.record({ role: fc.constant('user' as const), content: fc.constant('A') }), {
    maxLength: 1,
  }),
})

t.test('all at once is as one after the other: the model, the parameters, the prompt', async () => {
  fc.assert(
    fc.property(
      fc.dictionary(key, value),
      params,
      prompt,
      fc.constantFrom('chat' as const, 'messages' as const, 'responses' as const),
      (object, changes, messages, protocol) => {
        const body = JSON.stringify({ ...object, ...('model' in object && { model: 'here' }) })
        const named = 'model' in object ? undefined : 'here'
        const one = JSON.stringify(sent(protocol, body, {}, named))
        const two = JSON.stringify(sent(protocol, one, changes))
        const three = sent(protocol, two, { prompt: messages })
        assert.deepStrictEqual(sent(protocol, body, { ...changes, prompt: messages }, named), three)
      },
    ),
    { numRuns: 2000 },
  )
})
