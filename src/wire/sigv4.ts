// AWS's Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// By hand, in node:crypto: what the packages offer signs with WebCrypto, asynchronously, and a request here is prepared in
// one go, from the choice of a target to the first byte. AWS's own test suite holds it.

import { createHash, createHmac } from 'node:crypto'
import type { RawHeaders } from './headers.ts'

/** What a request is signed with. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of keys that end. */
  readonly sessionToken?: string
}

export interface SignedRequest {
  readonly method: string
  readonly host: string
  /** As it is sent, with its query. */
  readonly path: string
  readonly headers: RawHeaders
  readonly body: Buffer | readonly Buffer[] | string
}

export interface Scope {
  readonly region: string
  readonly service: string
  /** The time, in milliseconds since the epoch: AWS refuses a signature that is some minutes old. */
  readonly at: number
}

/** The fields that sign a request, to be added to its own. */
export function awsSignature(request: SignedRequest, keys: AwsKeys, scope: Scope): string[] {
  const time = new Date(scope.at).toISOString().replace(/[-:]|\.\d+/g, '')
  const date = time.slice(0, 8)
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  const added = [
    'x-amz-date',
    time,
    ...(sessionToken ? ['x-amz-security-token', sessionToken] : []),
  ]
  const signed = signedFields([...request.headers, ...added, 'host', request.host])
  const names = signed.map(([name]) => name).join(';')
  const [path = '', query = ''] = split(request.path)
  const canonical = [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(request.body),
  ].join('\n')
  const where = `${date}/${scope.region}/${scope.service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, where, sha256(canonical)].join('\n')
  const key = [date, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  )
  const signature = hmac(key, text).toString('hex')
  return [
    ...added,
    'authorization',
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${where}, SignedHeaders=${names}, Signature=${signature}`,
  ]
}

function sha256(data: SignedRequest['body']): string {
  const hash = createHash('sha256')
  for (const part of Array.isArray(data) ? data : [data]) hash.update(part)
  return hash.digest('hex')
}

const hmac = (key: Buffer | string, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest()

/** The fields that must not change on the way; any other is left to whoever stands between. In order, of one name joined. */
function signedFields(headers: RawHeaders): [name: string, value: string][] {
  const fields = new Map<string, string>()
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase()
    if (!/^(host|content-type|x-amz-.*)$/.test(name)) continue
    const value = headers[i + 1]!.trim().replace(/ +/g, ' ')
    const before = fields.get(name)
    fields.set(name, before === undefined ? value : `${before},${value}`)
  }
  return [...fields].sort(([a], [b]) => (a < b ? -1 : 1))
}

function split(path: string): [string, string] {
  const mark = path.indexOf('?')
  return mark < 0 ? [path, ''] : [path.slice(0, mark), path.slice(mark + 1)]
}

/** Each step of the path encoded once more than it was sent, which every service but S3 wants. */
const canonicalPath = (path: string): string => path.split('/').map(encoded).join('/') || '/'

function canonicalQuery(query: string): string {
  if (query === '') return ''
  return query
    .split('&')
    .map(pair => {
      const [name, value] = splitPair(pair)
      return [encoded(decoded(name)), encoded(decoded(value))] as const
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=')
  return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Everything but letters, digits, `-`, `.`, `_` and `~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
