import t, { type Test } from 'tap'
import { parseConfig } from '../../src/config/load.ts'
import { checkProviders } from '../../src/daemon/check.ts'
import { buildSnapshot } from '../../src/daemon/snapshot.ts'
import { type Handler, upstream } from '../fixtures/upstream.ts'

const key = 'sk-do-not-show-0123456789'

const snapshotOf = (t: Test, yaml: string) =>
  buildSnapshot(parseConfig(yaml, 'f'), {
    generation: 1,
    sources: {
      env: { UP_KEY: key },
      credentialsFile: `${t.testdir()}/none.json`,
      configFile: `${t.testdir()}/f`,
    },
    demoUrl: 'http://127.0.0.1:9/v1',
    playAll: false,
  })

const providerAt = (url: string, credential = 'env:UP_KEY', more = ''): string =>
  `providers: { up: { api: openai, baseUrl: "${url}/v1", credential: "${credential}"${more} } }`

/** What one provider is found to be that answers so. */
async function outcomeAt(t: Test, handler: Handler, credential?: string) {
  const up = await upstream(t, handler)
  const snapshot = await snapshotOf(t, providerAt(up.url, credential))
  const [result] = await checkProviders(snapshot, ['up'], 20_000)
  t.notMatch(JSON.stringify(result), key)
  return { result, up }
}

const list = { data: [{ id: 'm1' }, { id: 'm2' }, { odd: 1 }] }

t.test('ok: with the key it has a list, without it none', async t => {
  const { result, up } = await outcomeAt(t, exchange =>
    exchange.headers.authorization === `Bearer ${key}`
      ? exchange.json(list)
      : exchange.json({}, 401),
  )
  t.match(result, { outcome: 'ok', status: 200, models: ['m1', 'm2'], credential: 'env:UP_KEY' })
  t.same(
    up.requests.map(({ method, url }) => `${method} ${url}`),
    ['GET /v1/models', 'GET /v1/models'],
  )
})

t.test('a list that everybody gets says nothing of the key', async t => {
  const { result } = await outcomeAt(t, exchange => exchange.json(list))
  t.match(result, { outcome: 'untested', reason: /open to all/, models: ['m1', 'm2'] })
  const none = await outcomeAt(t, exchange => exchange.json(list), 'none')
  t.match(none.result, { outcome: 'ok' })
  t.equal(none.up.requests.length, 1)
})

t.test('refused, in the words of whoever, which are not passed on', async t => {
  for (const status of [401, 403]) {
    const { result } = await outcomeAt(t, exchange =>
      exchange.json({ error: { message: `Incorrect API key provided: ${key}` } }, status),
    )
    t.match(result, { outcome: 'refused', status, hint: 'export UP_KEY=... && gateway restart' })
  }
  const google = { error: { code: 400, details: [{ reason: 'API_KEY_INVALID' }] } }
  t.match((await outcomeAt(t, exchange => exchange.json(google, 400))).result, {
    outcome: 'refused',
  })
})

t.test('other answers', async t => {
  const cases: readonly (readonly [Handler, object])[] = [
    [exchange => exchange.json({}, 404), { outcome: 'untested', reason: /no list of models/ }],
    [exchange => exchange.json({}, 500), { outcome: 'failed', reason: 'it answered 500' }],
    [exchange => exchange.json({ hello: 1 }), { outcome: 'failed', reason: /no list of models/ }],
    [exchange => exchange.response.end('<html>'), { outcome: 'failed' }],
    [exchange => exchange.json([{ name: 'models/g' }]), { models: ['g'] }],
    [exchange => exchange.request.socket.destroy(), { outcome: 'failed' }],
  ]
  for (const [handler, wanted] of cases) t.match((await outcomeAt(t, handler)).result, wanted)
})

t.test('what is not asked at all', async t => {
  const up = await upstream(t)
  const of = async (credential: string) =>
    (await checkProviders(await snapshotOf(t, providerAt(up.url, credential)), ['up'], 1000))[0]
  t.match(await of('env:NO_KEY'), { outcome: 'missing', reason: 'NO_KEY is not set' })
  t.match(await of('passthrough'), { outcome: 'untested' })
  t.equal(up.requests.length, 0)
  const azure = await snapshotOf(t, 'providers: { azure: { credential: none } }')
  t.match(await checkProviders(azure, [], 1000), [{ outcome: 'failed', reason: /baseUrl/ }])
  await up.close()
  t.match(await of('env:UP_KEY'), { outcome: 'unreachable', reason: /ECONNREFUSED/ })
})

t.test('one that never answers is given up', async t => {
  const up = await upstream(t)
  const snapshot = await snapshotOf(t, providerAt(up.url))
  t.match(await checkProviders(snapshot, ['up'], 50), [{ outcome: 'unreachable' }])
})

t.test('whom a name stands for', async t => {
  const up = await upstream(t, exchange => exchange.json(list))
  const snapshot = await snapshotOf(
    t,
    `providers:
  a: { api: openai, baseUrl: "${up.url}", credential: none }
  b: { api: openai, baseUrl: "${up.url}", credential: store:job }
  job: { api: openai, baseUrl: "${up.url}", credential: none }
`,
  )
  const asked = async (...names: string[]) =>
    (await checkProviders(snapshot, names, 20_000)).map(({ provider }) => provider)
  t.same(await asked(), ['a', 'b', 'job'])
  t.same(await asked('a', 'a'), ['a'])
  t.same(await asked('job'), ['b', 'job'])
  await t.rejects(asked('jab'), { code: 'provider_not_found', facts: { near: ['job'] } })
})
