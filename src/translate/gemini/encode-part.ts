import { GatewayError } from '../../errors.ts'
import type { Steps } from '../../wire/steps.ts'
import { parseExactInSteps } from '../exact.ts'
import type { FilePart, Part, Source, ToolResultPart } from '../message.ts'
import { asObject, type Json } from '../values.ts'

/** A part that is no call, result or reasoning; undefined for what is not said to Google. */
export function encodePart(part: Part): Json | undefined {
  switch (part.t) {
    case 'text':
    case 'refusal':
      return part.text === '' ? undefined : { text: part.text }
    case 'image':
      return dataOf(part.source, 'image/png')
    case 'file':
      return fileOf(part)
    case 'audio': {
      const mimeType = part.format === 'pcm16' ? 'audio/l16;rate=24000' : `audio/${part.format}`
      return { inlineData: { mimeType, data: part.base64 } }
    }
    case 'opaque':
      return part.vendor === 'google' ? part.raw : undefined
    default:
      return undefined
  }
}

function fileOf({ source, name, title, context }: FilePart): Json {
  if (!('text' in source)) return dataOf(source, 'application/pdf')
  return { text: [title ?? name, context, source.text].filter(Boolean).join('\n\n') }
}

function dataOf(source: Source, mime: string): Json {
  if ('base64' in source) {
    return { inlineData: { mimeType: source.mime || mime, data: source.base64 } }
  }
  if ('text' in source) return { text: source.text }
  if ('url' in source) {
    const mimeType = source.mime === undefined ? {} : { mimeType: source.mime }
    return { fileData: { ...mimeType, fileUri: source.url } }
  }
  if (source.vendor === 'google') return { fileData: { fileUri: source.fileId } }
  throw new GatewayError('untranslatable', {
    field: 'file_id',
    reason: `only ${source.vendor} has the file`,
    hint: 'send its bytes',
  })
}

/** The result of a tool as the object that Gemini takes. */
export function* responseOf({ parts, isError }: ToolResultPart): Steps<Json> {
  const text = parts.flatMap(part => (part.t === 'text' ? [part.text] : [])).join('\n')
  if (isError) return { error: text }
  try {
    const value = asObject(yield* parseExactInSteps(text))
    if (value) return value
  } catch {
    // It is a text like any other.
  }
  return { result: text }
}
