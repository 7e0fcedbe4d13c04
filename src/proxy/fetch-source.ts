// Bytes behind a URL that a client put into its request, for a vendor that does not fetch URLs itself. Whoever sends the
// request chooses the URL, so the gateway must not be made to look into its owner's network: a name is resolved first,
// every address it has must be public, and the connection goes to the very address that was looked at. A redirect starts over.

import { lookup } from 'node:dns'
import { get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { GatewayError, reasonOf } from '../errors.ts'

/** What came of a URL. `mime` without parameters. */
export interface Fetched {
  readonly base64: string
  readonly mime: string
}

export interface FetchLimits {
  /** Bytes. */
  readonly size: number
  /** For all of it, in milliseconds. */
  readonly time: number
  readonly redirects: number
  /** Whether an address may be connected to. */
  readonly allows: (address: string) => boolean
}

export const fetchLimits: FetchLimits = {
  size: 20 * 1024 ** 2,
  time: 15_000,
  redirects: 3,
  allows: isPublic,
}

const kinds = /^(image|audio|video|text)\/|^application\/pdf$/

/** Throws `source_unreachable`, which names the host and never the whole URL: that may be signed. */
export async function fetchSource(
  url: string,
  limits: FetchLimits = fetchLimits,
): Promise<Fetched> {
  const until = performance.now() + limits.time
  let at = url
  for (let hops = 0; hops <= limits.redirects; hops++) {
    const target = parse(at)
    const response = await request(target, until - performance.now(), limits)
    const { statusCode = 0, headers } = response
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy()
      at = new URL(headers.location, target).href
      continue
    }
    if (statusCode !== 200) {
      response.destroy()
      throw unreachable(target, `it answered ${statusCode}`)
    }
    const mime = (headers['content-type'] ?? '').replace(/;.*/, '').trim().toLowerCase()
    if (!kinds.test(mime)) {
      response.destroy()
      throw unreachable(target, `it is ${mime === '' ? 'of no stated type' : mime}`)
    }
    return { base64: (await bytesOf(response, target, limits)).toString('base64'), mime }
  }
  throw unreachable(parse(url), `it redirects more than ${limits.redirects} times`)
}

function parse(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
    throw new GatewayError('source_unreachable', { host: '?', reason: 'it is no http(s) URL' })
  }
  return target
}

function request(url: URL, time: number, limits: FetchLimits): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // An address needs no look-up, so that none would be checked.
    if (isIP(host) !== 0 && !limits.allows(host)) {
      reject(unreachable(url, 'it lies in a private network'))
      return
    }
    const get = url.protocol === 'https:' ? getHttps : getHttp
    const sent = get(url, {
      agent: false,
      lookup: guarded(limits),
      headers: { 'accept-encoding': 'identity', 'user-agent': 'gateway' },
    })
    const timer = setTimeout(
      () => sent.destroy(new Error(`it took longer than ${limits.time / 1000} s`)),
      Math.max(1, time),
    )
    sent.once('response', resolve)
    sent.once('error', error => reject(unreachable(url, reasonOf(error))))
    sent.once('close', () => clearTimeout(timer))
  })
}

/** Resolves a name, and fails where any of its addresses is one that may not be connected to. */
const guarded =
  (limits: FetchLimits): LookupFunction =>
  (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) done(error, '')
      else if (addresses.some(({ address }) => !limits.allows(address))) {
        done(new Error('it lies in a private network'), '')
      } else if (options.all) done(null, addresses)
      else done(null, addresses[0]!.address, addresses[0]!.family)
    })

function bytesOf(response: IncomingMessage, url: URL, { size }: FetchLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > size) response.destroy(new Error(`it is larger than ${size} bytes`))
      else chunks.push(chunk)
    })
    response.once('error', error => reject(unreachable(url, reasonOf(error))))
    response.once('end', () => resolve(Buffer.concat(chunks)))
  })
}

const unreachable = (url: URL, reason: string): GatewayError =>
  new GatewayError('source_unreachable', { host: url.host, reason })

// Everything that is not the public internet. https://www.iana.org/assignments/iana-ipv4-special-registry
const notPublic = new BlockList()
for (const range of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]) {
  const [net, bits] = range.split('/') as [string, string]
  notPublic.addSubnet(net, Number(bits), 'ipv4')
}

/** Of IPv6 only 2000::/3 is public, less what tunnels or maps IPv4 and what documents. */
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')
const special6 = new BlockList()
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special6.addSubnet(net, bits, 'ipv6')
}

/** Whether an address belongs to the public internet. */
export function isPublic(address: string): boolean {
  const kind = isIP(address)
  if (kind === 4) return !notPublic.check(address, 'ipv4')
  return kind === 6 && global6.check(address, 'ipv6') && !special6.check(address, 'ipv6')
}
