// A case is a file: `client`, a request of Gemini and its `path`, and the `model` request it becomes; or `model`, some of a
// model request, to the model `far`, and the `provider` request that it becomes. Either may be an `error` instead: the field
// that cannot be said; or `bad`: it is no request at all.

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { Far } from '../../../src/translate/codec.ts'
import { factsFor } from '../../../src/translate/facts.ts'
import { geminiClient } from '../../../src/translate/gemini/client.ts'
import { geminiProvider } from '../../../src/translate/gemini/provider.ts'
import { atOnce } from '../../../src/wire/steps.ts'
import { far, request } from '../../fixtures/far.ts'
import { geminiRefusal } from '../../fixtures/strict-gemini.ts'

const folder = new URL('../../fixtures/translate/gemini/', import.meta.url)

for (const file of readdirSync(folder).filter(name => !name.startsWith('answer-'))) {
  const {
    client,
    path,
    model,
    far: name,
    provider,
    dropped,
    error,
    bad,
  } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  const to: Far = far(factsFor(name ?? ''), name)
  t.test(file, async t => {
    const act = () =>
      client
        ? atOnce(geminiClient.decodeRequest(client, 'm', path))
        : atOnce(geminiProvider.encodeRequest(request(model), to))
    if (error) {
      t.throws(act, { code: 'untranslatable', facts: { field: error } })
    } else if (bad) {
      t.throws(act, { code: 'bad_request' })
    } else if (client) {
      t.strictSame(act(), model)
    } else {
      const encoded = atOnce(geminiProvider.encodeRequest(request(model), to))
      t.strictSame(encoded.body, provider)
      t.strictSame(encoded.dropped, dropped ?? [])
      t.equal(geminiRefusal(encoded.body, { model: name }), undefined)
    }
  })
}
