import fc from 'fast-check'
import t from 'tap'
import { factsFor } from '../../../src/translate/facts.ts'
import { messagesProvider } from '../../../src/translate/messages/provider.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { far } from '../../fixtures/far.ts'
import { refusalOf } from '../../fixtures/strict-anthropic.ts'
import { anyRequest } from '../../fixtures/wild-requests.ts'

for (const model of ['claude-opus-5', 'claude-opus-4-6', 'claude-sonnet-4-5', 'claude-3-5-haiku']) {
  t.test(`whatever the request, ${model} does not refuse it`, async t => {
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(anyRequest, request => {
          const { body } = atOnce(
            messagesProvider.encodeRequest(request, far(factsFor(model), model)),
          )
          const refusal = refusalOf(body)
          if (refusal) throw new Error(`${refusal}\n${JSON.stringify(body, null, 1)}`)
        }),
        { numRuns: 500 },
      ),
    )
  })
}
