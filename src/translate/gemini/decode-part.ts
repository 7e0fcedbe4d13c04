import type { Steps } from '../../wire/steps.ts'
import { exactJsonInSteps } from '../exact.ts'
import type { OpaquePart, Part, Source, ToolResultPart } from '../message.ts'
import { asArray, asObject, type Json } from '../values.ts'
import { defined, field, objectIn, textIn } from './fields.ts'
import { isGoogleUrl } from './google-url.ts'

/** A part with bytes, or with the address of some; undefined for any other. */
export function mediaPart(
  part: Json,
): Extract<Part, { t: 'image' | 'audio' | 'file' }> | undefined {
  const inline = objectIn(part, 'inlineData')
  const file = objectIn(part, 'fileData')
  const mime = textIn(inline ?? file, 'mimeType')
  const name = textIn(inline ?? file, 'displayName')
  if (inline) {
    const base64 = textIn(inline, 'data') ?? ''
    const audio = /^audio\/(?:x-)?([^;]+)/.exec(mime ?? '')?.[1]
    if (audio) return { t: 'audio', base64, format: audio === 'mpeg' ? 'mp3' : audio }
    return media({ base64, mime: mime ?? 'application/octet-stream' }, mime, name)
  }
  const url = textIn(file, 'fileUri')
  if (url === undefined) return undefined
  if (isGoogleUrl(url)) return media({ fileId: url, vendor: 'google' }, mime, name)
  return media({ url, ...defined({ mime }) }, mime, name)
}

const media = (source: Source, mime: string | undefined, name: string | undefined) =>
  mime?.startsWith('image/')
    ? ({ t: 'image', source } as const)
    : ({ t: 'file', source, ...defined({ name }) } as const)

/** What only Google understands. */
export const opaque = (raw: Json): OpaquePart => ({ t: 'opaque', vendor: 'google', raw })

/** What a tool gave, of a `functionResponse`. */
export function* resultOf(given: Json): Steps<Pick<ToolResultPart, 'parts' | 'isError'>> {
  const response = asObject(given['response']) ?? {}
  const [only, ...more] = Object.entries(response)
  const text = more.length === 0 && typeof only?.[1] === 'string' ? only[1] : undefined
  const parts = asArray(field(given, 'parts')).flatMap(part => {
    const found = mediaPart(asObject(part) ?? {})
    return found && found.t !== 'audio' ? [found] : []
  })
  if (text !== undefined && only?.[0] === 'error') {
    return { parts: [{ t: 'text', text }, ...parts], isError: true }
  }
  // The two names that Google has for what is no object.
  const bare = text !== undefined && (only?.[0] === 'result' || only?.[0] === 'output')
  const said = bare ? text : yield* exactJsonInSteps(response)
  return { parts: [{ t: 'text', text: said }, ...parts] }
}
