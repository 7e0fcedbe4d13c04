import t from 'tap'
import { parseConfig } from '../../src/config/load.ts'
import { explainLive } from '../../src/daemon/explain.ts'
import { buildSnapshot } from '../../src/daemon/snapshot.ts'

const yaml = `
aliases:
  think:
    targets: [anthropic/claude-sonnet-4-5, gemini/gemini-2.5-flash, mistral/mistral-large]
    set: { reasoning_effort: high, max_completion_tokens: 90000, mine.deep: 1, seed: 7 }
  plain: mistral/mistral-large
`

t.test('what parameters are sent as, and which cannot be', async t => {
  const snapshot = await buildSnapshot(parseConfig(yaml, 'gateway.yaml'), {
    generation: 1,
    sources: { env: {}, credentialsFile: 'none.json', configFile: 'gateway.yaml' },
    demoUrl: 'http://127.0.0.1:1/v1',
    playAll: false,
  })
  const sent = (name: string, path?: string) =>
    explainLive(snapshot, path === undefined ? { name } : { name, path }, []).states.map(
      state => state.sent,
    )
  const [claude, gemini, mistral] = sent('think', '/v1/chat/completions')
  t.match(claude, {
    set: { 'mine.deep': 1, max_tokens: 64_000, 'thinking.type': 'enabled' },
    dropped: ['seed'],
  })
  t.match(gemini, { set: { 'generationConfig.seed': 7 }, dropped: [] })
  t.match(mistral, { set: { max_tokens: 90_000, reasoning_effort: 'high', seed: 7 } })
  t.match(sent('think', '/v1/messages')[0], { set: { 'mine.deep': 1, 'thinking.type': 'enabled' } })
  t.strictSame(sent('plain'), [undefined])
})
