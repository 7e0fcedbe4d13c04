// A token of Google's, found where Google's own tools find it: the file that GOOGLE_APPLICATION_CREDENTIALS names, then
// gcloud's own, then the server that tells a machine of Google's who it is.
// https://cloud.google.com/docs/authentication/application-default-credentials

import { createSign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir, platform } from 'node:os'
import { join } from 'node:path'
import { Absent } from './absent.ts'
import { cloudPackage } from './cloud-package.ts'

type Env = Readonly<Record<string, string | undefined>>
type Fields = Readonly<Record<string, unknown>>

export interface GoogleToken {
  readonly text: string
  /** When it ends, in milliseconds since the epoch. */
  readonly ends: number
}

const scope = 'https://www.googleapis.com/auth/cloud-platform'
const login = 'gcloud auth application-default login'

/** Follows `google:` (`file` undefined: whatever the environment says) or `google:FILE`. Throws Absent. */
export async function googleToken(
  file: string | undefined,
  env: Env,
  timeoutMs = 10_000,
): Promise<GoogleToken> {
  const named = file ?? (env['GOOGLE_APPLICATION_CREDENTIALS']?.trim() || undefined)
  const path = named ?? join(gcloudFolder(env), 'application_default_credentials.json')
  const text = await readFile(path, 'utf8').catch(error => {
    if (named === undefined) return undefined
    throw new Absent(`cannot read ${path}: ${error.code}`, 'check the file')
  })
  if (text === undefined) return fromMachine(path, env, timeoutMs)
  let fields: Fields
  try {
    fields = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text around the fault, which may be a key.
    throw new Absent(`${path} is not valid JSON`, login)
  }
  switch (fields?.['type']) {
    case 'service_account':
      return exchange(fields, path, timeoutMs, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: assertionOf(fields, path),
      })
    case 'authorized_user':
      return exchange(fields, path, timeoutMs, {
        grant_type: 'refresh_token',
        client_id: String(fields['client_id']),
        client_secret: String(fields['client_secret']),
        refresh_token: String(fields['refresh_token']),
      })
    default:
      return fromPackage(path, String(fields?.['type'] ?? 'unknown'))
  }
}

function gcloudFolder(env: Env): string {
  const own = env['CLOUDSDK_CONFIG']?.trim()
  if (own) return own
  return platform() === 'win32'
    ? join(env['APPDATA'] ?? homedir(), 'gcloud')
    : join(homedir(), '.config', 'gcloud')
}

const tokenUri = (fields: Fields): string =>
  typeof fields['token_uri'] === 'string'
    ? fields['token_uri']
    : 'https://oauth2.googleapis.com/token'

/** https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests */
function assertionOf(fields: Fields, path: string): string {
  const encoded = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const head = encoded({ alg: 'RS256', typ: 'JWT', kid: fields['private_key_id'] })
  const claims = encoded({
    iss: fields['client_email'],
    scope,
    aud: tokenUri(fields),
    iat: now,
    exp: now + 3600,
  })
  try {
    const signature = createSign('RSA-SHA256')
      .update(`${head}.${claims}`)
      .sign(String(fields['private_key']), 'base64url')
    return `${head}.${claims}.${signature}`
  } catch {
    throw new Absent(
      `${path} holds no private key that works`,
      'create a new key of the service account',
    )
  }
}

function exchange(
  fields: Fields,
  path: string,
  timeoutMs: number,
  form: Readonly<Record<string, string>>,
): Promise<GoogleToken> {
  return tokenFrom(tokenUri(fields), path, {
    method: 'POST',
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(timeoutMs),
  })
}

/** Where there is no file: on a machine of Google's. https://cloud.google.com/compute/docs/metadata/overview */
async function fromMachine(path: string, env: Env, timeoutMs: number): Promise<GoogleToken> {
  const host = env['GCE_METADATA_HOST']?.trim() || 'metadata.google.internal'
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`
  return tokenFrom(url, 'this machine', {
    headers: { 'metadata-flavor': 'Google' },
    signal: AbortSignal.timeout(Math.min(3000, timeoutMs)),
  }).catch(error => {
    if (error instanceof Absent && error.message.includes(' answered ')) throw error
    throw new Absent(
      `GOOGLE_APPLICATION_CREDENTIALS is not set, there is no ${path}, and this is no machine of Google's`,
      login,
    )
  })
}

/** `whose` names what is shown there, for the words of an error. */
async function tokenFrom(url: string, whose: string, init: RequestInit): Promise<GoogleToken> {
  const { origin } = new URL(url)
  const response = await fetch(url, { ...init, redirect: 'error' }).catch(() => {
    throw new Absent(`cannot reach ${origin} for a token`, 'check the network')
  })
  const said = (await response.json().catch(() => ({}))) as Fields
  const { access_token, expires_in, error } = said ?? {}
  if (!response.ok || typeof access_token !== 'string') {
    const word = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? ` ${error}` : ''
    throw new Absent(`${origin} answered ${response.status}${word} to ${whose}`, login)
  }
  return { text: access_token, ends: Date.now() + (Number(expires_in) || 3600) * 1000 }
}

interface GoogleAuthLibrary {
  readonly GoogleAuth: new (options: {
    readonly keyFilename: string
    readonly scopes: string
  }) => {
    getClient(): Promise<{
      getAccessToken(): Promise<{ readonly token?: string | null }>
      readonly credentials?: { readonly expiry_date?: number | null }
    }>
  }
}

async function fromPackage(path: string, type: string): Promise<GoogleToken> {
  const { GoogleAuth } = await cloudPackage<GoogleAuthLibrary>(
    'google-auth-library',
    `${path} is of type ${type}`,
  )
  const found = async (): Promise<GoogleToken | undefined> => {
    const client = await new GoogleAuth({ keyFilename: path, scopes: scope }).getClient()
    const { token } = await client.getAccessToken()
    const ends = client.credentials?.expiry_date ?? Date.now() + 1_800_000
    return token ? { text: token, ends } : undefined
  }
  // Its words may quote what it read.
  const token = await found().catch(() => undefined)
  if (!token) throw new Absent(`Google's package found no token for ${path}`, login)
  return token
}
