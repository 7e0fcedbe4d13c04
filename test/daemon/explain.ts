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

t.test('whether a request is passed on, translated, or not offered', async t => {
  const snapshot = await buildSnapshot(parseConfig('listen: 127.0.0.1:1', 'gateway.yaml'), {
    generation: 1,
    sources: { env: {}, credentialsFile: 'none.json', configFile: 'gateway.yaml' },
    demoUrl: 'http://127.0.0.1:1/v1',
    playAll: false,
  })
  const protocol = (name: string, path: string) =>
    explainLive(snapshot, { name, path }, []).states[0]!.protocol
  const claude = 'anthropic/claude-sonnet-4-5'
  t.equal(protocol(claude, '/v1/messages'), 'passed as it is')
  t.equal(protocol(claude, '/v1/chat/completions'), 'translated to Messages')
  t.equal(protocol('gemini/gemini-3-pro', '/api/chat'), "translated to Gemini's API")
  t.equal(protocol(claude, '/v1beta/models/x:generateContent'), 'translated to Messages')
  t.equal(protocol('vertex/claude-sonnet-4-5', '/v1/messages'), 'passed, in the form of its host')
  t.equal(protocol('groq/llama', '/v1/messages/count_tokens'), 'estimated: nobody counts there')
  t.match(protocol(claude, '/v1/embeddings'), "not offered: it speaks Anthropic's API")
  t.equal(protocol('gemini/gemini-embedding-001', '/api/embed'), "translated to Gemini's API")
  t.equal(protocol('bedrock/cohere.embed-v4:0', '/v1/embeddings'), 'translated to InvokeModel')
  t.equal(protocol('openai/text-embedding-3-small', '/v1/embeddings'), 'passed as it is')
  t.equal(protocol(claude, '/v1beta/models/x'), undefined)
})
