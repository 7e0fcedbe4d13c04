// Claude Code takes a name that it does not know for the newest model, and says what that takes.

import t from 'tap'
import { gateway } from '../fixtures/gateway.ts'
import { refusalOf } from '../fixtures/strict-anthropic.ts'
import { upstream } from '../fixtures/upstream.ts'
import { answerAs } from '../fixtures/vendor-answers.ts'

const says = {
  system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'hi' }] },
    { role: 'system', content: 'The user has opened a file.' },
  ],
  max_tokens: 32_000,
  thinking: { type: 'adaptive' },
  output_config: { effort: 'high' },
  stream: true,
}

t.test('it is understood by an older one behind an alias', async t => {
  const up = await upstream(t, exchange => {
    const refused = refusalOf(exchange.sent)
    if (refused) return exchange.json({ type: 'error', error: { message: refused } }, 400)
    return answerAs('anthropic', exchange, { n: 1, text: 'x' }, { stream: true, model: 'm' })
  })
  const gw = await gateway(
    t,
    `providers:
  anthropic: { baseUrl: ${up.url}/v1, credential: none }
aliases:
  it: claude-sonnet-4-5
  haiku: claude-3-5-haiku-latest
  new: claude-opus-4-8
`,
  )
  const ask = (model: string, path = '/v1/messages') => gw.post(path, { model, ...says })
  const answered = await ask('it')
  t.equal(answered.status, 200, answered.text)
  t.equal(answered.headers.get('x-gateway-dropped'), null)
  const dropped = await ask('haiku')
  t.equal(dropped.status, 200, dropped.text)
  t.equal(dropped.headers.get('x-gateway-dropped'), 'thinking, output_config.effort')
  t.equal((await ask('new')).status, 200)
  t.same(up.requests.at(-1)!.sent, { ...says, model: 'claude-opus-4-8' })

  await ask('it', '/v1/messages/count_tokens')
  t.match(up.requests.at(-1)!.sent, {
    thinking: { type: 'enabled' },
    messages: [{}, { role: 'user' }],
  })

  // Who names the model itself is to hear what it says.
  t.equal((await ask('claude-sonnet-4-5')).status, 400)
  t.same(up.requests.at(-1)!.sent, { ...says, model: 'claude-sonnet-4-5' })
})
