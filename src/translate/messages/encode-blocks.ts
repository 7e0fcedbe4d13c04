import { GatewayError } from '../../errors.ts'
import type { CacheMark, FilePart, ImagePart, Part, Source, TextPart } from '../message.ts'
import type { Json } from '../values.ts'
import { isOwnCitation } from './citation.ts'

/** What a user, or the result of a tool, shows: none where there is nothing in it. Throws `untranslatable`. */
export function shownBlocks(part: Part): Json[] {
  switch (part.t) {
    case 'text':
    case 'refusal':
      return textBlocks(part)
    case 'image':
      return [imageBlock(part)]
    case 'file':
      return [documentBlock(part)]
    case 'audio':
      throw cannotHear('input_audio')
    case 'opaque':
      return part.vendor === 'anthropic' ? [part.raw] : []
    case 'reasoning':
    case 'tool_call':
    case 'tool_result':
      return []
    default:
      return part satisfies never
  }
}

/** Anthropic refuses a text without anything in it, most of all one with a mark. https://github.com/vercel/eve/issues/2753 */
export function textBlocks(part: {
  readonly text: string
  readonly cache?: CacheMark
  readonly citations?: TextPart['citations']
}): Json[] {
  if (part.text.trim() === '') return []
  const citations = part.citations?.filter(isOwnCitation)
  return [
    {
      type: 'text',
      text: part.text,
      ...(citations?.length ? { citations } : {}),
      ...cacheField(part.cache),
    },
  ]
}

/** A mark of a cache, as it stands on a block. */
export const cacheField = (cache: CacheMark | undefined): Json =>
  cache ? { cache_control: { type: 'ephemeral', ...cache } } : {}

function imageBlock({ source, cache }: ImagePart): Json {
  return { type: 'image', source: imageSource(source), ...cacheField(cache) }
}

function imageSource(source: Source): Json {
  if ('url' in source) return { type: 'url', url: source.url }
  if ('fileId' in source) return { type: 'file', file_id: ownFile(source) }
  if ('text' in source) throw refused('image', 'a picture that is text')
  const mime = pictureType(source)
  if (mime === undefined) throw refused('image', `a picture of type ${source.mime}`)
  return { type: 'base64', media_type: mime, data: source.base64 }
}

/** How the bytes of each kind of picture begin, in base64. A type that is not theirs is refused. */
const pictures: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
]

function pictureType({ base64, mime }: { base64: string; mime: string }): string | undefined {
  const seen = pictures.find(([start]) => base64.startsWith(start))?.[1]
  if (seen !== undefined) return seen
  const said = mime.toLowerCase().replace('image/jpg', 'image/jpeg')
  return pictures.find(([, type]) => type === said)?.[1]
}

function documentBlock(part: FilePart): Json {
  const { source, name, title = name, context, citations, cache } = part
  if ('mime' in source && source.mime?.startsWith('image/')) {
    return imageBlock({ t: 'image', source, ...(cache ? { cache } : {}) })
  }
  return {
    type: 'document',
    source: documentSource(source),
    ...(title === undefined ? {} : { title }),
    ...(context === undefined ? {} : { context }),
    ...(citations === undefined ? {} : { citations }),
    ...cacheField(cache),
  }
}

const readable = /^(text\/|application\/(json|xml|yaml|x-yaml|javascript|x-ndjson)\b)/

function documentSource(source: Source): Json {
  if ('url' in source) return { type: 'url', url: source.url }
  if ('fileId' in source) return { type: 'file', file_id: ownFile(source) }
  const text = (data: string): Json => ({ type: 'text', media_type: 'text/plain', data })
  if ('text' in source) return text(source.text)
  const { base64, mime } = source
  if (readable.test(mime)) return text(Buffer.from(base64, 'base64').toString())
  if (mime !== 'application/pdf' && !base64.startsWith('JVBER')) {
    throw refused('file', `a file of type ${mime}`)
  }
  return { type: 'base64', media_type: 'application/pdf', data: base64 }
}

function ownFile({ fileId, vendor }: Extract<Source, { fileId: string }>): string {
  if (vendor === 'anthropic') return fileId
  throw new GatewayError('untranslatable', {
    field: 'file_id',
    reason: 'the file lies with another vendor',
    hint: 'send the file itself',
  })
}

const refused = (field: string, what: string): GatewayError =>
  new GatewayError('untranslatable', { field, reason: `it does not take ${what}` })

const cannotHear = (field: string): GatewayError =>
  new GatewayError('untranslatable', { field, reason: 'it cannot hear' })
