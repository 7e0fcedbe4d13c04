import { GatewayError } from '../../errors.ts'
import type { CacheMark, FilePart, ImagePart, Part, Source } from '../message.ts'
import { asObject, type Json } from '../values.ts'
import type { ConverseModel } from './model.ts'

/** Names of documents, each once in a request. Bedrock refuses other characters, and two of one name. */
export class DocumentNames {
  readonly #taken = new Set<string>()

  name(wanted: string): string {
    const clean = wanted
      .replace(/\.[A-Za-z0-9]{1,5}$/, '')
      .replace(/[^A-Za-z0-9 \-()[\]]+/g, '-')
      .replace(/ {2,}/g, ' ')
      .trim()
      .slice(0, 190)
    const base = /[A-Za-z0-9]/.test(clean) ? clean : 'document'
    let name = base
    for (let n = 2; this.#taken.has(name); n++) name = `${base} ${n}`
    this.#taken.add(name)
    return name
  }
}

/** What a user, or the result of a tool, shows: none where there is nothing in it. Throws `untranslatable`. */
export function shownBlocks(part: Part, model: ConverseModel, names: DocumentNames): Json[] {
  switch (part.t) {
    case 'text':
    case 'refusal':
      return textBlocks(part, model)
    case 'image':
      return [imageBlock(part), ...cachePoint(part.cache, model)]
    case 'file':
      return [fileBlock(part, names), ...cachePoint(part.cache, model)]
    case 'audio':
      throw refused('input_audio', 'sound')
    case 'opaque':
    case 'reasoning':
    case 'tool_call':
    case 'tool_result':
      return []
    default:
      return part satisfies never
  }
}

/** Bedrock refuses a text without anything in it. */
export function textBlocks(
  { text, cache }: { readonly text: string; readonly cache?: CacheMark },
  model: ConverseModel,
): Json[] {
  return text.trim() === '' ? [] : [{ text }, ...cachePoint(cache, model)]
}

/** Anthropic's mark of a cache, as the block that follows what it stood on. */
export const cachePoint = (
  cache: CacheMark | undefined,
  model: ConverseModel,
  where: 'all' | 'messages' = 'messages',
): Json[] =>
  cache && (model.cache === 'all' || model.cache === where)
    ? [{ cachePoint: { type: 'default', ...(model.cache === 'all' ? cache : {}) } }]
    : []

/** How the bytes of each kind of picture begin, in base64. A format that is not theirs is refused. */
const pictures: readonly (readonly [start: string, format: string])[] = [
  ['iVBORw0KGgo', 'png'],
  ['/9j/', 'jpeg'],
  ['R0lGOD', 'gif'],
  ['UklGR', 'webp'],
]

function imageBlock({ source }: Pick<ImagePart, 'source'>): Json {
  const said = 'mime' in source ? (source.mime ?? '') : 'url' in source ? endOf(source.url) : ''
  const wanted = said
    .toLowerCase()
    .replace(/^image\//, '')
    .replace(/^jpg$/, 'jpeg')
  const seen =
    'base64' in source
      ? pictures.find(([start]) => source.base64.startsWith(start))?.[1]
      : undefined
  const format = seen ?? pictures.find(([, format]) => format === wanted)?.[1]
  if (format === undefined) throw refused('image', `a picture of type ${said || 'unknown'}`)
  return { image: { format, source: placeOf('image', source) } }
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html */
const formats: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/markdown': 'md',
}

const known = new Set([...Object.values(formats), 'txt'])
const readable = /^(text\/|application\/(json|xml|yaml|x-yaml|javascript|x-ndjson)\b)/

function fileBlock(part: FilePart, names: DocumentNames): Json {
  const { source, name, title, context, citations } = part
  const mime = 'mime' in source ? (source.mime ?? '').toLowerCase() : ''
  if (mime.startsWith('image/')) return imageBlock({ source })
  const ending = endOf(name ?? ('url' in source ? source.url : ''))
  const seen = 'base64' in source && source.base64.startsWith('JVBER') ? 'pdf' : undefined
  const text = 'text' in source || readable.test(mime) ? 'txt' : undefined
  const format = seen ?? formats[mime] ?? (known.has(ending) ? ending : text)
  if (format === undefined) throw refused('file', `a file of type ${mime || 'unknown'}`)
  const cites = asObject(citations)?.['enabled'] === true
  return {
    document: {
      format,
      name: names.name(title ?? name ?? 'document'),
      source: placeOf('file', source),
      ...(context === undefined ? {} : { context }),
      ...(cites ? { citations: { enabled: true } } : {}),
    },
  }
}

/** What stands after the last dot of a name or a URL. */
const endOf = (name: string): string => /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** Bytes, or where in S3 they are: Bedrock fetches from nowhere else. */
function placeOf(field: string, source: Source): Json {
  if ('base64' in source) return { bytes: source.base64 }
  if ('text' in source) return { bytes: Buffer.from(source.text).toString('base64') }
  if ('url' in source && source.url.startsWith('s3://')) return { s3Location: { uri: source.url } }
  throw refused(field, 'url' in source ? 'a URL' : 'the id of a file', 'send the bytes themselves')
}

const refused = (field: string, what: string, hint?: string): GatewayError =>
  new GatewayError('untranslatable', {
    field,
    reason: `it does not take ${what}`,
    ...(hint === undefined ? {} : { hint }),
  })
