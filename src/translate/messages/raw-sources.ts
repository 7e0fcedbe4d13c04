// URLs in a request of Messages that is passed on to a host of Claude: Anthropic fetches them, the hosts refuse them. PROTOCOLS 2.2

import {
  elementsNamed,
  elementsOf,
  isArrayAt,
  isObjectAt,
  memberNamed,
  type Place,
  readText,
  type Scanned,
  type Splice,
  scanObject,
} from '../../wire/json.ts'
import type { Fetched } from '../sources.ts'

/** The URLs of a request's images and documents, also within results of tools. */
export const urlsInMessages = (body: Scanned): string[] => [
  ...new Set(pointersIn(body).map(({ url }) => url)),
]

/** The splices that put bytes in the place of the URLs that were fetched. */
export const bytesForUrls = (body: Scanned, fetched: Fetched): Splice[] =>
  pointersIn(body).flatMap(({ start, end, url }) => {
    const source = fetched.get(url)
    if (!source) return []
    const { base64: data, mime: media_type } = source
    const said = media_type.startsWith('text/')
      ? { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString() }
      : { type: 'base64', media_type, data }
    return [{ start, end, bytes: Buffer.from(JSON.stringify(said)) }]
  })

/** A source that is a URL, and where it stands. */
interface Pointer extends Place {
  readonly url: string
}

function pointersIn({ bytes, scan }: Scanned): Pointer[] {
  const inBlock = (block: Place): Pointer[] => {
    if (!isObjectAt(bytes, block.start)) return []
    const source = memberNamed(bytes, scanObject(bytes, block.start), 'source')
    // Results of tools have blocks of their own, and so have documents that are made of some.
    const blocks = elementsNamed(bytes, block, 'content').flatMap(inBlock)
    return source && isObjectAt(bytes, source.start) ? [...inSource(source), ...blocks] : blocks
  }
  const inSource = (source: Place): Pointer[] => {
    const said = scanObject(bytes, source.start)
    const text = (name: string): string | undefined => {
      const member = memberNamed(bytes, said, name)
      return member && readText(bytes, member)
    }
    if (text('type') !== 'url') return elementsNamed(bytes, source, 'content').flatMap(inBlock)
    const url = text('url')
    return url === undefined ? [] : [{ start: source.start, end: source.end, url }]
  }
  const messages = memberNamed(bytes, scan, 'messages')
  if (!messages || !isArrayAt(bytes, messages.start)) return []
  return elementsOf(bytes, messages.start).flatMap(message =>
    elementsNamed(bytes, message, 'content').flatMap(inBlock),
  )
}
