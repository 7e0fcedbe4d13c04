import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import { dataUrl } from '../data-url.ts'
import type { CacheMark, FilePart, ImagePart, Part } from '../message.ts'
import type { Quirks } from '../quirks.ts'
import type { Json } from '../values.ts'
import { untranslatable } from './fields.ts'

/** What a user says: a text where it is one, as every server takes it, otherwise parts. Throws `untranslatable`. */
export function* encodeParts(
  parts: readonly Part[],
  where: string,
  quirks: Quirks,
): Steps<unknown> {
  const encoded = yield* flatMapInSteps(parts, (part, i) => {
    const said = partOf(part, `${where}.content[${i}]`, quirks)
    return said && quirks.cacheMarks && 'cache' in part ? [marked(said, part)] : said ? [said] : []
  })
  const [first] = encoded
  if (!first) return ''
  const bare = encoded.length === 1 && first['type'] === 'text' && !first['cache_control']
  return bare ? first['text'] : encoded
}

/** Anthropic's mark, for hosts that pass it on. */
export const marked = (said: Json, { cache }: { readonly cache?: CacheMark }): Json =>
  cache ? { ...said, cache_control: { type: 'ephemeral', ...cache } } : said

function partOf(part: Part, where: string, quirks: Quirks): Json | undefined {
  switch (part.t) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text }
    case 'image':
      return imageOf(part, where, quirks)
    case 'file':
      return fileOf(part, where, quirks)
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.base64, format: part.format } }
    // Not said by users, or to nobody else.
    case 'reasoning':
    case 'tool_call':
    case 'tool_result':
    case 'opaque':
      return undefined
    default:
      return part satisfies never
  }
}

function imageOf({ source, detail }: ImagePart, where: string, { imageUrls }: Quirks): Json {
  const url =
    'base64' in source
      ? dataUrl(source.mime, source.base64)
      : 'url' in source
        ? source.url
        : undefined
  if (url === undefined) throw untranslatable(where, 'the image lies with another provider')
  if ('url' in source && !imageUrls) throw untranslatable(where, 'the provider fetches no images')
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } }
}

function fileOf(part: FilePart, where: string, quirks: Quirks): Json {
  const text = textOf(part)
  if (text !== undefined) return { type: 'text', text }
  const { source, name } = part
  if ('fileId' in source) {
    if (!quirks.openaiFields || source.vendor !== 'openai')
      throw untranslatable(where, 'the file lies with another provider')
    return { type: 'file', file: { file_id: source.fileId } }
  }
  if (!quirks.fileParts) throw untranslatable(where, 'the model takes no files')
  if (!('base64' in source)) throw untranslatable(where, 'the provider fetches no files')
  const filename =
    name ?? part.title ?? (source.mime === 'application/pdf' ? 'document.pdf' : 'document')
  return { type: 'file', file: { filename, file_data: dataUrl(source.mime, source.base64) } }
}

/** A document that is text, with its title; undefined for any other file. */
export function textOf(part: FilePart | ImagePart): string | undefined {
  if (part.t === 'image') return undefined
  const { source, title, name, context } = part
  const text =
    'text' in source
      ? source.text
      : 'base64' in source && source.mime.startsWith('text/')
        ? Buffer.from(source.base64, 'base64').toString()
        : undefined
  return text === undefined
    ? undefined
    : [title ?? name, context, text].filter(Boolean).join('\n\n')
}
