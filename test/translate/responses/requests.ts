import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { decodeRequest } from '../../../src/translate/responses/decode-request.ts'
import { encodeRequest } from '../../../src/translate/responses/encode-request.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { far, request } from '../../fixtures/far.ts'

// A case is a file: `client`, a request of Responses, and the `model` request it becomes; or `model`, some of a model
// request, with the `facts` of the model, and the `provider` request that it becomes. Either may be an `error` instead.
const folder = new URL('../../fixtures/translate/responses/', import.meta.url)

for (const file of readdirSync(folder).sort()) {
  const { client, model, facts, provider, dropped, error } = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  )
  t.test(file, async t => {
    if (error) {
      const act = () =>
        client
          ? atOnce(decodeRequest(client, 'm'))
          : atOnce(encodeRequest(request(model), far(facts)))
      t.throws(act, { code: 'untranslatable', facts: { field: error } })
    } else if (client) {
      t.strictSame(atOnce(decodeRequest(client, 'm')), model)
    } else {
      const encoded = atOnce(encodeRequest(request(model), far(facts)))
      t.strictSame(encoded.body, provider)
      t.strictSame(encoded.dropped, dropped ?? [])
    }
  })
}
