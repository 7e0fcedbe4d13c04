// What a request must be before it is looked at. A gateway on loopback holds keys, and any web page can send requests to
// loopback: by a name that was rebound to 127.0.0.1 (so the Host is checked), or as a "simple" request that needs no
// preflight (so the Origin and the content type are). Names are compared without ports, so that `ssh -L` works.

import type { Config } from '../config/config.ts'
import { GatewayError } from '../errors.ts'
import { memo } from '../memo.ts'
import type { Exchange } from './exchange.ts'

export type Guard = (exchange: Exchange) => void

/** The Host is a loopback name, the one listened on, or listed under `hosts`. */
export const knownHost: Guard = ({ req, authority, snapshot: { config } }) => {
  let host: string | undefined
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i]!
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue
    // Another reader might take the other one (RFC 9112, section 3.2).
    if (host !== undefined) throw new GatewayError('bad_request', { reason: 'it has two hosts' })
    host = req.rawHeaders[i + 1]!
    checkHost(host, config)
  }
  if (authority !== undefined) checkHost(authority, config)
}

function checkHost(host: string, { listen, hosts }: Config): void {
  const { name, isLoopback } = namedBy(host)
  if (isLoopback || name === listen.host || hosts.includes(name)) return
  throw new GatewayError('host_refused', { host })
}

/** No page of another site: an Origin, where there is one, is loopback, one of ours, or listed under `cors.origins`. */
export const knownOrigin: Guard = exchange => {
  const { req, res, snapshot } = exchange
  const { origin } = req.headers
  if (origin === undefined) {
    // Without an Origin a page can still load us as an image or a script.
    if (req.headers['sec-fetch-site'] !== 'cross-site') return
    throw new GatewayError('origin_refused', { origin: req.headers.referer ?? 'another site' })
  }
  const { config } = snapshot
  if (config.cors.origins.includes(origin)) {
    res.setHeader('access-control-allow-origin', origin)
    res.setHeader('vary', 'origin')
    return
  }
  const name = originName(origin)
  if (name !== undefined && (isLoopbackName(name) || config.hosts.includes(name))) return
  throw new GatewayError('origin_refused', { origin })
}

/** The body says that it is JSON. */
export const jsonBody: Guard = ({ req }) => {
  const found = req.headers['content-type']
  if (found === undefined || !/^application\/json *(;|$)/i.test(found)) {
    throw new GatewayError('content_type', { found, wanted: 'application/json' })
  }
}

/** The body is not compressed: its model is found in its bytes. */
export const plainBody: Guard = ({ req }) => {
  const found = req.headers['content-encoding']
  if (found === undefined || found.trim().toLowerCase() === 'identity') return
  throw new GatewayError('content_encoding', { found })
}

/** The body is a form with files, as audio and image edits take it. */
export const formBody: Guard = ({ req }) => {
  const found = req.headers['content-type']
  if (found === undefined || !/^multipart\/form-data *;/i.test(found)) {
    throw new GatewayError('content_type', { found, wanted: 'multipart/form-data' })
  }
}

/** A body is not one that a web page can send without asking first. Multipart is: files are uploaded so. */
export const noFormBody: Guard = ({ req }) => {
  const found = req.headers['content-type']
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
  if (!hasBody) return
  if (
    found === undefined ||
    /^(text\/plain|application\/x-www-form-urlencoded) *(;|$)/i.test(found)
  ) {
    throw new GatewayError('content_type', { found, wanted: 'application/json' })
  }
}

/** Before any endpoint is looked for. */
export const always: readonly Guard[] = [knownHost, knownOrigin]

/** True for what only this machine can be: localhost, *.localhost, 127.0.0.0/8 and ::1. */
export function isLoopbackName(name: string): boolean {
  return (
    name === 'localhost' ||
    name === '[::1]' ||
    name === '::1' ||
    name.endsWith('.localhost') ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  )
}

/** The name of a `Host` field without its port, in lower case. */
const namedBy = memo(host => {
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase()
  return { name, isLoopback: isLoopbackName(name) }
})

function originName(origin: string): string | undefined {
  try {
    const { protocol, hostname } = new URL(origin)
    return protocol === 'http:' || protocol === 'https:' ? hostname : undefined
  } catch {
    // `null`, as a sandboxed frame sends it.
    return undefined
  }
}
