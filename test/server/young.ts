// What a long request takes is let go of with it. Whatever of it V8 has grown old keeps all that it points to, bodies too, until
// V8 goes through the whole heap, which it then does for every fifteenth megabyte that passes.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { chatCompletion } from '../fixtures/upstream.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (how?: { type: 'minor' }) => void

const megabyte = 1024 * 1024
const turns = Array.from({ length: 200 }, (_, i) => ({
  role: i % 2 ? 'assistant' : 'user',
  content: `${i} ${'word '.repeat(1000)}`,
}))

async function url(t: Test): Promise<string> {
  const up = createServer((req, res) => {
    req.resume().on('end', () => {
      res.setHeader('content-type', 'application/json').end(JSON.stringify(chatCompletion('Hello')))
    })
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => up.once('listening', resolve))
  t.teardown(() => up.close())
  return `http://127.0.0.1:${(up.address() as AddressInfo).port}/v1`
}

for (const [name, path, max] of [
  ['that passes', '/v1/chat/completions', undefined],
  ['that is translated', '/v1/messages', 9],
] as const) {
  t.test(`a long request ${name}`, async t => {
    const gw = await gateway(
      t,
      `
providers: { up: { api: openai, baseUrl: "${await url(t)}", credential: none, preset: together } }
aliases: { m: up/some-model }
`,
    )
    const body = JSON.stringify({ model: 'm', max_tokens: max, messages: turns })
    const ask = async (): Promise<void> => {
      const { status } = await gw.post(path, body)
      t.equal(status, 200)
      // What lives through the second of them is old.
      collect({ type: 'minor' })
    }
    for (let n = 0; n < 10; n++) await ask()
    collect()
    const before = process.memoryUsage().arrayBuffers
    for (let n = 0; n < 20; n++) await ask()
    await gw.idle()
    collect({ type: 'minor' })
    collect({ type: 'minor' })
    const grown = (process.memoryUsage().arrayBuffers - before) / megabyte
    t.ok(grown < 8, `${grown.toFixed(1)} MB`)
  })
}
