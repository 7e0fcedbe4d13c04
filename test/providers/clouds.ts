import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parseConfig } from '../../src/config/load.ts'
import { resolveCredential } from '../../src/config/resolve-credential.ts'
import {
  openProvider,
  operationPath,
  passthroughPath,
  providerHeaders,
  withBaseQuery,
} from '../../src/providers/provider.ts'
import { signatureFault } from '../fixtures/aws-verifier.ts'

const keys = { AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' }
const secrets = { AKIDMADEUP: 'made-up-secret' }

/** The provider of that name in a config, with an environment. */
async function open(t: Test, text: string, name: string, env: Record<string, string> = {}) {
  const { config } = parseConfig(text, 'gateway.yaml')
  const provider = config.providers.get(name) ?? config.undeclared.get(name)!
  const dir = t.testdir({ 'gateway.yaml': '' })
  const nowhere = {
    AWS_SHARED_CREDENTIALS_FILE: join(dir, 'none'),
    AWS_CONFIG_FILE: join(dir, 'none'),
  }
  const sources = {
    env: { ...nowhere, ...env },
    configFile: join(dir, 'gateway.yaml'),
    credentialsFile: join(dir, 'none.json'),
  }
  return openProvider(provider, await resolveCredential(provider, sources), env)
}

const chat = { protocol: 'chat', path: '/chat/completions' } as const

t.test('bedrock: a region is enough, in the config or in the environment', async t => {
  const said = await open(t, 'providers: { bedrock: { region: eu-central-1 } }', 'bedrock', keys)
  t.equal(said.origin, 'https://bedrock-runtime.eu-central-1.amazonaws.com')
  t.equal(said.basePath, '/openai/v1')
  const found = await open(t, 'providers: { bedrock: {} }', 'bedrock', {
    ...keys,
    AWS_REGION: 'us-west-2',
  })
  t.equal(found.origin, 'https://bedrock-runtime.us-west-2.amazonaws.com')
  t.equal((await open(t, 'providers: { bedrock: {} }', 'bedrock', keys)).origin, undefined)
})

t.test('bedrock: requests are signed with keys, for the region of the server', async t => {
  const body = Buffer.from('{"model":"openai.gpt-oss-20b-1:0"}')
  for (const [config, region, service] of [
    ['region: eu-central-1', 'eu-central-1', 'bedrock'],
    ['baseUrl: https://bedrock-mantle.us-east-2.api.aws/v1', 'us-east-2', 'bedrock-mantle'],
    ['{ baseUrl: http://127.0.0.1:9/v1, region: ap-south-1 }', 'ap-south-1', 'bedrock'],
  ]) {
    const inner = config!.replace(/^\{ | \}$/g, '')
    const provider = await open(t, `providers: { bedrock: { ${inner} } }`, 'bedrock', keys)
    const path = '/model/arn%3Aaws%3Abedrock%3A1%2Fx/converse'
    const sent = ['content-type', 'application/json', 'authorization', 'Bearer of-the-client']
    const flat = providerHeaders(provider, sent, path, { method: 'POST', body })
    const headers: Record<string, string> = { host: new URL(provider.origin!).host }
    for (let i = 0; i < flat.length; i += 2) headers[flat[i]!.toLowerCase()] = flat[i + 1]!
    const arrived = { method: 'POST', url: path, headers, body }
    t.equal(signatureFault(arrived, secrets), undefined)
    t.match(headers['authorization'], `/${region}/${service}/aws4_request`)
    t.match(signatureFault({ ...arrived, body: Buffer.from('{}') }, secrets), /does not match/)
    t.notMatch(JSON.stringify(flat), 'made-up-secret')
  }
})

t.test('bedrock: an API key is a bearer, and what is not held whole needs one', async t => {
  const text = 'providers: { bedrock: { region: us-east-1 } }'
  const bearer = await open(t, text, 'bedrock', {
    ...keys,
    AWS_BEARER_TOKEN_BEDROCK: 'made-up-key',
  })
  t.strictSame(providerHeaders(bearer, [], '/x'), ['authorization', 'Bearer made-up-key'])
  const signing = await open(t, text, 'bedrock', keys)
  t.throws(() => providerHeaders(signing, [], '/x'), {
    code: 'not_offered',
    hint: /AWS_BEARER_TOKEN_BEDROCK/,
  })
})

t.test('vertex: a project, and a location, are enough', async t => {
  const url = async (inner: string, env = {}) => {
    const { config } = parseConfig(
      `providers: { vertex: { credential: none, ${inner} } }`,
      'gateway.yaml',
    )
    const provider = config.providers.get('vertex')!
    const { origin, basePath } = openProvider(
      provider,
      await resolveCredential(provider, { env, configFile: '', credentialsFile: '' }),
      env,
    )
    return origin && origin + basePath
  }
  const path = (place: string) => `/v1/projects/p-1/locations/${place}/endpoints/openapi`
  t.equal(await url('project: p-1'), `https://aiplatform.googleapis.com${path('global')}`)
  t.equal(
    await url('project: p-1, location: europe-west4'),
    `https://europe-west4-aiplatform.googleapis.com${path('europe-west4')}`,
  )
  t.equal(
    await url('project: p-1, location: eu'),
    `https://aiplatform.eu.rep.googleapis.com${path('eu')}`,
  )
  t.equal(
    await url('', { GOOGLE_CLOUD_PROJECT: 'p-1', GOOGLE_CLOUD_LOCATION: 'us-east5' }),
    `https://us-east5-aiplatform.googleapis.com${path('us-east5')}`,
  )
  t.equal(await url(''), undefined)
})

t.test('what each cloud is shown unless the config says otherwise', async t => {
  const reference = (text: string, name: string) => {
    const { config } = parseConfig(text, 'gateway.yaml')
    return config.providers.get(name)!.credential
  }
  t.equal(reference('providers: { bedrock: {} }', 'bedrock'), 'aws:')
  t.equal(reference('providers: { vertex: { project: p } }', 'vertex'), 'google:')
  t.equal(
    reference('providers: { vertex: { baseUrl: "https://x.example/v1" } }', 'vertex'),
    'env:VERTEX_ACCESS_TOKEN',
  )
  t.equal(reference('providers: { bedrock: { credential: env:X } }', 'bedrock'), 'env:X')
})

t.test(
  "azure: the query of the base URL goes with every request, and the key in a field of Azure's",
  async t => {
    const text =
      'providers: { azure: { baseUrl: "https://r.openai.azure.com/openai/deployments/d1?api-version=2024-10-21" } }'
    const provider = await open(t, text, 'azure', { AZURE_OPENAI_API_KEY: 'made-up' })
    const path = operationPath(provider, chat, 'gpt-4o')
    t.equal(path, '/openai/deployments/d1/chat/completions?api-version=2024-10-21')
    t.equal(
      operationPath(provider, chat, 'gpt-4o', '?api-version=old&x=1'),
      '/openai/deployments/d1/chat/completions?api-version=2024-10-21&x=1',
    )
    t.equal(
      withBaseQuery(provider, passthroughPath(provider, '/v1/files')),
      '/openai/deployments/d1/files?api-version=2024-10-21',
    )
    t.strictSame(providerHeaders(provider, [], path), ['api-key', 'made-up'])
  },
)

t.test('azure: without a deployment in the URL it is the model', async t => {
  const text =
    'providers: { azure: { baseUrl: "https://r.openai.azure.com/openai/deployments?api-version=v" } }'
  const provider = await open(t, text, 'azure')
  t.equal(
    operationPath(provider, chat, 'my gpt'),
    '/openai/deployments/my%20gpt/chat/completions?api-version=v',
  )
  const v1 = await open(
    t,
    'providers: { azure: { baseUrl: "https://r.openai.azure.com/openai/v1" } }',
    'azure',
  )
  t.equal(operationPath(v1, chat, 'gpt-4o', '?x=1'), '/openai/v1/chat/completions?x=1')
})

t.test('a place that means nothing is a mistake', async t => {
  for (const [inner, message] of [
    ['openai: { region: us-east-1 }', /"region" is for the preset bedrock/],
    ['vertex: { location: eu }', /says too little/],
    ['vertex: { project: p, baseUrl: "https://x.example/v1" }', /baseUrl says the project already/],
    ['bedrock: { region: "us east" }', /a region such as us-east-1/],
    ['azure: { baseUrl: "https://x.example/v1?key=made-up" }', /found a URL with a query/],
  ] as const) {
    let said = ''
    try {
      parseConfig(`providers: { ${inner} }`, 'gateway.yaml')
    } catch (error) {
      said = JSON.stringify([String(error), error])
    }
    t.match(said.replaceAll('\\"', '"'), message)
    t.notMatch(said, /made-up/)
  }
})
