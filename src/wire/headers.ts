// Header fields as node and undici carry them: a flat list of names and values, in the order and spelling of the sender.

import { memo } from '../memo.ts'

/** `[name, value, name, value, ...]` */
export type RawHeaders = readonly string[]

/** Fields that belong to one connection (RFC 9110, section 7.6.1), besides those that `Connection` names. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** What a client may carry as its own key: it must never reach a provider (unless the credential is `passthrough`). */
export const clientCredentials: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
  'proxy-authorization',
])

const notForProviders = new Set([
  ...hopByHop,
  // undici and the body that is sent say these anew.
  'host',
  'content-length',
  'expect',
  // These speak of the page or the machine that called the gateway: the provider's client is the gateway.
  'origin',
  'referer',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
])

const notForClients = new Set(hopByHop)

/** What is to be known of a field, in any spelling, for it to pass or not. */
const fieldOf = memo(spelled => {
  const name = spelled.toLowerCase()
  // `x-gateway-...` is said by this gateway alone; from the other side it would be a lie.
  const isOurs = name.startsWith('x-gateway-')
  return {
    name,
    isCredential: clientCredentials.has(name),
    forProviders: !notForProviders.has(name) && !isOurs,
    // A provider that allows every origin would let any web page use this gateway.
    forClients: !notForClients.has(name) && !isOurs && !name.startsWith('access-control-'),
  }
})

/** The value of a field, the first if there are several; undefined if there is none. `name` in lower case. */
export function header(headers: RawHeaders, name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    const candidate = headers[i]!
    if (candidate.length === name.length && candidate.toLowerCase() === name) return headers[i + 1]
  }
  return undefined
}

/** Past this, what lies between two fields is no part of a head. */
const headSize = 16 * 1024

/**
 * Names and values as text, from bytes that mostly stand in one piece, as they came: to read that at once takes a third of the
 * time.
 */
export function headerTexts(fields: readonly Buffer[]): string[] {
  const first = fields[0]
  const last = fields.at(-1)
  if (!first || !last) return []
  const { buffer, byteOffset: start } = first
  const length = last.byteOffset + last.length - start
  const isOnePiece = last.buffer === buffer && length >= 0 && length <= headSize
  const text = isOnePiece ? Buffer.from(buffer, start, length).toString('latin1') : ''
  return fields.map(field => {
    const at = field.byteOffset - start
    // One that came in two parts was put together elsewhere.
    return field.buffer === buffer && at >= 0 && at + field.length <= text.length
      ? text.slice(at, at + field.length)
      : field.toString('latin1')
  })
}

/** How a body is packed; undefined where it is not. Some frameworks write `none` to keep others from packing it. */
export function encodingOf(headers: RawHeaders): string | undefined {
  const encoding = header(headers, 'content-encoding')?.toLowerCase()
  return encoding === 'identity' || encoding === 'none' ? undefined : encoding
}

/** The fields but those of one name, in lower case. */
export function withoutHeader(headers: RawHeaders, name: string): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() !== name) out.push(headers[i]!, headers[i + 1]!)
  }
  return out
}

/** The fields of a client's request that go on to a provider, its own keys only with `keepCredentials`. */
export function headersForProvider(headers: RawHeaders, keepCredentials = false): string[] {
  const named = namedByConnection(headers)
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const { name, forProviders, isCredential } = fieldOf(headers[i]!)
    if (!forProviders || named?.includes(name) || (isCredential && !keepCredentials)) continue
    out.push(headers[i]!, headers[i + 1]!)
  }
  return out
}

/** The fields of a provider's response that go on to the client. */
export function headersForClient(headers: RawHeaders): string[] {
  const named = namedByConnection(headers)
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const { name, forClients } = fieldOf(headers[i]!)
    if (forClients && !named?.includes(name)) out.push(headers[i]!, headers[i + 1]!)
  }
  return out
}

/** Clients refuse a response whose fields are larger than 16 KiB in all; a name may be larger than that. */
const textLimit = 1000

/** A text as a header value: what is not visible ASCII is percent-encoded, because node refuses or garbles it. */
export function headerText(text: string): string {
  const shown = text.length > textLimit ? `${text.slice(0, textLimit)}...` : text
  return /^[\x21-\x7e]*$/.test(shown) ? shown : encodeURI(Buffer.from(shown).toString())
}

function namedByConnection(headers: RawHeaders): string[] | undefined {
  let names: string[] | undefined
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.length !== 10 || headers[i]!.toLowerCase() !== 'connection') continue
    const value = headers[i + 1]!.toLowerCase()
    if (value === 'keep-alive' || value === 'close') continue
    names = [...(names ?? []), ...value.split(',').map(name => name.trim())]
  }
  return names
}
