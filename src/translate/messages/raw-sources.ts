// URLs in a request of Messages that is passed on to a host of Claude: Anthropic fetches them, the hosts refuse them. PROTOCOLS 2.2

import {
  elementsInSteps,
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
import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import type { Fetched } from '../sources.ts'

/** The URLs of a request's images and documents, also within results of tools. */
export function* urlsInMessages(body: Scanned): Steps<string[]> {
  return [...new Set((yield* pointersIn(body)).map(({ url }) => url))]
}

/** The splices that put bytes in the place of the URLs that were fetched. */
export function* bytesForUrls(body: Scanned, fetched: Fetched): Steps<Splice[]> {
  return yield* flatMapInSteps(yield* pointersIn(body), ({ start, end, url }) => {
    const source = fetched.get(url)
    if (!source) return []
    const { base64: data, mime: media_type } = source
    const said = media_type.startsWith('text/')
      ? { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString() }
      : { type: 'base64', media_type, data }
    return [{ start, end, bytes: Buffer.from(JSON.stringify(said)) }]
  })
}

/** A source that is a URL, and where it stands. */
interface Pointer extends Place {
  readonly url: string
}

/** A request's block, a block in its result of a tool, a block of which that is made: nobody takes more. */
const deepest = 3

function* pointersIn({ bytes, scan }: Scanned): Steps<Pointer[]> {
  const messages = memberNamed(bytes, scan, 'messages')
  if (!messages || !isArrayAt(bytes, messages.start)) return []
  return yield* flatMapInSteps(yield* elementsInSteps(bytes, messages.start), ({ start }) =>
    isObjectAt(bytes, start)
      ? inBlocks(memberNamed(bytes, scanObject(bytes, start), 'content'), 0)
      : [],
  )

  function inBlocks(blocks: Place | undefined, depth: number): Pointer[] {
    return blocks && depth < deepest && isArrayAt(bytes, blocks.start)
      ? elementsOf(bytes, blocks.start).flatMap(block => inBlock(block, depth + 1))
      : []
  }
  function inBlock({ start }: Place, depth: number): Pointer[] {
    if (!isObjectAt(bytes, start)) return []
    const block = scanObject(bytes, start)
    const source = memberNamed(bytes, block, 'source')
    return [
      ...(source && isObjectAt(bytes, source.start) ? inSource(source, depth) : []),
      // Results of tools have blocks of their own, and so have documents that are made of some.
      ...inBlocks(memberNamed(bytes, block, 'content'), depth),
    ]
  }
  function inSource({ start, end }: Place, depth: number): Pointer[] {
    const source = scanObject(bytes, start)
    const text = (name: string): string | undefined => {
      const member = memberNamed(bytes, source, name)
      return member && readText(bytes, member)
    }
    if (text('type') !== 'url') return inBlocks(memberNamed(bytes, source, 'content'), depth)
    const url = text('url')
    return url === undefined ? [] : [{ start, end, url }]
  }
}
