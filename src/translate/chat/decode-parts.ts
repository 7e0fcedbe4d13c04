import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import { sourceOfUrl } from '../data-url.ts'
import type { FilePart, Part, Source } from '../message.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'
import { cacheMark, malformed, untranslatable } from './fields.ts'
import { blockPart } from './reasoning.ts'

/** The content of a message as parts: a text, or parts of this protocol. `where` names it in errors. Throws GatewayError. */
export function* contentParts(content: unknown, where: string): Steps<Part[]> {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ t: 'text', text: content }]
  if (!Array.isArray(content)) throw malformed(`${where} is no string and no array`)
  return yield* flatMapInSteps(content, (value, i) => {
    const part = asObject(value)
    if (!part) throw malformed(`${where}[${i}] is no object`)
    return partOf(part, `${where}[${i}]`)
  })
}

function partOf(part: Json, where: string): Part[] {
  const cache = cacheMark(part['cache_control'])
  switch (part['type']) {
    case 'text':
      return [{ t: 'text', text: textIn(part, 'text', where), ...cache }]
    case 'refusal':
      return [{ t: 'refusal', text: textIn(part, 'refusal', where) }]
    case 'image_url': {
      const { url, detail } = asObject(part['image_url']) ?? { url: part['image_url'] }
      const address = asText(url)
      if (address === undefined) throw malformed(`${where}.image_url has no url`)
      const wanted = asText(detail)
      return [
        {
          t: 'image',
          source: source(address, where),
          ...(wanted === undefined ? {} : { detail: wanted }),
          ...cache,
        },
      ]
    }
    case 'input_audio': {
      const { data, format } = asObject(part['input_audio']) ?? {}
      const base64 = asText(data)
      if (base64 === undefined) throw malformed(`${where}.input_audio has no data`)
      return [{ t: 'audio', base64, format: asText(format) ?? 'wav' }]
    }
    case 'file':
      return [{ ...filePart(asObject(part['file']) ?? {}, where), ...cache }]
    case 'thinking':
      // Anthropic's form, and Mistral's, whose thinking is a list of texts.
      return Array.isArray(part['thinking'])
        ? [{ t: 'reasoning', text: joinedText(part['thinking']) }]
        : blockPart(part)
    case 'redacted_thinking':
      return blockPart(part)
    default:
      throw untranslatable(`${where}.type`, `"${String(part['type'])}" is none that can be said`)
  }
}

/** The texts of parts, one after the other. */
export const joinedText = (parts: unknown): string =>
  asArray(parts)
    .map(part => asText(asObject(part)?.['text']) ?? '')
    .join('')

function filePart({ file_id, file_data, filename }: Json, where: string): FilePart {
  const name = asText(filename)
  const id = asText(file_id)
  const data = asText(file_data)
  if (id === undefined && data === undefined) throw malformed(`${where}.file has no file_data`)
  return {
    t: 'file',
    source:
      data === undefined ? { fileId: id!, vendor: 'openai' } : fileSource(data, name ?? '', where),
    ...(name === undefined ? {} : { name }),
  }
}

const mimes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
  html: 'text/html',
}

/** Some clients send the bare base64: then the name tells what it is. */
function fileSource(data: string, name: string, where: string): Source {
  if (/^(data:|https?:\/\/)/i.test(data)) return source(data, where)
  const end = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return { base64: data, mime: mimes[end] ?? 'application/pdf' }
}

function source(url: string, where: string): Source {
  try {
    return sourceOfUrl(url)
  } catch {
    throw malformed(`${where} has a data URL that cannot be read`)
  }
}

function textIn(part: Json, name: string, where: string): string {
  const text = part[name]
  if (typeof text === 'string') return text
  throw malformed(`${where}.${name} is not a string`)
}
