import t from 'tap'
import { Credential } from '../../src/config/credential.ts'
import { parseConfig } from '../../src/config/load.ts'
import {
  offers,
  openProvider,
  operationPath,
  type Provider,
  passthroughPath,
  playedProvider,
  providerHeaders,
  requireOrigin,
} from '../../src/providers/provider.ts'

const present = (name: string): Credential =>
  new Credential(name, { kind: 'present', text: 'sk-secret' })

/** A provider of a config, with a key unless another credential is given. */
function provider(yaml: string, credential = present('p')): Provider {
  const { config } = parseConfig(`providers:\n  p: ${yaml}\n`, 'gateway.yaml')
  return openProvider(config.providers.get('p')!, credential)
}

t.test('below a provider /v1 stands for its base URL, anything else for its root', async t => {
  const local = provider('{ preset: vllm }')
  const zai = provider('{ preset: zai }')
  t.equal(passthroughPath(local, '/v1/files/x'), '/v1/files/x')
  t.equal(passthroughPath(zai, '/v1/files'), '/api/paas/v4/files')
  t.equal(passthroughPath(zai, '/v1'), '/api/paas/v4')
  t.equal(passthroughPath(zai, '/metrics'), '/metrics')
  t.equal(passthroughPath(zai, '/v1x'), '/v1x')
  t.equal(passthroughPath(provider('{ preset: perplexity }'), '/v1'), '/')
})

t.test('headers: what the config sets takes the place of what the client sent', async t => {
  const p = provider('{ preset: vllm, headers: { x-team: search, Accept: "*/*" } }')
  t.same(
    providerHeaders(
      p,
      ['X-Team', 'other', 'accept', 'text/html', 'x-kept', '1', 'authorization', 'Bearer client'],
      '/',
    ),
    ['x-kept', '1', 'x-team', 'search', 'accept', '*/*', 'authorization', 'Bearer sk-secret'],
  )
})

t.test('credentials: passed through, none, missing', async t => {
  const client = ['authorization', 'Bearer client', 'x-api-key', 'client']
  const pass = provider('{ preset: vllm }', new Credential('p', { kind: 'passthrough' }))
  t.same(providerHeaders(pass, client, '/'), client)
  const none = provider('{ preset: vllm }', new Credential('p', { kind: 'none' }))
  t.same(providerHeaders(none, client, '/'), [])
  const missing = provider(
    '{ preset: openai }',
    new Credential('p', { kind: 'missing', reason: 'X is not set', hint: 'export X' }),
  )
  t.throws(() => providerHeaders(missing, client, '/'), {
    code: 'credential_missing',
    status: 401,
    hint: 'export X',
  })
})

t.test('what a provider does not offer, or cannot be reached for', async t => {
  const openai = provider('{ preset: openai }')
  t.equal(
    operationPath(openai, { protocol: 'chat', path: '/chat/completions' }, 'm'),
    '/v1/chat/completions',
  )
  t.throws(() => operationPath(openai, { protocol: 'messages', path: '/messages' }, 'm'), {
    code: 'not_offered',
    status: 501,
  })
  const own = provider('{ api: anthropic, baseUrl: "https://h.example/v1" }')
  t.throws(() => operationPath(own, { protocol: 'chat', path: '/chat/completions' }, 'm'), {
    code: 'not_offered',
  })
  t.equal(operationPath(own, { protocol: 'messages', path: '/messages' }, 'm'), '/v1/messages')
  const google = provider('{ api: gemini, baseUrl: "https://h.example/v1beta" }')
  t.equal(
    operationPath(google, { protocol: 'gemini', path: ':countTokens' }, 'a/b'),
    '/v1beta/models/a%2Fb:countTokens',
  )
  t.throws(() => operationPath(google, { protocol: 'chat', path: '/chat/completions' }, 'm'), {
    code: 'not_offered',
  })
  t.throws(() => requireOrigin(provider('{ preset: azure }'), '/x'), {
    code: 'not_offered',
    hint: /providers.p.baseUrl/,
  })
})

t.test('a provider that is played is asked as the real one would be', async t => {
  const chat = { protocol: 'chat', path: '/chat/completions' } as const
  const messages = { protocol: 'messages', path: '/messages' } as const
  const responses = { protocol: 'responses', path: '/responses' } as const
  const gemini = { protocol: 'gemini', path: ':generateContent' } as const
  const every = [chat, responses, messages, gemini]
  const cases: [yaml: string, model: string, paths: (string | undefined)[]][] = [
    [
      '{ preset: openai }',
      'gpt-5',
      ['/v1/chat/completions', '/v1/responses', undefined, undefined],
    ],
    ['{ preset: anthropic }', 'c', [undefined, undefined, '/anthropic/v1/messages', undefined]],
    [
      '{ preset: gemini }',
      'g',
      [undefined, undefined, undefined, '/v1beta/models/g:generateContent'],
    ],
    [
      '{ api: openai, baseUrl: "http://127.0.0.1:9/x" }',
      'm',
      ['/v1/chat/completions', undefined, undefined, undefined],
    ],
    [
      '{ preset: vertex }',
      'claude-x',
      [
        undefined,
        undefined,
        '/v1/projects/demo/locations/global/publishers/anthropic/models/claude-x:rawPredict',
        undefined,
      ],
    ],
    [
      '{ preset: deepseek }',
      'm',
      ['/v1/chat/completions', undefined, '/anthropic/v1/messages', undefined],
    ],
    [
      '{ preset: demo }',
      'm',
      ['/v1/chat/completions', '/v1/responses', '/v1/messages', '/v1beta/models/m:generateContent'],
    ],
    [
      '{ preset: demo, api: anthropic }',
      'm',
      [undefined, undefined, '/anthropic/v1/messages', undefined],
    ],
  ]
  for (const [yaml, model, paths] of cases) {
    const { config } = parseConfig(`providers:\n  p: ${yaml}\n`, 'gateway.yaml')
    const played = playedProvider(config.providers.get('p')!, present('p'), 'http://127.0.0.1:1/v1')
    t.equal(played.origin, 'http://127.0.0.1:1')
    t.same(
      every.map(operation =>
        offers(played, operation, model) ? operationPath(played, operation, model) : undefined,
      ),
      paths,
      yaml,
    )
  }
})

t.test(
  'the quirks that a config states are those of the provider, and say what it offers',
  async t => {
    const operation = { protocol: 'messages', path: '/messages' } as const
    const old = provider('{ preset: ollama, quirks: { messagesAt: ~, topK: true } }')
    const own = provider(
      '{ api: openai, baseUrl: "http://x/v1", quirks: { messagesAt: /anthropic/v1 } }',
    )
    t.match(old.quirks, { messagesAt: null, topK: true, toolChoice: false })
    t.notOk(offers(old, operation, 'm'))
    t.ok(offers(provider('{ preset: ollama }'), operation, 'm'))
    t.equal(operationPath(own, operation, 'm'), '/anthropic/v1/messages')
  },
)

t.test('a server of its own speaks Chat alone, unless it is known by its address', async t => {
  const responses = { protocol: 'responses', path: '/responses' } as const
  for (const [yaml, has] of [
    ['{ api: openai, baseUrl: "http://127.0.0.1:8000/v1" }', false],
    ['{ api: openai, baseUrl: "http://x/v1", quirks: { responses: true } }', true],
    ['{ api: openai, baseUrl: "https://api.openai.com/v1" }', true],
    ['{ api: openai, baseUrl: "https://api.openai.com/v1", quirks: { responses: false } }', false],
    ['{ api: openai, baseUrl: "https://mine.openai.azure.com/openai/v1" }', true],
    ['{ api: openai, baseUrl: "https://api.mistral.ai/v1" }', false],
    ['{ preset: llamacpp, baseUrl: "http://127.0.0.1:8081/v1" }', false],
    ['{ preset: vllm }', true],
  ] as const) {
    t.equal(offers(provider(yaml), responses, 'm'), has, yaml)
  }
  t.equal(provider('{ api: openai, baseUrl: "https://api.mistral.ai/v1" }').quirks.toolIds, 'nine')
})
