// A case is a file: what a client asks, the way in which a model is asked, the `bodies` that say it there and what was
// `dropped`; and the `answers` to those, with what the client is told, or the `fault` in them. `error` is the field that cannot
// be said; `bad`: it is no request at all.

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { throughEmbedding } from '../../src/translate/embedded.ts'
import { embedderWays, embeddingClients } from '../../src/translate/embedders.ts'
import type { EmbeddingClient } from '../../src/translate/embedding.ts'
import { encodeEmbedding } from '../../src/translate/encode-embedding.ts'
import { upstreamError } from '../../src/translate/error-kind.ts'
import { embedClient, olderEmbedClient } from '../../src/translate/ollama/embedding.ts'
import { embeddingsRequest, embedRequest } from '../../src/translate/ollama/request.ts'
import type { Json } from '../../src/translate/values.ts'
import { atOnce } from '../../src/wire/steps.ts'

const folder = new URL('../fixtures/translate/embeddings/', import.meta.url)

/** By Ollama's paths; a request there is one of OpenAI's first. */
const ollama = {
  '/api/embed': { client: embedClient, request: embedRequest },
  '/api/embeddings': { client: olderEmbedClient, request: embeddingsRequest },
}

function decoded(path: string, body: Json) {
  const own = ollama[path as keyof typeof ollama]
  const client: EmbeddingClient = own?.client ?? embeddingClients[path]!.client
  const said = own?.request(body)
  return { client, request: client.decode(said?.body ?? body), lost: said?.dropped ?? [] }
}

for (const file of readdirSync(folder)) {
  const found = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  const { way, model, bodies, dropped = [], answers, headers = [], expect, fault } = found
  t.test(file, async t => {
    if (found.error || found.bad) {
      const wanted = found.bad
        ? { code: 'bad_request' }
        : { code: 'untranslatable', facts: { field: found.error } }
      t.throws(() => decoded(found.client, found.request), wanted)
      return
    }
    const { client, request, lost } = decoded(found.client, found.request)
    const provider = embedderWays[way as keyof typeof embedderWays].codec(model)
    const encoded = encodeEmbedding(request, client, provider, model)
    t.strictSame(JSON.parse(JSON.stringify(encoded.bodies)), bodies)
    t.strictSame([...lost, ...encoded.dropped], dropped)
    if (!answers) return
    const several = answers.length > 1
    const translation = throughEmbedding({
      client,
      provider,
      request,
      decodeError: upstreamError,
      several,
      model: undefined,
      target: model,
      started: 1000,
    })(200, ['content-type', 'application/json', ...headers])
    const bytes = Buffer.from(JSON.stringify(several ? answers : answers[0]))
    for (const byte of bytes) t.equal(translation.push(Buffer.of(byte), 2000), '')
    const text = atOnce(translation.end(5000))
    t.equal(translation.fault, fault)
    if (fault) t.equal(text, '')
    else {
      t.strictSame(JSON.parse(text), expect)
      t.strictSame(translation.headers, found.estimated ? ['x-gateway-estimate', 'tokens'] : [])
    }
  })
}

t.test('what is no JSON, or no object, is a fault', async t => {
  for (const [text, fault] of [
    ['no', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
  ] as const) {
    const { client, request } = decoded('/embeddings', { input: 'a' })
    const translation = throughEmbedding({
      client,
      provider: embedderWays.batchEmbedContents.codec('g'),
      request,
      decodeError: upstreamError,
      several: false,
      model: undefined,
      target: 'g',
      started: 0,
    })(200, [])
    translation.push(Buffer.from(text), 1)
    t.equal(atOnce(translation.end(1)), '')
    t.equal(translation.fault, fault)
  }
})
