// Header fields that mean something in one protocol only, when a request or an answer passes into another.
// Rate limits and request ids: PROTOCOLS 4.3.

import { header, type RawHeaders } from '../wire/headers.ts'
import type { Protocol } from '../wire/protocol.ts'
import type { Asking } from './routes.ts'
import { span } from './span.ts'

/** Fields that speak of the client's own protocol, program or bytes: said to another API they are noise, or wrong. */
const ofTheClient =
  /^(anthropic-|openai-|x-stainless-|x-goog-|x-amz-|x-app$|accept$|accept-encoding$|content-type$)/i

/** What of a client's request fields goes on, and what is said in their place. */
export function requestHeaders(headers: RawHeaders, spoken: Protocol): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!
    // A client of another protocol that knows Anthropic's fields means Anthropic.
    const meant = spoken === 'messages' && /^anthropic-/i.test(name)
    if (meant || !ofTheClient.test(name)) out.push(name, headers[i + 1]!)
  }
  // What is to be translated must come as it was written.
  out.push('content-type', 'application/json', 'accept-encoding', 'identity')
  return out
}

/** Fields that speak of the bytes that the upstream sent; the client gets others. */
const ofBytes = /^(content-type|content-length|content-encoding|content-md5|etag|accept-ranges)$/i

const kinds = ['requests', 'tokens']
const figures = ['limit', 'remaining', 'reset']

/** What of an answer's fields goes on, with those added that the client's protocol has for the same. `at`: the time, in ms. */
export function answerHeaders(headers: RawHeaders, asking: Asking, at: number): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (!ofBytes.test(headers[i]!)) out.push(headers[i]!, headers[i + 1]!)
  }
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && header(headers, name) === undefined) out.push(name, value)
  }
  const id = idFields.map(name => header(headers, name)).find(value => value !== undefined)
  add(asking === 'messages' ? 'request-id' : 'x-request-id', id)
  for (const kind of kinds) {
    for (const figure of figures) {
      const openai = `x-ratelimit-${figure}-${kind}`
      const anthropic = `anthropic-ratelimit-${kind}-${figure}`
      const [from, to] = asking === 'messages' ? [openai, anthropic] : [anthropic, openai]
      const value = header(headers, from)
      if (value === undefined) continue
      if (figure !== 'reset') add(to, value)
      else add(to, asking === 'messages' ? instant(value, at) : duration(value, at))
    }
  }
  add('retry-after-ms', header(headers, 'x-ms-retry-after-ms'))
  return out
}

const idFields = ['x-request-id', 'request-id', 'apim-request-id', 'x-amzn-requestid']

/** OpenAI's `6m0s` -> Anthropic's `2026-01-01T00:00:00Z`. */
function instant(text: string, at: number): string | undefined {
  const ms = span(text)
  if (ms === undefined) return undefined
  return new Date(at + ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Anthropic's `2026-01-01T00:00:00Z` -> OpenAI's `360s`. */
function duration(text: string, at: number): string | undefined {
  const then = Date.parse(text)
  return Number.isNaN(then) ? undefined : `${Math.max(0, Math.ceil((then - at) / 1000))}s`
}
