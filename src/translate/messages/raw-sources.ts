// URLs in a request of Messages that is passed on to a host of Claude: Anthropic fetches them, the hosts refuse them. PROTOCOLS 2.2

import type { Fetched } from '../sources.ts'
import { asArray, asObject, type Json } from '../values.ts'

/** The URLs of a request's images and documents, also within results of tools. */
export function urlsInMessages(body: Json): string[] {
  const urls: string[] = []
  withSources(body, source => {
    urls.push(String(source['url']))
    return source
  })
  return [...new Set(urls)]
}

/** The request with bytes in place of the URLs that were fetched. */
export const messagesWithBytes = (body: Json, fetched: Fetched): Json =>
  withSources(body, source => {
    const bytes = fetched.get(String(source['url']))
    if (!bytes) return source
    const { base64: data, mime: media_type } = bytes
    return media_type.startsWith('text/')
      ? { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString() }
      : { type: 'base64', media_type, data }
  })

function withSources(body: Json, change: (source: Json) => Json): Json {
  const block = (value: unknown): unknown => {
    const { source, content, ...rest } = asObject(value) ?? {}
    const pointed = asObject(source)
    if (pointed?.['type'] === 'url') return { ...asObject(value), source: change(pointed) }
    // Results of tools have blocks of their own, and so have documents that are made of some.
    if (Array.isArray(content))
      return { ...rest, ...(pointed ? { source } : {}), content: content.map(block) }
    if (pointed && Array.isArray(pointed['content'])) {
      return { ...asObject(value), source: { ...pointed, content: pointed['content'].map(block) } }
    }
    return value
  }
  const messages = asArray(body['messages']).map(message => {
    const { content } = asObject(message) ?? {}
    return Array.isArray(content) ? { ...asObject(message), content: content.map(block) } : message
  })
  return { ...body, messages }
}
