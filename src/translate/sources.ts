import type { Message, ModelRequest, Part } from './message.ts'

/** Bytes that were fetched, by their URL. */
export type Fetched = ReadonlyMap<string, { readonly base64: string; readonly mime: string }>

/** The URLs in a request whose bytes are `wanted` in their place, each once. */
export function urlsIn(
  request: ModelRequest,
  wanted: (url: string, message: Message) => boolean,
): string[] {
  const urls = request.messages.flatMap(message =>
    urlsOf(message.parts).filter(url => wanted(url, message)),
  )
  return [...new Set(urls)]
}

function urlsOf(parts: readonly Part[]): string[] {
  return parts.flatMap(part => {
    if (part.t === 'tool_result') return urlsOf(part.parts)
    return (part.t === 'image' || part.t === 'file') && 'url' in part.source
      ? [part.source.url]
      : []
  })
}

/** The request with bytes in place of the URLs that were fetched. */
export function withBytes(request: ModelRequest, fetched: Fetched): ModelRequest {
  const inlined = <P extends Part>(part: P): P => {
    if (part.t === 'tool_result') return { ...part, parts: part.parts.map(inlined) }
    if ((part.t !== 'image' && part.t !== 'file') || !('url' in part.source)) return part
    const source = fetched.get(part.source.url)
    return source ? { ...part, source } : part
  }
  return {
    ...request,
    messages: request.messages.map(message => ({ ...message, parts: message.parts.map(inlined) })),
  }
}
