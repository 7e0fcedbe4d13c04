import { createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { mock } from 'node:test'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import { cloudPackage } from '../../src/config/cloud-package.ts'
import type { ProviderConfig } from '../../src/config/config.ts'
import { type Credential, parseReference } from '../../src/config/credential.ts'
import { presetProvider } from '../../src/config/presets.ts'
import { resolveCredential } from '../../src/config/resolve-credential.ts'

const provider = (credential: string): ProviderConfig => ({
  ...presetProvider('openai')!,
  name: 'cloud',
  credential,
  credentialDeclared: true,
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

interface Seen {
  readonly path: string
  readonly form: URLSearchParams
  readonly flavor: string | undefined
}

/** A token endpoint; it answers with what `answer` gives, the number of the request in it. */
async function endpoint(t: Test, answer: (n: number) => readonly [number, object]) {
  const seen: Seen[] = []
  const server = createServer((req, res) => {
    let body = ''
    req.on('data', chunk => {
      body += chunk
    })
    req.on('end', () => {
      const flavor = req.headers['metadata-flavor'] as string | undefined
      seen.push({ path: req.url!, form: new URLSearchParams(body), flavor })
      const [status, value] = answer(seen.length)
      res.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      res.end(JSON.stringify(value))
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { seen, host, url: `http://${host}/token` }
}

const token = (n: number) =>
  [200, { access_token: `ya29.made-up-${n}`, expires_in: 3599, token_type: 'Bearer' }] as const

function resolve(t: Test, reference: string, files: Record<string, object | string>, env = {}) {
  const dir = t.testdir({
    'gateway.yaml': '',
    ...Object.fromEntries(
      Object.entries(files).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  })
  return resolveCredential(provider(reference), {
    configFile: join(dir, 'gateway.yaml'),
    credentialsFile: join(dir, 'credentials.json'),
    env: {
      CLOUDSDK_CONFIG: join(dir, 'gcloud'),
      AWS_SHARED_CREDENTIALS_FILE: join(dir, 'aws'),
      AWS_CONFIG_FILE: join(dir, 'aws-config'),
      ...env,
    },
  })
}

function hides(t: Test, credential: Credential, secret: string): void {
  for (const form of [
    String(credential),
    JSON.stringify(credential),
    inspect(credential, { depth: 9, showHidden: true }),
  ]) {
    t.notMatch(form, secret)
  }
}

t.test('their references may say no more than the cloud', async t => {
  t.same(parseReference('aws:'), { kind: 'aws', rest: '' })
  t.same(parseReference('aws:work'), { kind: 'aws', rest: 'work' })
  t.same(parseReference('google:'), { kind: 'google', rest: '' })
  t.same(parseReference('google:~/key.json'), { kind: 'google', rest: '~/key.json' })
  t.equal(parseReference('aws'), undefined)
})

t.test('google: a service account signs for its token', async t => {
  const { seen, url } = await endpoint(t, token)
  const credential = await resolve(t, 'google:key.json', {
    'key.json': {
      type: 'service_account',
      client_email: 'me@project.iam.gserviceaccount.com',
      private_key: privateKey,
      private_key_id: 'k1',
      token_uri: url,
    },
  })
  t.equal(credential.reveal(), 'ya29.made-up-1')
  t.equal(seen[0]?.form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer')
  const [head = '', claims = '', signature = ''] = seen[0]!.form.get('assertion')!.split('.')
  t.ok(
    createVerify('RSA-SHA256')
      .update(`${head}.${claims}`)
      .verify(publicKey, signature, 'base64url'),
  )
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString())
  t.match(said, {
    iss: 'me@project.iam.gserviceaccount.com',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    aud: url,
  })
  t.equal(said.exp - said.iat, 3600)
  t.match(JSON.parse(Buffer.from(head, 'base64url').toString()), { alg: 'RS256', kid: 'k1' })
  hides(t, credential, 'ya29')
})

t.test("google: gcloud's own login is refreshed", async t => {
  const { seen, url } = await endpoint(t, token)
  const login = {
    type: 'authorized_user',
    client_id: 'id',
    client_secret: 'made-up-secret',
    refresh_token: 'made-up-refresh',
    token_uri: url,
  }
  const credential = await resolve(
    t,
    'google:',
    { 'login.json': login },
    {
      GOOGLE_APPLICATION_CREDENTIALS: join(t.testdirName, 'login.json'),
    },
  )
  t.equal(credential.reveal(), 'ya29.made-up-1')
  t.match(Object.fromEntries(seen[0]!.form), {
    grant_type: 'refresh_token',
    client_id: 'id',
    client_secret: 'made-up-secret',
    refresh_token: 'made-up-refresh',
  })
})

t.test('google: a machine of its own is told by its metadata server', async t => {
  const { seen, host } = await endpoint(t, token)
  const credential = await resolve(t, 'google:', {}, { GCE_METADATA_HOST: host })
  t.equal(credential.reveal(), 'ya29.made-up-1')
  t.match(seen, [
    { path: '/computeMetadata/v1/instance/service-accounts/default/token', flavor: 'Google' },
  ])
})

t.test(
  'google: a token is read anew before it ends, and an old one is kept while that fails',
  async t => {
    const { host, seen } = await endpoint(t, n => (n === 2 ? [503, {}] : token(n)))
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() })
    t.teardown(() => mock.timers.reset())
    const credential = await resolve(t, 'google:', {}, { GCE_METADATA_HOST: host })
    const asked = async (times: number) => {
      while (seen.length < times) await new Promise(setImmediate)
    }
    t.equal(credential.temporary, true)
    mock.timers.tick(3_200_000)
    t.equal(seen.length, 1, 'it is good for a while')
    mock.timers.tick(100_000)
    await asked(2)
    // The answer is read, and the next timer is set, without a sign from outside: the clock is moved until it asks again.
    while (seen.length < 3) {
      await new Promise(setImmediate)
      mock.timers.tick(30_000)
      t.equal(credential.reveal(), 'ya29.made-up-1')
    }
    while (credential.reveal() !== 'ya29.made-up-3') await new Promise(setImmediate)
    t.equal(credential.version, 2)
  },
)

t.test('google: what cannot be had says why and what to do, and no secret', async t => {
  const { url } = await endpoint(t, () => [
    400,
    { error: 'invalid_grant', error_description: 'made-up-refresh' },
  ])
  const type = 'authorized_user'
  const files = {
    'login.json': { type, refresh_token: 'made-up-refresh', token_uri: url },
    'broken.json': '{"private_key": "made-up',
    'nokey.json': { type: 'service_account', private_key: 'made-up', token_uri: url },
    'federated.json': { type: 'external_account', token_uri: url },
  }
  const missing = async (reference: string) => (await resolve(t, reference, files)).missing
  t.match(await missing('google:login.json'), {
    reason: /answered 400 invalid_grant/,
    hint: /gcloud auth/,
  })
  t.match(await missing('google:broken.json'), { reason: /not valid JSON/ })
  t.match(await missing('google:nokey.json'), { reason: /no private key/ })
  t.match(await missing('google:none.json'), { reason: /cannot read .*: ENOENT/ })
  for (const name of Object.keys(files))
    t.notMatch(inspect(await missing(`google:${name}`)), /made-up/)
})

const pair = { AWS_ACCESS_KEY_ID: 'AKIDMADEUP', AWS_SECRET_ACCESS_KEY: 'made-up-secret' }
const profiles = `
[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key=made-up/default
# a comment
[work]
AWS_ACCESS_KEY_ID = AKIDWORK
aws_secret_access_key = made-up=work
aws_session_token = made-up-session
`

t.test('aws: a Bedrock API key comes before keys, and keys before profiles', async t => {
  const files = { aws: profiles }
  const bearer = await resolve(t, 'aws:', files, {
    ...pair,
    AWS_BEARER_TOKEN_BEDROCK: 'made-up-key',
  })
  t.strictSame([bearer.reveal(), bearer.revealKeys()], ['made-up-key', undefined])
  const keys = await resolve(t, 'aws:', files, { ...pair, AWS_SESSION_TOKEN: 'made-up-session' })
  t.equal(keys.reveal(), undefined, 'there is nothing that could be sent')
  t.strictSame(keys.revealKeys(), {
    accessKeyId: 'AKIDMADEUP',
    secretAccessKey: 'made-up-secret',
    sessionToken: 'made-up-session',
  })
  hides(t, keys, 'made-up-secret')
  const profile = await resolve(t, 'aws:', files)
  t.strictSame(profile.revealKeys()?.secretAccessKey, 'made-up/default')
  const named = await resolve(t, 'aws:', files, { AWS_PROFILE: 'work' })
  t.strictSame(named.revealKeys(), {
    accessKeyId: 'AKIDWORK',
    secretAccessKey: 'made-up=work',
    sessionToken: 'made-up-session',
  })
})

t.test('aws: a profile that is named is taken, whatever the environment says', async t => {
  const env = { ...pair, AWS_BEARER_TOKEN_BEDROCK: 'made-up-key' }
  const work = await resolve(t, 'aws:work', { aws: profiles }, env)
  t.equal(work.revealKeys()?.accessKeyId, 'AKIDWORK')
  const config = '[profile other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = x\n'
  const other = await resolve(t, 'aws:other', { aws: profiles, 'aws-config': config }, env)
  t.equal(other.revealKeys()?.accessKeyId, 'AKIDOTHER')
})

t.test('a package that is not there is named, with the command', async t => {
  await t.rejects(cloudPackage('@nobody/has-this', 'it is a login'), {
    message: 'it is a login, which the package @nobody/has-this reads, and it is not installed',
    hint: /npm install @nobody\/has-this/,
  })
})

t.test('aws: a role or a single sign-on names the package that reads it', async t => {
  const config = '[profile sso]\nsso_session = me\n'
  const sso = await resolve(t, 'aws:sso', { 'aws-config': config })
  t.match(sso.missing, {
    reason: /profile sso holds no keys but .*@aws-sdk\/credential-provider-node/,
    hint: /npm install @aws-sdk\/credential-provider-node/,
  })
  t.match((await resolve(t, 'aws:', {})).missing, { reason: /AWS_ACCESS_KEY_ID/ })
})
