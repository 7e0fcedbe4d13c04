import type { Source } from './message.ts'

/** Where a URL's bytes are: within it, for a `data:` URL, which is read as https://www.rfc-editor.org/rfc/rfc2397 says. */
export function sourceOfUrl(url: string): Source {
  const data = /^data:([^;,]*)[^,]*?(;base64)?,/i.exec(url)
  if (!data) return { url }
  const [head, mime, isBase64] = data
  const rest = url.slice(head.length)
  const base64 = isBase64 ? rest : Buffer.from(decodeURIComponent(rest)).toString('base64')
  return { base64, mime: mime || 'text/plain' }
}

export const dataUrl = (mime: string, base64: string): string => `data:${mime};base64,${base64}`
