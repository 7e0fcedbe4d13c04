import { flatMapInSteps, type Steps } from '../../wire/steps.ts'
import { exactJsonInSteps } from '../exact.ts'
import type {
  CacheMark,
  FilePart,
  ImagePart,
  OpaquePart,
  Part,
  ReasoningPart,
  Signature,
  Source,
  TextPart,
} from '../message.ts'
import { unseal } from '../sealed.ts'
import { asArray, asObject, asText, type Json } from '../values.ts'

/** What stands in the `content` of a message, or of the result of a tool. */
export function* partsOf(content: unknown): Steps<Part[]> {
  yield
  if (typeof content === 'string') return content === '' ? [] : [{ t: 'text', text: content }]
  return yield* flatMapInSteps(asArray(content), block => partsOfBlock(asObject(block) ?? {}))
}

/** `cache_control` as a part has it. */
export function cacheOf({ cache_control }: Json): { cache?: CacheMark } {
  const mark = asObject(cache_control)
  if (!mark) return {}
  const ttl = asText(mark['ttl'])
  return { cache: ttl === undefined ? {} : { ttl } }
}

function* partsOfBlock(block: Json): Steps<Part[]> {
  const { type, id, name, input, tool_use_id, is_error, content, source, data } = block
  switch (type) {
    case 'text':
      return [textPart(block)]
    case 'image':
      return [{ t: 'image', source: sourceOf(source), ...cacheOf(block) }]
    case 'document':
      return yield* documentParts(block)
    case 'search_result':
      return [{ t: 'text', text: yield* searchResult(block), ...cacheOf(block) }]
    case 'thinking':
      return [thinkingPart(block)]
    case 'redacted_thinking': {
      const { signature, ...id } = proofOf(asText(data) ?? '')
      return [{ t: 'reasoning', text: '', redacted: signature, ...id }]
    }
    case 'tool_use':
      return [
        {
          t: 'tool_call',
          id: String(id ?? ''),
          name: String(name ?? ''),
          args: yield* exactJsonInSteps(input ?? {}),
          kind: 'function',
          ...cacheOf(block),
        },
      ]
    case 'tool_result':
      return [
        {
          t: 'tool_result',
          id: String(tool_use_id ?? ''),
          parts: (yield* partsOf(content)).filter(isOfResult),
          ...(is_error === true ? { isError: true } : {}),
          ...cacheOf(block),
        },
      ]
    default:
      return [{ t: 'opaque', vendor: 'anthropic', raw: block }]
  }
}

const isOfResult = (part: Part): part is TextPart | ImagePart | FilePart | OpaquePart =>
  part.t === 'text' || part.t === 'image' || part.t === 'file' || part.t === 'opaque'

function textPart(block: Json): TextPart {
  const citations = asArray(block['citations'])
  return {
    t: 'text',
    text: typeof block['text'] === 'string' ? block['text'] : '',
    ...cacheOf(block),
    ...(citations.length > 0 ? { citations } : {}),
  }
}

function thinkingPart({ thinking, signature }: Json): ReasoningPart {
  const text = asText(thinking) ?? ''
  const signed = asText(signature)
  return { t: 'reasoning', text, ...(signed === undefined ? {} : proofOf(signed)) }
}

/** What no other vendor sealed is Anthropic's own. */
const proofOf = (text: string): { signature: Signature; id?: string } =>
  unseal(text) ?? { signature: { vendor: 'anthropic', value: text } }

function* documentParts(block: Json): Steps<Part[]> {
  const source = asObject(block['source']) ?? {}
  if (source['type'] === 'content') return yield* partsOf(source['content'])
  const title = asText(block['title'])
  const context = asText(block['context'])
  return [
    {
      t: 'file',
      source: sourceOf(source),
      ...(title === undefined ? {} : { title }),
      ...(context === undefined ? {} : { context }),
      ...(asObject(block['citations']) ? { citations: block['citations'] } : {}),
      ...cacheOf(block),
    },
  ]
}

function sourceOf(value: unknown): Source {
  const { type, media_type, data, url, file_id } = asObject(value) ?? {}
  const mime = asText(media_type)
  if (type === 'url') return { url: String(url ?? '') }
  if (type === 'file') return { fileId: String(file_id ?? ''), vendor: 'anthropic' }
  if (type === 'text') return { text: String(data ?? ''), ...(mime === undefined ? {} : { mime }) }
  return { base64: String(data ?? ''), mime: mime ?? 'application/octet-stream' }
}

/** What a search found, for models that know no such blocks. */
function* searchResult({ title, source, content }: Json): Steps<string> {
  const texts = (yield* partsOf(content)).map(part => (part.t === 'text' ? part.text : ''))
  return [asText(title), asText(source), ...texts].filter(Boolean).join('\n')
}
